/* What a platform asks of a library, and how Python tells that it has loaded this one. */

#include "kernel.h"

/* To be raised, here and in __init__.py, with any change to what a function takes or gives. */
EXPORT int64_t kernel_edition(void)
{
    return 3;
}

#if defined(_WIN32)
/* Windows calls it when a library without a C runtime is loaded. */
int __stdcall DllMainCRTStartup(void *library, uint32_t reason, void *reserved)
{
    (void)library, (void)reason, (void)reserved;
    return 1;
}
#endif
