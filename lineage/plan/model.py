"""The typed core of a plan, and the rest of it as plain answers.

Every part knows its `path` in the YAML (`sources.crm.datasets.contacts`); `Plan.marks` gives line and column of each
path, so that a finding can name the declared line. Shorthands are already written out: `id: required` is `id.need`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from lineage.duration import Duration
from lineage.model import DatasetId, Exposure, FieldId, SourceId
from lineage.plan.answered import answer_at
from lineage.plan.hold import Hold
from lineage.predicate import Predicate


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the plan's file, both counted from 1."""

    line: int
    column: int


_SKEW: Final = Duration(seconds=300)


class LeafKind(StrEnum):
    """What a leaf of the plan is: not judged, judged against the systems, or judged by being answered."""

    LABEL = "label"
    CLAIM = "claim"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One declared value of the plan."""

    path: str
    kind: LeafKind
    mark: Mark
    text: str
    """As the plan writes it, `${ENV}` unresolved."""
    owner: str | None
    """Nearest declared owner: the block's, the source's, else `meta.owner`."""


class Need(StrEnum):
    """What a workflow needs a field for."""

    REQUIRED = "required"
    HELPFUL = "helpful"
    JOIN = "join"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mask:
    """How a field is to be masked before it crosses a boundary."""

    method: str
    """`drop`, `redact`, `partial`, `hash`, `hmac`, `tokenise`, `format_preserving`, `generalise`, `first_name` or
    `entities`."""
    of: tuple[str, ...] = ()
    """For `entities`: the kinds that are masked; empty means every kind found."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """How fresh a dataset must be."""

    path: str
    clock: str
    """Name of the declared or physical field that tells the time."""
    within: Duration
    zone: str | None = None
    """IANA name; needed where the clock has no zone of its own."""
    skew: Duration = _SKEW
    """How far ahead of now a row may be dated."""
    per: str | None = None
    """A field whose every value must be fresh by itself."""
    when_stale: str | None = None
    share: float | None = None
    """Share of records, 0 to 1, that must be fresh; None: the newest is all that is asked for."""


@dataclass(frozen=True, slots=True)
class Keep:
    """How long a dataset or a store keeps its records."""

    path: str
    limit: Duration | None
    """None with `none` (nothing is kept), `as_source` or no limit stated."""
    none: bool = False
    as_source: bool = False
    since: str | None = None
    """The field from which the limit counts."""
    by: str | None = None
    because: str | None = None
    floor: Duration | None = None
    """The shortest time that records must be kept: a log duty, a tax law, a legal hold."""
    changed: str | None = None
    """The day on which what deletes was set up, or last changed, as the plan writes it."""

    @property
    def promise(self) -> str:
        """What is promised, in a word: `24 months`, `as source`, `none`; empty where nothing is."""
        if self.none:
            return "none"
        return "as source" if self.as_source else str(self.limit or "")


@dataclass(frozen=True, slots=True)
class Field:
    """A field that the workflow takes for granted."""

    id: FieldId
    name: str
    path: str
    need: Need
    column: tuple[str, ...]
    """Path in the system; the plan's name unless `column` says otherwise."""
    type: str | None = None
    values: tuple[str | int | float | bool, ...] | None = None
    complete: float | None = None
    """Share of rows that must hold a value, 0 to 1."""
    sensitive: str | None = None
    """Declared kind: `email`, `person`, `free_text` ..."""
    mask: Mask | None = None
    joins: FieldId | None = None
    orphans: float | None = None
    cite: bool = False
    owner: str | None = None
    made_from: tuple[FieldId, ...] = ()
    """Fields that it is made from, as the plan says."""
    when_stale: str | None = None
    """What the workflow does when it is stale or missing, where that is not what holds for its dataset."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """What the workflow selects from in a source; `reads` is what is measured."""

    id: DatasetId
    name: str
    source: SourceId
    path: str
    reads: str
    fields: Mapping[str, Field]
    key: tuple[str, ...] = ()
    where: Predicate | None = None
    fresh: Fresh | None = None
    keep: Keep | None = None
    copy_of: tuple[DatasetId, ...] = ()
    key_back: str | None = None
    through: str | None = None
    owner: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    """`version`, `effective`, `embedding` ...: for the connectors that know them."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a scan may cost a source."""

    rows: int = 10_000_000
    """Rows that an aggregate may read, by the catalogue's estimate."""
    seconds: float = 60.0
    """Statement timeout."""
    sample: int = 2_000
    """Rows that a sample reads; a table of a few samples is read whole."""


@dataclass(frozen=True, slots=True)
class Source:
    """A system that holds context."""

    id: SourceId
    path: str
    kind: str
    """`connector.type`: the connector's name."""
    settings: Mapping[str, object]
    """The connector's other settings, `${ENV}` unresolved."""
    datasets: Mapping[str, Dataset]
    identity: str | None = None
    owner: str | None = None
    budget: Budget = Budget()
    functions: Mapping[str, Exposure] = field(default_factory=dict, kw_only=True)
    """What the system's own functions leave of a value: `{"mask_email": Exposure.REDACTED}`."""
    application: str | None = None
    """The name under which the workflow connects."""
    mapped_to: str | None = None
    """Account or group of the identity provider that stands behind the identity."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the records, by a predicate over one dataset."""

    id: str
    path: str
    of: DatasetId
    where: Predicate


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the workflow that reads fields and writes outputs."""

    id: str
    path: str
    reads: Mapping[DatasetId, tuple[FieldId, ...]]
    """`all` is already written out as every field of the dataset whose need is not `none`."""
    reads_all: frozenset[DatasetId] = frozenset()
    """Datasets that the plan reads as `all`."""
    to: str | None = None
    """The boundary that what is read crosses: `prompt`, `provider`, `trace` ..."""
    writes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    by: str | None = None
    autonomy: str | None = None
    trace_to: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    """Prompt templates, `source/path`."""
    given: tuple[str, ...] = ()
    """Variables of its templates that are no fields."""


@dataclass(frozen=True, slots=True)
class Store:
    """A place where the workflow itself keeps something: prompts, outputs, traces, caches."""

    id: str
    path: str
    at: str | None = None
    keep: Keep | None = None
    content: str | None = None
    right: str | None = None
    """By what prompts or answers may be used again from there: a contract, a consent."""


@dataclass(frozen=True, slots=True)
class Output:
    """What the workflow writes, and for whom."""

    id: str
    path: str
    audience: tuple[str, ...] = ()
    channel: str | None = None
    owned_by: str | None = None
    reads_as: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Audience -> source -> the login or role that it reads the source as."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something the workflow may or may not do."""

    id: str
    path: str
    level: str
    """read < suggest < draft < trigger < update."""
    allowed: bool = True
    touches: str | None = None
    cost_of_error: str | None = None
    approval_by: str | None = None
    audit: str | None = None
    tools: tuple[str, ...] = ()
    """Tools that do it, as their server spells them; without any, those that are called like it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the rollout: which records it exposes."""

    id: str
    path: str
    segment: str | None = None
    """None: every record that the steps read."""
    share: float | None = None
    people_max: int | None = None
    expand_when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Constraints:
    """What limits the workflow from outside."""

    path: str = "constraints"
    denied_sources: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    holds: tuple[Hold, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A leaf of the narrative blocks: kept as it stands, judged by being answered."""

    path: str
    value: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Plan:
    """One workflow and all that it takes for granted."""

    id: str
    status: str
    version: str
    owner: str | None
    file: str
    """As given on the command line."""
    sha256: str
    sources: Mapping[SourceId, Source]
    segments: Mapping[str, Segment]
    steps: Mapping[str, Step]
    rollout: tuple[Stage, ...] = ()
    constraints: Constraints = Constraints()
    stores: Mapping[str, Store] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict)
    """The whole document as plain data, shorthands written out: for what is judged by being answered."""
    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    """Every leaf by its path, in the plan's order."""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """Every path of the document, leaves and blocks, in the plan's order."""
    absent_blocks: tuple[str, ...] = ()
    """Blocks of the schema that the plan does not have yet."""

    def datasets(self) -> Iterator[Dataset]:
        """Give every dataset of every source, in the plan's order."""
        for source in self.sources.values():
            yield from source.datasets.values()

    def copies(self, dataset_id: DatasetId) -> Iterator[Dataset]:
        """Give the declared copies of a dataset and the copies of these, each once, the nearest first."""
        told, wave = {dataset_id}, {dataset_id}
        while wave:
            found = [one for one in self.datasets() if one.id not in told and not wave.isdisjoint(one.copy_of)]
            yield from found
            wave = {one.id for one in found}
            told |= wave

    def dataset(self, dataset_id: DatasetId) -> Dataset:
        """Give a dataset by its id; ids in a loaded plan always resolve."""
        source, _, name = dataset_id.partition(".")
        return self.sources[SourceId(source)].datasets[name]

    def fields(self) -> Iterator[Field]:
        """Give every declared field, in the plan's order."""
        for dataset in self.datasets():
            yield from dataset.fields.values()

    def field(self, field_id: FieldId) -> Field:
        """Give a field by its id."""
        dataset, _, name = field_id.rpartition(".")
        return self.dataset(DatasetId(dataset)).fields[name]

    def answer(self, path: str) -> Any:
        """Give what stands at a path, as plain data; None where nothing does, or nothing but the place of an answer."""
        return answer_at(self.content, path)

    def mark(self, path: str) -> Mark:
        """Give the place of a path, or of the nearest block above it."""
        while path and path not in self.marks:
            path = path.rpartition(".")[0]
        return self.marks.get(path, Mark(1, 1))

    def owner_of(self, path: str) -> str | None:
        """Give the owner of a leaf, or of the nearest source or the plan above it."""
        leaf = self.leaves.get(path)
        if leaf is not None:
            return leaf.owner
        parts = path.split(".")
        if parts[0] == "sources" and len(parts) > 1 and SourceId(parts[1]) in self.sources:
            return self.sources[SourceId(parts[1])].owner or self.owner
        return self.owner
