"""A data contract in our own words: what a publisher promises of its datasets that a plan can take for granted.

`lineage.odcs` reads one from the Open Data Contract Standard. Prose, prices and people's names are not kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from lineage.duration import Duration


@dataclass(frozen=True, slots=True)
class ContractField:
    """A field that a contract promises; what it says nothing of is None."""

    name: str
    physical: str
    """Its name in the system; the contract's own where that says nothing else."""
    line: int
    type: str | None = None
    """The logical type as the contract spells it: `string`, `timestamp` ..."""
    complete: float | None = None
    """Least share of records that hold a value, 0 to 1; 1.0 where it is required."""
    values: tuple[str, ...] | None = None
    """The only values that it may hold, as text."""
    classification: str | None = None
    """As the contract spells it: `restricted`, `PII`, `public` ..."""
    tags: tuple[str, ...] = ()
    refers_to: str | None = None
    """`dataset.field`, in the contract's names."""
    unique: bool = False


@dataclass(frozen=True, slots=True)
class ContractDataset:
    """A dataset that a contract promises."""

    name: str
    physical: str
    line: int
    fields: tuple[ContractField, ...]
    key: tuple[str, ...] = ()
    """Names of fields, in the key's order."""
    fresh: Duration | None = None
    """How old the newest record may be."""
    clock: str | None = None
    """Name of the field that freshness is told by."""
    keep: Duration | None = None
    """How long records are kept."""
    since: str | None = None
    """Name of the field from which retention counts."""

    def field(self, name: str) -> ContractField | None:
        """Give a field by its name in the system, else by the contract's."""
        found = [field for field in self.fields if field.physical == name]
        return next(iter([*found, *(field for field in self.fields if field.name == name)]), None)


@dataclass(frozen=True, slots=True)
class ContractServer:
    """A system that a contract names; where it is reached is the plan's to say."""

    name: str
    type: str
    database: str | None = None
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """A published contract."""

    id: str
    version: str
    status: str
    """`draft`, `active`, `deprecated`, `retired` ... as the contract spells it."""
    standard: str
    """The version of the standard: `v3.1.0`."""
    datasets: tuple[ContractDataset, ...]
    servers: tuple[ContractServer, ...] = ()
    owner: str | None = None
    """The user name of who owns the data product, where a role says so."""
    end_of_support: str | None = None
    not_understood: tuple[str, ...] = ()
    """What could not be taken over, by its place: a unit, a rule; a contract is never silently half read."""

    def dataset(self, reads: str) -> ContractDataset | None:
        """Give a dataset by what a plan reads: its name in the system with or without a schema, else the contract's."""
        bare = reads.replace('"', "").rpartition(".")[2]
        for spelt in (reads, bare):
            for dataset in self.datasets:
                if spelt in (dataset.physical, dataset.physical.rpartition(".")[2], dataset.name):
                    return dataset
        return None
