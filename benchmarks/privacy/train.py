# ruff: noqa: RUF001 - letters of other scripts look like Latin ones
"""Train the model of letters that tells names from other words: `rules/privacy/_lists/letters.bin`.

    /tmp/outside/bin/pip install faker babel phonenumbers scikit-learn spacy wordfreq
    PYTHONPATH=. /tmp/outside/bin/python -m benchmarks.privacy.train rules/privacy/_lists/letters.bin [--without-held]

Names are our own lists and Faker's (MIT) in all its locales, other words what Babel's CLDR (Unicode licence) calls
countries, languages, currencies, units and months, places of phonenumbers (Apache 2.0), stop words of spaCy (MIT),
the words that wordfreq (Apache 2.0) counts most often in 27 languages, and words, towns, jobs and colours of Faker.
No name of mimesis is among them: what it makes up measures the model. `--without-held` leaves out the names of those
locales of Faker that `outside.py` holds back, so that they measure it too; the model that ships has them.
"""

from __future__ import annotations

import importlib
import random
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np  # noqa: TID253 - a benchmark

from benchmarks.privacy.outside import HELD
from rules.privacy._lists.given import GIVEN
from rules.privacy._lists.headers import plain
from rules.privacy._lists.letters import BITS, runs
from rules.privacy._lists.surnames import JAPANESE, SURNAMES
from rules.privacy._lists.words import KINDS, NOT_PEOPLE

WORD = re.compile(r"[^\W\d_]{1,24}")
OTHER, GIVEN_NAME, FAMILY = range(3)
MOST = 4_000
"""Words of one list and language: a locale of 20,000 names would outvote the others."""


def words(texts: Iterable[str]) -> set[str]:
    """Give the folded words of some texts."""
    return {word for text in texts for word in WORD.findall(plain(text)) if len(word) > 1 or not word.isascii()}


def _strings(given: object) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, dict):
        yield from (key for key in given if isinstance(key, str))
    elif isinstance(given, (list, tuple, set)):
        for one in given:
            yield from _strings(one)


def _lists(provider: str, locale: str, wanted: str) -> list[str]:
    try:
        of: Any = importlib.import_module(f"faker.providers.{provider}.{locale}").Provider
    except ImportError:
        return []
    found = []
    for name in vars(of):
        if re.search(wanted, name) and not re.search("format|code|postcode|prefix|suffix|regex|language_", name):
            found += [text for text in _strings(getattr(of, name)) if "{" not in text]
    return found


def named(r: random.Random, *, without_held: bool) -> Iterator[tuple[str, int]]:
    """Give names with their class."""
    import faker  # type: ignore[import-not-found]
    from faker.config import AVAILABLE_LOCALES  # type: ignore[import-not-found]

    yield from ((word, GIVEN_NAME) for word in GIVEN)
    yield from ((word, FAMILY) for word in {*SURNAMES, *JAPANESE})
    held = set(HELD.split()) if without_held else set()
    for locale in sorted(AVAILABLE_LOCALES):
        if locale in held or {one for one in held if one[:2] == locale[:2] and len(locale) < 4}:
            continue
        for wanted, kind in (("^first|given|middle", GIVEN_NAME), ("^last|surname|family|patronymic", FAMILY)):
            found = sorted(words(_lists("person", locale, wanted)))
            yield from ((word, kind) for word in r.sample(found, min(MOST, len(found))))
        if locale[:2] in {"zh", "ja", "ko"}:  # written without a space: the whole name is one word
            maker = faker.Faker(locale)
            maker.seed_instance(5)
            yield from ((plain(maker.name()).replace(" ", ""), FAMILY) for _ in range(1_500))
            yield from ((plain(maker.first_name()), GIVEN_NAME) for _ in range(300))


def derived(r: random.Random) -> Iterator[str]:
    """Give family names made as languages make them: a stem of a place, a word or a given name, and an ending."""
    for locales, endings in ENDINGS.items():
        stems = set()
        for locale in locales.split():
            stems |= words(_lists("lorem", locale, "word_list")) | words(_lists("address", locale, "cit|town"))
            stems |= words(_lists("person", locale, "^first"))
        usable = sorted(stem.rstrip("aeiouyаеиоуыяη") for stem in stems if 4 <= len(stem) <= 9)
        for ending in endings.split():
            yield from (stem + ending for stem in r.sample(usable, min(_DERIVED, len(usable))))


_DERIVED = 160
ENDINGS = {
    "pl_PL": "ski ska cki owski owska ewicz owicz czyk iak inska",
    "ru_RU bg_BG": "ов ова ев ева ин ина ский ская ски ска ных",
    "uk_UA": "енко чук ук ський ська ко ів",
    "fi_FI": "nen inen la maki niemi",
    "cs_CZ sk_SK": "ek ova sky ska ak ik ovsky",
    "hr_HR sl_SI bs_BA": "ic ovic evic ak ar nik",
    "tr_TR az_AZ": "oglu er turk ov ova",
    "sv_SE da_DK no_NO": "sson sen strom gren qvist lund berg dahl gaard stad",
    "de_DE de_AT": "mann er meier bauer hofer inger ner ke sch",
    "it_IT": "ini etti elli ucci ato oni aro azzo acci ano otto",
    "es_ES": "ez es",
    "hu_HU": "i fi falvi hazi os",
    "ro_RO": "escu eanu aru iu",
    "el_GR": "οπουλοσ οπουλου ακησ ιδησ ου ιδου",
    "lt_LT": "auskas iene aite aitis",
    "fr_FR": "eau ard ier et in",
    "nl_NL": "stra ma sen mans huis veld",
    "ka_GE": "შვილი ძე ია",
    "hy_AM": "յան",
}


def others(r: random.Random) -> Iterator[str]:
    """Give words that are no names, or no more often than other words are."""
    from faker.config import AVAILABLE_LOCALES

    for locale in sorted(AVAILABLE_LOCALES):
        found = set()
        for provider, wanted in (
            ("lorem", "word_list"), ("address", "cit|town|state|countr|province|region|district|department|countie"),
            ("job", "job"), ("color", "color"), ("company", "catch|bs|phrase|adject|noun|verb"),
            ("currency", "currenc"), ("automotive", "make|model"), ("date_time", "DAY|MONTH"),
        ):  # fmt: skip
            found |= words(_lists(provider, locale, wanted))
        yield from r.sample(sorted(found), min(3 * MOST, len(found)))
    yield from _cldr()
    places = words(_places())
    yield from r.sample(sorted(places), min(40_000, len(places)))
    yield from _stop_words()
    yield from _common_words()
    yield from words([*KINDS.values(), *NOT_PEOPLE])


def _cldr() -> Iterator[str]:
    from babel import Locale  # type: ignore[import-not-found]
    from babel.localedata import locale_identifiers  # type: ignore[import-not-found]

    for name in locale_identifiers():
        if "_" in name:
            continue
        try:
            locale = Locale.parse(name)
        except Exception:  # noqa: BLE001, S112 - some are of no known language
            continue
        found = [*locale.territories.values(), *locale.languages.values(), *locale.currencies.values()]
        found += [str(text) for wide in locale.months["format"].values() for text in wide.values()]
        found += [str(text) for wide in locale.days["format"].values() for text in wide.values()]
        found += [text for unit in locale.unit_display_names.values() for text in _strings(unit)]
        yield from words(found)


def _places() -> Iterator[str]:
    from importlib import import_module
    from pkgutil import iter_modules

    from phonenumbers import geodata

    for module in iter_modules(geodata.__path__):
        found = vars(import_module(f"phonenumbers.geodata.{module.name}"))
        for table in found.values():
            if isinstance(table, dict):
                yield from (text for value in table.values() if isinstance(value, dict) for text in value.values())


def _stop_words() -> Iterator[str]:
    from pkgutil import iter_modules

    import spacy.lang

    for module in iter_modules(spacy.lang.__path__):
        try:
            found = importlib.import_module(f"spacy.lang.{module.name}.stop_words")
        except ImportError:
            continue
        yield from words(found.STOP_WORDS)


_SAID_OFTEN = 4_000
_SAID_IN = "en de fr es it pt nl pl sv da nb fi cs sk hu ro tr id ms ca lt lv sl bg ru uk el"
"""Languages of which the lists of names hold most: in the others names would be learnt as common words."""


def _common_words() -> Iterator[str]:
    """Give the words that people use most: products, colours and animals are named by them."""
    import wordfreq  # type: ignore[import-not-found]

    for language in _SAID_IN.split():
        yield from words(wordfreq.top_n_list(language, _SAID_OFTEN))


def main() -> None:
    """Train, and write the weights."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found]

    r = random.Random(3)  # noqa: S311 - data, not keys
    names = sorted(set(named(r, without_held="--without-held" in sys.argv)))
    known = {word for word, _ in names}
    names += [(word, FAMILY) for word in sorted(set(derived(r)) - known)]
    rest = sorted(set(others(r)))
    rest = [word for word in rest if word not in known or r.random() < 0.3]
    texts = [word for word, _ in names] + rest
    kinds = np.array([kind for _, kind in names] + [OTHER] * len(rest))
    strength = float(next((one[2:] for one in sys.argv if one.startswith("C=")), "0.5"))
    print(len(names), "names,", len(rest), "other words")
    owners, places = runs(texts)
    matrix = csr_matrix((np.ones(len(owners), np.float32), (owners, places)), shape=(len(texts), 1 << BITS))
    counts = np.bincount(kinds)
    model = LogisticRegression(
        C=strength, max_iter=120, class_weight={kind: len(kinds) / 3 / counts[kind] for kind in (0, 1, 2)}
    )
    model.fit(matrix, kinds)
    print("right of its own:", round(float(model.score(matrix, kinds)), 3))
    weights = (model.coef_[1:] - model.coef_[0]).T
    bias = model.intercept_[1:] - model.intercept_[0]
    packed = np.clip(np.round(weights * 16), -127, 127).astype(np.int8)
    Path(sys.argv[1]).write_bytes(np.round(bias * 8).astype(np.int8).tobytes() + packed.tobytes())


if __name__ == "__main__":
    main()
