"""Data that must be judged could not be looked at.

Why it matters
--------------
A column that nobody may read, that is encrypted or that holds bytes is not clean: it is unknown. Left out of a list of
findings it reads like a pass.

What it looks at
----------------
Every dataset that steps read and of which fields were to be looked at and could not be: no right, a type without text,
bytes among the texts, a statement that ran out of time. A scan that was told to look at no value says so itself and is
none. Where row policies let values be looked at only as the workflow's own identity, a field that its grants withhold
from it is none either: no step gets its values, and `access/under-grant` or `access/unusable-grant` tells it, with the
grant to give.
The vectors of an index that declares its `embedding` are none: they hold no text by design, and the text beside them is
looked at like any other.

How to fix it
-------------
Grant the auditor what the finding names, or let a person review the data by hand and record that in the plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lineage.connector import Request
from lineage.facts import UnseenFact
from lineage.finding import Judgement
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Ground, Rule
from rules.privacy import _reading as reading
from rules.source._exposed import subject

_VECTOR: Final = re.compile(r"(?:.*\.)?(?:vector|halfvec|sparsevec|fixed_size_list)\b", re.IGNORECASE)


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read."""
    return reading.looks(ground)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every dataset of which a field could not be looked at."""
    unseen: dict[str, dict[str, tuple[str, list[str]]]] = {}
    for dataset, field in reading.read_fields(evidence.plan):
        name = evidence.ground.catalog.physical_field(dataset.id, field.name)
        seen = evidence.ground.catalog.field(dataset.id, field.name)
        if name is None or seen is None or _is_embedding(dataset, seen.type):
            continue
        if name in evidence.looks and evidence.looks[name].look.seen.how != reading.LEFT_OUT:
            continue
        if (why := _why(evidence, dataset, name)) is not None:
            fields = unseen.setdefault(dataset.id, {}).setdefault(why[0], (why[1], []))[1]
            fields.append(field.name)
    for dataset in evidence.plan.datasets():
        for reason, (settle, names) in unseen.get(dataset.id, {}).items():
            were = "field was" if len(names) == 1 else "fields were"
            says = f"{len(names):,} {were} not looked at ({', '.join(names[:4])}): {reason}"
            leaf = f"{dataset.path}.content"
            yield Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, subject(dataset), says, settle=settle)


def _is_embedding(dataset: Dataset, spelt: str) -> bool:
    return "embedding" in dataset.extra and _VECTOR.match(spelt) is not None


def _why(evidence: Evidence, dataset: Dataset, name: Name) -> tuple[str, str] | None:
    for key in (name, name.dataset):
        for fact in evidence.unseen.get(key, ()):
            if fact.what == "sample" and not _withheld(evidence, dataset, name, fact):
                return fact.reason, fact.settle
    return None


def _withheld(evidence: Evidence, dataset: Dataset, name: Name, fact: UnseenFact) -> bool:
    """Whether it was looked at as the workflow's identity, and no grant opens the field to that one."""
    access, identity = evidence.ground.access, evidence.plan.sources[dataset.source].identity
    principal = access.principal(dataset.source, identity) if identity is not None else None
    if principal is None or fact.seen.identity != principal.name:
        return False
    reach = access.reach(principal)
    return not reach.active(name) and reach.why_undecided(name) is None


RULE = Rule(
    id="privacy/unscannable-data",
    severity=Severity.MEDIUM,
    check=check,
    requests=requests,
    finds_unverified=True,
)
