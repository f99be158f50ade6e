"""A spaCy pipeline that the plan names, for names in running text; never downloaded, only what is installed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from rules.privacy._lists.headers import plain
from rules.privacy._text.context import NO_NAMES

if TYPE_CHECKING:
    from spacy.language import Language

_NAME: Final = re.compile(r"[a-z]{2,3}_[A-Za-z0-9_]{3,60}")
_PEOPLE: Final = frozenset(("PERSON", "PER", "persName", "PRS", "NAME_PERSON"))
"""What pipelines of several languages call a person."""
_TEXTS: Final = 400
_LONGEST: Final = 4_000
_BATCH: Final = 64


def installed(name: str) -> bool:
    """Whether a pipeline of that name is an installed package; a path is none, since pipelines can hold code."""
    if _NAME.fullmatch(name) is None:
        return False
    from importlib.util import find_spec

    if find_spec("spacy") is None:
        return False
    import spacy

    return bool(spacy.util.is_package(name))


def people_in(name: str, texts: Sequence[str]) -> set[int]:
    """Give the indexes of the texts in which the pipeline sees a person; of many texts, of a spread of them."""
    step = max(1, len(texts) // _TEXTS)
    picked = range(0, len(texts), step)
    found = set()
    documents = _pipeline(name).pipe([texts[index][:_LONGEST] for index in picked], batch_size=_BATCH)
    for index, document in zip(picked, documents, strict=True):
        if any(one.label_ in _PEOPLE and _like_a_name(one.text) for one in document.ents):
            found.add(index)
    return found


def _like_a_name(text: str) -> bool:
    words = [word for word in re.split(r"[^\w]+", text) if word]
    lows = {plain(word) for word in words}
    return (
        bool(words)
        and not lows & NO_NAMES
        and all(word[0].isupper() and word.isalpha() for word in words if len(word) > 3)
        and any(len(word) > 2 for word in words)
    )


@cache
def _pipeline(name: str) -> Language:
    import spacy

    return spacy.load(name, exclude=["lemmatizer", "attribute_ruler", "parser", "senter"])
