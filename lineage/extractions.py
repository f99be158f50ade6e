"""Which edges are in force: a job's later extraction replaces its earlier one, and what runs told outranks guesses.

Sure accounts that differ are all in force, so that no label is lost; a rule tells of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from lineage.facts import EdgeFact, Fact
from lineage.model import Confidence, EdgeEvidence, Name

_GUESSES: Final = frozenset({Confidence.AMBIGUOUS, Confidence.STAR})


def in_force(facts: Iterable[Fact], told_at: dict[Name, datetime]) -> Iterable[Fact]:
    """Leave out what a later extraction replaced, and guesses where a run told how a field is made.

    `told_at` is given each dataset's last run that told how it is made.
    """
    listed = facts if isinstance(facts, tuple | list) else tuple(facts)
    dated = [fact for fact in listed if isinstance(fact, EdgeFact) and fact.told_at is not None]
    if not dated:
        return listed
    newest: dict[tuple[object, ...], datetime] = {}
    told: set[Name] = set()
    parsed = {
        (fact.source, fact.target): fact
        for fact in listed
        if isinstance(fact, EdgeFact)
        and fact.evidence is not EdgeEvidence.OPENLINEAGE
        and fact.confidence is Confidence.EXACT
        and fact.transformation.type == "DIRECT"
    }
    for fact in dated:
        key, at = _extraction(fact), fact.told_at
        if at is not None and at >= newest.get(key, at):
            newest[key] = at
        if fact.evidence is EdgeEvidence.OPENLINEAGE:
            told.add(fact.target)
            if at is not None and at >= told_at.get(fact.target.dataset, at):
                told_at[fact.target.dataset] = at
    return [
        _completed(fact, parsed) if isinstance(fact, EdgeFact) else fact
        for fact in listed
        if not isinstance(fact, EdgeFact) or _counts(fact, newest, told)
    ]


def _completed(fact: EdgeFact, parsed: Mapping[tuple[Name, Name], EdgeFact]) -> EdgeFact:
    """Give what is left of a value as the SQL says, where a run told that a field flows and not how."""
    if fact.evidence is not EdgeEvidence.OPENLINEAGE or fact.confidence is not Confidence.INFERRED:
        return fact
    known = parsed.get((fact.source, fact.target))
    return replace(fact, exposure=known.exposure, transformation=known.transformation) if known is not None else fact


def _counts(fact: EdgeFact, newest: Mapping[tuple[object, ...], datetime], told: set[Name]) -> bool:
    if fact.confidence in _GUESSES and fact.evidence is not EdgeEvidence.OPENLINEAGE and fact.target in told:
        return not fact.target.field
    return fact.told_at is None or fact.told_at == newest[_extraction(fact)]


def _extraction(fact: EdgeFact) -> tuple[object, ...]:
    """Give what one extraction of a job tells anew: its next one replaces it."""
    match fact.evidence:
        case EdgeEvidence.OPENLINEAGE:
            return (fact.evidence, fact.job, fact.target.dataset)
        case EdgeEvidence.DBT:
            return (fact.evidence, fact.target.dataset)
        case _:
            return (fact.evidence, fact.job, fact.source, fact.target)
