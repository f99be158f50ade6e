/* What every C file of the kernel stands on: C99 without a C library and without Python's, so that one built library
 * serves every Python of a platform. Numbers are little-endian, as on every platform that NumPy has wheels for here. */

#ifndef KERNEL_H
#define KERNEL_H

#include <stdint.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

#endif
