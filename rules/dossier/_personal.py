"""What personal data was declared or found in what the workflow reads."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.detector import QUASI
from lineage.plan.model import Need
from lineage.rule import Evidence

SPECIAL_LABEL = "special:"
_SPECIAL_KINDS = ("health", "religion", "ethnic", "biometric", "genetic", "union", "political", "sex", "criminal")
_HARMLESS = frozenset({"none", "no", "false", "public"})
_LEAST_CONFIDENCE = 0.5


def found_kinds(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Give (field, kind) of what is personal in fields that are read: as declared, and as a detector saw it."""
    catalog = evidence.ground.catalog
    for dataset in evidence.plan.datasets():
        for field in dataset.fields.values():
            if field.need is Need.NONE:
                continue
            if field.sensitive is not None and field.sensitive.casefold() not in _HARMLESS:
                yield field.id, field.sensitive
            name = catalog.physical_field(dataset.id, field.name)
            looked = evidence.looks.get(name) if name is not None else None
            for label in looked.labels if looked is not None else ():
                if (
                    label.hits
                    and label.confidence >= _LEAST_CONFIDENCE
                    and not label.label.startswith(("masked", QUASI))
                ):
                    yield field.id, label.label


def is_special(kind: str) -> bool:
    """Whether a kind is a special category of personal data (Art. 9 and 10 GDPR)."""
    return kind.startswith(SPECIAL_LABEL) or any(word in kind.casefold() for word in _SPECIAL_KINDS)


def people(evidence: Evidence) -> int | None:
    """Give the most records of one dataset with personal data, as counted or estimated; None where none is known."""
    catalog = evidence.ground.catalog
    personal = {field.rpartition(".")[0] for field, _ in found_kinds(evidence)}
    counts: list[int] = []
    for dataset in sorted(personal):
        facts = evidence.measures.get((dataset, "rows"), ())
        counted = sum(int(fact.value) for fact in facts if isinstance(fact.value, int))
        seen = catalog.dataset(dataset)
        estimate = seen.rows_estimate if seen is not None else None
        if facts or estimate is not None:
            counts.append(counted if facts else int(estimate or 0))
    return max(counts, default=None)
