/* What a platform asks of a library, and how Python tells that it has loaded this one. */

#include "kernel.h"

/* To be raised, here and in __init__.py, with any change to what a function takes or gives. */
EXPORT int64_t kernel_edition(void)
{
    return 3;
}

#if defined(_WIN32)
/* Windows calls it when a library without a C runtime is loaded; elsewhere the process has what compilers call. */
int __stdcall DllMainCRTStartup(void *library, uint32_t reason, void *reserved)
{
    (void)library, (void)reason, (void)reserved;
    return 1;
}

void *memcpy(void *to, const void *from, uintptr_t size)
{
    for (uintptr_t at = 0; at < size; at++)
        ((volatile uint8_t *)to)[at] = ((const uint8_t *)from)[at];
    return to;
}

void *memset(void *to, int byte, uintptr_t size)
{
    for (uintptr_t at = 0; at < size; at++)
        ((volatile uint8_t *)to)[at] = (uint8_t)byte;
    return to;
}
#endif
