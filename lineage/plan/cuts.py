"""Where a part of a YAML text begins and ends, so that it can be cut out and every other byte stays.

A cut is (start, end, replacement) in characters of the text.
A part that has lines of its own goes with them and with the comment beside it; comments above it stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from lineage.yamlsource import MappingNode, Node, Scalar, SequenceNode

Cut = tuple[int, int, str]
Collection = MappingNode | SequenceNode


@dataclass(frozen=True, slots=True)
class _Unit:
    """A key with its value, or a list item with its dash."""

    node: Node
    start: int
    end: int


class Cutter:
    """Finds the cuts in one text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def without(self, root: Collection, doomed: Set[int]) -> Iterator[Cut]:
        """Give the cuts that take out every node whose `id` is in `doomed`; what is emptied becomes `{}` or `[]`."""
        stack: list[tuple[Collection, int | None]] = [(root, None)]
        while stack:
            node, colon = stack.pop()
            units = list(self.units(node))
            gone = [id(unit.node) in doomed for unit in units]
            if any(gone) and all(gone):
                yield from self._emptied(node, colon)
                continue
            for first, last in _runs(gone):
                yield from self._flow(units, first, last) if node.flow else self._block(units, first, last)
            for unit, is_gone in zip(units, gone, strict=True):
                if not is_gone and isinstance(unit.node, MappingNode | SequenceNode):
                    stack.append((unit.node, self._colon(node, unit)))

    def units(self, node: Collection) -> Iterator[_Unit]:
        """Give the parts of a collection in the order of the text."""
        if isinstance(node, MappingNode):
            for entry in node.entries.values():
                end = max(entry.key.end.offset, self.end_of(entry.value))
                yield _Unit(entry.value, entry.key.start.offset, end)
            return
        position = node.start.offset
        for item in node.items:
            end = self.end_of(item)
            start = item.start.offset if node.flow else self._dash(node, position)
            yield _Unit(item, start, max(end, start + (0 if node.flow else 1)))
            position = max(end, start + 1)

    def end_of(self, node: Node) -> int:
        """Give where a node's own text ends: without the line breaks that a block text ends with."""
        end = node.end.offset
        while end > node.start.offset and self._text[end - 1] in " \t\r\n":
            end -= 1
        return end

    def after_colon(self, key: Scalar) -> int:
        """Give the place right after a key's colon."""
        return self._text.index(":", key.end.offset) + 1

    def line_start(self, offset: int) -> int:
        """Give the start of the line that holds an offset."""
        return max(self._text.rfind("\n", 0, offset), self._text.rfind("\r", 0, offset)) + 1

    def line_end(self, offset: int) -> int:
        """Give the end of the line that holds an offset, before its line break."""
        found = [end for end in (self._text.find(mark, offset) for mark in "\r\n") if end >= 0]
        return min(found, default=len(self._text))

    def next_line(self, offset: int) -> int:
        """Give the start of the line after the one that holds an offset."""
        end = self.line_end(offset)
        return end + (2 if self._text[end : end + 2] == "\r\n" else 1 if end < len(self._text) else 0)

    def _dash(self, node: SequenceNode, position: int) -> int:
        """Find the dash of the next item: the first at the list's own column from `position` on."""
        while True:
            start = self.line_start(position)
            dash = start + node.start.column - 1
            if dash >= position and self._text[dash : dash + 1] == "-":
                return dash
            position = self.next_line(position)
            if position >= len(self._text):
                raise ValueError

    def _colon(self, node: Collection, unit: _Unit) -> int | None:
        if not isinstance(node, MappingNode) or node.flow:
            return None
        key = next(entry.key for entry in node.entries.values() if entry.value is unit.node)
        return self.after_colon(key)

    def _emptied(self, node: Collection, colon: int | None) -> Iterator[Cut]:
        empty = "{}" if isinstance(node, MappingNode) else "[]"
        start, end = node.start.offset, self.end_of(node)
        if node.flow or colon is None:
            yield start, end, empty
        else:
            yield colon, colon, f" {empty}"
            yield self.line_start(start), self.next_line(end), ""

    def _block(self, units: Sequence[_Unit], first: int, last: int) -> Iterator[Cut]:
        start, end = units[first].start, units[last].end
        line = self.line_start(start)
        if not self._text[line:start].strip():
            for unit in units[first : last + 1]:  # each by itself: comments between them stay
                yield self.line_start(unit.start), self.next_line(unit.end), ""
            return
        # The first of a collection that begins beside a dash: the next one takes its place.
        following = units[last + 1].start
        if self._text[self.next_line(end) : following].strip():
            yield line + len(self._text[line:start].rstrip()), self.line_end(end), ""
        else:
            yield start, following, ""

    def _flow(self, units: Sequence[_Unit], first: int, last: int) -> Iterator[Cut]:
        start, end = units[first].start, units[last].end
        comma = self._comma(end)
        end_with_comma = end if comma is None else comma + 1
        own_line = not self._text[self.line_start(start) : start].strip()
        following = units[last + 1].start if last + 1 < len(units) else None
        if following is not None and self.line_start(following) <= end_with_comma:
            yield start, following, ""
        elif own_line and self._only_comment(end_with_comma):
            yield self.line_start(start), self.next_line(end_with_comma), ""
        elif following is None and first > 0 and self.line_start(start) <= units[first - 1].end:
            yield units[first - 1].end, end, ""
        else:
            while not own_line and self._text[start - 1] in " \t":
                start -= 1
            yield start, end_with_comma, ""

    def _comma(self, offset: int) -> int | None:
        while offset < len(self._text):
            character = self._text[offset]
            if character == ",":
                return offset
            if character == "#":
                offset = self.line_end(offset)
            elif character not in " \t\r\n":
                return None
            else:
                offset += 1
        return None

    def _only_comment(self, offset: int) -> bool:
        rest = self._text[offset : self.line_end(offset)].strip()
        return not rest or rest.startswith("#")


def apply(text: str, cuts: Sequence[Cut]) -> str:
    """Give the text with the cuts made, from the last to the first."""
    for start, end, replacement in sorted(cuts, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _runs(gone: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Give first and last index of each unbroken run of parts that go."""
    first = None
    for index, is_gone in enumerate([*gone, False]):
        if is_gone and first is None:
            first = index
        elif not is_gone and first is not None:
            yield first, index - 1
            first = None
