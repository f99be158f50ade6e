"""Two places state different values for the same assumption.

Why it matters
--------------
Each side builds on its own number, and both were told that the other agreed.

What it looks at
----------------
The data contracts that the plan includes (`meta.include`, ODCS 3), dataset by dataset and field by field: the type,
whether a field is sensitive, and records that the contract keeps shorter than the plan. What it promises less of than
the plan takes for granted (freshness, values, how complete a field is, what is kept longer) is told by
`source/contract-mismatch`; here only where several contracts name one dataset, which that rule cannot tell apart.
And two datasets of the plan that are one thing in its system: what each says of a field, and how long it is kept.
A contract that could not be read is unverified. A dataset that no contract speaks of is passed over.

How to fix it
-------------
Ask the owner of the contract which is right, and mend the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from lineage.contract import Contract, ContractDataset, ContractField
from lineage.duration import Duration
from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.documents import SEEN_IN
from lineage.plan.model import Dataset, Field, Need
from lineage.rule import Evidence, Rule
from rules.plan._said import held, unknown, words, wrong
from rules.source._types import agrees, kind_of

_OPEN: Final = frozenset({"public", "none", "open", "non-sensitive", "non sensitive", "unrestricted"})
_CLOSED: Final = frozenset({"pii", "personal", "sensitive", "restricted", "confidential", "secret", "phi", "spi"})
_HARMLESS: Final = frozenset({"none", "no", "public"})
_SLACK: Final = 0.02
_LEAF: Final = "meta.include"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether contracts and plan say the same."""
    included = words(evidence.plan.answer(_LEAF))
    conflicts = list(_with_contracts(evidence))
    yield from conflicts
    yield from _within(evidence)
    unread = [fact for fact in evidence.unseen.get(SEEN_IN, ()) if fact.what == "contract"]
    for fact in unread:
        yield unknown(_LEAF, Subject(), f"a contract was not read: {fact.reason}", fact.settle)
    missing = [name for name in included if name not in evidence.contracts]
    if missing and not unread:
        says = f"{missing[0]} was not looked for"
        yield unknown(_LEAF, Subject(), says, "let the auditor read the plan from its own folder")
    elif included and not missing and not conflicts:
        yield held(_LEAF, Subject(), f"none of {len(included)} included contracts says otherwise")


def _with_contracts(evidence: Evidence) -> Iterator[Judgement]:
    for dataset in evidence.plan.datasets():
        named = {
            file: (contract, promised)
            for file, contract in evidence.contracts.items()
            if (promised := contract.dataset(dataset.reads)) is not None
        }
        for file, (contract, promised) in named.items():
            if _same_system(evidence, contract, dataset):
                yield from _of_dataset(file, dataset, promised)
                if len(named) > 1:
                    yield from _promised_less(file, dataset, promised)


def _same_system(evidence: Evidence, contract: Contract, dataset: Dataset) -> bool:
    """Whether a contract can be of this source: one that names a server of another kind of system is not."""
    kind = evidence.plan.sources[dataset.source].kind
    kinds = {server.type.lower() for server in contract.servers}
    relational = {"postgresql", "postgres", "mysql", "mariadb", "sqlite", "duckdb", "snowflake", "redshift", "oracle"}
    alike = {"postgres": "postgresql", "mariadb": "mysql"}
    named = {alike.get(one, one) for one in kinds} & relational
    return not named or alike.get(kind, kind) in named or kind not in relational


def _of_dataset(file: str, dataset: Dataset, promised: ContractDataset) -> Iterator[Judgement]:
    limit = dataset.keep.limit if dataset.keep is not None else None
    if dataset.keep is not None and limit is not None and promised.keep is not None and _exceeds(limit, promised.keep):
        yield _conflict(f"{dataset.keep.path}.limit", _about(dataset), file, f"kept {limit}", f"{promised.keep}")
    for field, found in _fields_of(dataset, promised):
        yield from _of_field(file, dataset, field, found)


def _fields_of(dataset: Dataset, promised: ContractDataset) -> Iterator[tuple[Field, ContractField]]:
    for field in dataset.fields.values():
        found = promised.field(field.column[0])
        if found is not None and field.need is not Need.NONE:
            yield field, found


def _of_field(file: str, dataset: Dataset, field: Field, promised: ContractField) -> Iterator[Judgement]:
    about = _about(dataset, field)
    if field.type is not None and promised.type is not None and _other_type(field.type, promised.type):
        yield _conflict(f"{field.path}.type", about, file, f"type {field.type}", promised.type)
    marks = {mark.lower() for mark in (promised.classification or "", *promised.tags)}
    sensitive = field.sensitive is not None and field.sensitive.lower() not in _HARMLESS
    if sensitive and (promised.classification or "").lower() in _OPEN:
        yield _conflict(f"{field.path}.sensitive", about, file, f"sensitive: {field.sensitive}", "it is public")
    if not sensitive and marks & _CLOSED:
        yield _conflict(f"{field.path}.sensitive", about, file, "not sensitive", min(marks & _CLOSED))


def _promised_less(file: str, dataset: Dataset, promised: ContractDataset) -> Iterator[Judgement]:
    """Give what one of several contracts promises less of than the plan takes for granted."""
    if dataset.fresh is not None and promised.fresh is not None and promised.fresh.mean() > dataset.fresh.within.mean():
        leaf = f"{dataset.fresh.path}.within"
        yield _conflict(leaf, _about(dataset), file, f"records within {dataset.fresh.within}", str(promised.fresh))
    limit = dataset.keep.limit if dataset.keep is not None else None
    if dataset.keep is not None and limit is not None and promised.keep is not None and _exceeds(promised.keep, limit):
        yield _conflict(f"{dataset.keep.path}.limit", _about(dataset), file, f"kept {limit}", f"{promised.keep}")
    for field, found in _fields_of(dataset, promised):
        about = _about(dataset, field)
        if field.values is not None and found.values is not None:
            more = {str(value) for value in found.values} - {str(value) for value in field.values}
            if more:
                says = f"{len(field.values)} values"
                yield _conflict(f"{field.path}.values", about, file, says, f"{len(more)} more")
        if field.complete is not None and found.complete is not None and found.complete < field.complete:
            yield _conflict(f"{field.path}.complete", about, file, f"{field.complete:g} filled", f"{found.complete:g}")


def _other_type(declared: str, promised: str) -> bool:
    # In ODCS 3.0 `date` stands for days and moments alike.
    if promised.lower() == "date" and kind_of(declared) in {"date", "timestamp", "moment", "time"}:
        return False
    return agrees(declared, promised) is False


def _exceeds(one: Duration, other: Duration) -> bool:
    """Whether a length exceeds another by more than months of other lengths do: 24 months do not exceed 730 days."""
    return one.mean() - other.mean() > _SLACK * one.mean()


def _apart(one: Duration, other: Duration) -> bool:
    return _exceeds(one, other) or _exceeds(other, one)


def _within(evidence: Evidence) -> Iterator[Judgement]:
    """Give what two datasets of the plan that are one in their system say otherwise of it."""
    by_name: dict[object, list[Dataset]] = {}
    for dataset in evidence.plan.datasets():
        name = evidence.ground.catalog.physical(dataset.id)
        if name is not None:
            by_name.setdefault(name, []).append(dataset)
    for same in by_name.values():
        for one, other in combinations(same, 2):
            before = one.keep.limit if one.keep is not None else None
            limit = other.keep.limit if other.keep is not None else None
            if before is not None and limit is not None and one.where == other.where and _apart(before, limit):
                leaf = f"{other.path}.keep.limit"
                yield _conflict(leaf, _about(other), str(one.id), f"kept {limit}", str(before))
            yield from _fields_within(one, other)


def _fields_within(one: Dataset, other: Dataset) -> Iterator[Judgement]:
    columns = {field.column: field for field in one.fields.values()}
    for field in other.fields.values():
        twin = columns.get(field.column)
        if twin is None:
            continue
        pairs = {"type": (field.type, twin.type), "sensitive": (field.sensitive, twin.sensitive)}
        for key, (here, there) in pairs.items():
            if here is not None and there is not None and here != there:
                yield _conflict(f"{field.path}.{key}", _about(other, field), str(twin.id), f"{key} {here}", there)


def _conflict(leaf: str, about: Subject, file: str, here: str, there: str) -> Judgement:
    decide = (Operation(Op.DECIDE, leaf),)
    fix = f"ask who answers for {file} which is right, and mend the other"
    return wrong(leaf, about, f"the plan says {here}, and {file} says {there}", fix, decide)


def _about(dataset: Dataset, field: Field | None = None) -> Subject:
    return Subject(source=dataset.source, dataset=dataset.id, field=str(field.id) if field is not None else None)


RULE = Rule(id="plan/conflicting-assumptions", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
