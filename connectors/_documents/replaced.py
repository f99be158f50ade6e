"""Which documents of a dataset another one of it says that it replaces, or that say so of themselves.

`supersedes` names documents as their authors know them: by id, or by the file that they were written into; one, a list
in YAML, or several in one property of an Office file or a PDF. Nothing of these names leaves the process.
A document that is not yet in force by the keys that usually say so replaces nothing yet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from connectors._documents.text import Document
from connectors._patterns import Found

SUPERSEDED: Final = "superseded"
"""The field that documents have where any of them says which it replaces."""
_NAMES: Final = ("supersedes", "replaces")
_BY: Final = ("superseded_by", "replaced_by")
_SINCE: Final = ("effective_from", "valid_from", "effective_date", "in_force_from")
_NOT: Final = frozenset({"", "false", "no", "none", "null", "~", "-", "n/a"})


def says_replaced(keys: Sequence[str] | Mapping[str, object]) -> bool:
    """Whether any of these keys says which documents are replaced."""
    return any(key in keys for key in (*_NAMES, *_BY, SUPERSEDED))


def replaced(files: Sequence[Found], documents: Sequence[Document], now: datetime) -> list[bool]:
    """Say of each document whether it is replaced: by its own word, or by another one's."""
    claims: dict[str, list[int]] = {}
    for number, document in enumerate(documents):
        if _begins_later(document, now):
            continue
        for name in {name for key in _NAMES for name in _named(document.front.get(key))}:
            claims.setdefault(name, []).append(number)
    ids = [_id(document) for document in documents]

    def told_of(number: int, file: Found) -> bool:
        # A version that names the id which it shares with the older one does not replace itself.
        names = _known_as(file, ids[number])
        by = [(name, other) for name in names for other in claims.get(name, ()) if other != number]
        return any(name != ids[number] or ids[other] != ids[number] for name, other in by)

    pairs = enumerate(zip(files, documents, strict=True))
    return [_by_itself(document) or told_of(number, file) for number, (file, document) in pairs]


def _begins_later(document: Document, now: datetime) -> bool:
    for told in filter(None, (document.front.get(key) for key in _SINCE)):
        with suppress(ValueError):
            begins = datetime.fromisoformat(told.strip())
            return (begins if begins.tzinfo else begins.replace(tzinfo=UTC)) > now
    return False


def _by_itself(document: Document) -> bool:
    return any((document.front.get(key) or "").strip().casefold() not in _NOT for key in (*_BY, SUPERSEDED))


def _known_as(file: Found, own: str) -> set[str]:
    whole = "/".join(file.parts).casefold()
    last = file.parts[-1].casefold() if file.parts else ""
    return {whole, last, last.rpartition(".")[0], own} - {""}


def _id(document: Document) -> str:
    return (document.front.get("doc_id") or document.front.get("id") or "").strip().casefold()


def _named(value: str | None) -> set[str]:
    """Give what a key names: the whole of it, the parts of a list, and what separators tell apart."""
    text = (value or "").strip()
    if not text or text.casefold() in _NOT:
        return set()
    parts = [text]
    if text.startswith("["):
        try:
            parts = [str(one) for one in json.loads(text)]
        except (ValueError, RecursionError):
            parts = [text.strip("[]")]
    split = [one for part in parts for one in (part, *re.split(r"[,;\n]", part))]
    return {name for one in split if (name := one.strip().strip("\"'").removeprefix("./").casefold())}
