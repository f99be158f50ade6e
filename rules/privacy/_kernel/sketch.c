/* Columns of texts as what stands for them: trimmed, each text once, grouped by their characters.
 *
 * Texts are starts and sizes in the bytes of an Arrow array; positions in out arrays are of texts. */

#include "text.h"

/* The bytes of a space that stands there, in any script, or 0. */
static int space_at(text s, int64_t left)
{
    uint8_t c = s[0];
    if (c < 0x80)
        return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x1f);
    if (c == 0xc2 && left >= 2)
        return s[1] == 0x85 || s[1] == 0xa0 ? 2 : 0;
    if (left < 3 || (c != 0xe1 && c != 0xe2 && c != 0xe3))
        return 0;
    if (c == 0xe1)
        return s[1] == 0x9a && s[2] == 0x80 ? 3 : 0;
    if (c == 0xe3)
        return s[1] == 0x80 && s[2] == 0x80 ? 3 : 0;
    if (s[1] == 0x80)
        return s[2] <= 0x8a || s[2] == 0xa8 || s[2] == 0xa9 || s[2] == 0xaf ? 3 : 0;
    return s[1] == 0x81 && s[2] == 0x9f ? 3 : 0;
}

/* Trim each text; `ends` holds a number more than there are texts. Gives how many are not empty. */
EXPORT int64_t sketch_trimmed(text data, const int64_t *ends, int64_t count, int64_t *starts, int32_t *sizes)
{
    int64_t filled = 0;
    for (int64_t one = 0; one < count; one++) {
        int64_t begin = ends[one], end = ends[one + 1], step;
        while (begin < end && (step = space_at(data + begin, end - begin)))
            begin += step;
        while (begin < end) {
            step = 1;
            while (step < 3 && step < end - begin && (data[end - step] & 0xc0) == 0x80)
                step++;
            if (space_at(data + end - step, step) != step)
                break;
            end -= step;
        }
        starts[one] = begin;
        sizes[one] = (int32_t)(end - begin < INT32_MAX ? end - begin : INT32_MAX);
        filled += end > begin;
    }
    return filled;
}

static uint64_t eight(text s)
{
    uint64_t all;
    __builtin_memcpy(&all, s, 8);
    return all;
}

static uint64_t rest(text s, int64_t size)
{
    uint64_t all = 0;
    for (int64_t at = 0; at < size; at++)
        all = all << 8 | s[at];
    return all;
}

static uint64_t mixed(uint64_t one, uint64_t other)
{
    uint64_t high = (one >> 32) * (other >> 32), low = (one & 0xffffffff) * (other & 0xffffffff);
    uint64_t cross = (one >> 32) * (other & 0xffffffff) + (one & 0xffffffff) * (other >> 32);
    return (high + (cross >> 32)) ^ (low + (cross << 32));
}

static uint64_t hashed(text s, int64_t size, uint64_t seed)
{
    uint64_t hash = seed ^ (uint64_t)size;
    int64_t at = 0;
    for (; at + 8 <= size; at += 8)
        hash = mixed(hash ^ eight(s + at), 0x9e3779b97f4a7c15ULL ^ (hash >> 29));
    hash = mixed(hash ^ rest(s + at, size - at), 0xbf58476d1ce4e5b9ULL);
    return hash ^ (hash >> 32);
}

static int same(text one, text other, int64_t size)
{
    int64_t at = 0;
    for (; at + 8 <= size; at += 8)
        if (eight(one + at) != eight(other + at))
            return 0;
    for (; at < size; at++)
        if (one[at] != other[at])
            return 0;
    return 1;
}

/* Give each text once, where it first stands, with how often; `table` holds 2^bits zeros, more than texts. */
EXPORT int64_t sketch_distinct(text data, const int64_t *starts, const int32_t *sizes, int64_t count, uint64_t seed,
                               int32_t *table, int64_t bits, int64_t *firsts, int64_t *counts)
{
    int64_t found = 0, last = ((int64_t)1 << bits) - 1;
    for (int64_t one = 0; one < count; one++) {
        text s = data + starts[one];
        int64_t slot = (int64_t)(hashed(s, sizes[one], seed) & (uint64_t)last);
        for (;; slot = (slot + 1) & last) {
            int64_t other = table[slot] - 1;
            if (other < 0) {
                firsts[found] = one;
                counts[found++] = 1;
                table[slot] = (int32_t)found;
                break;
            }
            if (sizes[firsts[other]] == sizes[one] && same(data + starts[firsts[other]], s, sizes[one])) {
                counts[other]++;
                break;
            }
        }
    }
    return found;
}

enum { DIGIT = 1, LETTER = 2, AT = 4, DOT = 8, SPACE = 16, OTHER = 32, SIGN = 64, DASH = 128 };

static const uint8_t CLASS[256] = {
    [0 ... 127] = OTHER, [128 ... 255] = LETTER, ['0' ... '9'] = DIGIT, ['a' ... 'z'] = LETTER, ['A' ... 'Z'] = LETTER,
    ['@'] = AT, ['.'] = DOT, [' '] = SPACE, ['\t'] = SPACE, ['\r'] = SPACE, ['\n'] = SPACE, ['+'] = SIGN,
    ['('] = SIGN, [')'] = SIGN, ['-'] = DASH, ['_'] = DASH};

/* How many digits a text with letters has, coarsely, by how many it has, up to 31. */
static const uint8_t DIGITS[32] = {0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, [16 ... 30] = 5, [31] = 6};

/* What a text with letters is grouped by: besides how many digits it has, whether it begins and ends with a letter, or,
 * where it has none, whether a word of it begins with a small one. Codes and names that leak differ in that. */
static int form(text s, int32_t size, int has, int few)
{
    if (!(has & LETTER))
        return few;
    if (has & SPACE && size > 40)
        return DIGITS[few] * 4;
    if (few)
        return DIGITS[few] * 4 + (CLASS[s[0]] == LETTER) * 2 + (CLASS[s[size - 1]] == LETTER);
    if (has & SPACE)
        for (int32_t at = 1; at < size; at++)
            if (CLASS[s[at - 1]] == SPACE && s[at] >= 'a' && s[at] <= 'z')
                return 1;
    return 0;
}

/* How long a text is, coarsely; 17 is a group of its own, since addresses of devices and vehicles have it. */
static int coarse(int32_t size) { return size < 17 ? size > 8 : size < 65 ? (size == 17 ? 2 : 3 + (size > 40)) : 5; }

/* Give of each text the classes of its characters, how many digits it has, and both with its size as a key. */
EXPORT int64_t sketch_keys(text data, const int64_t *starts, const int32_t *sizes, int64_t count, uint8_t *classes,
                           uint16_t *digits, uint16_t *keys)
{
    for (int64_t one = 0; one < count; one++) {
        text s = data + starts[one];
        int32_t has = 0, counted = 0;
        for (int32_t at = 0; at < sizes[one]; at++) {
            has |= CLASS[s[at]];
            counted += CLASS[s[at]] & DIGIT;
        }
        int few = counted < 31 ? counted : 31;
        classes[one] = (uint8_t)has;
        digits[one] = (uint16_t)(counted < 65535 ? counted : 65535);
        keys[one] = (uint16_t)(has | form(s, sizes[one], has, few) << 8 | coarse(sizes[one]) << 13);
    }
    return count;
}

/* Order positions by their keys, those of one key as they stood, and give where each key begins. `heads` holds 512
 * zeros. */
EXPORT int64_t sketch_ordered(const uint16_t *keys, int64_t count, int64_t *heads, int32_t *room, int64_t *order,
                              int64_t *bounds)
{
    int64_t groups = 0, low = 0, high = 0;
    for (int64_t one = 0; one < count; one++) {
        heads[keys[one] & 255]++;
        heads[256 + (keys[one] >> 8)]++;
    }
    for (int byte = 0; byte < 256; byte++) {
        int64_t lows = heads[byte], highs = heads[256 + byte];
        heads[byte] = low;
        heads[256 + byte] = high;
        low += lows;
        high += highs;
    }
    for (int64_t one = 0; one < count; one++)
        room[heads[keys[one] & 255]++] = (int32_t)one;
    for (int64_t one = 0; one < count; one++)
        order[heads[256 + (keys[room[one]] >> 8)]++] = room[one];
    for (int64_t one = 0; one < count; one++)
        if (one == 0 || keys[order[one]] != keys[order[one - 1]])
            bounds[groups++] = one;
    bounds[groups] = count;
    return groups;
}

/* Part groups of positions: take up to `most` of each, evenly, and share its rows and texts among them. */
EXPORT int64_t sketch_kept(const int64_t *order, const int64_t *bounds, const int64_t *mosts, int64_t groups,
                           const int64_t *counts, int64_t *places, int64_t *rows, int64_t *weights)
{
    int64_t kept = 0;
    for (int64_t group = 0; group < groups; group++) {
        const int64_t *first = order + bounds[group];
        int64_t size = bounds[group + 1] - bounds[group], total = 0;
        int64_t most = size < mosts[group] ? size : mosts[group], whole = most == size;
        for (int64_t one = 0; one < size; one++)
            total += counts ? counts[first[one]] : 1;
        for (int64_t one = 0; one < most; one++, kept++) {
            places[kept] = whole ? first[one] : first[one * (size - 1) / (most - 1)];
            rows[kept] = (one + 1) * total / most - one * total / most;
            if (whole)
                rows[kept] = counts ? counts[first[one]] : 1;
            weights[kept] = whole ? 1 : (one + 1) * size / most - one * size / most;
        }
    }
    return kept;
}

/* Give the bytes of these texts, a sign after each; -1 where one of them holds the sign. */
EXPORT int64_t sketch_joined(text data, const int64_t *starts, const int32_t *sizes, const int64_t *places,
                             int64_t count, uint8_t apart, uint8_t *out)
{
    int64_t end = 0;
    for (int64_t one = 0; one < count; one++) {
        text s = data + starts[places[one]];
        for (int32_t at = 0; at < sizes[places[one]]; at++) {
            if (s[at] == apart)
                return -1;
            out[end++] = s[at];
        }
        out[end++] = apart;
    }
    return end;
}

/* Whether a sign stands anywhere in bytes; blocks are looked at as a whole, which processors do at once. */
EXPORT int64_t sketch_holds(text data, int64_t size, uint8_t sign)
{
    for (int64_t at = 0; at < size;) {
        int64_t end = size - at > 4096 ? at + 4096 : size;
        uint8_t found = 0;
        for (; at < end; at++)
            found |= data[at] == sign;
        if (found)
            return 1;
    }
    return 0;
}

/* Give the shapes of texts in ASCII: each run of letters is `a` and each digit `9`; gives how long they are. */
EXPORT int64_t sketch_shapes(text data, int64_t size, uint8_t *out)
{
    int64_t end = 0;
    for (int64_t at = 0; at < size; at++) {
        if (!is_letter(data[at]))
            out[end++] = is_digit(data[at]) ? '9' : data[at];
        else if (at == 0 || !is_letter(data[at - 1]))
            out[end++] = 'a';
    }
    return end;
}
