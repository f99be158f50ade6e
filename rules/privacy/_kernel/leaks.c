/* Values as fingerprints, and the search of a text for them.
 *
 * A text is reduced (reduce.c), cut into words, and its letters are closed up. Where a word begins, its next six
 * letters are looked up in a table of how values begin. What passes is summed sign by sign, each times a random number of its
 * place, and wherever a word ends as a value of that length does, the sum is looked up among the values' own.
 *
 * A text is worked on in blocks that lie in a processor's nearest caches, each copied with what lies before and behind
 * it: what is read and written lies within a block, whatever a text holds. */

#include "leaks.h"

enum {
    BLOCK = 1 << 15,
    BEFORE = 32,   /* bytes before a block that are looked at too: an escape or a word may begin there */
    BEHIND = 512,  /* bytes behind it, into which a value may reach */
    SIZE = BEFORE + BLOCK + BEHIND,
    BEGINS = 24,   /* bits of a place in the table that each word is looked up in: it lies in a near cache */
    LENGTHS = 20,  /* in the table that tells more of these few */
    APART = 3,     /* times as long as itself a value may be where it is written in escapes */
    ALIAS = 41,    /* bytes from the plus of an alias to the sign of its address */
    FEW_SIGNS = 9, /* bytes of three signs of Han, kana or Hangul */
};

static const uint64_t MIX = 0x9E3779B97F4A7C15;
static const uint64_t HEAD = 0xFFFFFFFFFFFF; /* six of eight letters */
static const uint64_t NO_DIGIT = 0xF0F0F0F0F0F0, DIGITS = 0x303030303030;

/* A form of a value: its fingerprint, and its number from one on; without, the place is free. */
struct form {
    uint64_t print, number;
};

/* What is looked for. */
struct values {
    const uint64_t *powers;   /* a random number for each place of a letter */
    uint8_t *begins;          /* bits by how values begin */
    uint64_t *lengths;        /* by how they begin, a bit for each length that they have */
    struct form *forms;       /* each at its fingerprint's place or behind it */
    int64_t places;           /* of forms: a power of two, with free ones */
    const int64_t *owners;    /* by form: twice the value it is of, one more where the value is written otherwise */
    const uint8_t *numbers;   /* which are of digits alone, with no signs inside but those all numbers have */
    const uint64_t *groups;   /* where the groups of a form must end, a bit for each letter; or none */
    const uint8_t *countries; /* digits of a country code by its first two, half a byte each; none without phones */
    int64_t aliases;          /* whether addresses are among the values */
};

/* Where a word starts or stops in a text, and at which of its letters. */
struct edge {
    int32_t place, letter;
};

struct block {
    uint8_t text[SIZE + PAD], low[SIZE + PAD], letters[SIZE + PAD + LONGEST];
    struct edge edges[2 * SIZE + PAD]; /* a start and a stop for each byte at most */
    int64_t size, words;
    int64_t offset; /* of the block in the text */
};

/* What was found: rows of a value, its place and its end; signs of addresses with an alias; words that may be codes. */
struct found {
    int64_t *values, *aliases, *codes;
    int64_t room, count[3];
};

struct search {
    const struct values *values;
    struct block *block;
    struct found *found;
};

/* Gives the place of six letters in a table. */
static uint64_t place_of(uint64_t head, int bits)
{
    return head * MIX >> (64 - bits);
}

static uint64_t head_at(const uint8_t *letters)
{
    uint64_t head;
    __builtin_memcpy(&head, letters, sizeof head);
    return head & HEAD;
}

static uint64_t print_of(const struct values *values, const uint8_t *letters, int64_t size)
{
    uint64_t sum = 0;
    for (int64_t place = 0; place < size; place++)
        sum += letters[place] * values->powers[place];
    return sum;
}

/* Gives where a fingerprint is among the forms, or the free place where it would be. */
static struct form *form_of(const struct values *values, uint64_t print)
{
    uint64_t place = print >> 32; /* sums are as good as drawn by chance, in any of their bits */
    while (values->forms[place & (values->places - 1)].number &&
           values->forms[place & (values->places - 1)].print != print)
        place++;
    return values->forms + (place & (values->places - 1));
}

/* Takes forms of one length, a row each and some room behind the last; `from` is the number of the first. */
EXPORT int64_t leaks_take(const struct values *values, const uint8_t *rows, int64_t count, int64_t size, int64_t from)
{
    /* What is written so is first of all a value as it is, and only then another one that is written otherwise. */
    for (int64_t otherwise = 0; otherwise < 2; otherwise++)
        for (int64_t row = 0; row < count; row++) {
            const uint8_t *letters = rows + row * size;
            if ((values->owners[from + row] & 1) != otherwise)
                continue;
            struct form *form = form_of(values, print_of(values, letters, size));
            if (form->number)
                continue;
            *form = (struct form){print_of(values, letters, size), from + row + 1};
            uint64_t head = head_at(letters), place = place_of(head, BEGINS);
            values->begins[place >> 3] |= 1 << (place & 7);
            values->lengths[place_of(head, LENGTHS)] |= (uint64_t)1 << (size - 1);
        }
    return count;
}

/* Gives the value that some letters are, below zero where they are none. */
EXPORT int64_t leaks_value(const struct values *values, const uint8_t *letters, int64_t size)
{
    const struct form *form = form_of(values, print_of(values, letters, size));
    return form->number ? values->owners[form->number - 1] >> 1 : -1;
}

/* Adds to what was found where there is room; without, only counts. */
static void add(struct found *found, int kind, int64_t *rows, int64_t width, const int64_t *row)
{
    int64_t at = found->count[kind]++;
    for (int64_t place = 0; at < found->room && place < width; place++)
        rows[at * width + place] = row[place];
}

/* Tells whether signs are written without spaces between words: Han, kana, Hangul, Thai, Lao, Khmer, Burmese. */
static int unspaced(const uint8_t *low)
{
    uint8_t second = low[1];
    switch (low[0]) {
    case 0xE0:
        return second >= 0xB8 && second <= 0xBB;
    case 0xE1:
        return second <= 0x82 || second == 0x9E || second == 0x9F;
    default:
        return low[0] >= 0xE3 && low[0] <= 0xED;
    }
}

/* Closes up the letters of a block and parts its words, at each sign that is written without spaces too. */
static void cut(struct block *block)
{
    int64_t after = -1, turns = 0;
    uint32_t was = 0, count = 0;
    for (int64_t at = 0; at < block->size; at++) {
        uint8_t sign = block->low[at];
        /* A sum instead of a comparison: where compilers make a jump of it, nobody guesses where a word ends. */
        uint32_t is = (sign + 0x100u - LETTERS) >> 8;
        block->edges[turns] = (struct edge){(int32_t)at, (int32_t)count};
        turns += is ^ was;
        if (sign >= 0xE0 || at == after) {
            int parts = sign >= 0xE0 && unspaced(block->low + at);
            if ((parts || at == after) && is && was) {
                block->edges[turns] = block->edges[turns + 1] = (struct edge){(int32_t)at, (int32_t)count};
                turns += 2;
            }
            after = parts ? at + 3 : after;
        }
        block->letters[count] = sign;
        count += is;
        was = is;
    }
    block->edges[turns] = block->edges[turns + was] = (struct edge){(int32_t)block->size, (int32_t)count};
    block->words = (turns + was) / 2;
    for (int place = 0; place < LONGEST + 8; place++)
        block->letters[count + place] = 0;
}

/* Tells whether a number has a sign inside that nobody writes there: a comma or a quote stands between two. */
static int broken(const uint8_t *low, int64_t start, int64_t stop)
{
    for (int64_t at = start; at < stop; at++)
        if (low[at] >= HARD && low[at] < SOFT)
            return 1;
    return 0;
}

/* Tells whether a part of a text holds escapes: values are longer there. */
static int escaped(const uint8_t *text, int64_t start, int64_t stop)
{
    for (int64_t at = start; at < stop; at++)
        if (text[at] == '%' || text[at] == '\\' || text[at] == '&' || text[at] == '=' || text[at] == '<')
            return 1;
    return 0;
}

/* Looks up a sum of `length` letters from the word `first` on to the end of `last`; `ends` has where words end. */
static void known(struct search *search, uint64_t sum, int64_t first, int64_t last, int64_t length, uint64_t ends)
{
    const struct values *values = search->values;
    const struct block *block = search->block;
    const struct form *form = form_of(values, sum);
    if (!form->number)
        return;
    uint64_t at = form->number - 1;
    int64_t start = block->edges[2 * first].place, stop = block->edges[2 * last + 1].place;
    /* A value is written with few signs between: what is further apart only happens to follow one another. */
    int64_t spread = block->edges[2 * last].place - start, most = 2 * length + 8;
    if (spread > most && (spread > APART * most || !escaped(block->text, start, stop)))
        return;
    if (values->numbers[at] && broken(block->low, start, stop))
        return;
    /* Two signs of Han stand within other words too. */
    if (length < FEW_SIGNS && block->low[start] >= 0xE0 &&
        ((start && block->low[start - 1] >= LETTERS) || block->low[stop] >= LETTERS))
        return;
    if (values->groups && values->groups[at] & ~ends)
        return;
    int64_t row[3] = {values->owners[at] >> 1, start + block->offset, stop + block->offset};
    add(search->found, 0, search->found->values, 3, row);
}

/* Looks for values of some lengths of which a letter is the first one; the word tells where they begin. */
static void window(struct search *search, int64_t word, int64_t letter, uint64_t lengths)
{
    const struct block *block = search->block;
    const uint8_t *letters = block->letters + letter;
    uint64_t sum = 0, ends = 0;
    int64_t last = word;
    while (last < block->words && block->edges[2 * last + 1].letter <= letter)
        last++;
    for (int64_t length = 1; lengths && last < block->words; length++, lengths >>= 1) {
        int end = letter + length == block->edges[2 * last + 1].letter;
        sum += letters[length - 1] * search->values->powers[length - 1];
        ends |= (uint64_t)end << (length - 1);
        if (lengths & 1 && (end || length == LONGEST))
            known(search, sum, word, last, length, ends);
        last += end;
    }
}

static void look(struct search *search, int64_t word, int64_t letter)
{
    uint64_t head = head_at(search->block->letters + letter), place = place_of(head, BEGINS);
    if (search->values->begins[place >> 3] >> (place & 7) & 1)
        window(search, word, letter, search->values->lengths[place_of(head, LENGTHS)]);
}

/* Looks behind the country code that begins at a letter, and behind a trunk prefix after that. */
static void abroad(struct search *search, int64_t word, int64_t letter)
{
    const uint8_t *letters = search->block->letters + letter;
    int64_t size = search->values->countries[(letters[0] & 15) << 4 | (letters[1] & 15)];
    look(search, word, letter + size);
    if (letters[size] == '0')
        look(search, word, letter + size + 1);
}

/* Looks where a phone number may begin behind a country code or a trunk prefix. */
static void phone(struct search *search, int64_t word)
{
    const struct block *block = search->block;
    int64_t start = block->edges[2 * word].place, letter = block->edges[2 * word].letter;
    int64_t length = block->edges[2 * word + 1].letter - letter;
    const uint8_t *text = block->text + start, *letters = block->letters + letter;
    /* In an address of the web the sign is written `%2B`. */
    int plus = (start > 0 && text[-1] == '+') || (start > 2 && (text[-1] | 0x20) == 'b' && text[-3] == '%');
    if (*letters == '0')
        look(search, word, letter + 1);
    /* With its country code and no sign before that, a number has eleven digits or more. */
    if (plus || (*letters != '0' && length >= 11 && length <= 15))
        abroad(search, word, letter);
    if (letters[0] == '0' && letters[1] == '0')
        abroad(search, word, letter + 2);
}

/* Notes the sign of an address before a word, with a plus before that: `name+anything@host` is `name@host`. */
static void alias(struct search *search, int64_t place)
{
    const uint8_t *text = search->block->text, *low = search->block->low;
    /* In an address of the web these are written `%40` and `%2B`. */
    int64_t sign = place > 0 && low[place - 1] == AT ? place - 1 : place > 2 && low[place - 3] == AT ? place - 3 : 0;
    for (int64_t at = sign - 1; at >= 0 && at >= sign - ALIAS && text[at] > ' '; at--)
        if (text[at] == '+' || (text[at] == '%' && text[at + 1] == '2' && (text[at + 2] | 0x20) == 'b')) {
            int64_t found = sign + search->block->offset;
            add(search->found, 1, search->found->aliases, 1, &found);
            return;
        }
}

/* Notes a word that may be a code, or the rest of one. */
static void code(struct search *search, const struct edge *edge)
{
    int64_t place = edge->place + search->block->offset;
    if (edge[1].letter - edge->letter >= LONG && search->block->low[edge->place] < 0x80)
        add(search->found, 2, search->found->codes, 1, &place);
}

/* Looks at each word that begins in a part of a block; `rest` tells whether a code may have begun before. */
static void words(struct search *search, int64_t first, int64_t stop, int rest)
{
    const struct values *values = search->values;
    const struct block *block = search->block;
    for (int64_t word = 0; word < block->words; word++) {
        const struct edge *edge = block->edges + 2 * word;
        if (edge->place < first) {
            if (rest && edge[1].place > first)
                code(search, edge);
            continue;
        }
        if (edge->place >= stop)
            break;
        look(search, word, edge->letter);
        if (values->countries && (head_at(block->letters + edge->letter) & NO_DIGIT) == DIGITS)
            phone(search, word);
        if (values->aliases)
            alias(search, edge->place);
        code(search, edge);
    }
}

/* Gives how many bytes a search needs to work in. */
EXPORT int64_t leaks_room(void)
{
    return sizeof(struct block);
}

/* Finds values that begin in a part of a text. */
EXPORT int64_t leaks_search(const struct signs *signs, const struct values *values, const uint8_t *text, int64_t size,
                            int64_t from, int64_t to, struct block *block, struct found *found)
{
    struct search search = {values, block, found};
    for (int64_t start = from; start < to; start += BLOCK) {
        int64_t before = start < BEFORE ? start : BEFORE;
        int64_t end = size - start < BLOCK + BEHIND ? size : start + BLOCK + BEHIND;
        int64_t stop = to - start < BLOCK ? to : start + BLOCK;
        block->offset = start - before;
        block->size = end - block->offset;
        __builtin_memcpy(block->text, text + block->offset, block->size);
        for (int64_t place = 0; place < PAD; place++)
            block->text[block->size + place] = block->low[block->size + place] = 0;
        reduce(signs, block->text, block->size, block->low);
        cut(block);
        words(&search, before, stop - block->offset, start == from);
    }
    return found->count[0] > found->room || found->count[1] > found->room || found->count[2] > found->room;
}
