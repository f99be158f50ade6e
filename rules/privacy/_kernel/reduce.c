/* Texts reduced to letters and digits as values are, each sign in its place: escapes undone, accents and capitals gone.
 *
 * What a program writes as an escape (`\u00fc`, `%40`, `&uuml;`, `=C3=BC`) becomes the letter that it stands for and
 * nothing in the rest of its place, so that what is found in a reduced text stands at the same place in the text.
 * A text ends with PAD bytes of nothing, which belong to no escape: none is read, or written, past its end. */

#include "leaks.h"

enum { LONGEST_NAME = 10 }; /* between the signs of an entity or a tag */

/* Writes what a sign becomes where `width` bytes stood, and nothing in the rest of their place. */
static int64_t put(const struct signs *signs, uint8_t *low, int64_t width, uint32_t code)
{
    for (int64_t step = 0; step < width; step++)
        low[step] = SOFT;
    if (code <= 0xFFFF) {
        for (int64_t step = 0; step < 3 && step < width; step++)
            low[step] = signs->folded[3 * code + step];
    } else if (code >> 12 != 0x1F && width > 3) { /* others are pictures, which part words */
        low[0] = 0xF0 | code >> 18, low[1] = 0x80 | (code >> 12 & 0x3F);
        low[2] = 0x80 | (code >> 6 & 0x3F), low[3] = 0x80 | (code & 0x3F);
    }
    return width;
}

static int digit(uint8_t sign)
{
    uint8_t told = sign - '0', letter = (sign | 0x20) - 'a';
    return told < 10 ? told : letter < 6 ? letter + 10 : -1;
}

int byte_at(const uint8_t *text)
{
    int high = digit(text[0]);
    int low = high < 0 ? -1 : digit(text[1]);
    return low < 0 ? -1 : high << 4 | low;
}

/* Tells how many bytes follow the first one of a sign in UTF-8; below zero where it is no first one. */
static int following(int first)
{
    return first < 0x80 ? 0 : first < 0xC2 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : -1;
}

/* Tells whether a sign is told by that many bytes more and no fewer, as UTF-8 asks. */
static int told_by(uint32_t code, int more)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    return code >= least[more] && code <= 0x10FFFF;
}

int64_t sign_at(const uint8_t *text, int64_t size, uint32_t *code)
{
    int more = following(*text);
    if (more < 0 || more >= size)
        return 0;
    *code = more ? *text & 0x3F >> more : *text;
    for (int64_t step = 1; step <= more; step++) {
        if (text[step] >> 6 != 2)
            return 0;
        *code = *code << 6 | (text[step] & 0x3F);
    }
    return told_by(*code, more) ? more + 1 : 0;
}

/* Undoes bytes in hexadecimal digits behind `before` bytes, several of them for a sign beyond ASCII. */
static int64_t hexadecimal(const struct signs *signs, const uint8_t *text, uint8_t *low, int64_t before)
{
    int64_t size = before + 2;
    int first = byte_at(text + before);
    int more = first < 0 ? -1 : following(first);
    if (more < 0)
        return 1;
    uint32_t code = more ? first & 0x3F >> more : first;
    for (int64_t step = 1; step <= more; step++) {
        const uint8_t *next = text + step * size;
        int byte = *next == *text ? byte_at(next + before) : -1;
        if (byte < 0 || byte >> 6 != 2)
            return 1;
        code = code << 6 | (byte & 0x3F);
    }
    return told_by(code, more) ? put(signs, low, (more + 1) * size, code) : 1;
}

/* Undoes what stands behind a backslash: a letter by its number, a byte, a sign between words. */
static int64_t backslash(const struct signs *signs, const uint8_t *text, uint8_t *low)
{
    int high, rest;
    switch (text[1]) {
    case 'u':
        high = byte_at(text + 2);
        rest = high < 0 ? -1 : byte_at(text + 4);
        return rest < 0 ? 1 : put(signs, low, 6, high << 8 | rest);
    case 'x':
        return hexadecimal(signs, text, low, 2);
    case 'n': case 't': case 'r': case 'b': case 'f': case 'v': case '"': case '/':
        return put(signs, low, 2, ' ');
    default:
        return 1;
    }
}

/* Gives a number for the name of an entity, never 0. */
static uint64_t name_of(const uint8_t *text, int64_t size)
{
    uint64_t told = 0xCBF29CE484222325;
    for (int64_t step = 0; step < size; step++)
        told = (told ^ text[step]) * 0x100000001B3;
    return told | 1;
}

/* Gives the sign that an entity stands for, below zero where it is none that is known. */
static int entity(const struct signs *signs, const uint8_t *text, int64_t size)
{
    int code = 0;
    if (*text != '#') {
        uint64_t name = name_of(text, size);
        uint64_t at = name >> 32;
        while (signs->names[at & (signs->places - 1)] != name)
            if (!signs->names[at++ & (signs->places - 1)])
                return -1;
        return signs->codes[at & (signs->places - 1)];
    }
    int base = size > 1 && (text[1] | 0x20) == 'x' ? 16 : 10;
    int64_t step = base == 16 ? 2 : 1;
    if (step >= size)
        return -1;
    for (; step < size; step++) {
        int told = digit(text[step]);
        if (told < 0 || told >= base)
            return -1;
        code = code * base + told;
        if (code > 0x10FFFF)
            return -1;
    }
    return code;
}

/* Undoes `&uuml;`, `&#252;` and `&#xfc;`. */
static int64_t ampersand(const struct signs *signs, const uint8_t *text, uint8_t *low)
{
    int64_t end = 1;
    while (end <= LONGEST_NAME && text[end] && text[end] != ';')
        end++;
    if (end < 2 || text[end] != ';')
        return 1;
    int code = entity(signs, text + 1, end - 1);
    return code < 0 ? 1 : put(signs, low, end + 1, code);
}

/* Takes a tag without attributes (`<br>`, `</b>`) for what stands between words. */
static int64_t tag(const struct signs *signs, const uint8_t *text, uint8_t *low)
{
    int64_t end = 1;
    while (end <= LONGEST_NAME && ((uint8_t)((text[end] | 0x20) - 'a') < 26 || text[end] == '/' || text[end] == ' '))
        end++;
    return end < 2 || text[end] != '>' ? 1 : put(signs, low, end + 1, ' ');
}

/* Folds a sign of several bytes; what is none in UTF-8 stays as it is. */
static int64_t wide(const struct signs *signs, const uint8_t *text, uint8_t *low)
{
    uint32_t code;
    int64_t width = sign_at(text, PAD, &code);
    if (!width)
        return 1;
    /* UTF-8 that was read as Latin-1 and written again: two signs for one letter. */
    if (code == 0xC3 && text[2] == 0xC2 && text[3] >> 6 == 2)
        return put(signs, low, 4, 0xC0 | (text[3] & 0x3F));
    return put(signs, low, width, code);
}

static int64_t undone(const struct signs *signs, const uint8_t *text, uint8_t *low)
{
    switch (*low) {
    case PERCENT: /* what was encoded twice: `%2540` is `%40`, and that is `@` */
        if (text[1] == '2' && text[2] == '5') {
            int64_t width = hexadecimal(signs, text, low, 3);
            if (width > 1)
                return width;
        }
        return hexadecimal(signs, text, low, 1);
    case BACKSLASH:
        return backslash(signs, text, low);
    case LESS:
        return tag(signs, text, low);
    case AMPERSAND:
        return ampersand(signs, text, low);
    case EQUALS: /* only bytes of letters beyond ASCII are told so: `id=8831` is no sign and a number */
        return text[1] >= 'C' && text[1] <= 'F' ? hexadecimal(signs, text, low, 1) : 1;
    default:
        return *low >= 0x80 ? wide(signs, text, low) : 1;
    }
}

void reduce(const struct signs *signs, const uint8_t *text, int64_t size, uint8_t *low)
{
    for (int64_t at = 0; at < size;) {
        low[at] = signs->classes[text[at]];
        /* Turned by 64, what begins a letter of several bytes comes first, and then what may mean more than itself. */
        at += (uint8_t)(low[at] + 64) < 64 + SPLIT ? undone(signs, text + at, low + at) : 1;
    }
}

EXPORT int64_t leaks_reduce(const struct signs *signs, const uint8_t *text, int64_t size, uint8_t *low)
{
    reduce(signs, text, size, low);
    return size;
}

EXPORT int64_t leaks_name(const uint8_t *text, int64_t size)
{
    return (int64_t)name_of(text, size);
}
