"""The words of the product as values: names, edges, facts, verdicts.

Everything here is frozen, slotted and picklable, since facts travel between processes and are stored as snapshots.
Physical names are verbatim, as the system spells them; logical ids (`crm.contacts.email`) come from the plan.
No fact holds a value read from a source: counts, rates, moments, shapes and keyed hashes only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

SourceId = NewType("SourceId", str)
"""`crm`: a source of the plan."""
DatasetId = NewType("DatasetId", str)
"""`crm.contacts`: a dataset of the plan."""
FieldId = NewType("FieldId", str)
"""`crm.contacts.email`: a field of the plan."""


class Severity(StrEnum):
    """How much a broken assumption weighs; declared from worst to least, so that sorting by position works."""

    BLOCKER = "blocker"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Verdict(StrEnum):
    """A rule's answer for an assumption; where several rules answer, the first of broken, unverified, held wins."""

    BROKEN = "broken"
    UNVERIFIED = "unverified"
    HELD = "held"

    @property
    def rank(self) -> int:
        """0 for the one that wins."""
        return list(Verdict).index(self)


class Level(StrEnum):
    """How strong the evidence is: said by somebody, set in a system, seen in its data, or tried out."""

    ASSERTED = "asserted"
    CONFIGURED = "configured"
    OBSERVED = "observed"
    EXERCISED = "exercised"

    @property
    def rank(self) -> int:
        """0 for the weakest."""
        return list(Level).index(self)


class Rung(StrEnum):
    """How far a promise to delete is known to be kept: each rung stands on those before it."""

    DECLARED = "declared"
    CONFIGURED = "configured"
    """What deletes does so at the age that was promised."""
    ENFORCED = "enforced"
    """What deletes exists, is on, and ran."""
    OBSERVED = "observed"
    """Nothing is seen that should be gone."""


class Exposure(StrEnum):
    """What survives a transformation, from everything to nothing; over several paths the first in this order wins."""

    RAW = "raw"
    EXTREME = "extreme"
    """min, max, any_value: one raw value of many."""
    DERIVED = "derived"
    PSEUDONYM = "pseudonym"
    AGGREGATE = "aggregate"
    COUNT = "count"
    REDACTED = "redacted"

    @property
    def rank(self) -> int:
        """0 for the most exposed."""
        return list(Exposure).index(self)


class Confidence(StrEnum):
    """How sure an edge is: proved from a schema, inferred without one, one of several, or an unexpanded star."""

    EXACT = "exact"
    INFERRED = "inferred"
    AMBIGUOUS = "ambiguous"
    STAR = "star"


class EdgeEvidence(StrEnum):
    """Where an edge was learnt from."""

    VIEW = "view"
    DBT = "dbt"
    QUERY_LOG = "query_log"
    OPENLINEAGE = "openlineage"
    SQL = "sql"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A thing in a system, spelt as the system spells it (OpenLineage naming, never with credentials).

    `path` is (database, schema, table) in PostgreSQL, ("main", table) in SQLite, (pattern,) for files;
    a shorter path names the schema or the database. `field` is a path too: `("address", "city")` in JSON.
    """

    namespace: str
    path: tuple[str, ...]
    field: tuple[str, ...] = ()

    @property
    def dataset(self) -> Name:
        """The dataset that this field belongs to."""
        return Name(self.namespace, self.path)

    def at(self, *field_path: str) -> Name:
        """The field of this dataset with that path."""
        return Name(self.namespace, self.path, field_path)

    def __str__(self) -> str:
        """`postgres://host:5432/app.public.contacts#email`: unambiguous, for keys and exports."""
        tail = "#" + ".".join(self.field) if self.field else ""
        return f"{self.namespace}/{'.'.join(self.path)}{tail}"

    @property
    def short(self) -> str:
        """`public.contacts.email`: for people, without system and database."""
        return ".".join((*self.path[-2:], *self.field))


@dataclass(frozen=True, slots=True)
class Transformation:
    """What an edge does to a value, in the words of OpenLineage's column-lineage facet."""

    type: str
    """DIRECT or INDIRECT."""
    subtype: str
    """IDENTITY, TRANSFORMATION, AGGREGATION; JOIN, GROUP_BY, FILTER, SORT, WINDOW, CONDITIONAL."""
    masking: bool = False


class DatasetKind(StrEnum):
    """What a dataset is in its system."""

    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    PARTITIONED = "partitioned table"
    PARTITION = "partition"
    FOREIGN = "foreign table"
    FILE = "file"
    TOOL = "tool"


@dataclass(frozen=True, slots=True, order=True)
class Principal:
    """An identity, role or group of a system; PUBLIC is the principal named by `PUBLIC`."""

    namespace: str
    name: str

    def __str__(self) -> str:
        """`ai_support`: principals are shown without their system."""
        return self.name


PUBLIC = "PUBLIC"
_PART: Final = re.compile(r'"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([^".`\[\]]+)')


def split_name(text: str) -> tuple[str, ...]:
    """Give the parts of a dotted name as people write it in a plan, without quotes; empty where it is no such name.

    `contacts`, `main.contacts`, `"odd.schema"."Tab le"`, `[a].[b]`.
    """
    parts: list[str] = []
    position = 0
    stripped = text.strip()
    while position < len(stripped):
        found = _PART.match(stripped, position)
        if found is None:
            return ()
        double, back, bracket, bare = found.groups()
        part = bracket if bracket is not None else bare
        if double is not None:
            part = double.replace('""', '"')
        elif back is not None:
            part = back.replace("``", "`")
        parts.append(part.strip() if bare is not None else part)
        position = found.end()
        if position < len(stripped):
            if stripped[position] != "." or position + 1 == len(stripped):
                return ()
            position += 1
    return tuple(parts) if all(parts) else ()
