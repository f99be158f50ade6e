"""What tasks are about, for services that have more objects and fields than can be asked for at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.connector import Profile, Relation, Sample, Stream, Structure, Task


def objects_in(tasks: Sequence[Task]) -> set[str]:
    """Give the objects that tasks name; none where they ask for whatever there is."""
    named = {reads for task in tasks if isinstance(task, Structure) for reads in task.targets.values()}
    return named | {one.name.path[-1] for one in _relations(tasks)}


def fields_in(tasks: Sequence[Task], of: str) -> set[str]:
    """Give the first parts of the fields of an object that tasks read."""
    return {
        column.path[0]
        for relation in _relations(tasks)
        if relation.name.path[-1] == of
        for column in relation.columns.values()
    }


def _relations(tasks: Sequence[Task]) -> Iterator[Relation]:
    for task in tasks:
        if not isinstance(task, Structure):
            yield task.relation
        if isinstance(task, Profile | Sample | Stream):
            yield from task.joined.values()
