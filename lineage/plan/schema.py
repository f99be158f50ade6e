"""The shape of a plan: every key that it may hold, with what the key means for people and editors.

Shorthands (`id: required`, `mask: hmac`, `keep: none`) are written out before these models see a plan (`shorthand.py`);
`json_schema` allows both forms.
The blocks that no connector can judge are answers: any YAML may stand below them.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from lineage.plan.shape_types import (
    DottedName,
    DurationText,
    FunctionName,
    Id,
    LimitText,
    LiteralValue,
    OpenId,
    Shape,
    Share,
    Text,
    TextList,
)

ANSWER_BLOCKS: Final = (
    "workflow", "model", "acceptance", "containment", "observability", "economics", "raci", "golive", "oversight",
    "training", "red_button", "dossier", "gates", "deliverables", "switching", "known_gaps", "proposal", "audit",
)  # fmt: skip
"""Blocks that are kept as answers, with any YAML below."""

MaskMethod = Literal[
    "drop", "redact", "partial", "hash", "hmac", "tokenise", "format_preserving", "generalise", "first_name", "entities"
]

Left = Literal["raw", "extreme", "derived", "pseudonym", "aggregate", "count", "redacted"]
"""What can be left of a value, from all of it to nothing."""


class MetaShape(Shape):
    """Which plan this is, and who answers for it."""

    id: Annotated[OpenId, Field(description="Short name of the plan")]
    version: Annotated[Text | None, Field(description="Version of the plan, as text")] = None
    status: Annotated[
        Literal["draft", "in-review", "approved", "live", "retired"],
        Field(description="In a draft, unanswered questions are one line and keep the gate closed"),
    ] = "draft"
    owner: Annotated[Text | None, Field(description="Owner of every assumption that names no other")] = None
    include: Annotated[list[Text], Field(description="Data contract files below the plan's folder")] = []


class ConnectorShape(Shape):
    """How a system is reached; each connector checks its own settings."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[Id, Field(description="Name of the connector: postgresql, sqlite, files ...")]


class BudgetShape(Shape):
    """What a scan may cost the system."""

    rows: Annotated[int, Field(ge=1, description="Rows that an aggregate may read, by the catalogue's estimate")] = (
        10_000_000
    )
    seconds: Annotated[float, Field(gt=0, le=86_400, description="Timeout of each statement")] = 60.0
    sample: Annotated[
        int,
        Field(
            ge=1,
            description="Rows that a sample reads: 5 times as many where that is the table, 25 times of masked columns",
        ),
    ] = 2_000


class FreshShape(Shape):
    """How fresh the records must be."""

    clock: Annotated[
        Text, Field(description="What tells the time: a field; load_time, copy_time: when written; a key of folders")
    ]
    within: Annotated[DurationText, Field(description="How old the newest record may be")]
    zone: Annotated[Text | None, Field(description="Time zone of a clock that has none: UTC, Europe/Berlin")] = None
    skew: Annotated[DurationText | None, Field(description="How far ahead of now a record may be dated")] = None
    per: Annotated[Id | None, Field(description="A field whose every value must be fresh by itself")] = None
    share: Annotated[Share | None, Field(description="Share of records, not only the newest, that must be fresh")] = (
        None
    )
    when_stale: Annotated[Text | None, Field(description="What the workflow does then: hold_step, say_unknown ...")] = (
        None
    )


class KeepShape(Shape):
    """How long records are kept."""

    limit: Annotated[LimitText | None, Field(description="The longest time; `none`: nothing is kept")] = None
    since: Annotated[Text | None, Field(description="The field from which the limit counts")] = None
    by: Annotated[Text | None, Field(description="What deletes: a job, a setting, a partition drop")] = None
    because: Annotated[Text | None, Field(description="Why so long")] = None
    floor: Annotated[DurationText | None, Field(description="The shortest time that records must be kept")] = None
    changed: Annotated[Text | None, Field(description="The day on which what deletes was set up, or last changed")] = (
        None
    )


class MaskShape(Shape):
    """How a field is masked before it crosses a boundary."""

    to: Annotated[MaskMethod, Field(description="The method")]
    of: Annotated[list[Text], Field(description="For `entities`: the kinds that are masked")] = []


class FieldShape(Shape):
    """A field that the workflow takes for granted."""

    need: Annotated[Literal["required", "helpful", "join", "none"], Field(description="What the workflow needs it for")]
    column: Annotated[
        TextList | None, Field(description="Its name in the system where that differs; a list is a path")
    ] = None
    type: Annotated[Text | None, Field(description="Its type as the plan takes it: text, number, timestamp ...")] = None
    values: Annotated[list[LiteralValue] | None, Field(description="The only values that it may hold")] = None
    complete: Annotated[Share | None, Field(description="Share of records that must hold a value")] = None
    sensitive: Annotated[Id | None, Field(description="Kind of personal data or secret: email, person, free_text")] = (
        None
    )
    mask: Annotated[MaskShape | None, Field(description="How it is masked before it crosses a boundary")] = None
    joins: Annotated[Text | None, Field(description="The field it refers to: contacts.id or crm.contacts.id")] = None
    orphans: Annotated[Share | None, Field(description="Share of records that may refer to nothing")] = None
    cite: Annotated[bool, Field(description="Answers must be able to cite it")] = False
    made_from: Annotated[
        TextList, Field(description="Fields that it is made from, where no system tells: crm.people.email")
    ] = []
    when_stale: Annotated[
        Text | None, Field(description="What the workflow does without it, where not as `fresh.when_stale` says")
    ] = None
    owner: Annotated[Text | None, Field(description="Who answers for it")] = None


class KeyBackShape(Shape):
    """How a copy points back at what it was made from."""

    field: Annotated[Id, Field(description="The field that holds the original's key")]
    version: Annotated[Text | None, Field(description="The field that holds the original's version")] = None


class DatasetShape(Shape):
    """What the workflow selects from, and what is measured."""

    reads: Annotated[DottedName, Field(description="View, table, topic or pattern; odd parts in double quotes")]
    fields: Annotated[dict[Id, FieldShape], Field(min_length=1, description="The fields that the workflow knows")]
    key: Annotated[TextList, Field(description="The field, or fields, that tell records apart")] = []
    where: Annotated[Text | None, Field(description="The records that the steps read")] = None
    fresh: FreshShape | None = None
    keep: KeepShape | None = None
    copy_of: Annotated[TextList, Field(description="Datasets that this one is made from")] = []
    key_back: KeyBackShape | None = None
    through: Annotated[Text | None, Field(description="The routine that the workflow calls")] = None
    version: Annotated[Any, Field(description="What tells versions apart")] = None
    effective: Annotated[Any, Field(description="The fields between whose dates a record holds")] = None
    embedding: Annotated[Any, Field(description="Model and dimension of the vectors")] = None
    canary: Annotated[
        dict[Id, LiteralValue] | None, Field(description="A test subject, by field: `lineage canary` may plant it")
    ] = None
    owner: Annotated[Text | None, Field(description="Who answers for it")] = None


class SourceShape(Shape):
    """A system that holds context."""

    connector: ConnectorShape
    datasets: Annotated[dict[Id, DatasetShape], Field(description="What the workflow selects from")]
    identity: Annotated[Text | None, Field(description="The login whose reach is judged")] = None
    application: Annotated[
        Text | None, Field(description="The name under which the workflow connects: application_name, program_name")
    ] = None
    mapped_to: Annotated[
        Text | None, Field(description="The account or group of the identity provider behind the login: idp:svc-ai")
    ] = None
    functions: Annotated[
        dict[FunctionName, Left],
        Field(description="What its own functions leave of a value: {mask_email: redacted, tokenise: pseudonym}"),
    ] = {}
    purposes: Annotated[TextList, Field(description="Purposes that its data was collected for")] = []
    region: Annotated[Text | None, Field(description="Where it keeps its data: eu, us ...")] = None
    owner: Annotated[Text | None, Field(description="Who answers for it")] = None
    budget: BudgetShape = BudgetShape()


class SegmentShape(Shape):
    """A part of the records."""

    of: Annotated[Text, Field(description="The dataset: crm.contacts")]
    where: Annotated[Text, Field(description="A predicate over its declared fields")]


class StepShape(Shape):
    """A part of the workflow."""

    reads: Annotated[dict[str, TextList], Field(description="Datasets, with `all` or field names")] = {}
    to: Annotated[Text | None, Field(description="The boundary crossed: prompt, provider, trace ...")] = None
    writes: Annotated[TextList, Field(description="Outputs that it writes")] = []
    after: Annotated[TextList, Field(description="Steps that come before")] = []
    by: Annotated[Text | None, Field(description="The person or role that does it")] = None
    of: Annotated[Text | None, Field(description="What of: every draft")] = None
    autonomy: Annotated[Text | None, Field(description="independent, needs_approval ...")] = None
    trace_to: Annotated[TextList, Field(description="Fields that its answers must be traced to")] = []
    templates: Annotated[
        TextList, Field(description="Its prompt templates, SOURCE/FILE: their variables are fields in use")
    ] = []
    given: Annotated[TextList, Field(description="Variables of its templates that are no fields: today, tone")] = []
    eval: Annotated[Text | None, Field(description="The evaluation suite that covers it")] = None


class CommitmentShape(Shape):
    """A promise made to a part of the records."""

    of: Annotated[Text, Field(description="The dataset")]
    where: Annotated[Text, Field(description="A predicate over its declared fields")]
    effect: Annotated[Text | None, Field(description="What it does to the scope: drop_segment ...")] = None


class HoldShape(Shape):
    """Records that must not be deleted for now: a dispute, an investigation, an order of a court."""

    of: Annotated[Text, Field(description="The dataset")]
    where: Annotated[Text | None, Field(description="A predicate over its declared fields; none: all of it")] = None
    listed: Annotated[Text | None, Field(description="The field that lists the keys held: legal.holds.contact_id")] = (
        None
    )
    until: Annotated[Text | None, Field(description="The last day, where it is known")] = None
    ref: Annotated[Text | None, Field(description="The order or case")] = None


class ConstraintsShape(Shape):
    """What limits the workflow from outside."""

    denied_sources: Annotated[TextList, Field(description="Systems it may not read")] = []
    regions: Annotated[TextList, Field(description="Regions it may run in")] = []
    purposes: Annotated[TextList, Field(description="Purposes the data may serve")] = []
    commitments: dict[Id, CommitmentShape] = {}
    holds: Annotated[dict[Id, HoldShape], Field(description="Legal holds: what must not be deleted for now")] = {}
    regulations: Annotated[dict[str, Any], Field(description="Laws looked at, and what was found")] = {}


class StoreShape(Shape):
    """A place where the workflow itself keeps something."""

    at: Annotated[Text | None, Field(description="Where")] = None
    keep: KeepShape | None = None
    content: Annotated[Text | None, Field(description="raw, masked ...")] = None
    region: Annotated[Text | None, Field(description="Where it is kept: eu, us ...")] = None
    right: Annotated[Text | None, Field(description="By what prompts or answers may be used again from there")] = None


class OutputShape(Shape):
    """What the workflow writes."""

    audience: Annotated[TextList, Field(description="Who sees it")] = []
    reads_as: Annotated[
        dict[Id, dict[Id, Text]], Field(description="What an audience reads a source as: agent: {crm: support_ro}")
    ] = {}
    channel: Annotated[Text | None, Field(description="Where it appears")] = None
    owned_by: Annotated[Text | None, Field(description="Whose it is")] = None
    right: Annotated[Text | None, Field(description="By what it may be read or used again by the workflow")] = None


class ApprovalShape(Shape):
    """Who approves an action."""

    by: Annotated[Text, Field(description="The person or role")]
    every: Annotated[bool, Field(description="Each time")] = True


class ActionShape(Shape):
    """Something that the workflow may or may not do."""

    level: Annotated[
        Literal["read", "suggest", "draft", "trigger", "update"],
        Field(description="How far it goes, from least to most"),
    ]
    allowed: Annotated[bool, Field(description="False: it must not be possible")] = True
    touches: Annotated[Text | None, Field(description="What it changes")] = None
    cost_of_error: Annotated[Text | None, Field(description="low, medium, high")] = None
    approval: ApprovalShape | None = None
    audit: Annotated[Text | None, Field(description="The event that records it")] = None
    tools: Annotated[TextList, Field(description="Tools that do it; none: those that are called like it")] = []


class StageShape(Shape):
    """A step of the rollout."""

    stage: Annotated[Id, Field(description="Name of the stage")]
    segment: Annotated[Id | None, Field(description="The records exposed; none: all that the steps read")] = None
    share: Annotated[Share | None, Field(description="Share of those records")] = None
    people_max: Annotated[int | None, Field(ge=0, description="The most people it may reach")] = None
    expand_when: Annotated[TextList, Field(description="Acceptance criteria that open the next stage")] = []


class ScopeShape(Shape):
    """What is in the first release and what stays out."""

    include: Annotated[dict[str, list[Any]], Field(description="In: inputs, segments, roles ...")] = {}
    exclude: Annotated[dict[str, list[Any]], Field(description="Out: workflows, actions, segments ...")] = {}


def _answers(title: str) -> Any:
    return Field(default=None, description=title)


class PlanShape(Shape):
    """A plan: one AI workflow and all that it takes for granted about its context."""

    plan: Annotated[Literal["v1"], Field(description="The version of this format")]
    meta: MetaShape
    sources: Annotated[dict[Id, SourceShape], Field(min_length=1, description="Systems that hold the context")]
    segments: Annotated[dict[Id, SegmentShape], Field(description="Parts of the records, by predicates")] = {}
    steps: Annotated[dict[Id, StepShape], Field(description="The parts of the workflow")] = {}
    scope: ScopeShape | None = None
    constraints: ConstraintsShape | None = None
    stores: Annotated[dict[Id, StoreShape], Field(description="What the workflow itself keeps")] = {}
    outputs: Annotated[dict[Id, OutputShape], Field(description="What it writes")] = {}
    actions: Annotated[dict[Id, ActionShape], Field(description="What it may do, and may not")] = {}
    rollout: Annotated[list[StageShape], Field(description="The stages of the launch, in order")] = []
    owners: Annotated[dict[Id, Any], Field(description="Who answers for what after launch")] = {}
    workflow: Any = _answers("The workflow: whom it affects, why now, the outcome")
    model: Any = _answers("The model and what its provider keeps")
    acceptance: Any = _answers("When it is good enough to ship, and to expand")
    containment: Any = _answers("What stops it: blocks, fallback, rollback, switch")
    observability: Any = _answers("What is traced and measured")
    economics: Any = _answers("Volume, tokens, cost, latency")
    nlp: Annotated[str | None, Field(description="A spaCy pipeline that reads running text as well")] = None
    recognizers: Annotated[str | None, Field(description="A file of Presidio recognisers beside the plan")] = None
    raci: Any = _answers("Roles")
    golive: Any = _answers("The order of the launch")
    oversight: Any = _answers("Human oversight")
    training: Any = _answers("Training of the people concerned")
    red_button: Any = _answers("How anybody stops it")
    dossier: Any = _answers("The documents kept for review")
    gates: Any = _answers("Approvals")
    deliverables: Any = _answers("What is handed over")
    switching: Any = _answers("What a change of provider would cost")
    known_gaps: Any = _answers("Gaps that are known and accepted")
    proposal: Any = _answers("Who delivers and owns what")
    audit: Any = _answers("The audit trail")


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a plan for editors, with the shorthands that people write."""
    schema = PlanShape.model_json_schema()
    definitions = schema["$defs"]
    short = {
        "FieldShape": definitions["FieldShape"]["properties"]["need"],
        "MaskShape": definitions["MaskShape"]["properties"]["to"],
        "KeepShape": definitions["KeepShape"]["properties"]["limit"],
    }
    short = {
        f"#/$defs/{name}": {key: one[key] for key in ("enum", "anyOf") if key in one} for name, one in short.items()
    }
    adapted: dict[str, Any] = _adapted(schema, short)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **adapted, "title": "A plan of lineage-audit"}


def _adapted(part: Any, short: dict[str, dict[str, Any]]) -> Any:
    """Give a part of the schema with shorthands beside the long forms, closed names and no class names."""
    if isinstance(part, list):
        return [_adapted(item, short) for item in part]
    if not isinstance(part, dict):
        return part
    found = {_without_shape(key): _adapted(value, short) for key, value in part.items()}
    if "patternProperties" in found:
        found["additionalProperties"] = False
    reference = part.get("$ref")
    if isinstance(reference, str):
        found["$ref"] = _without_shape(reference)
        if reference in short:
            return {"anyOf": [short[reference], found]}
    if isinstance(part.get("title"), str):
        found["title"] = _without_shape(part["title"])
    return found


def _without_shape(name: str) -> str:
    return name.removesuffix("Shape")
