/* Numbers of people that stand within texts: what the pattern of `_columns/numbers_apart.py` finds in ASCII, a line a text. */

#include "text.h"

enum { UNITS = 23, FEWEST = 4, LETTERS = 6 };

/* Where a number ends that begins there: letters, digits, and single signs before one of these; or -1. */
static int64_t ends(text s, int64_t at, int64_t size)
{
    int units = 0;
    for (at++; units < UNITS && at < size; at++, units++)
        if (!is_alnum(s[at]) && !((s[at] == '.' || s[at] == '-') && at + 1 < size && is_alnum(s[at + 1])))
            break;
    return units < FEWEST ? -1 : at;
}

static int joins(uint8_t c)
{
    return is_alnum(c) || c == '-' || c == '_' || c == '#' || c == '@' || c == '+' || c == '.';
}

/* Whether nothing before or after it makes a number a part of something longer. */
static int bounded(text s, int64_t start, int64_t end, int64_t size)
{
    if (start > 0 && joins(s[start - 1]))
        return 0;
    if (end < size && (is_word(s[end]) || s[end] == '@'))
        return 0;
    return end + 1 >= size || (s[end] != '-' && s[end] != '.') || !is_alnum(s[end + 1]);
}

static int long_enough(text s, int64_t start, int64_t end)
{
    int signs = 0, digits = 0;
    for (; start < end; start++) {
        signs += is_alnum(s[start]);
        digits += is_digit(s[start]);
    }
    return signs >= 8 && signs <= 20 && digits >= 5;
}

/* Give of each number its text and where it begins and ends in it; gives how many there are. */
EXPORT int64_t numbers_of_lines(text data, int64_t size, uint8_t apart, int32_t *out, int64_t room)
{
    int64_t found = 0, line = 0, begun = 0;
    for (int64_t at = 0; at < size && found < room; at++) {
        int64_t end, start = at;
        if (data[at] == apart) {
            line++;
            begun = at + 1;
        }
        if (!is_digit(data[at]) || (at > 0 && is_digit(data[at - 1])) || (end = ends(data, at, size)) < 0)
            continue;
        while (start > begun && at - start < LETTERS && is_letter(data[start - 1]))
            start--;
        if (bounded(data, start, end, size) && long_enough(data, start, end)) {
            out[3 * found] = (int32_t)line;
            out[3 * found + 1] = (int32_t)(start - begun);
            out[3 * found++ + 2] = (int32_t)(end - begun);
        }
        at = end - 1;
    }
    return found;
}
