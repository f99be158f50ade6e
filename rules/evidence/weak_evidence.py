"""The evidence is weaker than the assumption needs.

Why it matters
--------------
How fresh data is cannot be read from a catalogue, and what somebody says of it is no measurement. Taken for one, it
carries a launch that nothing holds up.

What it looks at
----------------
Each declared freshness: whether the rows were measured (*observed*), or only the catalogue was read (*configured*).

How to fix it
-------------
Scan with data, not `--no-data`, and with a budget that lets the dataset be measured.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Subject
from lineage.model import Level, Severity
from lineage.rule import Evidence, Rule, Unknown
from rules.plan._said import held, unknown


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether what must be fresh was measured."""
    measured = {dataset for dataset, _ in evidence.measures}
    for dataset in evidence.plan.datasets():
        if dataset.fresh is None:
            continue
        leaf, about = f"{dataset.fresh.path}.within", Subject(source=dataset.source, dataset=dataset.id)
        if dataset.id in measured:
            yield held(leaf, about, "its records were measured", Level.OBSERVED)
        elif evidence.ground.catalog.dataset(dataset.id) is not None:
            nothing = Unknown("only its catalogue was read, and freshness must be observed", "scan with data")
            why = evidence.why_unseen(dataset.id, None, ("data",), nothing)
            yield unknown(leaf, about, why.reason, why.settle)


RULE = Rule(id="evidence/weak-evidence", severity=Severity.MEDIUM, check=check)
