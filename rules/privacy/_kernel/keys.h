/* Signs of keys and passwords, for the pattern and for the flag that look for them. */

#ifndef KEYS_H
#define KEYS_H

#include "text.h"

/* Whether a text holds what keys hold. */
int hint(text s, int64_t size);
/* Whether it begins so, or as keys do of which the sign stands behind what is random. */
int hint_first(text s, int64_t size);

#endif
