/* Classes of ASCII characters, as patterns of RE2 know them, and pieces of UTF-8 text. */

#ifndef TEXT_H
#define TEXT_H

#include "kernel.h"

typedef const uint8_t *text;

static inline int is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }
static inline int is_letter(uint8_t c) { return (uint8_t)((c | 32) - 'a') < 26; }
static inline int is_alnum(uint8_t c) { return is_digit(c) || is_letter(c); }
static inline int is_hex(uint8_t c) { return is_digit(c) || (uint8_t)((c | 32) - 'a') < 6; }
static inline int is_word(uint8_t c) { return is_alnum(c) || c == '_'; }
static inline int is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
static inline int is_lower(uint8_t c) { return (uint8_t)(c - 'a') < 26; }

/* How many characters of a class stand from a place on. */
#define RUN(name, of) \
    static inline int64_t name(text s, int64_t at, int64_t size) \
    { \
        int64_t end = at; \
        while (end < size && of(s[end])) \
            end++; \
        return end - at; \
    }
RUN(digits_at, is_digit)
RUN(hex_at, is_hex)
RUN(alnum_at, is_alnum)

static inline int word_ends(text s, int64_t at, int64_t size) { return at >= size || !is_word(s[at]); }
static inline int word_begins(text s, int64_t at) { return at == 0 || !is_word(s[at - 1]); }

#endif
