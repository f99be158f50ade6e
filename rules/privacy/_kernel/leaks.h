/* The search for leaked values: what its two files share. The words of rules/privacy/_leak_*.py are meant. */

#ifndef LEAKS_H
#define LEAKS_H

#include "kernel.h"

enum {
    SHORTEST = 6, /* letters of the shortest value */
    LONGEST = 64, /* letters of a value that are looked for */
    HARD = 10,    /* from here to below SOFT: signs that end a number, for nobody writes one with such a sign inside */
    SPLIT = 20,   /* such a sign that means nothing more; those below it may begin an escape */
    SOFT = 30,    /* any other sign between letters, and what an escape leaves of its place */
    LETTERS = 48, /* from here on, a byte is one of a letter or a digit */
    PAD = 32,     /* bytes of nothing behind a text: more than an escape is long */
    LONG = 16,    /* letters in a row that may be a code: sixteen of base64 are twelve of a text */
};

/* Signs that may mean more than themselves, as the classes tell them. */
enum { PERCENT = 0, BACKSLASH = 1, AT = 2, LESS = 3, AMPERSAND = HARD, EQUALS = HARD + 1 };

/* What signs become. */
struct signs {
    const uint8_t *classes; /* of each byte: its lower case, or what kind of sign it is */
    const uint8_t *folded;  /* of each sign of Unicode's first plane: three bytes */
    const uint64_t *names;  /* of entities as numbers, each at its place or behind it; 0 where none is */
    const uint16_t *codes;  /* what each of these stands for */
    int64_t places;         /* of names: a power of two, with many free ones */
};

/* Gives the byte that two hexadecimal digits tell, below zero where there are none. */
int byte_at(const uint8_t *text);

/* Gives how many of some bytes are a sign in UTF-8, and which one; none where they begin with none. */
int64_t sign_at(const uint8_t *text, int64_t size, uint32_t *code);

/* Reduces a text, behind which there are PAD bytes of nothing; `low` is as long as it. */
void reduce(const struct signs *signs, const uint8_t *text, int64_t size, uint8_t *low);

#endif
