"""Access that the plan declares is never exercised.

Why it matters
--------------
A field that is granted and never read costs nothing to give up and everything when it leaks: least data is the
cheapest protection there is.

What it looks at
----------------
The fields that the plan needs of a source, against those that statements of its identity really read, where a log of
statements (`query_log`, `pg_statements`), a warehouse's own history (`history_days`) or run events are in the plan and
hold reads of this identity.
Where no log holds a read of the identity, PostgreSQL's own counters: a table that nobody read for thirty days, the
identity then neither. They know no logins, a scan that reads rows counts as a read, and they begin anew where
statistics are reset or lost.
A log that was not read in whole, or of which statements are hidden, leaves it unverified; how far back a log goes only
its owner knows.

How to fix it
-------------
Drop the field from the plan and revoke it, or say what it is needed for and when that runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from lineage.facts import UnseenFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import DatasetKind, Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Field, Need
from lineage.rule import Evidence, Rule
from rules.access._reach import Identity, judged, listed, plural
from rules.lineage._observed import Used, account, used

_DAYS = 30
"""How long nobody must have read a table for it to be told: a month's job has run by then."""


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the needed fields of each identity of which a log holds reads."""
    by_login: defaultdict[tuple[str, str], list[Used]] = defaultdict(list)
    for use in used(evidence, "select"):
        if use.fact.by is not None and use.step is None:
            by_login[use.name.namespace, account(use.fact.by.name)].append(use)
    for identity in judged(evidence):
        if isinstance(identity, Identity):
            uses = by_login.get((identity.principal.namespace, account(identity.source.identity or "")), [])
            yield from _judged(evidence, identity, uses) if uses else _by_counters(evidence, identity)


def _judged(evidence: Evidence, identity: Identity, uses: list[Used]) -> Iterator[Judgement]:
    read = {use.name for use in uses}
    statements = sum({(use.fact.name, use.fact.whole): use.fact.times for use in uses}.values())
    gap = _gap(evidence, {use.fact.seen.source for use in uses})
    for name, dataset in identity.datasets.items():
        unused = [field for field in _needed(dataset) if not _is_read(identity, name, field, read)]
        if unused:
            yield from _told(identity, dataset, unused, statements, gap)


def _by_counters(evidence: Evidence, identity: Identity) -> Iterator[Judgement]:
    """Judge fields by tables that nobody has read: those that they are in, or that their view takes them from."""
    for name, dataset in identity.datasets.items():
        unread = {field.id: since for field in _needed(dataset) if (since := _unread_since(evidence, name, field))}
        fields = [field for field in _needed(dataset) if field.id in unread]
        days = (evidence.now - max(unread.values())).days if unread else 0
        if days >= _DAYS:
            what = f"{listed([field.name for field in fields])} of {dataset.id}"
            says = f"nobody has read {what} for {days:,} days, and {identity.principal} neither"
            yield from _unused(identity, dataset, fields, says, "counters of the server")


def _unread_since(evidence: Evidence, name: Name, field: Field) -> datetime | None:
    """Give since when no table that a field comes from was read; None where one was, or it is not known."""
    ground = evidence.ground
    fact = ground.catalog.datasets.get(name)
    tables = {name}
    if fact is not None and fact.kind is DatasetKind.VIEW:
        tables = {base.dataset for base in ground.graph.origins(name.at(*field.column))} - {name}
    since = [ground.catalog.idle[table].since for table in tables if table in ground.catalog.idle]
    return max(since) if since and len(since) == len(tables) else None


def _needed(dataset: Dataset) -> list[Field]:
    return [field for field in dataset.fields.values() if field.need is not Need.NONE]


def _is_read(identity: Identity, name: Name, field: Field, read: set[Name]) -> bool:
    places = (name, *(part for part, whole in identity.partitions.items() if whole == name))
    return any(place in read or place.at(*field.column) in read for place in places)


def _gap(evidence: Evidence, logs: set[str]) -> UnseenFact | None:
    told = (fact for log in sorted(logs) for fact in evidence.unseen.get(log, ()))
    return next((fact for fact in told if fact.what == "use"), None)


def _told(
    identity: Identity, dataset: Dataset, unused: list[Field], statements: int, gap: UnseenFact | None
) -> Iterator[Judgement]:
    about = identity.subject(dataset=dataset.id, field=unused[0].id if len(unused) == 1 else None)
    what = f"{listed([field.name for field in unused])} of {dataset.id}"
    if gap is not None:
        says = f"no read of {what} by {identity.principal} is known, and the log is not all: {gap.reason}"
        for field in unused:
            leaf = f"{field.path}.need"
            yield Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=gap.settle)
        return
    says = f"{identity.principal} never read {what}, in a log of {statements:,} reads of its own"
    yield from _unused(identity, dataset, unused, says, "statements that ran")


def _unused(identity: Identity, dataset: Dataset, unused: list[Field], says: str, method: str) -> Iterator[Judgement]:
    about = identity.subject(dataset=dataset.id, field=unused[0].id if len(unused) == 1 else None)
    for field in unused:
        yield Judgement(
            f"{field.path}.need",
            Verdict.BROKEN,
            Level.OBSERVED,
            about,
            says,
            Actual(len(unused), "fields", method=method),
            operations=tuple(Operation(Op.DROP_FIELD, field.id) for field in unused),
            fixes=(
                Fix(
                    FixKind.PLAN,
                    f"drop {plural(len(unused), 'field')} of {dataset.id} and revoke the right, or say what needs it",
                    effort="minutes",
                ),
            ),
            confidence="likely",
        )


RULE = Rule(id="access/unused-grant", severity=Severity.LOW, check=check, operations=(Op.DROP_FIELD,))
