/* Signs of personal data and keys: for each pattern of `_forms/shapes.py` a loop that finds what the pattern finds.
 *
 * Each stands for a pattern in the words of RE2, of which a test holds that both say the same of any text. */

#include "keys.h"
#include "text.h"

static int ends_mail(uint8_t c) { return c == '@' || is_space(c); }

/* [^\s@]@[^\s@]+\.[^\s@] */
static int email(text s, int64_t size)
{
    for (int64_t at = 1; at + 3 < size; at++) {
        if (s[at] != '@' || ends_mail(s[at - 1]) || ends_mail(s[at + 1]))
            continue;
        for (int64_t dot = at + 2; dot + 1 < size && !ends_mail(s[dot]); dot++)
            if (s[dot] == '.' && !ends_mail(s[dot + 1]))
                return 1;
    }
    return 0;
}

static int separated(uint8_t c) { return c == ' ' || c == '-'; }
/* [A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}[ -]?[A-Za-z0-9]{3} */
static int iban_at(text s, int64_t at, int64_t size)
{
    if (size - at < 11 || !is_letter(s[at]) || !is_letter(s[at + 1]) || !is_digit(s[at + 2]) || !is_digit(s[at + 3]))
        return 0;
    at += 4;
    at += separated(s[at]);
    if (alnum_at(s, at, size) < 4)
        return 0;
    at += 4;
    at += at < size && separated(s[at]);
    return alnum_at(s, at, size) >= 3;
}

static int iban(text s, int64_t size)
{
    for (int64_t at = 0; at + 11 <= size; at++)
        if (is_digit(s[at + 2]) && word_begins(s, at) && iban_at(s, at, size))
            return 1;
    return 0;
}

/* ^(?:(?i)iban[: ]*)? before it */
static int iban_first(text s, int64_t size)
{
    int64_t at = 0;
    if (size > 4 && (s[0] | 32) == 'i' && (s[1] | 32) == 'b' && (s[2] | 32) == 'a' && (s[3] | 32) == 'n')
        for (at = 4; at < size && (s[at] == ':' || s[at] == ' ');)
            at++;
    return iban_at(s, at, size) || iban_at(s, 0, size);
}

/* A dot after a number, and three numbers of up to three digits: [0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3} */
static int quad_at(text s, int64_t dot, int64_t size)
{
    if (dot == 0 || !is_digit(s[dot - 1]))
        return 0;
    for (int part = 0; part < 2; part++) {
        int64_t run = digits_at(s, dot + 1, size);
        if (run < 1 || run > 3 || (dot += run + 1) >= size || s[dot] != '.')
            return 0;
    }
    return dot + 1 < size && is_digit(s[dot + 1]);
}

/* [0-9A-Fa-f]::|::[0-9A-Fa-f]|(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f], by its first colon */
static int sixth_at(text s, int64_t colon, int64_t size)
{
    int after = colon > 0 && is_hex(s[colon - 1]);
    if (colon + 1 < size && s[colon + 1] == ':' && (after || (colon + 2 < size && is_hex(s[colon + 2]))))
        return 1;
    for (int part = 0; after && part < 6; part++) {
        int64_t run = hex_at(s, colon + 1, size);
        if (run < 1 || run > 4 || (colon += run + 1) >= size || s[colon] != ':')
            return 0;
    }
    return after && colon + 1 < size && is_hex(s[colon + 1]);
}

static int ip(text s, int64_t size)
{
    for (int64_t at = 0; at < size; at++)
        if ((s[at] == '.' && quad_at(s, at, size)) || (s[at] == ':' && sixth_at(s, at, size)))
            return 1;
    return 0;
}

/* \b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b */
static int pairs_at(text s, int64_t at, int64_t size)
{
    if (at < 0 || at + 17 > size || !word_begins(s, at) || !word_ends(s, at + 17, size))
        return 0;
    for (int part = 0; part < 6; part++) {
        int64_t pair = at + 3 * part;
        if (!is_hex(s[pair]) || !is_hex(s[pair + 1]) || (part < 5 && s[pair + 2] != ':' && s[pair + 2] != '-'))
            return 0;
    }
    return 1;
}

/* \b[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\b */
static int fours_at(text s, int64_t at, int64_t size)
{
    if (at < 0 || at + 14 > size || !word_begins(s, at) || !word_ends(s, at + 14, size))
        return 0;
    return s[at + 4] == '.' && s[at + 9] == '.' && hex_at(s, at, size) == 4 && hex_at(s, at + 5, size) == 4 &&
           hex_at(s, at + 10, at + 14) == 4;
}

static int device(text s, int64_t size)
{
    for (int64_t at = 2; at < size; at++)
        if (((s[at] == ':' || s[at] == '-') && pairs_at(s, at - 2, size)) ||
            (s[at] == '.' && fours_at(s, at - 4, size)))
            return 1;
    return 0;
}

static int machine(text s, int64_t size) { return ip(s, size) || device(s, size); }

static int in_wallet(uint8_t c) { return is_alnum(c) && c != 'I' && c != 'O'; }
RUN(wallet_run, in_wallet)

/* (?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,59} or 0x[0-9a-fA-F]{40}: where it ends, no letter following; or -1 */
static int64_t wallet_at(text s, int64_t at, int64_t size)
{
    int64_t left = size - at, begun = 0;
    if (left > 3 && s[at] == 'b' && s[at + 1] == 'c' && s[at + 2] == '1')
        begun = at + 3;
    else if (s[at] == '1' || s[at] == '3')
        begun = at + 1;
    if (begun) {
        int64_t run = wallet_run(s, begun, size);
        return run >= 25 && run <= 59 && word_ends(s, begun + run, size) ? begun + run : -1;
    }
    if (left < 42 || s[at] != '0' || s[at + 1] != 'x')
        return -1;
    return hex_at(s, at + 2, size) == 40 && word_ends(s, at + 42, size) ? at + 42 : -1;
}

static int wallet(text s, int64_t size)
{
    for (int64_t at = 0; at + 26 <= size; at++)
        if (word_begins(s, at) && wallet_at(s, at, size) > 0)
            return 1;
    return 0;
}

static int wallet_whole(text s, int64_t size) { return size >= 26 && wallet_at(s, 0, size) == size; }

/* (?:[0-9][ -]?){13} */
static int number(text s, int64_t size)
{
    int run = 0;
    for (int64_t at = 0; at < size; at++) {
        if (is_digit(s[at])) {
            if (++run == 13)
                return 1;
        } else if (!separated(s[at]) || at == 0 || !is_digit(s[at - 1])) {
            run = 0;
        }
    }
    return 0;
}

static int dialled(uint8_t c)
{
    return is_digit(c) || c == ' ' || c == '(' || c == ')' || (c >= '-' && c <= '/');
}
RUN(dialled_run, dialled)
static int parts(uint8_t c) { return c == '-' || c == '.' || c == ' '; }
/* Words after which a number of a phone stands, in small letters. */
static const char *const SAID[] = {"tel", "t\xc3\xa9l", "phone", "fon", "mobil", "cell", "call", "fax",
                                   "whatsapp", "whats app", "ring", "sms", "celular", 0};

/* Which signs these words begin with, and which stand second, by groups of both. */
static const uint8_t SAYS[256] = {['t'] = 1, ['T'] = 1, ['p'] = 2, ['P'] = 2, ['w'] = 2, ['W'] = 2, ['f'] = 4,
                                  ['F'] = 4, ['m'] = 4, ['M'] = 4, ['c'] = 8, ['C'] = 8, ['r'] = 16, ['R'] = 16,
                                  ['s'] = 32, ['S'] = 32};
static const uint8_t SAYS_ON[256] = {['e'] = 9, ['E'] = 9, [0xc3] = 1, ['h'] = 2, ['H'] = 2, ['o'] = 4, ['O'] = 4,
                                     ['a'] = 12, ['A'] = 12, ['i'] = 16, ['I'] = 16, ['m'] = 32, ['M'] = 32};

static int said_at(text s, int64_t at, int64_t size, const char *word)
{
    for (; *word; word++, at++) {
        uint8_t c = at < size ? s[at] : 0, small = is_letter(c) ? c | 32 : c;
        int accent = (uint8_t)*word == 0xa9 && c == 0x89;
        if (small != (uint8_t)*word && !accent)
            return 0;
    }
    /* [^0-9+]{0,14}[+(0-9], in characters */
    for (int passed = 0; at < size && passed <= 14; passed++) {
        if (is_digit(s[at]) || s[at] == '+' || s[at] == '(')
            return 1;
        for (at++; at < size && (s[at] & 0xc0) == 0x80;)
            at++;
    }
    return 0;
}

static int phone_at(text s, int64_t at, int64_t size)
{
    int64_t left = size - at;
    if (s[at] == '+')
        return left >= 9 && is_digit(s[at + 1]) && dialled_run(s, at + 2, size) >= 7;
    if (s[at] == '(') {
        if (left < 8 || digits_at(s, at + 1, size) != 3 || s[at + 4] != ')')
            return 0;
        return digits_at(s, at + 5 + (s[at + 5] == ' '), size) >= 3;
    }
    if (is_digit(s[at]))
        return left >= 12 && digits_at(s, at, at + 3) == 3 && parts(s[at + 3]) && digits_at(s, at + 4, at + 7) == 3 &&
               parts(s[at + 7]) && digits_at(s, at + 8, at + 12) == 4;
    if (at + 1 >= size || !(SAYS[s[at]] & SAYS_ON[s[at + 1]]))
        return 0;
    for (int word = 0; SAID[word]; word++)
        if ((s[at] | 32) == (uint8_t)SAID[word][0] && said_at(s, at, size, SAID[word]))
            return 1;
    return 0;
}

static int phone(text s, int64_t size)
{
    for (int64_t at = 0; at < size; at++)
        if (phone_at(s, at, size))
            return 1;
    return 0;
}

/* [*.o]{2} of asterisks and bullets, ###, xxx in any case: what hides a part of a value. */
static int hidden(text s, int64_t size)
{
    int stars = 0, hashes = 0, crosses = 0;
    for (int64_t at = 0; at < size; at++) {
        int wide = at + 2 < size && s[at] == 0xe2 &&
                   ((s[at + 1] == 0x80 && s[at + 2] == 0xa2) || (s[at + 1] == 0x97 && s[at + 2] == 0x8f));
        stars = s[at] == '*' || wide ? stars + 1 : 0;
        hashes = s[at] == '#' ? hashes + 1 : 0;
        crosses = (s[at] | 32) == 'x' ? crosses + 1 : 0;
        if (stars == 2 || hashes == 3 || crosses == 3)
            return 1;
        at += wide ? 2 : 0;
    }
    return 0;
}

/* Whether a text begins with one of these words of small letters, in any case. */
static int begins(text s, int64_t size, const char *const *words)
{
    for (; *words; words++) {
        const char *word = *words;
        int64_t at = 0;
        while (word[at] && at < size && (s[at] | 32) == ((uint8_t)word[at] | 32))
            at++;
        if (!word[at])
            return 1;
    }
    return 0;
}

static const char *const GONE[] = {"[", "{", "<", "(", "redacted", "masked", "removed", "anonymi", "deleted", 0};
static const char *const TOKENS[] = {"tok", "pseudo", "anon", "ref", "vault", 0};

/* Whether a text may be all that a hash is, or a name of one before it. */
static int hash(text s, int64_t size)
{
    for (int64_t at = 0; at < size; at++)
        if (!is_word(s[at]) && s[at] != '+' && s[at] != '/' && s[at] != '=' && s[at] != '-' && s[at] != ':' &&
            s[at] != '$')
            return 0;
    return size >= 32 && size <= 140;
}

/* Classes of which a sign needs some. */
enum { DIGIT = 1, LETTER = 2, AT = 4, DOT = 8, COLON = 16, DASH = 32, OPENS = 64, STAR = 128 };

static int classes(text s, int64_t size, int *digits)
{
    int found = 0, counted = 0;
    for (int64_t at = 0; at < size; at++) {
        uint8_t c = s[at];
        int digit = is_digit(c);
        counted += digit;
        found |= digit | (is_letter(c) << 1) | ((c == '@') << 2) | ((c == '.') << 3) | ((c == ':') << 4) |
                 ((c == '-') << 5) | ((c == '+' || c == '(') << 6) |
                 ((c == '*' || c == '#' || (c | 32) == 'x' || c == 0xe2) << 7);
    }
    *digits = counted;
    return found;
}

/* The signs of one text, in the order of `_forms/shapes.py`. */
static int64_t seen(text s, int64_t size)
{
    int digits, has = classes(s, size, &digits), points = has & (DOT | COLON);
    int64_t found = (has & AT) && (has & DOT) && email(s, size);
    found |= (int64_t)(digits >= 2 && (has & LETTER) && iban(s, size)) << 1;
    found |= (int64_t)(points && ip(s, size)) << 2;
    found |= (int64_t)(size >= 14 && (points || (has & DASH)) && device(s, size)) << 3;
    found |= (int64_t)(size >= 26 && digits && wallet(s, size)) << 4;
    found |= (int64_t)hash(s, size) << 5;
    found |= (int64_t)(size >= 36 && size <= 38 && (has & DASH)) << 6;
    found |= (int64_t)((has & STAR) && hidden(s, size)) << 7;
    found |= (int64_t)begins(s, size, GONE) << 8;
    found |= (int64_t)(size >= 12 && begins(s, size, TOKENS)) << 9;
    found |= (int64_t)(digits >= 13 && number(s, size)) << 10;
    found |= (int64_t)((has & (DIGIT | OPENS)) && phone(s, size)) << 11;
    return found | (int64_t)(size > 1 && hint(s, size)) << 12;
}

/* Give the signs of each line of a text that ends with one; gives how many lines there are. */
EXPORT int64_t signs_of_lines(text data, int64_t size, uint8_t apart, int32_t *out, int64_t room)
{
    int64_t line = 0, begun = 0;
    for (int64_t at = 0; at < size; at++) {
        if (data[at] != apart)
            continue;
        if (line < room)
            out[line] = (int32_t)seen(data + begun, at - begun);
        line++;
        begun = at + 1;
    }
    return line;
}

typedef int (*sign)(text, int64_t);
static const sign PATTERNS[] = {email, hint, hint_first, wallet_whole, iban_first, iban, machine, phone, number};

/* Say for each of these texts whether a pattern, in the order of `_columns/sketch.py`, finds something; gives how many. */
EXPORT int64_t signs_match(int64_t pattern, text data, const int64_t *starts, const int32_t *sizes,
                           const int64_t *places, int64_t count, uint8_t *out)
{
    int64_t hits = 0;
    for (int64_t one = 0; one < count; one++) {
        int64_t place = places[one];
        out[one] = (uint8_t)PATTERNS[pattern](data + starts[place], sizes[place]);
        hits += out[one];
    }
    return hits;
}
