"""The schema of a dataset is not what it was in the scan that was approved.

Why it matters
--------------
Whoever approved the launch approved what a system held on that day.
A field that was renamed, retyped or dropped since then breaks a step quietly; one that came since then was reviewed by
nobody.

What it looks at
----------------
`approved.jsonl` beside the plan: the facts of the scan that was approved, as `lineage audit PLAN --snapshot
approved.jsonl` writes them. Of each dataset of the plan, the fields that it had there and their types, beside those of
this scan.
Gone or retyped fields that the plan declares, or by which it tells time or records apart, hold the stages that read the
dataset. What changed among the other fields is told with low severity and narrows nothing.
A field that came in the place of one that is gone, with its type, is told as perhaps renamed.
What the auditor may not see now, or was not in the approved scan, stays unverified.
A plan that is approved or live without such a file is unverified as a whole; before that nothing is asked.

How to fix it
-------------
Have the change taken back, or look at it (`lineage diff approved.jsonl today.jsonl`), mend the plan, have the new scan
approved and keep it as `approved.jsonl`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lineage.facts import ApprovedFact, FieldFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.predicate import fields_of
from lineage.rule import Evidence, Rule, Unknown
from rules.source._exposed import fields_hidden, on_path, open_question, plural, seen_as, subject

FILE = "approved.jsonl"
_APPROVED = frozenset({"approved", "live"})
_MOST_NAMED = 6
_HOW = f"write one: `lineage audit PLAN --snapshot {FILE}`, and have it approved"
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """One field that is not as it was."""

    path: Path
    says: str
    gone: bool = False
    came: bool = False


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the schema of each dataset."""
    if not evidence.approved:
        if evidence.plan.status in _APPROVED:
            says = f"the plan is {evidence.plan.status}, and no approved scan lies beside it"
            yield open_question("sources", Subject(), Unknown(says, _HOW))
        return
    for dataset in evidence.plan.datasets():
        yield _judged(evidence, dataset)


def _judged(evidence: Evidence, dataset: Dataset) -> Judgement:
    leaf, about = f"{dataset.path}.fields", subject(dataset)
    name, before = seen_as(evidence, dataset), evidence.approved.get(dataset.id)
    if before is None:
        return open_question(leaf, about, Unknown("it was not in the scan that was approved", _HOW))
    if isinstance(name, Unknown):
        return open_question(leaf, about, name)
    now = evidence.ground.catalog.fields.get(name, {})
    changes = list(_changes(before, now))
    needed = _needed(dataset)
    gone = [one for one in changes if one.gone]
    if gone and (why := _hidden(evidence, dataset, name, gone[0])) is not None:
        return open_question(leaf, about, why)
    day = f"{before.seen.at:%Y-%m-%d}"
    if not changes:
        says = f"{plural(len(now), 'field')}, the same as in the scan of {day} that was approved"
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)
    return _drifted(evidence, dataset, changes, [one for one in changes if one.path in needed], day)


def _drifted(
    evidence: Evidence, dataset: Dataset, changes: list[_Change], serious: list[_Change], day: str
) -> Judgement:
    named = [*serious, *(one for one in changes if one not in serious)]
    rest = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    told = "; ".join(one.says for one in named[:_MOST_NAMED])
    holds = bool(serious) and on_path(evidence.plan, dataset)
    stages = evidence.plan.rollout if holds else ()
    return Judgement(
        f"{dataset.path}.fields",
        Verdict.BROKEN,
        Level.CONFIGURED,
        subject(dataset),
        f"since the scan of {day} that was approved: {told}{rest}",
        Actual(len(changes), "fields", method="catalogue beside the approved scan"),
        operations=tuple(Operation(Op.HOLD_STAGE, stage.id) for stage in stages),
        fixes=(
            Fix(FixKind.DECISION, "look at the change, and approve the new scan", effort="hours"),
            Fix(FixKind.CODE, "have the change taken back", effort="hours"),
        ),
        severity=None if holds else Severity.LOW,
        incidental=not holds,
    )


def _changes(before: ApprovedFact, now: Mapping[Path, FieldFact]) -> Iterator[_Change]:
    """Give what went, was retyped and came; what came in the place of what went may be the same under a new name."""
    known = dict(before.fields)
    came = [path for path in now if path not in known]
    places = list(known)
    for path, kind in known.items():
        if path in now:
            if _plain(now[path].type) != _plain(kind):
                yield _Change(path, f"{_shown(path)} was {kind or 'untyped'}, is {now[path].type or 'untyped'}")
            continue
        place = places.index(path) + 1
        other = next(
            (one for one in came if _plain(now[one].type) == _plain(kind) and now[one].position == place), None
        )
        perhaps = f", perhaps renamed to {_shown(other)}" if other is not None else ""
        yield _Change(path, f"{_shown(path)} is gone{perhaps}", gone=True)
    for path in came:
        yield _Change(path, f"{_shown(path)} came", came=True)


def _hidden(evidence: Evidence, dataset: Dataset, name: Name, gone: _Change) -> Unknown | None:
    """Say why a field that is not seen any more may be hidden; None where it is proven to be gone."""
    why = fields_hidden(evidence, dataset, gone.path[-1])
    if why is None:
        return None
    who = f"{name.short}.{_shown(gone.path)} was in the approved scan and is gone, or hidden from the auditor"
    return Unknown(who, why.settle)


def _needed(dataset: Dataset) -> frozenset[Path]:
    """Give the paths of what the plan counts on: declared fields, clocks, keys, and what it tells records apart by."""
    columns = {field.name: field.column for field in dataset.fields.values()}
    named = {*dataset.key, *(fields_of(dataset.where) if dataset.where is not None else ())}
    if dataset.fresh is not None:
        named.add(dataset.fresh.clock)
    if dataset.keep is not None and dataset.keep.since is not None:
        named.add(dataset.keep.since)
    return frozenset((*columns.values(), *(columns.get(one, (one,)) for one in named)))


def _plain(kind: str) -> str:
    return " ".join(kind.casefold().split())


def _shown(path: Path) -> str:
    return ".".join(path)


RULE = Rule(id="source/schema-drift", severity=Severity.HIGH, check=check, operations=(Op.HOLD_STAGE,))
