"""A whole run: from a plan and a snapshot to the report, where everything that reports show is decided."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from lineage import __version__
from lineage.audit import Audit
from lineage.crossings import matrix
from lineage.errors import PlanError
from lineage.facts import CostFact, LookFact, MeasureFact, PrincipalFact, ProbeFact, Snapshot, SystemFact, UnseenFact
from lineage.lasting import fields_kept
from lineage.model import Severity, SourceId
from lineage.plan.load import read_plan
from lineage.plan.model import LeafKind, Plan
from lineage.plan.problems import render_problems
from lineage.reachings import reachings
from lineage.readings import readings
from lineage.report import Change, Coverage, Planned, Report
from lineage.rule import Rule
from lineage.rungs import kept_for
from lineage.scope.resolver import Resolved, resolve
from lineage.waivers.model import Waiver


def report_on(
    text: str,
    file: str,
    snapshot: Snapshot,
    rules: Sequence[Rule],
    *,
    now: datetime,
    started_at: datetime,
    replayed: bool = False,
    waivers: Sequence[Waiver] = (),
) -> Report:
    """Judge a plan's text on a snapshot (one that was kept: `replayed`) and resolve its scope.

    Raises:
        PlanError: the text is no plan; the message is every problem, rendered.
    """
    plan, problems = read_plan(text, file)
    if plan is None:
        raise PlanError(render_problems(problems, text, file))
    resolved = resolve(plan, text, snapshot, rules, now, waivers)
    told = Counter(line.leaf for line in resolved.audit.assumptions)
    if any(told[leaf.path] != 1 for leaf in plan.leaves.values() if leaf.kind is not LeafKind.LABEL):
        raise AssertionError("an assumption has no verdict, or two")  # law 1
    report = _report(plan, snapshot, resolved, now, started_at)
    return replace(report, mode="replay") if replayed else report


def exit_code(report: Report, fail_on: Severity) -> int:
    """Give 3 for an incomplete run, else 1 for a finding at or above `fail_on`, else 0; a plan in error is 2."""
    if report.incomplete:
        return 3
    counted = (finding for finding in report.findings if finding.severity.rank <= fail_on.rank and not finding.decided)
    if report.history is not None and report.history.new_only:
        known = {identifier for identifier, change in report.history.changes.items() if change is Change.STILL}
        counted = (finding for finding in counted if finding.id not in known)
    return int(any(True for _ in counted))


def _report(plan: Plan, snapshot: Snapshot, resolved: Resolved, now: datetime, started_at: datetime) -> Report:
    judged = resolved.audit
    questions = {line.leaf for line in judged.assumptions if line.kind == "question" and plan.answer(line.leaf) is None}
    questions |= {judgement.leaf for _, judgement in judged.unanswered}
    ladders = kept_for(plan, judged)
    return Report(
        run_id=_run_id(plan, snapshot, resolved, now),
        plan_id=plan.id,
        plan_version=plan.version,
        plan_status=plan.status,
        plan_file=plan.file,
        plan_sha256=plan.sha256,
        tool_version=__version__,
        started_at=started_at,
        finished_at=datetime.now(started_at.tzinfo),
        as_of=now,
        mode=_mode(snapshot),
        identities={fact.seen.source: fact.seen.identity for fact in snapshot.facts if isinstance(fact, SystemFact)},
        decision=resolved.decision,
        stages=resolved.stages,
        assumptions=judged.assumptions,
        findings=(*judged.findings, *resolved.arisen),
        scope=resolved.scope,
        coverage=_coverage(plan, judged, snapshot),
        failures=judged.failures,
        costs=_costs(snapshot),
        open_questions=len(questions),
        marks=plan.marks,
        matrix=matrix(plan, judged),
        sources=readings(plan, judged, snapshot),
        waivers=judged.waivers,
        access=reachings(plan, judged, snapshot),
        kept=ladders,
        lasting=fields_kept(plan, judged, ladders),
    )


def _run_id(plan: Plan, snapshot: Snapshot, resolved: Resolved, now: datetime) -> str:
    """Give the hash of what was judged and of what was concluded: see `docs/decisions/runs-are-kept-when-asked.md`."""
    judged = resolved.audit
    told = [
        *(f"{line.leaf} {line.verdict.value} {line.level.value} {line.says}" for line in judged.assumptions),
        *(f"{found.id} {found.status.value} {found.judgement.actual.value}" for found in judged.findings),
        *(f"{weighed.waiver.place} {weighed.told}" for weighed in judged.waivers),
        *(f"{failure.what} {failure.reason}" for failure in judged.failures),
    ]
    parts = [plan.sha256, snapshot.taken_at.isoformat(), now.isoformat(), resolved.decision.value, *told]
    return hashlib.sha256("\n".join(parts).encode(errors="backslashreplace")).hexdigest()[:16]


def _mode(snapshot: Snapshot) -> str:
    kinds = {type(fact) for fact in snapshot.facts}
    for kind, mode in ((MeasureFact, "sample"), (LookFact, "sample"), (ProbeFact, "probe"), (SystemFact, "catalog")):
        if kind in kinds:
            return mode
    return "static"


def _costs(snapshot: Snapshot) -> Mapping[SourceId, CostFact]:
    costs: dict[SourceId, CostFact] = {}
    for fact in snapshot.facts:
        if isinstance(fact, CostFact):
            before = costs.get(fact.seen.source)
            costs[fact.seen.source] = (
                fact
                if before is None
                else replace(
                    fact,
                    queries=fact.queries + before.queries,
                    rows=fact.rows + before.rows,
                    bytes=fact.bytes + before.bytes,
                    seconds=fact.seconds + before.seconds,
                )
            )
    return costs


def _coverage(plan: Plan, judged: Audit, snapshot: Snapshot) -> Coverage:
    catalog = judged.ground.catalog
    datasets = list(plan.datasets())
    fields = [declared for dataset in datasets for declared in dataset.fields.values()]
    identities = {(source.id, source.identity) for source in plan.sources.values() if source.identity}
    known = {fact.seen.source for fact in snapshot.facts if isinstance(fact, PrincipalFact)}
    failed = {failure.what.removeprefix("source ") for failure in judged.failures if failure.what.startswith("source ")}
    unseen = [fact for fact in snapshot.facts if isinstance(fact, UnseenFact)]
    skipped = {
        (f"{fact.seen.source}: {fact.name.short if fact.name else fact.what}", fact.reason): None for fact in unseen
    }
    found = [declared for declared in fields if catalog.field(declared.id.rpartition(".")[0], declared.name)]
    return Coverage(
        sources=Planned(len(plan.sources), len([s for s in plan.sources if s in catalog.systems]), len(failed)),
        datasets=Planned(len(datasets), len([d for d in datasets if catalog.dataset(d.id)])),
        fields=Planned(len(fields), len(found)),
        identities=Planned(len(identities), len([1 for source, _ in identities if source in known])),
        rows_sampled=sum(fact.rows_looked for fact in _one_look_a_dataset(snapshot)),
        skipped=tuple(skipped),
    )


def _one_look_a_dataset(snapshot: Snapshot) -> list[LookFact]:
    looks = {fact.name.dataset: fact for fact in snapshot.facts if isinstance(fact, LookFact)}
    return list(looks.values())
