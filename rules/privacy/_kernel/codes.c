/* What stands in a text in base64 or in hexadecimal digits: tokens, headers of requests, payloads that programs log.
 *
 * Only runs of signs that can be such are tried, and only those that are text again are kept: of ids and digests the
 * first bytes tell nearly always that they are none. */

#include "leaks.h"

enum {
    BACK = 256, /* signs of a run before a long word in it */
    CUT = 4,    /* bytes of the longest letter, within which a run may begin or end */
    FEW = 8,    /* bytes of the shortest text */
};

/* What signs of base64 stand for, in either alphabet, from one on; 0 is no sign of it. */
static const uint8_t BITS[256] = {
    ['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8, ['I'] = 9, ['J'] = 10,
    ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19,
    ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
    ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37,
    ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46,
    ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55,
    ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
    ['-'] = 63, ['_'] = 64,
};

static int is_text(uint8_t byte)
{
    return byte >= ' ' ? byte != 127 : byte == '\t' || byte == '\n' || byte == '\r';
}

/* Undoes hexadecimal digits: gives how many bytes, none where one is no text or these are no digits. */
static int64_t hexadecimal(const uint8_t *run, int64_t size, uint8_t *out)
{
    for (int64_t at = 0; at < size; at += 2) {
        int byte = size % 2 ? -1 : byte_at(run + at);
        if (byte < 0 || !is_text(byte))
            return 0;
        out[at / 2] = byte == '\n' ? ' ' : byte;
    }
    return size / 2;
}

/* Undoes base64: gives how many bytes, none where one is no text. */
static int64_t base64(const uint8_t *run, int64_t size, uint8_t *out)
{
    int64_t count = 0;
    uint32_t bits = 0;
    int small = 0, capital = 0;
    for (int64_t at = 0; at < size - (size % 4 == 1); at++) {
        small |= run[at] >= 'a', capital |= run[at] >= 'A' && run[at] <= 'Z';
        bits = bits << 6 | (BITS[run[at]] - 1);
        if (at % 4 == 0)
            continue;
        uint8_t byte = bits >> (6 - at % 4 * 2);
        if (!is_text(byte))
            return 0;
        out[count++] = byte == '\n' ? ' ' : byte;
    }
    return small && capital ? count : 0; /* of a text in base64, some letters are capitals and others are not */
}

/* Gives where bytes end that are signs in UTF-8. */
static int64_t signs_end(const uint8_t *out, int64_t at, int64_t count)
{
    uint32_t code;
    for (int64_t width = 1; width && at < count; at += width)
        width = sign_at(out + at, count - at, &code);
    return at;
}

/* Moves what is legible of some bytes to their beginning, and gives how many these are. */
static int64_t legible(uint8_t *out, int64_t count)
{
    for (int64_t first = 0; first < CUT && first < count; first++) {
        int64_t end = signs_end(out, first, count);
        if (end < count && (end - first < FEW || end < count - CUT))
            continue;
        for (int64_t place = first; first && place < end; place++)
            out[place - first] = out[place];
        return end - first;
    }
    return 0;
}

static int64_t told(const uint8_t *run, int64_t size, uint8_t *out)
{
    int named = size > 2 && run[0] == '0' && run[1] == 'x' ? 2 : 0;
    if (size - named < LONG)
        return 0;
    int64_t count = hexadecimal(run + named, size - named, out);
    return legible(out, count ? count : base64(run, size, out));
}

/* Writes the texts behind long words of a part of a text, a line for each; the words are told by where they start.
 * `lines` become rows of where a line ends, and where in the text it is written. Gives how many lines there are. */
EXPORT int64_t leaks_codes(const uint8_t *text, int64_t from, int64_t to, const int64_t *starts, int64_t words,
                           uint8_t *out, int64_t *lines)
{
    int64_t passed = from, size = 0, count = 0;
    for (int64_t word = 0; word < words; word++) {
        int64_t start = starts[word], first = start, stop = start;
        if (start < passed)
            continue;
        while (first > passed && first > start - BACK && BITS[text[first - 1]])
            first--;
        while (stop < to && BITS[text[stop]])
            stop++;
        int64_t some = told(text + first, stop - first, out + size);
        /* A part of a text may begin within a run: four signs are three bytes, and any may be the first. */
        for (int64_t skip = 1; !some && first == from && skip < 4 && skip < stop - first; skip++)
            some = told(text + first + skip, stop - first - skip, out + size);
        /* What stands before the word may be a name for it: `id_eyJ...`. */
        if (!some && first < start)
            some = told(text + start, stop - start, out + size);
        passed = stop;
        if (!some)
            continue;
        size += some;
        out[size++] = '\n';
        lines[3 * count] = size, lines[3 * count + 1] = first, lines[3 * count + 2] = stop;
        count++;
    }
    return count;
}
