"""One document: its front matter, its title and its text, read within bounds and trusted in nothing.

Front matter is read by the same YAML as plans: no aliases, tags or duplicate keys, no depth without end. What cannot be
read so is said to be broken and guessed at by nobody. Text keeps more than a reader sees (comments, links, keys that
become no field), since it is what detectors look at.
"""

from __future__ import annotations

import codecs
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from connectors._files.open import not_a_name
from lineage.yamlsource import MappingNode, Node, Scalar, plain_data, read_yaml

MAX_BYTES: Final = 262_144
"""So much of a document is read; detectors look at less."""
MAX_FRONT: Final = 65_536
MAX_KEYS: Final = 500
OWN_FIELDS: Final = ("text", "modified_at")
"""What every document has by itself, so that front matter of the same name becomes no field."""
_HTML: Final = frozenset({".html", ".htm"})
_END: Final = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_HEADING: Final = re.compile(r"^#[ \t]+(.{1,500}?)[ \t#]*\r?$", re.MULTILINE)
_TITLE: Final = re.compile(r"<title[^<>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_QUOTED: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_UNSEEN: Final = ("script", "style")


@dataclass(frozen=True, slots=True)
class Document:
    """What was read of a document; nothing of it is in its repr."""

    front: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    """Keys of the front matter that can be fields, with their values as they are written."""
    title: str | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    broken: str = ""
    """Why it could not be read; nothing else is known of it then."""
    left_out: int = 0
    """Keys that become no field; they and their values are a part of the text."""
    cut: bool = False
    """It goes on beyond what was read."""
    size: int = 0
    """Bytes that were read."""


def read_document(path: Path) -> Document:
    """Read a document; what cannot be read is a Document that says why."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Document(broken=f"it cannot be opened ({type(error).__name__})")
    cut = len(data) > MAX_BYTES
    data = data[:MAX_BYTES]
    if b"\0" in data:
        return Document(broken="it is not text", size=len(data))
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=not cut)
    except UnicodeDecodeError:
        return Document(broken="it is not UTF-8", size=len(data))
    return _parsed(text, len(data), html_like=path.suffix.lower() in _HTML, cut=cut)


def _parsed(text: str, size: int, *, html_like: bool, cut: bool) -> Document:
    front, body, broken = _front(text)
    if broken:
        return Document(broken=broken, size=size)
    kept = {key: value for key, value in front.items() if key not in OWN_FIELDS and not not_a_name(key)}
    kept = dict(list(kept.items())[:MAX_KEYS])
    rest = [f"{key}: {value}" for key, value in front.items() if key not in kept]
    found = (_TITLE if html_like else _HEADING).search(body)
    title = kept.get("title") or (html.unescape(found[1]).strip() if found else None)
    seen = _without_tags(body) if html_like else body
    return Document(kept, title, "\n".join([seen, *rest]), left_out=len(rest), cut=cut, size=size)


def _front(text: str) -> tuple[Mapping[str, str | None], str, str]:
    """Give the front matter, what comes after it, and why it could not be read."""
    first, newline, _ = text.partition("\n")
    if first.rstrip() != "---" or not newline:
        return {}, text, ""
    start = len(first) + 1
    end = _END.search(text, start, start + MAX_FRONT)
    if end is None:
        return {}, "", "its front matter does not end, or is larger than 64 KB"
    block = text[start : end.start()]
    body = text[end.end() :].lstrip("\r\n")
    if not any(line.strip() and not line.lstrip().startswith("#") for line in block.splitlines()):
        return {}, body, ""
    read = read_yaml(block)
    if read.problems or not isinstance(read.root, MappingNode):
        return {}, "", "its front matter is not a plain mapping of keys to values"
    return {key: _value(entry.value) for key, entry in read.root.entries.items()}, body, ""


def _value(node: Node) -> str | None:
    if isinstance(node, Scalar):
        return None if node.plain and node.value is None else node.text
    return json.dumps(plain_data(node), ensure_ascii=False, default=str)


def _without_tags(body: str) -> str:
    """Give the text of HTML, with its comments and what its attributes say: one pass, however broken it is."""
    first, *tags = body.split("<")
    seen = [first]
    hidden = ""
    for tag in tags:
        inside, _, after = tag.partition(">")
        name = inside[:8].lower()
        if hidden:
            hidden = "" if name.startswith(f"/{hidden}") else hidden
            continue
        hidden = next((one for one in _UNSEEN if name.startswith(one)), "")
        seen.extend(one or other for one, other in _QUOTED.findall(inside))
        if inside.startswith("!--"):
            seen.append(inside[3:])
        if not hidden:
            seen.append(after)
    return html.unescape("\n".join(part for part in seen if part.strip()))
