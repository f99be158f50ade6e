"""How much of a dataset is looked at: a bounded sample, and more of columns for which a mask is declared.

One raw value among ten thousand masked ones is a leak, and a mask is a promise about every value. What a step masks in
texts (`entities`) is not looked at further: texts are long, and are judged where they arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.connector import Relation, Sample
from lineage.plan.model import Budget, Dataset, Mask

MORE: Final = 25
"""How many times as many rows as of others are looked at of masked columns: 50,000 where the plan says nothing."""


def samples(dataset: Dataset, relation: Relation, rows: int | None, budget: Budget) -> Iterator[Sample]:
    """Give the samples of a relation: one, or a second one for its masked columns where the first is not all of it.

    The whole dataset is sampled, not only the rows of its `where`: what the identity can read is what can leak.
    """
    most = min(MORE * budget.sample, budget.rows)
    if (rows is not None and rows <= budget.sample) or most <= budget.sample:
        yield Sample(relation, None, rows)
        return
    masked = {name for name in relation.columns if name in dataset.fields and _masked(dataset.fields[name].mask)}
    for names, wanted in ((relation.columns.keys() - masked, None), (masked, most)):
        if names:
            columns = {name: column for name, column in relation.columns.items() if name in names}
            yield Sample(Relation(relation.dataset, relation.name, columns), None, rows, most=wanted)


def _masked(mask: Mask | None) -> bool:
    return mask is not None and mask.method not in {"drop", "entities"}
