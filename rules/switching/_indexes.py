"""The retrieval indexes of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.plan.model import Dataset, Plan

_KINDS: Final = frozenset(
    {"chroma", "elasticsearch", "lancedb", "milvus", "opensearch", "pgvector", "qdrant", "weaviate"}
)


def indexes(plan: Plan) -> Iterator[Dataset]:
    """Give every dataset that is searched by likeness: with an embedding, through a routine, or of such a system."""
    for dataset in plan.datasets():
        kind = plan.sources[dataset.source].kind
        if "embedding" in dataset.extra or (dataset.through is not None and dataset.copy_of) or kind in _KINDS:
            yield dataset
