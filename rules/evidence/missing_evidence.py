"""An assumption has no evidence: nothing was seen of what it is about.

Why it matters
--------------
What nobody looked at is neither true nor false. A report that leaves it out reads as if it held.

What it looks at
----------------
Each dataset that the plan reads: whether anything of it was seen. It counts as unverified, with the reason why it was
not looked at; what is proven to be missing is told by `source/missing-dataset`.

How to fix it
-------------
Let the auditor see the dataset: the reason names the right or the setting.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Subject
from lineage.model import Level, Severity
from lineage.rule import Evidence, Rule, Unknown
from rules.plan._said import held, unknown


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each dataset was seen at all."""
    for dataset in evidence.plan.datasets():
        leaf, about = f"{dataset.path}.reads", Subject(source=dataset.source, dataset=dataset.id)
        if evidence.ground.catalog.dataset(dataset.id) is not None:
            yield held(leaf, about, "it was seen", Level.CONFIGURED)
        else:
            nothing = Unknown("nothing was seen of it", "scan its source")
            why = evidence.why_unseen(dataset.id, None, ("structure", "definition", "data"), nothing)
            yield unknown(leaf, about, why.reason, why.settle)


RULE = Rule(id="evidence/missing-evidence", severity=Severity.HIGH, check=check)
