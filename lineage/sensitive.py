"""Which fields are sensitive: declared so, recognised by a detector, or kin of one that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lineage.detector import QUASI
from lineage.graph import FieldNode
from lineage.model import Exposure, Name
from lineage.rule import Evidence

_LEAST_CONFIDENCE = 0.5
_SAME_VALUE = frozenset({Exposure.RAW, Exposure.EXTREME, Exposure.DERIVED})
"""A field that is fed so by a sensitive one holds what is sensitive in it."""
_BASE = frozenset({Exposure.RAW, Exposure.EXTREME, Exposure.PSEUDONYM, Exposure.REDACTED})
"""A field that feeds a sensitive one so is what was sensitive in it: the base of a mask is the raw value."""


def sensitive_fields(evidence: Evidence) -> Mapping[Name, str]:
    """Give every field that is known to be sensitive, with its kind and how it is known."""
    found: dict[Name, str] = {}
    for name, kind, how in _seeds(evidence):
        found.setdefault(name, f"{kind}, {how}")
    graph = evidence.ground.graph
    masked = _masked(evidence)
    for name, kind, _ in list(_seeds(evidence)):
        bases = [name]
        # What is left of a masked field can be cut out of its one origin; of several, any may be the harmless one.
        alone = name in masked and len(graph.origins(name)) == 1
        for base, exposure, _path in graph.ancestors(name):
            if exposure in _BASE or (alone and exposure is Exposure.DERIVED):
                found.setdefault(base, f"{kind}, the base of {_label(evidence, name)}")
                bases.append(base)
        for base in bases:
            for reached in graph.downstream(FieldNode(base)):
                if isinstance(reached.node, FieldNode) and reached.exposure in _SAME_VALUE:
                    found.setdefault(reached.node.name, f"{kind}, taken from {_label(evidence, base)}")
    return found


def _seeds(evidence: Evidence) -> Iterator[tuple[Name, str, str]]:
    catalog = evidence.ground.catalog
    for dataset in evidence.plan.datasets():
        for field in dataset.fields.values():
            name = catalog.physical_field(dataset.id, field.name)
            if field.sensitive is not None and name is not None:
                yield name, field.sensitive, "declared"
    for name, looked in evidence.looks.items():
        strong = [
            label
            for label in looked.labels
            if label.hits and label.confidence >= _LEAST_CONFIDENCE and not label.label.startswith(QUASI)
        ]
        if strong:
            best = max(strong, key=lambda label: (label.confidence, label.hits))
            yield name, best.label, f"recognised in {best.hits:,} of {best.looked:,} values"


def _masked(evidence: Evidence) -> frozenset[Name]:
    """Give the fields for which the plan declares a mask."""
    catalog = evidence.ground.catalog
    found = (
        catalog.physical_field(dataset.id, field.name)
        for dataset in evidence.plan.datasets()
        for field in dataset.fields.values()
        if field.mask is not None
    )
    return frozenset(name for name in found if name is not None)


def _label(evidence: Evidence, name: Name) -> str:
    return evidence.ground.catalog.alias(name) or name.short
