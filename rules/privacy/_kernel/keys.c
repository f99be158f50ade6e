/* Signs of keys and passwords: what `HINT` of `_forms/secrets.py` finds. */

#include "keys.h"

/* What keys hold; 1 stands for [a-z], 2 for [0-9], 3 for [0-9a-f]. */
static const char *const HINTS[] = {
    "AKIA", "ASIA", "ABIA", "ACCA", "AIza", "AGE-S", "AccountKey=", "ghp_", "gho_", "ghu_", "ghs_", "ghr_",
    "github_pat_", "gl\1\1-", "gl\1\1\1-", "gl\1\1\1\1-", "xox\1-", "xapp-", "hooks.slack", "sk_live", "sk_test",
    "rk_live", "rk_test", "whsec_", "GOCSPX", "ya29.", "sk-", "hf_", "SG.", "key-", "-us\2", "SK\3", "npm_", "pypi-",
    "doo_v1", "dop_v1", "dor_v1", "shpaa_", "shpat_", "shpas_", "shpca_", "shpct_", "shpcs_", "shppa_", "shppt_",
    "shpps_", "shpsa_", "shpst_", "shpss_", "sq0", "dapi", "lin_api", "secret_", "ntn_", ":AA", "hvs.", "hvb.", "hvr.",
    "atlasv1", "eyJ", "PRIVATE", "$2", "$a", "$s", "$p", "$5", "$6", "pbkdf2", 0};
/* Which signs a key begins with, and which stand second, by groups of both: few places of a text are looked at closer. */
static const uint8_t FIRST[256] = {
    ['A'] = 1, ['g'] = 2, ['h'] = 2, ['s'] = 4, ['k'] = 4, ['e'] = 4, ['x'] = 8, ['d'] = 8, ['r'] = 16, ['w'] = 16,
    ['y'] = 16, ['a'] = 16, ['G'] = 32, ['S'] = 32, ['P'] = 32, ['n'] = 64, ['p'] = 64, ['l'] = 64, ['-'] = 128,
    [':'] = 128, ['$'] = 128};
static const uint8_t SECOND[256] = {
    ['K'] = 33, ['S'] = 1, ['B'] = 1, ['C'] = 1, ['I'] = 1, ['G'] = 33, ['c'] = 1, ['h'] = 22, ['i'] = 66, ['l'] = 2,
    ['o'] = 10, ['f'] = 2, ['v'] = 2, ['k'] = 20, ['q'] = 4, ['e'] = 4, ['y'] = 68, ['a'] = 152, ['t'] = 80,
    ['O'] = 32, ['R'] = 32, ['p'] = 192, ['b'] = 64, ['u'] = 128, ['A'] = 128, ['/'] = 128, ['2'] = 128, ['s'] = 128,
    ['5'] = 128, ['6'] = 128};

static int stands(text s, int64_t at, int64_t size, const char *word)
{
    for (; *word; word++, at++) {
        uint8_t c = at < size ? s[at] : 0, w = (uint8_t)*word;
        if (w > 3 ? c != w : !(w == 1 ? is_lower(c) : is_digit(c) || (w == 3 && c >= 'a' && c <= 'f')))
            return 0;
    }
    return 1;
}

static int hint_at(text s, int64_t at, int64_t size)
{
    if (at + 1 >= size || !(FIRST[s[at]] & SECOND[s[at + 1]]))
        return 0;
    for (int word = 0; HINTS[word]; word++)
        if ((uint8_t)HINTS[word][0] == s[at] && stands(s, at, size, HINTS[word]))
            return 1;
    if (s[at] != ':' || !stands(s, at, size, "://"))
        return 0;
    int64_t end = at + 3; /* ://[^\s/:@]+: */
    while (end < size && !is_space(s[end]) && s[end] != '/' && s[end] != ':' && s[end] != '@')
        end++;
    return end > at + 3 && end < size && s[end] == ':';
}

int hint(text s, int64_t size)
{
    for (int64_t at = 0; at < size; at++)
        if (hint_at(s, at, size))
            return 1;
    return 0;
}

/* ^(?:what keys hold|[0-9a-f]{32}-us|[A-Za-z0-9]{14}\.atlasv1) */
int hint_first(text s, int64_t size)
{
    if (size && hint_at(s, 0, size))
        return 1;
    if (size >= 35 && s[32] == '-' && stands(s, 32, size, "-us") && hex_at(s, 0, 32) == 32) {
        int64_t at = 0;
        while (at < 32 && !(s[at] & 64 && !(s[at] & 32)))
            at++;
        return at == 32;
    }
    return size >= 22 && s[14] == '.' && stands(s, 14, size, ".atlasv1") && alnum_at(s, 0, 14) == 14;
}
