"""What a step puts together about one person: fields of the datasets that it reads, joined as the plan joins them.

A person is a record of the dataset that describes people; what refers to it, and what it refers to, tells more of them.
Where nothing describes people, each record of what refers to the others is one.
Steps that follow one another, or send to the same place, assemble one context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lineage.connector import Examine, ExamineKind, Part
from lineage.model import DatasetId, FieldId
from lineage.plan.model import Dataset, Field, Plan
from lineage.rule import Ground
from rules.privacy import _reading as reading
from rules.privacy._kinds import FREE_TEXT

_OF_PEOPLE: Final = frozenset(
    {"birth_date", "date_of_birth", "birth_year", "age", "gender", "sex", "nationality", "ethnicity", "job_title"}
    | {"profession", "marital_status", "born", "birthday", "birthdate", "dob", "birth"}
)
_OF_PLACES: Final = frozenset(
    {"postcode", "zip", "zip_code", "postal_code", "city", "region", "geo", "location", "household"}
)
_GENERAL: Final = frozenset({"quasi_identifier", "quasi"})
KINDS: Final = (_OF_PEOPLE - {"born", "birthday", "birthdate", "dob", "birth"}) | _OF_PLACES | _GENERAL
"""Declared kinds that tell groups of people apart."""
_ALONE: Final = frozenset(
    {
        "email",
        "phone",
        "iban",
        "bank_account",
        "card",
        "payment",
        "ip",
        "ip_address",
        "mac_address",
        "device",
        "device_id",
    }
    | {"cvv", "vehicle_id", "vin", "health_id", "crypto_wallet", "address", "postal_address", "person", "name", "id"}
    | {
        "first_name",
        "last_name",
        "full_name",
        "ssn",
        "national_id",
        "tax_id",
        "passport",
        "driving_licence",
        "identifier",
    }
    | {"licence_plate", "username", "secret", "credential", "contact", "customer_id", "user_id", "pseudonym"}
    | FREE_TEXT
)
"""Kinds that find a person alone, or none: nothing is learnt from a crowd that shares them."""
_WHOM: Final = (
    *("customer_id", "user_id", "health_id", "national_id", "ssn", "tax_id", "pseudonym", "passport", "username"),
    *("email", "identifier", "id", "phone", "contact"),
)
"""Kinds that tell whom a record is about, the surest first."""
_READABLE: Final = frozenset({"generalise", "partial", "first_name"})
"""What these masks leave can be told of a person."""
_MOST_PARTS: Final = 8


@dataclass(frozen=True, slots=True)
class Assembled:
    """Fields of one person that a context holds beside one another, and the question of how many share them."""

    dataset: Dataset
    """Whose records the people are."""
    fields: Mapping[int, Field]
    """Place among the fields of all parts -> the field, for those that are shared or told."""
    shared: tuple[int, ...]
    examine: Examine

    @property
    def joined(self) -> bool:
        """Whether fields of several datasets stand together."""
        return bool(self.examine.against)


@dataclass(frozen=True, slots=True)
class _Join:
    child: Dataset
    refers: Field
    parent: Dataset
    key: Field


@dataclass(frozen=True, slots=True)
class _Node:
    """A dataset of a tree, and how it hangs on the one before: its field, that one's field, and the role of its own."""

    dataset: Dataset
    above: int
    own: Field | None = None
    other: Field | None = None
    role: str = ""


def assembled(ground: Ground) -> Iterator[Assembled]:
    """Give what is put together about people, each once."""
    found: dict[Examine, Assembled] = {}
    for read in _contexts(ground):
        for dataset in read:
            _keep(found, _told(ground, read, [_Node(ground.plan.dataset(dataset), -1)]))
        joins = list(_joins(ground, read))
        for root in _roots(ground.plan, read, joins):
            for tree in _trees(read, joins, root):
                _keep(found, _told(ground, read, tree))
    yield from found.values()


def _keep(found: dict[Examine, Assembled], each: Assembled | None) -> None:
    if each is not None:
        found.setdefault(each.examine, each)


def _contexts(ground: Ground) -> Iterator[dict[DatasetId, list[Field]]]:
    """Give what is read together, by dataset: by steps that follow one another or send to the same place."""
    plan = ground.plan
    groups: list[set[str]] = []
    for step in plan.steps.values():
        names = {step.id, *step.after, *([f"to {step.to}"] if step.to else [])}
        meets = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names] + [names.union(*meets)]
    wanted = [(dataset, field) for dataset, field in reading.read_fields(plan)]
    for group in groups or [set()]:
        read: dict[DatasetId, list[Field]] = {}
        for dataset, field in wanted:
            by = {step.id for step in reading.readers(plan, dataset, field)}
            if (by & group or not plan.steps) and ground.catalog.field(dataset.id, field.name) is not None:
                read.setdefault(dataset.id, []).append(field)
        if read:
            yield read


def _joins(ground: Ground, read: Mapping[DatasetId, object]) -> Iterator[_Join]:
    """Give the declared joins that begin at what is read; what describes people may stand between unread."""
    for dataset in ground.plan.datasets():
        for field in dataset.fields.values() if dataset.id in read else ():
            if field.joins is None:
                continue
            parent = ground.plan.dataset(DatasetId(field.joins.rpartition(".")[0]))
            seen = ground.catalog.field(dataset.id, field.name) and ground.catalog.field(
                parent.id, field.joins.rpartition(".")[2]
            )
            if seen and parent.id != dataset.id and (parent.id in read or _people(parent)):
                yield _Join(dataset, field, parent, ground.plan.field(FieldId(field.joins)))


def _roots(plan: Plan, read: Mapping[DatasetId, object], joins: Sequence[_Join]) -> list[Dataset]:
    """Give the datasets that describe people; those that nothing refers to, where none does."""
    near = {dataset.id: dataset for join in joins for dataset in (join.child, join.parent)}
    people = [dataset for dataset in near.values() if _people(dataset)]
    referred = {join.parent.id for join in joins}
    return people or [plan.dataset(name) for name in read if name in near and name not in referred]


def _people(dataset: Dataset) -> bool:
    """Whether a dataset describes people: it holds what only people have."""
    kinds = {(field.sensitive or "").lower() for field in dataset.fields.values()}
    return bool(kinds & (_ALONE - FREE_TEXT)) or any(_of_people(field) for field in dataset.fields.values())


def _of_people(field: Field) -> bool:
    kind = (field.sensitive or "").lower()
    words = {*re.split(r"[_.]", field.name.lower()), field.name.lower()}
    return kind in _OF_PEOPLE or (kind in _GENERAL and bool(words & _OF_PEOPLE))


def _trees(read: Mapping[DatasetId, list[Field]], joins: Sequence[_Join], root: Dataset) -> Iterator[list[_Node]]:
    """Give what hangs on a dataset: with each that refers to it alone, and with all of them."""
    children = list(dict.fromkeys(join.child.id for join in joins if join.parent.id == root.id))
    for kept in (*([child] for child in children), children):
        nodes = [_Node(root, -1)]
        there = {root.id, *(child for child in children if child not in kept)}
        for number in range(_MOST_PARTS):
            if number < len(nodes):
                for node in _near(read, joins, nodes[number], number):
                    if node.dataset.id not in there and len(nodes) < _MOST_PARTS:
                        there.add(node.dataset.id)
                        nodes.append(node)
        yield nodes


def _near(read: Mapping[DatasetId, list[Field]], joins: Sequence[_Join], node: _Node, number: int) -> Iterator[_Node]:
    for join in joins:
        if join.child.id == node.dataset.id and not (number and _people(join.parent)):
            # Of whom another record than the person's own tells (an agent of a ticket), that is another person.
            yield _Node(join.parent, number, join.key, join.refers, "key")
        elif join.parent.id == node.dataset.id:
            described = any(_of_people(field) and _shared(field) for field in read.get(join.child.id, ()))
            yield _Node(join.child, number, join.refers, join.key, "alike" if described else "has")


def _whom(ground: Ground, dataset: Dataset) -> Field | None:
    """Give the field that tells whom a record is about, where one person may have several records."""
    fields = [
        field
        for field in dataset.fields.values()
        if ground.catalog.field(dataset.id, field.name) is not None and tuple(dataset.key) != (field.name,)
    ]
    for field in fields:
        if field.joins is not None and _people(ground.plan.dataset(DatasetId(field.joins.rpartition(".")[0]))):
            return field
    kinds = {(field.sensitive or "").lower(): field for field in reversed(fields)}
    return next((kinds[kind] for kind in _WHOM if kind in kinds), None)


def _shared(field: Field) -> bool:
    return (field.sensitive or "").lower() in KINDS and (field.mask is None or field.mask.method != "drop")


def _learnt(field: Field) -> bool:
    kind = (reading.declared_kind(field) or "").lower()
    told = kind and kind not in KINDS and kind not in _ALONE
    return bool(told) and (field.mask is None or field.mask.method in _READABLE)


def _told(ground: Ground, read: Mapping[DatasetId, list[Field]], nodes: Sequence[_Node]) -> Assembled | None:
    """Ask how many share what a tree holds; None where that is no combination, or nothing is added by joining."""
    held = {node.dataset.id for node in nodes}
    tells = {name: [field for field in read.get(name, ()) if _shared(field) or _learnt(field)] for name in held}
    # What neither tells anything nor stands on the way to what does is not read.
    needed = {number for number, node in enumerate(nodes) if not number or tells.get(node.dataset.id)}
    for number in sorted(needed, reverse=True):
        while (number := nodes[number].above) > 0:
            needed.add(number)
    kept = sorted(needed)
    if len(nodes) > 1 and sum(bool(tells.get(nodes[number].dataset.id)) for number in kept) < 2:
        return None
    columns: list[list[tuple[Field, str]]] = []
    for place, number in enumerate(kept):
        node = nodes[number]
        columns.append([(field, "shared" if _shared(field) else "told") for field in tells.get(node.dataset.id, ())])
        if node.own is not None and node.other is not None:
            columns[place].append((node.own, node.role))
            columns[kept.index(node.above)].append((node.other, f"to:{place}"))
    if (whom := _whom(ground, nodes[0].dataset)) is not None:
        columns[0].append((whom, "who"))
    every = [pair for part in columns for pair in part]
    shared = tuple(at for at, (_, role) in enumerate(every) if role == "shared")
    names = [ground.catalog.physical(nodes[number].dataset.id) for number in kept]
    if len(shared) < 2 or any(name is None for name in names):
        return None
    parts = [
        Part(name, tuple(field.column for field, _ in part), tuple(role for _, role in part), nodes[number].dataset.id)
        for name, part, number in zip(names, columns, kept, strict=True)
        if name is not None
    ]
    fields = {at: field for at, (field, role) in enumerate(every) if role in {"shared", "told"}}
    return Assembled(nodes[0].dataset, fields, shared, Examine(ExamineKind.CROWD, parts[0], tuple(parts[1:])))
