"""Names of people: by what the header says, by lists, by what letters say of words that no list holds.

A name has no format, so a column is judged as a whole: how its values are written, which share of them lists know, and
how likely their letters are those of names. Columns of firms hold names too: words that say `firm`, and last words that
come again and again without being names, deny people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rules.privacy._columns.evidence import Column, Found, share
from rules.privacy._lists import names
from rules.privacy._lists.crossed import crossed
from rules.privacy._lists.surnames import CJK_FAMILIES

PEOPLE: Final = frozenset(
    {"email", "phone", "first_name", "birth_date", "address", "person", "ssn", "national_id", "username"}
)
"""Kinds that stand beside names of people."""
_FEW: Final = 96


def people(column: Column, usable: list[int]) -> Iterator[Found]:
    """Give names of people, whole or in part."""
    header = column.header
    if column.longest <= 2 and not column.blob.isascii():
        yield from _signs(column, usable)
        return
    if not any(names.name_like(column.value(index)) for index in _likeliest(column, usable)):
        return
    hits = {index for index in usable if names.name_like(column.value(index))}
    if not hits or column.part(hits, usable) < 0.6:
        return
    several = column.part([i for i in hits if names.word_count(column.value(i)) >= 2], hits)
    if header.about:
        yield from _although_denied(column, hits, several)
    elif header.names("first_name") and "person" not in header.kinds:
        yield column.found("first_name" if several < 0.5 else "person", hits, ("header", "shape"), 0.93)
    elif header.names("person"):
        given = _likeness(column, hits).given
        yield column.found("person", hits, ("shape",), 0.95 if given >= 0.2 else 0.88)
    elif header.thing or header.identifier:
        yield from _although_denied(column, hits, several)
    elif header.names("name") or header.names("role"):
        yield from _names_of_what(column, hits, several)
    else:
        yield from _unsaid(column, hits, several)


def _likeliest(column: Column, usable: list[int]) -> list[int]:
    """Give the value that stands for most others, and a spread of all: three in five are names where any column is."""
    weights = column.texts.weights
    return [max(usable, key=weights.__getitem__) if weights else usable[0], *usable[:: -(-len(usable) // _TRIED)]]


_TRIED: Final = 24


def _signs(column: Column, usable: list[int]) -> Iterator[Found]:
    """Judge columns of one or two signs: Chinese and Korean family names are a closed class of some hundred."""
    hits = {index for index in usable if names.name_like(column.value(index)) or len(column.value(index)) == 1}
    single = {index for index in hits if column.value(index) in CJK_FAMILIES}
    whole = {index for index in hits if len(column.value(index)) == 2 and column.value(index)[0] in CJK_FAMILIES}
    said = column.header
    if hits and (said.names("person") or said.names("first_name")):
        label = "first_name" if said.names("first_name") and not said.names("person") else "person"
        yield column.found(label, hits, ("shape",), 0.9)
    elif said.thing or said.identifier or len(usable) < 12:
        return
    elif column.part(single, usable) >= 0.5 or (column.part(whole, usable) >= 0.9 and said.names("name")):
        yield column.found("person", hits, ("list",), 0.82)
    elif (letters := _letters(column, hits)) is not None and letters.of_people(0, known=bool(column.siblings & PEOPLE)):
        yield column.found("person", hits, ("letters",), 0.77)


def _although_denied(column: Column, hits: set[int], several: float) -> Iterator[Found]:
    """Judge values under a header of things: only what can hardly be anything but names is told against it."""
    if several < 0.8 or _sentences(column, hits):
        return
    letters = _letters(column, hits)
    if letters is None or not letters.crossed or letters.mean < _PLAINLY or _likeness(column, hits).given < _GIVEN:
        return
    if letters.of_people(several, known=False):
        yield column.found("person", hits, ("letters", "crossing"), 0.77)


def _names_of_what(column: Column, hits: set[int], several: float) -> Iterator[Found]:
    """Judge values under a header that says `name` and not of what."""
    said = _likeness(column, hits)
    label = "first_name" if several < 0.5 and said.given >= 0.5 else "person"
    letters = _letters(column, hits)
    listed = said.given >= 0.3 or (said.given >= 0.1 and said.listed >= 0.4)
    if listed and (said.given >= 0.5 or column.siblings & PEOPLE or letters is None or letters.plain(several)):
        yield column.found(label, hits, ("header", "list"), 0.9)
        return
    if letters is not None and letters.of_people(several, known=True):
        sure = column.siblings & PEOPLE or letters.plain(several) or not _categories(column, hits)
        yield column.found("person", hits, ("header", "letters"), 0.85 if sure else 0.6)
    elif column.siblings & PEOPLE and several >= 0.5:
        yield column.found("person", hits, ("header", "sibling", "shape"), 0.8)
    elif several >= 0.7 and share(sum(_titled(column.value(index)) for index in hits), len(hits)) >= 0.8:
        yield column.found("person", hits, ("header", "shape"), 0.6)


@dataclass(frozen=True, slots=True)
class _Likeness:
    """Shares of a column's values that hold a given name, a listed name, and any sign of a name."""

    given: float
    listed: float
    any: float


def _likeness(column: Column, hits: set[int]) -> _Likeness:
    levels = {index: names.likeness(column.value(index)) for index in _spread(hits)}
    return _Likeness(
        *(column.part([i for i, level in levels.items() if level >= least], levels) for least in (3, 2, 1))
    )


def _spread(hits: set[int]) -> list[int]:
    ordered = sorted(hits)
    return ordered[:: -(-len(ordered) // _FEW)] if ordered else ordered


def _unsaid(column: Column, hits: set[int], several: float) -> Iterator[Found]:
    """Judge values under a header that says nothing."""
    if _sentences(column, hits) or column.part(column.long, range(column.distinct)) >= _TEXTS:
        return
    if _with_initials(column, hits):
        yield column.found("person", hits, ("shape",), 0.8)
        return
    letters = _letters(column, hits)
    label, sure = _by_lists(column, hits, _likeness(column, hits), several)
    if label and (letters is None or (letters.mean >= _DENIED and letters.things <= _MOSTLY_FIRMS)):
        yield column.found(label, hits, ("list",), sure)
        return
    categories = _categories(column, hits)
    known = bool(column.siblings & PEOPLE) and not categories
    if several < 0.5 and categories:
        return
    if letters is not None and letters.of_people(several, known=known):
        label = "first_name" if several < 0.5 and letters.given > 0.5 else "person"
        yield column.found(label, hits, ("letters", *(("sibling",) if known else ())), 0.8 if several >= 0.5 else 0.77)


def _categories(column: Column, hits: set[int]) -> bool:
    """Whether few values come again and again, as ships and spices do more than people."""
    distinct = column.weigh(hits)
    return distinct < _FEW_VALUES and column.texts.rows(hits) >= 4 * distinct


def _with_initials(column: Column, hits: set[int]) -> bool:
    """Whether nearly all values are an initial and a name (`S. Awan`), as hardly anything but people is written."""
    few = [column.value(index) for index in _spread(hits)]
    initials = [found for value in few if (found := _INITIAL.fullmatch(value))]
    ends = {found[1] or found[2] for found in initials}
    starts = {(found[0][0] if found[1] else found[0].rstrip(".")[-1]) for found in initials}
    if any(one[0].islower() for one in ends):  # species are written so: `E. coli`
        return False
    return len(initials) * 10 >= 9 * len(few) and len(ends) >= _SEVERAL and len(starts) >= _LEAST_INITIALS


_INITIAL: Final = re.compile(
    r"(?:[^\W\d_]\. ?){1,2}([^\W\d_]{3,}(?:[ '\u2019-][^\W\d_]+){0,2})|([^\W\d_]{3,}),? [^\W\d_]\."
)
_SEVERAL, _LEAST_INITIALS = 8, 4
_TEXTS: Final = 0.2
"""Where so many values are running text, the shorter ones are sentences too."""


def _sentences(column: Column, hits: set[int]) -> bool:
    """Whether values are sentences or titles of many words, as no column of names is."""
    few = [column.value(index) for index in _spread(hits)]
    return sum(value[-1] in ".!?。" and value.count(" ") >= 3 for value in few) * 10 > 3 * len(few)


def _by_lists(column: Column, hits: set[int], said: _Likeness, several: float) -> tuple[str, float]:
    """Give what lists say of values: names repeat the common ones, and hardly anything else does."""
    distinct = column.weigh(hits)
    wide = column.part([i for i in hits if not column.value(i)[:1].isascii()], hits) >= 0.9
    if len(hits) < 8 or distinct < 10:
        few = len(hits) >= 5 and several >= 0.8 and said.given >= 0.8 and _families(column, hits, said)
        return ("person", 0.86) if few else ("", 0.0)
    if several >= 0.6 and (
        (said.given >= 0.4 and said.any >= 0.5) or (said.given >= 0.25 and (wide or said.listed >= 0.5))
    ):
        return "person", 0.86
    if several >= 0.8 and column.part([i for i in hits if names.familial(column.value(i))], hits) >= 0.6:
        return "person", 0.8
    if said.given >= 0.45 and (distinct >= 15 or wide):
        return "person" if wide else "first_name", 0.8
    if several < 0.3 and distinct >= 15 and _families(column, hits, said):
        return "person", 0.78
    return "", 0.0


def _families(column: Column, hits: set[int], said: _Likeness) -> bool:
    told = [i for i in hits if names.family(column.value(i)) or names.familial(column.value(i))]
    listed = column.part(told, hits)
    return listed >= 0.45 or (listed >= 0.25 and said.any >= 0.75)


def _titled(text: str) -> bool:
    return text.istitle() or text.isupper()


_ENOUGH: Final = 20
"""So many distinct values must there be before letters alone say that they are names."""
_LISTED: Final = 2.0
"""What a word at least says that a list of names holds."""
_MOST: Final = 4.0
"""What one word can say at most: a column is judged by many."""


@dataclass(frozen=True, slots=True)
class _Letters:
    """What the letters of a column's words say: the mean, and the shares of words that rather are names."""

    mean: float
    names: float
    given: float
    cased: float
    """Share of values whose words begin with capitals, or whose script has none."""
    length: float
    things: float

    crossed: bool
    """Whether first and last words recur with many others each, as given and family names do."""
    ends: tuple[float, float]
    """The means over the first and over the last words of values of several words."""
    many: int
    """How many values were looked at."""

    def of_people(self, several: float, *, known: bool) -> bool:
        """Whether this is a column of names; less will do where header or siblings speak of people."""
        if self.crossed:
            even = self.cased >= 0.9 or self.cased <= 0.1
            return even and self.things <= _SOME and self.mean >= 0.25 and min(self.ends) >= 0 and self.names >= 0.5
        if self.things > _FIRMS or self.length < 2:
            return False
        if several >= 0.5:
            few = 0 if known or self.many >= _FEW_VALUES else _FEW_MORE
            return self.mean >= (0.4 if known else 0.7) + few and self.names >= 0.62 and self.cased >= 0.9
        return self.mean >= (0.5 if known else 0.85) and self.names >= (0.6 if known else 0.67) and self.cased >= 0.95

    def plain(self, several: float) -> bool:
        """Whether letters do not contradict that some of the words are names."""
        return self.crossed or self.mean >= (_PLAINLY if several >= 0.5 else _FEW_MORE + _PLAINLY)


_PLAINLY: Final = 0.9
_GIVEN: Final = 0.3
"""Such a share of values must hold a common given name, to be told against a header that says otherwise."""
_FEW_VALUES: Final = 40
_FEW_MORE: Final = 0.6
"""So much more must letters say of so few values of several words: twenty cars may sound like names by chance."""
_DENIED: Final = 0.2
"""Less than this says that words which lists know are other words here."""
_FIRMS: Final = 0.12
_MOSTLY_FIRMS: Final = 0.5
_SOME: Final = 0.2
_FIRST, _LAST = 0.15, 0.06
"""How often a word must stand there: titles stand before names, firms say after them what they are."""
_NEVER: Final = 0.5


def _letters(column: Column, hits: set[int]) -> _Letters | None:
    """Give what letters say of the words of a spread of the values; None where there are too few."""
    import numpy as np

    from rules.privacy._lists.letters import scores

    values = [column.value(index) for index in _spread(hits)]
    if len(hits) < _ENOUGH or column.weigh(hits) < _ENOUGH:
        return None
    parts = [names.name_words(value)[:5] for value in values]
    flat = [word for words in parts for word in words]
    if not flat:
        return None
    crossing = crossed([column.value(index) for index in hits])
    by_kind = scores(flat)
    said = np.clip(np.logaddexp(by_kind[:, 0], by_kind[:, 1]), -_MOST, _MOST)
    said = np.where([names.listed(word) for word in flat], np.maximum(said, _LISTED), said)
    wide = any(not word.isascii() for word in flat[:8])
    by_word = dict(zip(flat, said.tolist(), strict=True))
    return _Letters(
        float(said.mean()),
        float((said > 0).mean()),
        float((by_kind[:, 0] > by_kind[:, 1]).mean()),
        sum(map(_cased, values)) / len(values),
        3 if wide else sum(map(len, flat)) / len(flat) - 1.5,
        _of_things(values, parts) if crossing else _things(values, parts, by_word),
        crossing,
        _ends(parts, by_word),
        len(values),
    )


def _ends(parts: list[list[str]], said: dict[str, float]) -> tuple[float, float]:
    """Give what is said of the first and of the last words, on the mean."""
    several = [words for words in parts if len(words) > 1] or [[word] for words in parts for word in words]
    first, last = (sum(said[words[place]] for words in several) / len(several) for place in (0, -1))
    return first, last


def _of_things(values: list[str], parts: list[list[str]]) -> float:
    """Give the share of values that hold a word for a firm, a place or a thing."""
    return sum(names.of_thing(value, words) for value, words in zip(values, parts, strict=True)) / len(values)


def _cased(text: str) -> bool:
    """Whether the last word of a value, before which a title may stand, has a capital, or its script has none."""
    return not text.rpartition(" ")[2][:1].islower()


def _things(values: list[str], parts: list[list[str]], said: dict[str, float]) -> float:
    """Give the share of values that are rather of firms and places.

    They hold a word that says so, begin or end with a word that often stands there and is no name.
    """
    several = [words for words in parts if len(words) > 1]
    often: set[str] = set()
    for place, share_of in ((0, _FIRST), (-1, _LAST)):
        found = Counter(words[place] for words in several)
        often |= {
            word
            for word, count in found.items()
            if count >= max(3, share_of * len(parts))
            and (said[word] < _NEVER or (count * 5 > 2 * len(parts) and not names.listed(word)))
        }
    return sum(
        names.of_thing(value, words) or (len(words) > 1 and not often.isdisjoint((words[0], words[-1])))
        for value, words in zip(values, parts, strict=True)
    ) / len(values)
