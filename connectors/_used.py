"""What statements that really ran used: fields by who ran them and how often, and the edges that they made.

The text of a statement holds literals and stays here. What is kept grows with the fields of a system and the logins
that use them, never with the length of a log; what is beyond the bounds is counted and told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from lineage.facts import EdgeFact, Seen, UnseenFact, UseFact
from lineage.model import Confidence, EdgeEvidence, Name, Principal

if TYPE_CHECKING:
    from lineage.sql import ColumnEdge, RowEdge, SqlLineage
    from lineage.sql.reader import SqlReader

MOST: Final = 200_000
"""Different uses, and different edges, that are kept."""
_FINGERPRINTS: Final = 5
_COUNTED: Final = 1_000
"""Different statements that are told apart for one field."""
_LONGEST: Final = 1_000_000
_ORDINARY: Final = re.compile(r"[^\W\d][\w $.-]{0,127}")
_RIGHTS: Final = {"insert": "insert", "update": "update", "delete": "delete", "merge": "update", "copy": "insert"}
_NO_DATA: Final = frozenset(
    {
        *("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "SET", "RESET", "SHOW"),
        *("DISCARD", "FETCH", "MOVE", "CLOSE", "DEALLOCATE", "VACUUM", "ANALYZE", "LISTEN", "UNLISTEN", "NOTIFY"),
        *("CHECKPOINT", "GRANT", "REVOKE", "COMMENT", "ALTER", "DROP", "LOCK", "REINDEX", "USE", "EXPLAIN", "CLUSTER"),
        *("DESCRIBE", "DESC", "KILL", "FLUSH", "OPTIMIZE", "PRAGMA", "ATTACH", "DETACH", "TRUNCATE", "HELP"),
    }
)
"""First words of statements that read and write no field."""
_FIRST: Final = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*([A-Za-z]+)", re.DOTALL)
_AROUND: Final = re.compile(
    r"\s*(?:declare\s+\S+\s+(?:\w+\s+){0,4}cursor\s+(?:with(?:out)?\s+hold\s+)?for"
    r"|prepare\s+\S+\s*(?:\([^)]{0,500}\)\s*)?as)\s+",
    re.IGNORECASE,
)
_PARAMETER: Final = re.compile(
    r"""[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/"""
    r"""|\$([A-Za-z_]\w*)?\$.*?\$\1\$|(?<![\w$])(\$\d+)(?![\w$])""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Ran:
    """A statement that ran."""

    text: str = field(repr=False)
    by: str | None = None
    times: int = 1
    at: datetime | None = None
    within: tuple[str, ...] = ()
    """Where names without a schema belong: (database, schema) in PostgreSQL."""


@dataclass(slots=True)
class _Use:
    times: int = 0
    statements: dict[str, None] = field(default_factory=dict)
    last: datetime | None = None
    confidence: Confidence = Confidence.AMBIGUOUS


_Key = tuple[Name, str | None, str, bool]
_SURE: Final = {confidence: rank for rank, confidence in enumerate(Confidence)}


def _of_the_server(path: Sequence[str]) -> bool:
    return path[0].lower() in {"pg_catalog", "information_schema", "mysql", "performance_schema", "sys"} or (
        path[-1].lower().startswith(("pg_", "sqlite_"))
    )


@dataclass(slots=True)
class Usage:
    """What was used, gathered statement by statement."""

    seen: Seen
    namespace: str
    reader: SqlReader
    place: Callable[[Sequence[str], Ran], Name | None]
    """The dataset that a path of a text means; None: it is no dataset of this system."""
    quoted_may_be_text: bool = False
    """The dialect takes a name in double quotes for a text where no column is called so (SQLite)."""
    own: Callable[[Sequence[str]], bool] = _of_the_server
    """Whether a path is one of the system's own views: no stranger, though the catalogue does not hold it."""
    statements: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    """Class of reason -> statements that could not be read, or not in whole."""
    odd: int = 0
    """Names that are left out, since they could be values."""
    strangers: int = 0
    """Uses of datasets that the catalogue does not hold."""
    beyond: int = 0
    _uses: dict[_Key, _Use] = field(default_factory=dict)
    _edges: dict[tuple[object, ...], EdgeFact] = field(default_factory=dict)

    def take(self, ran: Ran) -> None:
        """Add a statement, or a script of statements."""
        self.statements += ran.times
        if len(ran.text) > _LONGEST:
            self.unread["longer than 1 MB"] += ran.times
            return
        first = _FIRST.match(ran.text)
        if first is not None and first[1].upper() in _NO_DATA and ";" not in ran.text.rstrip().rstrip(";"):
            return
        if self.quoted_may_be_text and '"' in ran.text:
            self.unread["names in double quotes, which may be texts"] += ran.times
            return
        found = self.reader.read(without_parameters(_AROUND.sub("", ran.text, count=1)))
        for part in found.unparsed:
            statement = found.statements[part.statement] if part.statement < len(found.statements) else None
            if statement is None or statement.kind != "transaction":
                self.unread[part.reason] += ran.times
        self._reads(found, ran)
        self._writes(found, ran)

    def facts(self) -> Iterator[UseFact | EdgeFact | UnseenFact]:
        """Give what was used, and what could not be read."""
        for (name, by, right, whole), use in sorted(self._uses.items(), key=lambda item: (str(item[0]), item[1].times)):
            yield UseFact(
                self.seen,
                name,
                Principal(self.namespace, by) if by is not None else None,
                right,
                use.times,
                len(use.statements),
                tuple(sorted(use.statements)[:_FINGERPRINTS]),
                use.confidence,
                whole,
                use.last,
            )
        yield from self._edges.values()
        settle = "have the statement read by `lineage sql`, and report it"
        for reason, times in sorted(self.unread.items()):
            yield UnseenFact(self.seen, "use", f"{times:,} statements were not read in whole: {reason}", settle)
        if self.odd:
            reason = f"{self.odd:,} names in statements could be values and are left out"
            yield UnseenFact(self.seen, "use", reason, "check the dialect of the log")
        if self.strangers:
            reason = f"{self.strangers:,} uses are of datasets that the catalogue does not hold"
            yield UnseenFact(self.seen, "use", reason, "they may be temporary, or gone")
        if self.beyond:
            reason = f"{self.beyond:,} uses are beyond the {MOST:,} that are kept"
            yield UnseenFact(self.seen, "use", reason, "give a shorter log")

    def _reads(self, found: SqlLineage, ran: Ran) -> None:
        every: tuple[ColumnEdge | RowEdge, ...] = (*found.edges, *found.row_edges)
        named: set[tuple[int, tuple[str, ...]]] = set()
        told: dict[tuple[int, tuple[str, ...], str], Confidence] = {}
        for edge in every:
            named.add((edge.statement, edge.source))
            key = (edge.statement, edge.source, edge.source_field)
            told[key] = min(edge.confidence, told.get(key, edge.confidence), key=_SURE.__getitem__)
        for (number, source, column), confidence in told.items():
            self._use(ran, found, number, source, column, confidence)
        for number, statement in enumerate(found.statements):
            for source in statement.reads:
                if (number, source) not in named and source != statement.target:
                    self._use(ran, found, number, source, "", Confidence.EXACT)

    def _use(
        self, ran: Ran, found: SqlLineage, number: int, source: Sequence[str], column: str, confidence: Confidence
    ) -> None:
        dataset = self.place(source, ran)
        if dataset is None:
            self.strangers += not self.own(source)
            return
        whole = column == "*"
        name = dataset if whole or not column else dataset.at(column)
        self._add((name, ran.by, "select", whole), found.statements[number].fingerprint, ran, confidence)

    def _writes(self, found: SqlLineage, ran: Ran) -> None:
        for statement in found.statements:
            right = _RIGHTS.get(statement.kind)
            if statement.target is None or right is None:
                continue
            if (target := self.place(statement.target, ran)) is not None:
                self._add((target, ran.by, right, False), statement.fingerprint, ran, Confidence.EXACT)
        every: tuple[ColumnEdge | RowEdge, ...] = (*found.edges, *found.row_edges)
        for edge in every:
            if edge.target is not None:
                self._edge(edge, found.statements[edge.statement].fingerprint, ran)

    def _edge(self, edge: ColumnEdge | RowEdge, job: str, ran: Ran) -> None:
        source = self.place(edge.source, ran)
        target = self.place(edge.target or (), ran)
        if source is None or target is None or source == target:
            return  # what stays where it is does not flow
        column = getattr(edge, "target_field", "*")
        start = source if edge.source_field == "*" else source.at(edge.source_field)
        end = target if column == "*" else target.at(column)
        key = (start, end, edge.transformation, edge.exposure, job)
        if not (self._ordinary(start) and self._ordinary(end)):
            return
        if key not in self._edges and len(self._edges) >= MOST:
            self.beyond += 1
            return
        evidence = EdgeEvidence.QUERY_LOG
        self._edges[key] = EdgeFact(
            self.seen, start, end, edge.transformation, edge.exposure, edge.confidence, evidence, job, ran.at
        )

    def _add(self, key: _Key, fingerprint: str, ran: Ran, confidence: Confidence) -> None:
        if not self._ordinary(key[0]):
            return
        use = self._uses.get(key)
        if use is None:
            if len(self._uses) >= MOST:
                self.beyond += 1
                return
            use = self._uses[key] = _Use()
        use.times += ran.times
        if len(use.statements) < _COUNTED:
            use.statements[fingerprint] = None
        if ran.at is not None and (use.last is None or ran.at > use.last):
            use.last = ran.at
        use.confidence = min(use.confidence, confidence, key=_SURE.__getitem__)

    def _ordinary(self, name: Name) -> bool:
        """Whether a name looks like one: in a text of another dialect a literal can stand where a name does."""
        if all(_ORDINARY.fullmatch(part) for part in (*name.path[-1:], *name.field)):
            return True
        self.odd += 1
        return False


def without_parameters(text: str) -> str:
    """Give a statement with a literal for each `$1`: two of them can look like the quotes of a text."""
    return _PARAMETER.sub(lambda found: "'0'" if found[2] else found[0], text) if "$" in text else text
