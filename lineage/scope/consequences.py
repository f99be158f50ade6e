"""What follows from what leaves a plan: clauses "where all of these leave, that leaves too", and their closure.

A required field takes the steps that read it along, a step those that come after it, a segment its stages;
a dataset goes with its last field, a source with its last dataset, an output with its last audience.
The clauses are built once for a plan, so that the closure of an operation costs what leaves and not the whole plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from lineage.model import DatasetId, FieldId
from lineage.plan.model import Dataset, Need, Plan
from lineage.predicate import Joined, Predicate, fields_of

Thing = tuple[str, str]
"""(kind, id): `("field", "crm.contacts.email")`, `("stage", "first")`."""

Clause = tuple[frozenset[Thing], Thing]


class Consequences:
    """The clauses of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._clauses = [*_of_data(plan), *_of_segments(plan), *_of_workflow(plan)]
        self._used: defaultdict[Thing, list[int]] = defaultdict(list)
        for number, (body, _) in enumerate(self._clauses):
            for thing in body:
                self._used[thing].append(number)

    def of(self, things: Iterable[Thing]) -> set[Thing]:
        """Give the things, and everything that leaves with them."""
        gone: set[Thing] = set()
        missing: dict[int, int] = {}
        waiting = list(things)
        while waiting:
            thing = waiting.pop()
            if thing in gone:
                continue
            gone.add(thing)
            for number in self._used.get(thing, ()):
                body, head = self._clauses[number]
                missing[number] = missing.get(number, len(body)) - 1
                if missing[number] == 0:
                    waiting.append(head)
        return gone

    def jointly(self, gone: set[Thing]) -> set[Thing]:
        """Give what may leave because several things leave together: what is not here leaves for one thing alone."""
        return self.of(head for body, head in self._clauses if len(body) > 1 and body <= gone)


def _of_data(plan: Plan) -> Iterator[Clause]:
    for source in plan.sources.values():
        whole: Thing = ("source", source.id)
        datasets = [("dataset", str(dataset.id)) for dataset in source.datasets.values()]
        if datasets:
            yield frozenset(datasets), whole
        for dataset in source.datasets.values():
            part: Thing = ("dataset", dataset.id)
            yield frozenset([whole]), part
            fields = [("field", str(one.id)) for one in dataset.fields.values() if one.need is not Need.NONE]
            if fields:
                yield frozenset(fields), part
            yield from ((frozenset([part]), one) for one in fields)
            if dataset.where is not None:
                yield from ((frozenset([("field", one)]), part) for one in decided_by(dataset, dataset.where))


def _of_segments(plan: Plan) -> Iterator[Clause]:
    for segment in plan.segments.values():
        head: Thing = ("segment", segment.id)
        yield frozenset([("dataset", segment.of)]), head
        fields = decided_by(plan.dataset(segment.of), segment.where)
        yield from ((frozenset([("field", one)]), head) for one in fields)
    for stage in plan.rollout:
        if stage.segment is not None:
            yield frozenset([("segment", stage.segment)]), ("stage", stage.id)


def _of_workflow(plan: Plan) -> Iterator[Clause]:
    for step in plan.steps.values():
        head: Thing = ("step", step.id)
        yield from ((frozenset([("step", before)]), head) for before in step.after)
        for fields in step.reads.values():
            for one in fields:
                if plan.field(one).need is Need.REQUIRED:
                    yield frozenset([("field", one)]), head
        written = [("output", name) for name in step.writes if name in plan.outputs]
        if written and len(written) == len(step.writes):
            yield frozenset(written), head
    for output in plan.outputs.values():
        audience = [("audience", f"{output.id}.{who}") for who in output.audience]
        if audience:
            yield frozenset(audience), ("output", output.id)


def decided_by(dataset: Dataset, predicate: Predicate) -> set[FieldId]:
    """Give the fields of a dataset that tell its records apart by a predicate; behind joins the last dataset's."""
    part = predicate
    while isinstance(part, Joined):
        part = part.where
    return {FieldId(f"{DatasetId(dataset.id)}.{name}") for name in fields_of(part)}
