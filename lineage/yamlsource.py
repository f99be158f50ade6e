"""YAML in which every value knows its line, column and offset, for plans: untrusted text that people write by hand.

One pass of PyYAML's event stream (libyaml where it is built in), composed without recursion.
What surprises people is refused or kept as text: no aliases, anchors, tags or merge keys, no duplicate keys;
only `true` and `false` are booleans; dates, `1_000`, `0o17`, `010` and `12:30` stay text; NaN and infinity are refused.
Nothing here raises on bad text: all that is wrong is in `Document.problems`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from lineage.plan.answered import ITEM_KEYS

MAX_CHARACTERS: Final = 1_000_000
MAX_VALUES: Final = 50_000
MAX_DEPTH: Final = 40
MAX_PROBLEMS: Final = 1_000
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_ODD: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+|(?:0|[1-9][0-9]*)(?=[eE]))(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|nan)", re.IGNORECASE)
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_LONGEST_NUMBER: Final = 18

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the text: line and column counted from 1, offset in characters from 0."""

    line: int
    column: int
    offset: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the text, where it is, and the way out."""

    line: int
    column: int
    message: str
    hint: str = ""
    secret: bool = False
    """The line, and those up to `last_line`, may hold a secret: they must not be quoted."""
    last_line: int = 0


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `text` is what was written, `value` what it means."""

    start: Place
    end: Place
    text: str
    value: Value
    plain: bool = True


@dataclass(slots=True)
class Entry:
    """A key of a mapping with its value."""

    key: Scalar
    value: Node


@dataclass(slots=True)
class MappingNode:
    """Keys and values in the order of the text; a flow mapping is written with braces."""

    start: Place
    end: Place
    flow: bool
    entries: dict[str, Entry] = field(default_factory=dict)


@dataclass(slots=True)
class SequenceNode:
    """A list; a flow list is written with brackets."""

    start: Place
    end: Place
    flow: bool
    items: list[Node] = field(default_factory=list)


Node = Scalar | MappingNode | SequenceNode


@dataclass(frozen=True, slots=True)
class Located:
    """A node of the tree with its dotted path, its key where it has one, and the node that holds it."""

    path: str
    node: Node
    key: Scalar | None
    parent: Node | None

    @property
    def place(self) -> Place:
        """Where a reader looks for it: at its key, else at its first character."""
        return self.node.start if self.key is None else self.key.start


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML text as a tree; `root` is None where the text could not be parsed."""

    text: str
    root: Node | None
    problems: tuple[Problem, ...] = ()


def read_yaml(text: str | bytes) -> Document:
    """Parse one YAML document; every problem that can be seen in one pass is in the result."""
    if isinstance(text, bytes):
        try:
            text = str(text, "utf-8")
        except UnicodeDecodeError as error:
            before = str(error.object[: error.start], "utf-8")
            return Document(before, None, (_at_end(before, "this is not UTF-8", "save the file as UTF-8"),))
    refused = _refused_characters(text)
    if refused is not None:
        return Document(text, None, (refused,))
    composer = _Composer(text)
    try:
        composer.run()
    except yaml.YAMLError as error:
        composer.problems.append(_syntax(text, error))
        return Document(text, None, tuple(composer.problems))
    if composer.root is None and not composer.problems:
        composer.problems.append(Problem(1, 1, "the file is empty", "start with 'plan: v1'"))
    return Document(text, composer.root, tuple(composer.problems))


def lines_of(text: str) -> list[str]:
    """Give the lines as YAML counts them (`str.splitlines` also breaks at form feeds and the like)."""
    return _BREAK.split(text)


def children(node: Node) -> Iterator[tuple[str, Node, Scalar | None]]:
    """Give name, value and key of what a node holds: keys, or list items by `item_name`."""
    match node:
        case MappingNode():
            for name, entry in node.entries.items():
                yield name, entry.value, entry.key
        case SequenceNode():
            taken: set[str] = set()
            for position, item in enumerate(node.items):
                name = item_name(item, position)
                name = str(position) if name in taken else name
                while name in taken:
                    name += "_"
                taken.add(name)
                yield name, item, None
        case Scalar():
            return


def item_name(item: Node, position: int) -> str:
    """Give the name of a list item: its `stage`, `id`, `do` or `level`, else its position."""
    if isinstance(item, MappingNode):
        for key in ITEM_KEYS:
            entry = item.entries.get(key)
            if entry is not None and isinstance(entry.value, Scalar) and entry.value.text:
                return entry.value.text
    return str(position)


def walk(root: Node, path: str = "") -> Iterator[Located]:
    """Give every node below `root` with its path, in the order of the text."""
    stack = [iter(_located(root, path))]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
            continue
        yield found
        stack.append(iter(_located(found.node, found.path)))


def plain_data(node: Node) -> object:
    """Give the tree as dicts, lists and values."""
    match node:
        case MappingNode():
            return {name: plain_data(entry.value) for name, entry in node.entries.items()}
        case SequenceNode():
            return [plain_data(item) for item in node.items]
        case Scalar():
            return node.value


def _located(node: Node, path: str) -> Iterator[Located]:
    prefix = f"{path}." if path else ""
    for name, child, key in children(node):
        yield Located(prefix + name, child, key, node)


class _Composer:
    """Turns the events of one text into a tree, and gathers what it refuses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[MappingNode | SequenceNode] = []
        self._keys: list[Scalar | None] = []

    def run(self) -> None:
        """Read the events up to the end of the first document."""
        documents = 0
        for number, event in enumerate(yaml.parse(self.text, Loader=_LOADER)):
            if number > 2 * MAX_VALUES or len(self.problems) >= MAX_PROBLEMS:
                what = "problems" if number <= 2 * MAX_VALUES else "values"
                self._refuse(event, f"too many {what} to go on", "is this a plan?")
                self.root = None
                return
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        self._refuse(event, "a second document begins here", "a plan is one document: remove the '---'")
                        return
                case yaml.AliasEvent():
                    self._refuse(event, f"aliases are not allowed ('*{event.anchor}')", "write the value out")
                    self._add(self._scalar(event, "", None))
                case yaml.ScalarEvent():
                    self._check_node(event)
                    self._add(self._read(event))
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._check_node(event)
                    if not self._enter(event):
                        return
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._leave(event)

    def _enter(self, event: Any) -> bool:
        if len(self._open) >= MAX_DEPTH:
            self._refuse(event, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
            return False
        kind = MappingNode if isinstance(event, yaml.MappingStartEvent) else SequenceNode
        node = kind(_place(event.start_mark), _place(event.end_mark), bool(event.flow_style))
        self._add(node)
        self._open.append(node)
        self._keys.append(None)
        return True

    def _leave(self, event: Any) -> None:
        node = self._open.pop()
        self._keys.pop()
        # A block collection "ends" where the next token starts, after comments: its last child's end is meant.
        node.end = _place(event.end_mark) if node.flow else max(node.start, _last_end(node))

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        match self._open[-1]:
            case SequenceNode() as sequence:
                sequence.items.append(node)
            case MappingNode() as mapping:
                key = self._keys[-1]
                if key is None:
                    self._keys[-1] = self._key(node)
                else:
                    self._keys[-1] = None
                    self._put(mapping, key, node)

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar) and node.text and not (node.plain and node.value is None):
            if node.plain and node.text == "<<":
                self._problem(node.start, "merge keys are not allowed ('<<')", "write the keys out")
            return node
        self._problem(node.start, "a key must be text", "write it as 'key: value'")
        return Scalar(node.start, node.start, f"?{node.start.offset}", None)

    def _put(self, mapping: MappingNode, key: Scalar, node: Node) -> None:
        first = mapping.entries.get(key.text)
        if first is None:
            mapping.entries[key.text] = Entry(key, node)
        else:
            line = first.key.start.line
            self._problem(key.start, f"duplicate key {key.text!r}, first on line {line}", "keep one of the two")

    def _read(self, event: Any) -> Scalar:
        text: str = event.value
        if event.style:
            return self._scalar(event, text, text, plain=False)
        if text in _WORDS:
            return self._scalar(event, text, _WORDS[text])
        if _INTEGER.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
            return self._scalar(event, text, int(text))
        if _NOT_FINITE.fullmatch(text):
            self._refuse(event, f"{text!r} is not a number", "write a number, or quote it if it is text")
        elif _FLOAT.fullmatch(text):
            number = float(text)
            if abs(number) != float("inf"):
                return self._scalar(event, text, number)
            self._refuse(event, "this number is too large", "quote it if it is text")
        return self._scalar(event, text, text)

    def _scalar(self, event: Any, text: str, value: Value, *, plain: bool = True) -> Scalar:
        return Scalar(_place(event.start_mark), _place(event.end_mark), text, value, plain)

    def _check_node(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, f"anchors are not allowed ('&{event.anchor}')", "write the value out where it is used")
        if event.tag is not None:
            self._refuse(event, "tags are not allowed ('!...')", "remove the tag; quote the value if it is text")

    def _refuse(self, event: Any, message: str, hint: str) -> None:
        self._problem(_place(event.start_mark), message, hint)

    def _problem(self, place: Place, message: str, hint: str) -> None:
        self.problems.append(Problem(place.line, place.column, message, hint))


def _last_end(node: MappingNode | SequenceNode) -> Place:
    if isinstance(node, SequenceNode):
        return node.items[-1].end if node.items else node.start
    last = next(reversed(node.entries.values()), None)
    return node.start if last is None else max(last.key.end, last.value.end)


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1, mark.index)


def _refused_characters(text: str) -> Problem | None:
    if len(text) > MAX_CHARACTERS:
        return Problem(1, 1, f"the file is longer than {MAX_CHARACTERS:,} characters", "a plan is written by people")
    odd = _ODD.search(text)
    if odd is None:
        return None
    code = ord(odd[0])
    if code == 0xFEFF and odd.start() == 0:
        return Problem(1, 1, "the file begins with a byte order mark", "save it as UTF-8 without BOM")
    before = text[: odd.start()]
    return _at_end(before, f"the character U+{code:04X} is not allowed", "remove it, or escape it in double quotes")


def _at_end(before: str, message: str, hint: str) -> Problem:
    lines = lines_of(before)
    return Problem(len(lines), len(lines[-1]) + 1, message, hint)


_REWORDED: Final = {
    "mapping values are not allowed": ("a ':' is not allowed here", "quote the value if it holds ': '"),
    "did not find expected key": ("this does not line up with the keys above", "check indentation and brackets"),
    "did not find expected '-'": ("this does not line up with the list above", "check the indentation"),
    "did not find expected ','": ("a bracket is not closed, or a comma is missing before here", "check the brackets"),
    "expected the node content": ("a value is expected here", "check quotes and brackets"),
    "did not find expected node content": ("a value is expected here", "check quotes and brackets"),
    "could not find expected ':'": ("a key has no ':'", "write it as 'key: value'"),
    "did not find expected <document start>": ("text after the end of the document", "a plan is one document"),
}


def _syntax(text: str, error: yaml.YAMLError) -> Problem:
    opened, mark = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    lines = lines_of(text)
    at_end = mark is not None and not "".join(lines[mark.line :])[mark.column :].strip()
    opener = text[opened.index : opened.index + 1] if opened is not None and at_end else ""
    if opened is not None and opener and opener in "[{'\"":
        return Problem(opened.line + 1, opened.column + 1, "this is never closed", "close the quote or the bracket")
    line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
    if line > len(lines):
        line, column = len(lines), len(lines[-1]) + 1
    said = str(getattr(error, "problem", "") or "this is not YAML")
    if "cannot start any token" in said:
        if "\t" in lines[line - 1][: column + 1]:
            return Problem(line, column, "a tab cannot indent", "use spaces")
        return Problem(line, column, "a value cannot begin with this character", "quote the value")
    for known, (message, hint) in _REWORDED.items():
        if known in said:
            return Problem(line, column, message, hint)
    return Problem(line, column, f"not YAML: {said}", "check quotes, brackets and indentation")
