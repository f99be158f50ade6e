"""Which published contract promises a dataset of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.contract import Contract, ContractDataset
from lineage.plan.model import Dataset
from lineage.rule import Evidence


@dataclass(frozen=True, slots=True)
class Promise:
    """A dataset as the plan takes it for granted, and as a contract promises it."""

    dataset: Dataset
    contract: Contract
    promised: ContractDataset
    file: str
    """The contract's file, as the plan names it."""


def promises(evidence: Evidence) -> Iterator[Promise]:
    """Give the contract of each dataset; none where no contract names it, or several do and no one can tell which."""
    for dataset in evidence.plan.datasets():
        found = [
            Promise(dataset, contract, promised, file)
            for file, contract in evidence.contracts.items()
            if (promised := contract.dataset(dataset.reads)) is not None
        ]
        if len(found) == 1:
            yield found[0]
