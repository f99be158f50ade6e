"""A limit says how long, but not from when, so that nobody can tell what is due.

Why it matters
--------------
`24 months` of what: since the record was made, closed, last read?
A limit that cannot be computed is not enforced, and each reader takes it for another.

What it looks at
----------------
`keep.since` of every limit of a dataset: whether it is declared, is in the catalogue, and tells the time.
How many records have no such date is told, since these are never due.

How to fix it
-------------
Name the field from which the limit counts: `keep: {limit: 24 months, since: closed_at}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.connector import Request
from lineage.finding import Fix, FixKind, Judgement
from lineage.model import Level, Rung, Severity, Verdict
from lineage.plan.model import Dataset, Keep
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.retention._limit import Limit, limit_of, limits
from rules.source._exposed import fields_hidden, open_question, plural, seen_as, subject


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records that have no date from which the limit counts."""
    return (limit.undated for limit in limits(ground))


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge from when each limit counts."""
    for dataset in evidence.plan.datasets():
        if dataset.keep is not None and (dataset.keep.limit is not None or dataset.keep.since is not None):
            yield _judged(evidence, dataset, dataset.keep)


def _judged(evidence: Evidence, dataset: Dataset, keep: Keep) -> Judgement:
    if keep.since is None:
        says = f"the limit of {keep.limit} does not say from when it counts"
        return _broken(dataset, f"{keep.path}.limit", says, Level.ASSERTED)
    name = seen_as(evidence, dataset)
    if isinstance(name, Unknown):
        return open_question(f"{keep.path}.since", subject(dataset), name)
    limit = limit_of(evidence.ground, dataset)
    return _without_clock(evidence, dataset, keep, keep.since) if limit is None else _counted(evidence, limit)


def _without_clock(evidence: Evidence, dataset: Dataset, keep: Keep, since: str) -> Judgement:
    leaf = f"{keep.path}.since"
    seen = evidence.ground.catalog.field(dataset.id, since)
    if seen is None:
        if (hidden := fields_hidden(evidence, dataset, since)) is not None:
            return open_question(leaf, subject(dataset), hidden)
        return _broken(dataset, leaf, f"{dataset.id} has no field {since}", Level.CONFIGURED)
    if keep.limit is None:
        return open_question(leaf, subject(dataset), Unknown("no limit counts from it", "declare a `limit`"))
    return _broken(dataset, leaf, f"{since} tells no time: its type is {seen.type}", Level.CONFIGURED)


def _counted(evidence: Evidence, limit: Limit) -> Judgement:
    leaf, about = f"{limit.keep.path}.since", subject(limit.dataset)
    undated = evidence.measured(limit.undated)
    if isinstance(undated, Unknown):
        return open_question(leaf, about, undated)
    count = undated.value if isinstance(undated.value, int) else 0
    if 0 < undated.rows == count:
        says = f"no record of {undated.rows:,} has {limit.since}: none is ever due"
        return _broken(limit.dataset, leaf, says, Level.OBSERVED)
    never = f"; {plural(count, 'record')} of {undated.rows:,} without it {'is' if count == 1 else 'are'} never due"
    says = f"the limit counts from {limit.since}{never if count else ''}"
    return Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says)


def _broken(dataset: Dataset, leaf: str, says: str, level: Level) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        level,
        subject(dataset),
        says,
        fixes=(Fix(FixKind.PLAN, "name the field from which the limit counts", "since: ", effort="minutes"),),
        incidental=True,
    )


RULE = Rule(
    id="retention/ambiguous-retention", severity=Severity.MEDIUM, rung=Rung.DECLARED, check=check, requests=requests
)
