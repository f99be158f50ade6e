"""What a plan declares of its datasets and fields, as the ledger has it: for exports that speak of data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lineage.finding import Assumption
from lineage.report import DatasetRead, Report, SourceRead

_LEAF: Final = re.compile(r"sources\.([^.]+)\.datasets\.([^.]+)\.(.+)")
_FIELD: Final = re.compile(r"fields\.([^.]+)\.(.+)")


@dataclass(frozen=True, slots=True)
class DeclaredDataset:
    """A dataset with the lines of the ledger that are about it."""

    source: SourceRead
    read: DatasetRead
    lines: Mapping[str, Assumption] = field(default_factory=dict)
    """By the path below the dataset: `keep.limit`."""
    fields: Mapping[str, Mapping[str, Assumption]] = field(default_factory=dict)
    """By field, then by the path below it: `need`, `mask.to`."""

    def declared(self, path: str) -> str:
        """Give what is declared at a path below the dataset; empty where nothing is."""
        return self.lines[path].declared if path in self.lines else ""


def datasets(report: Report) -> Iterator[DeclaredDataset]:
    """Give every dataset that the plan names, in its order."""
    lines: dict[str, dict[str, Assumption]] = {}
    fields: dict[str, dict[str, dict[str, Assumption]]] = {}
    for line in report.assumptions:
        if (found := _LEAF.fullmatch(line.leaf)) is None:
            continue
        dataset, rest = f"{found[1]}.{found[2]}", found[3]
        if (part := _FIELD.fullmatch(rest)) is None:
            lines.setdefault(dataset, {}).setdefault(rest, line)
        else:
            fields.setdefault(dataset, {}).setdefault(part[1], {}).setdefault(part[2], line)
    for source in report.sources:
        for read in source.datasets:
            yield DeclaredDataset(source, read, lines.get(read.dataset, {}), fields.get(read.dataset, {}))
