"""What ran in a warehouse, by its own history: fields in use, by whom, how often, and when last.

Where a warehouse names fields itself, no text of a statement is asked for. Where it keeps texts only, they are read as
those of a query log are, and stay in this process.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from connectors._used import Ran, Usage
from connectors._warehouse import Ground, moment_of, whole_of
from lineage.facts import EdgeFact, Fact, UnseenFact, UseFact
from lineage.model import Confidence, EdgeEvidence, Exposure, Name, Principal, Transformation

_FINGERPRINTS: Final = 5
_COUNTED: Final = 1_000
"""Different statements that are told apart for one field."""
_FLOW: Final = Transformation("DIRECT", "TRANSFORMATION")
"""A history tells that a field flows, and not what is done to it on the way."""
_OWN_SCHEMAS: Final = frozenset({"information_schema", "account_usage", "pg_catalog", "pg_internal"})
_DEFAULT: Final = "public"
_OWN_VIEWS: Final = ("pg_", "stl_", "stv_", "svl_", "svv_", "svcs_", "sys_")


def since(ground: Ground) -> Sequence[Mapping[str, str]]:
    """Give from when on a history is asked for, as a parameter, and of what database."""
    moment = "" if ground.since is None else ground.since.isoformat(timespec="seconds")
    return [{"since": moment, "database": ground.database}]


def since_in_utc(ground: Ground) -> Sequence[Mapping[str, str]]:
    """Give the same without a zone, for a history whose moments have none and are UTC's."""
    return [{**one, "since": one["since"].partition("+")[0]} for one in since(ground)]


def ran_by(ground: Ground, *names: str) -> Principal:
    """Give the principal of who ran something: what the plan calls it, where any of its names is the identity's."""
    own = ground.identity
    if own is not None and not {own, *ground.spellings}.isdisjoint(names):
        return ground.principal(own)
    return ground.principal(names[0])


def of_the_plan(ground: Ground, by: Principal) -> bool:
    """Tell whether who ran something is the plan's identity; where it names none, everybody may be."""
    return ground.identity is None or by == ground.principal(ground.identity)


@dataclass(slots=True)
class _Use:
    times: int = 0
    statements: set[str] = field(default_factory=set)
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """How often statements of one kind ran, and when last."""

    by: Principal
    count: int
    last: datetime | None
    fingerprint: str
    """Literal-free, the warehouse's own; empty where it tells none."""


def times_of(by: Principal, count: object, last: object, fingerprint: object = None) -> Times:
    """Read how often and when last as a driver gives them."""
    return Times(by, whole_of(count) or 0, moment_of(last), str(fingerprint or ""))


@dataclass(slots=True)
class Tally:
    """Uses and flows that a warehouse names itself, summed."""

    ground: Ground
    strangers: int = 0
    """Uses of what the catalogue does not show; others' than the identity's tell nothing of the plan."""
    beyond: int = 0
    """The identity's uses of what lies in another database, which this source does not name."""
    _uses: dict[tuple[Name, Principal, str], _Use] = field(default_factory=dict)
    _edges: dict[tuple[Name, Name], EdgeFact] = field(default_factory=dict)

    def place(self, by: Principal, schema: object, table: object, column: object = None) -> Name | None:
        """Give a dataset or a field of it as the catalogue has it; None, and counted, where it has none."""
        name = self.ground.dataset(schema, table)
        found = name if name is None or column is None else self.ground.fields.get((name, str(column)))
        self.strangers += found is None and of_the_plan(self.ground, by)
        return found

    def use(self, name: Name, right: str, times: Times) -> None:
        """Add a use of a field, or of a dataset."""
        use = self._uses.setdefault((name, times.by, right), _Use())
        use.times += times.count
        # Without a fingerprint each group of rows counts as one statement.
        if len(use.statements) < _COUNTED:
            use.statements.add(times.fingerprint or str(len(use.statements)))
        if times.last is not None and (use.last is None or times.last > use.last):
            use.last = times.last

    def flow(self, source: Name, target: Name, told_at: datetime | None) -> None:
        """Add a flow of one field into another."""
        if source == target:
            return
        known = self._edges.get((source, target))
        if known is not None and (told_at is None or (known.told_at is not None and known.told_at >= told_at)):
            return
        job = hashlib.sha256(f"{source}\0{target}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._edges[source, target] = EdgeFact(
            self.ground.seen,
            source,
            target,
            _FLOW,
            Exposure.RAW,
            Confidence.INFERRED,
            EdgeEvidence.QUERY_LOG,
            job,
            told_at,
        )

    def facts(self) -> Iterator[Fact]:
        """Give what was used and what flowed, and how much of it the catalogue does not show."""
        for (name, by, right), use in sorted(self._uses.items(), key=str):
            prints = tuple(sorted(one for one in use.statements if not one.isdigit())[:_FINGERPRINTS])
            yield UseFact(
                self.ground.seen, name, by, right, use.times, max(1, len(use.statements)), prints, last=use.last
            )
        yield from (self._edges[key] for key in sorted(self._edges, key=str))
        if self.strangers:
            reason = f"{self.strangers:,} uses are of datasets or fields that the catalogue does not hold"
            yield UnseenFact(self.ground.seen, "use", reason, "they may be temporary, gone, or hidden")
        if self.beyond:
            reason = f"{self.beyond:,} uses of the identity are of another database, and are not told"
            yield UnseenFact(self.ground.seen, "use", reason, "see what it is, and name it as a source if it is needed")


def read_texts(
    ground: Ground, dialect: str, ran: Sequence[Ran], default_schema: str | None = None
) -> Iterator[UseFact | EdgeFact | UnseenFact]:
    """Tell what statements used that a warehouse kept as text: fields and counts, nothing of the text.

    The identity's own are read first, and no more are begun when the source's seconds are over.
    """
    from lineage.sql import sql_reader

    columns: dict[tuple[str, ...], list[str]] = {}
    spelt = {fact.name: key for key, fact in ground.datasets.items()}
    for dataset, column in ground.fields:
        columns.setdefault(spelt[dataset], []).append(column)
    reader = sql_reader(dialect=dialect, schema=columns, default_schema=default_schema)
    usage = Usage(ground.seen, ground.namespace, reader, _placed(ground, default_schema), own=_of_the_warehouse)
    late, until = 0, time.monotonic() + ground.seconds
    for one in sorted(ran, key=lambda one: one.by != ground.identity):
        if time.monotonic() < until:
            usage.take(one)
        else:
            late += one.times
    yield from usage.facts()
    if late:
        why = f"{late:,} statements were not read within the source's budget of seconds"
        yield UnseenFact(ground.seen, "use", why, "raise the budget, or ask for fewer days")


def _placed(ground: Ground, default_schema: str | None) -> Callable[[Sequence[str], Ran], Name | None]:
    folded = {(schema.casefold(), table.casefold()): fact.name for (schema, table), fact in ground.datasets.items()}

    def place(path: Sequence[str], _ran: Ran) -> Name | None:
        *above, table = path
        schema = above[-1] if above else default_schema
        elsewhere = len(above) > 1 and above[-2].casefold() != ground.database.casefold()
        if schema is None or elsewhere:
            return None
        return ground.dataset(schema, table) or folded.get((schema.casefold(), table.casefold()))

    return place


def _of_the_warehouse(path: Sequence[str]) -> bool:
    # A parser may give `INFORMATION_SCHEMA.TABLES` as one part, and puts the default schema before a bare name.
    *above, table = [part for one in path for part in one.casefold().split(".")]
    return not _OWN_SCHEMAS.isdisjoint(above) or (above in ([], [_DEFAULT]) and table.startswith(_OWN_VIEWS))
