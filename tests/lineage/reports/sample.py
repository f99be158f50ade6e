"""A report made by hand, with everything in it that a report can hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from lineage.facts import CostFact, Failure, Seen
from lineage.finding import (
    Actual,
    Assumption,
    Finding,
    Fix,
    FixKind,
    Hop,
    Judgement,
    Op,
    Operation,
    Status,
    Subject,
    fingerprint,
)
from lineage.model import DatasetId, FieldId, Level, Severity, SourceId, Verdict
from lineage.plan.model import Mark
from lineage.reached import DoorNode, FieldAccess, IdentityAccess, Opened, Reader
from lineage.report import (
    Applied,
    Coverage,
    Crosses,
    Crossing,
    DatasetRead,
    Decision,
    Planned,
    Report,
    RestoreSet,
    Scope,
    ScopeSet,
    SensitiveField,
    SourceRead,
    StageDecision,
)

NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
CRM: Final = SourceId("crm")
HELPDESK: Final = SourceId("helpdesk")
CONTACTS: Final = "sources.crm.datasets.contacts"
DIFF: Final = """\
--- a/plan.yaml
+++ b/plan.yaml
@@ -14,3 +14,2 @@
       tier: required
-      email: {need: helpful, sensitive: email}
"""


def found(rule: str, severity: Severity, judgement: Judgement, **other: object) -> Finding:
    """Give a finding of a judgement."""
    finding = Finding(
        id=fingerprint(rule, judgement.subject, judgement.path),
        rule=rule,
        severity=severity,
        judgement=judgement,
        title=judgement.says,
        why_it_matters="It matters.",
        declared="declared",
        owner="crm-owner@acme.example",
    )
    return replace(finding, **other)  # type: ignore[arg-type]


STALE: Final = found(
    "freshness/stale-source",
    Severity.BLOCKER,
    Judgement(
        f"{CONTACTS}.fresh.within",
        Verdict.BROKEN,
        Level.OBSERVED,
        Subject(source="crm", dataset="crm.contacts"),
        "the newest record is 200 days 4 hours old, 4 hours were promised",
        Actual(17_294_400, "seconds", (17_290_800, 17_298_000), NOW, "newest updated_at up to now", 12_000),
        fixes=(Fix(FixKind.CODE, "start the load again", effort="hours"),),
    ),
    declared="4 hours",
)
UNMASKED: Final = found(
    "privacy/unmasked-at-boundary",
    Severity.BLOCKER,
    Judgement(
        f"{CONTACTS}.fields.email.sensitive",
        Verdict.BROKEN,
        Level.OBSERVED,
        Subject(source="crm", dataset="crm.contacts", field="crm.contacts.email"),
        "email addresses cross the boundary prompt unmasked",
        Actual(0.97, "share", sample=2_000, method="presidio"),
        path=(
            Hop("crm.people.email", "crm.contacts.email", "view"),
            Hop("crm.contacts.email", "draft", "reads"),
            Hop("draft", "prompt", "crosses"),
        ),
        operations=(Operation(Op.DROP_FIELD, "crm.contacts.email"),),
        fixes=(Fix(FixKind.PLAN, "declare a mask", "mask: hmac", safe=True, effort="minutes"),),
    ),
    declared="email",
    folded=("0123456789abcdef",),
)
OVER_GRANT: Final = found(
    "access/over-grant",
    Severity.HIGH,
    Judgement(
        "sources.crm.identity",
        Verdict.BROKEN,
        Level.CONFIGURED,
        Subject(source="crm", identity="ai_support_draft"),
        "ai_support_draft can read 3 fields that the plan does not declare",
        Actual(3, "fields", method="pg_catalog", measured_at=NOW),
        path=(
            Hop("ai_support_draft", "crm_reader", "member of"),
            Hop("crm_reader", "crm.people.ssn", "grant select"),
        ),
        fixes=(
            Fix(
                FixKind.SQL,
                "take the right away",
                'REVOKE SELECT ON TABLE public.people FROM "crm_reader";',
                safe=False,
                effort="minutes",
                owner="dba@acme.example",
            ),
        ),
    ),
    declared="ai_support_draft",
    status=Status.WAIVED,
)
HIDDEN: Final = found(
    "source/hidden-or-missing",
    Severity.HIGH,
    Judgement(
        "sources.helpdesk.datasets.tickets.fields.body.need",
        Verdict.UNVERIFIED,
        Level.CONFIGURED,
        Subject(source="helpdesk", dataset="helpdesk.tickets", field="helpdesk.tickets.body"),
        "body is not in the catalogue that auditor sees",
        settle="GRANT SELECT (body) ON helpdesk.tickets TO auditor",
        operations=(Operation(Op.DROP_FIELD, "helpdesk.tickets.body"),),
    ),
    declared="required",
)


def _line(
    leaf: str, verdict: Verdict, level: Level, says: str, settle: str = "", *, kind: str = "claim", declared: str = "x"
) -> Assumption:
    rules = ("privacy/unmasked-at-boundary",) if verdict is Verdict.BROKEN else ()
    return Assumption(leaf, kind, declared, verdict, level, "crm-owner@acme.example", rules, says, settle)


ASSUMPTIONS: Final = (
    _line(f"{CONTACTS}.reads", Verdict.HELD, Level.CONFIGURED, "is a view"),
    _line(f"{CONTACTS}.key", Verdict.HELD, Level.OBSERVED, "no record twice"),
    _line(f"{CONTACTS}.fresh.within", Verdict.BROKEN, Level.OBSERVED, "stale"),
    _line(f"{CONTACTS}.fields.email.sensitive", Verdict.BROKEN, Level.OBSERVED, "unmasked"),
    _line("sources.crm.identity", Verdict.BROKEN, Level.CONFIGURED, "reads too much"),
    _line(
        "sources.helpdesk.datasets.tickets.fields.body.need", Verdict.UNVERIFIED, Level.CONFIGURED, "hidden", "a grant"
    ),
    _line(f"{CONTACTS}.fields.id.need", Verdict.UNVERIFIED, Level.ASSERTED, "it was not measured", "scan again"),
    _line(f"{CONTACTS}.fields.tier.need", Verdict.UNVERIFIED, Level.ASSERTED, "it was not measured", "scan again"),
    _line("workflow.why_now", Verdict.UNVERIFIED, Level.ASSERTED, "not answered yet", "an answer", kind="question"),
)

SCOPE: Final = Scope(
    declared=ScopeSet(
        sources=("crm", "helpdesk"),
        fields=("crm.contacts.id", "crm.contacts.tier", "crm.contacts.email", "helpdesk.tickets.body"),
        segments=("eu",),
        steps=("draft",),
        stages=("first",),
    ),
    launchable=ScopeSet(
        sources=("crm", "helpdesk"),
        fields=("crm.contacts.id", "crm.contacts.tier"),
        segments=("eu",),
        steps=("draft",),
        stages=("first",),
    ),
    applied=(
        Applied(
            Operation(Op.DROP_FIELD, "crm.contacts.email"),
            (UNMASKED.id,),
            ("crm.contacts.email",),
            1200,
            ("reply_rate",),
            ("pilot",),
        ),
        Applied(Operation(Op.DROP_FIELD, "helpdesk.tickets.body"), (HIDDEN.id,), ("helpdesk.tickets.body",)),
    ),
    plan_diff=DIFF,
    narrowed_text="plan: v1\n",
    holds=(STALE.id,),
    restore=(RestoreSet(("crm.contacts.email",), (UNMASKED.id,), ("crm-owner@acme.example",), "1 fix of hours"),),
)

MATRIX: Final = (
    SensitiveField(
        FieldId("helpdesk.tickets.body"),
        "free_text",
        "entities",
        (Crossing("prompt", Crosses.UNKNOWN, "it was not looked at"),),
    ),
    SensitiveField(
        FieldId("crm.contacts.email"),
        "email",
        "",
        (
            Crossing("prompt", Crosses.RAW, "no mask is declared"),
            Crossing("store traces", Crosses.MASKED, "all 200 values look masked", "hmac", Level.OBSERVED),
        ),
        (UNMASKED.id,),
        ("output draft_reply",),
    ),
)
SOURCES: Final = (
    SourceRead(
        CRM,
        "crm-owner@acme.example",
        "PostgreSQL 15.20",
        "ai_support_draft",
        (
            DatasetRead(
                DatasetId("crm.contacts"),
                "ai.contacts_v",
                True,
                ("draft",),
                12_000,
                NOW - timedelta(seconds=17_294_400),
                "updated_at",
                "4 hours",
                Verdict.BROKEN,
                "the newest record is 200 days old",
            ),
        ),
        "15.20",
    ),
    SourceRead(HELPDESK, None, "", None, (DatasetRead(DatasetId("helpdesk.tickets"), "tickets", False, ("draft",)),)),
)

ACCESS: Final = (
    IdentityAccess(
        CRM,
        "ai_support_draft",
        fields=(
            FieldAccess(
                "crm.contacts.id", True, Opened.EXACT, (Hop("ai_support_draft", "ai.contacts_v.id", "grant select"),)
            ),
            FieldAccess("crm.contacts.tier", True, Opened.UNDER, why="not granted"),
            FieldAccess(
                "crm.people.ssn",
                False,
                Opened.OVER,
                OVER_GRANT.judgement.path,
                "ssn, declared",
                readers=(Reader("PUBLIC", "grant select"), Reader("staff", "grant select of people_reader", True)),
                readers_in_all=4,
            ),
        ),
        unlisted=2,
        needed=1,
        reached=4,
        over_sensitive=1,
        latent_sensitive=0,
        nodes=(
            DoorNode("ai_support_draft", "identity"),
            DoorNode("ai.contacts_v", "dataset", "needed", "1 open"),
            DoorNode("crm_reader", "role"),
            DoorNode("crm.people", "dataset", "sensitive", "3 open, 3 not needed"),
        ),
        doors=(
            Hop("ai_support_draft", "ai.contacts_v", "grant select"),
            Hop("ai_support_draft", "crm_reader", "member of"),
            Hop("crm_reader", "crm.people", "grant select"),
        ),
        unpictured=1,
    ),
    IdentityAccess(HELPDESK, "ai_helpdesk", "helpdesk was not read"),
)


def report(**other: object) -> Report:
    """Give the report, with some parts replaced."""
    whole = Report(
        run_id="5f2c9a0e11d04b7a",
        plan_id="support-reply",
        plan_version="0.4.0",
        plan_status="draft",
        plan_file="plan.yaml",
        plan_sha256="ab" * 32,
        tool_version="0.1.0",
        started_at=NOW - timedelta(seconds=2),
        finished_at=NOW,
        as_of=NOW,
        mode="sample",
        identities={CRM: "lineage_audit"},
        decision=Decision.HOLD,
        stages=(StageDecision("first", Decision.HOLD, "1 blocker holds the launch"),),
        assumptions=ASSUMPTIONS,
        findings=(STALE, UNMASKED, HIDDEN, OVER_GRANT),
        scope=SCOPE,
        coverage=Coverage(
            Planned(2, 1, 1), Planned(2, 1), Planned(4, 3), Planned(1, 1), 2_000, (("helpdesk: system", "timeout"),)
        ),
        failures=(Failure("source helpdesk", "connection refused", "start it, or mend HELPDESK_URL"),),
        costs={CRM: CostFact(Seen(CRM, NOW, "session", "lineage_audit"), 14, 12_000, 0, 1.2)},
        open_questions=61,
        marks={
            "sources": Mark(4, 3),
            "sources.crm.identity": Mark(6, 15),
            CONTACTS: Mark(8, 7),
            f"{CONTACTS}.fresh.within": Mark(10, 40),
            f"{CONTACTS}.fields.email.sensitive": Mark(12, 9),
            "sources.helpdesk.datasets.tickets.fields.body.need": Mark(22, 11),
        },
        matrix=MATRIX,
        sources=SOURCES,
        access=ACCESS,
    )
    return replace(whole, **other)  # type: ignore[arg-type]


def renamed(name: str) -> Finding:
    """Give a finding in which everything that comes from a system or a plan has that name."""
    operation = Operation(Op.LIMIT_WINDOW, name, (("window", name),))
    judgement = Judgement(
        name,
        Verdict.BROKEN,
        Level.OBSERVED,
        Subject(source=name, dataset=name, field=name, segment=name, identity=name),
        f"{name} is broken",
        Actual(name, name, (name, name), NOW, name, 3),
        path=(Hop(name, name, name),),
        operations=(operation,),
        fixes=(Fix(FixKind.SQL, name, f"REVOKE {name}".replace("\n", " "), owner=name),),  # a patch may have lines
    )
    return found("source/missing-field", Severity.HIGH, judgement, declared=name, owner=name)


def everywhere(name: str) -> Report:
    """Give a report in which everything that comes from a system or a plan has that name."""
    finding = renamed(name)
    unknown = replace(finding, judgement=replace(finding.judgement, verdict=Verdict.UNVERIFIED, settle=name))
    scope = Scope(
        ScopeSet(sources=(name,), fields=(name,), stages=(name,)),
        ScopeSet(),
        (Applied(finding.judgement.operations[0], (finding.id, name), (name,)),),
        f"--- {name.partition(chr(10))[0]}",
        restore=(RestoreSet((name,), (name,), (name,)),),
    )
    source = SourceId(name)
    return report(
        findings=(finding, replace(unknown, id="other")),
        assumptions=(_line(name, Verdict.UNVERIFIED, Level.ASSERTED, name, name, declared=name),),
        scope=scope,
        stages=(StageDecision(name, Decision.HOLD, name),),
        failures=(Failure(name, name, name),),
        identities={source: name},
        costs={},
        coverage=Coverage(Planned(1, 0), Planned(1, 0), Planned(1, 0), Planned(1, 0), skipped=((name, name),)),
        plan_id=name,
        plan_file=name,
        plan_version=name,
        plan_status=name,
        matrix=(SensitiveField(FieldId(name), name, name, (Crossing(name, Crosses.RAW, name),), (finding.id,)),),
        sources=(
            SourceRead(
                source,
                name,
                name,
                name,
                (DatasetRead(DatasetId(name), name, True, (name,), 1, NOW, name, name, Verdict.BROKEN, name),),
            ),
        ),
        access=(
            IdentityAccess(
                source,
                name,
                fields=(
                    FieldAccess(
                        name, True, Opened.OVER, (Hop(name, name, name),), name, name, (Reader(name, name, True),), 2
                    ),
                ),
                nodes=(DoorNode(name, "identity"), DoorNode(f"{name}.", "dataset", "beyond", name)),
                doors=(Hop(name, f"{name}.", name),),
            ),
        ),
    )
