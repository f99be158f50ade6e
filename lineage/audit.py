"""The audit: judge a plan on a snapshot. A pure function of plan, facts, rules and now.

Every declared leaf ends in exactly one verdict (law 1); where several rules answer, broken wins over unverified over
held. Findings that another finding subsumes are folded into it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations

from lineage.access import Access, access_of
from lineage.catalog import catalog_of
from lineage.facts import (
    ApprovedFact,
    CanaryFact,
    CompareFact,
    ConfinedFact,
    ConfirmationFact,
    ContractFact,
    CredentialFact,
    DirectoryFact,
    DocumentFact,
    ExamineFact,
    Fact,
    Failure,
    LabelFact,
    LookFact,
    MeasureFact,
    ProbeFact,
    ReviewFact,
    SessionFact,
    Snapshot,
    TrailFact,
    UnseenFact,
)
from lineage.finding import Assumption, Finding, Judgement, Subject, fingerprint
from lineage.graph import graph_of
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Dataset, Leaf, LeafKind, Plan
from lineage.predicate import And, Predicate, conjunction
from lineage.registry import page
from lineage.review import reviewed
from lineage.rule import Evidence, Ground, Looked, Rule
from lineage.waivers.held import Looked as LookedAt
from lineage.waivers.held import waived, weighed
from lineage.waivers.model import Waiver, Weighed

_WAIVERS = "waivers"
"""The family that judges waivers, once the findings of all others are known."""
_MOST_LIMITS = 2
"""The cells that a plan can be narrowed to at once: within its retention, and in force."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What the rules concluded of a plan on a snapshot."""

    plan: Plan
    ground: Ground
    assumptions: tuple[Assumption, ...]
    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    unanswered: tuple[tuple[Rule, Judgement], ...] = ()
    """What a draft does not answer yet: no broken assumptions, but they keep the gate closed."""
    waivers: tuple[Weighed, ...] = ()
    judged: tuple[tuple[Rule, Judgement], ...] = ()
    """Every judgement, as it was before the worst for each leaf was taken."""

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """The findings that must leave the scope before launch."""
        return tuple(finding for finding in self.findings if finding.launch_blocking)


def audit(
    plan: Plan,
    snapshot: Snapshot,
    rules: Sequence[Rule],
    now: datetime,
    access: Access | None = None,
    waivers: Sequence[Waiver] = (),
) -> Audit:
    """Judge every assumption of a plan; `access` is the snapshot's, where it has been gathered already."""
    evidence = evidence_of(plan, snapshot.facts, now, access)
    failures = list(snapshot.failures)
    judged = list(_judged(rules, evidence, failures))
    unanswered: list[tuple[Rule, Judgement]] = []
    if plan.status == "draft":
        unanswered = [(rule, judgement) for rule, judgement in judged if judgement.unanswered]
        judged = [(rule, judgement) for rule, judgement in judged if not judgement.unanswered]
    findings = _folded(tuple(_findings(plan, judged)), {rule.id: rule for rule in rules})
    findings = reviewed(findings, (fact for fact in snapshot.facts if isinstance(fact, ReviewFact)), now)
    stand: tuple[Weighed, ...] = ()
    if waivers:
        unknown = frozenset(rule.id for rule, judgement in judged if judgement.verdict is Verdict.UNVERIFIED)
        stand = weighed(waivers, findings, plan, now, LookedAt(not failures, unknown))
        about = [rule for rule in rules if rule.family == _WAIVERS]
        of_waivers = list(_judged(about, replace(evidence, waivers=stand), failures))
        judged += of_waivers
        findings = tuple(sorted((*waived(findings, stand), *_findings(plan, of_waivers)), key=_order))
    ledger = _ledger(plan, judged)
    failed = tuple(dict.fromkeys(failures))
    return Audit(plan, evidence.ground, ledger, findings, failed, tuple(unanswered), stand, tuple(judged))


def _judged(rules: Sequence[Rule], evidence: Evidence, failures: list[Failure]) -> Iterable[tuple[Rule, Judgement]]:
    for rule in rules:
        try:
            yield from ((rule, judgement) for judgement in list(rule.check(evidence)))
        except Exception as e:  # noqa: BLE001 - a rule that crashes must not take the run along
            failures.append(
                Failure(f"rule {rule.id}", f"crashed while judging ({type(e).__name__})", "report this bug")
            )


def evidence_of(plan: Plan, facts: Iterable[Fact], now: datetime, access: Access | None = None) -> Evidence:
    """Index the facts of a snapshot for a plan, which may be a narrower one than the plan that was scanned."""
    seen = tuple(facts)
    catalog = catalog_of(plan, seen)
    ground = Ground(plan, catalog, graph_of(plan, catalog, seen), access or access_of(seen), now)
    measures: defaultdict[tuple[str, str], list[MeasureFact]] = defaultdict(list)
    looks: dict[Name, LookFact] = {}
    labels: defaultdict[Name, list[LabelFact]] = defaultdict(list)
    probes: dict[tuple[str, Name], ProbeFact] = {}
    unseen: defaultdict[Name | str, list[UnseenFact]] = defaultdict(list)
    comparisons: dict[str, CompareFact] = {}
    wheres = {dataset.id: dataset for dataset in plan.datasets()}
    for fact in seen:
        match fact:
            case MeasureFact() if fact.dataset in wheres and _is_read(fact, wheres[fact.dataset]):
                measures[fact.dataset, fact.measure].append(fact)
            case LookFact():
                looks[fact.name] = fact
            case LabelFact():
                labels[fact.name].append(fact)
            case ProbeFact():
                probes[fact.identity.name, fact.on] = fact
            case CompareFact():
                comparisons[fact.compare] = fact
            case UnseenFact():
                unseen[fact.name if fact.name is not None else fact.seen.source].append(fact)
            case _:
                pass
    return Evidence(
        ground,
        {key: tuple(found) for key, found in measures.items()},
        {name: Looked(look, tuple(labels.get(name, ()))) for name, look in looks.items()},
        probes,
        {key: tuple(found) for key, found in unseen.items()},
        comparisons,
        {fact.name: fact for fact in seen if isinstance(fact, DocumentFact)},
        examinations={fact.examine: fact for fact in seen if isinstance(fact, ExamineFact)},
        contracts={fact.name: fact.contract for fact in seen if isinstance(fact, ContractFact)},
        confined={(fact.dataset, frozenset(fact.cells)): fact for fact in seen if isinstance(fact, ConfinedFact)},
        directory={fact.name: fact for fact in seen if isinstance(fact, DirectoryFact)},
        confirmations=tuple(sorted((fact for fact in seen if isinstance(fact, ConfirmationFact)), key=_signed_on)),
        reviews=tuple(fact for fact in seen if isinstance(fact, ReviewFact)),
        credentials={fact.principal: fact for fact in seen if isinstance(fact, CredentialFact)},
        sessions=tuple(dict.fromkeys(fact for fact in seen if isinstance(fact, SessionFact))),
        trails={fact.principal: fact for fact in seen if isinstance(fact, TrailFact)},
        approved={fact.dataset: fact for fact in seen if isinstance(fact, ApprovedFact)},
        canaries=tuple(sorted((fact for fact in seen if isinstance(fact, CanaryFact)), key=_seen_at)),
    )


def _seen_at(fact: CanaryFact) -> datetime:
    return fact.seen.at


def _signed_on(fact: ConfirmationFact) -> datetime:
    return fact.on


def _is_read(fact: MeasureFact, dataset: Dataset) -> bool:
    """Whether an atom that was measured is among the rows that the (perhaps narrower) dataset reads."""
    if fact.where == _key(dataset.where):
        return True
    parts = dataset.where.of if isinstance(dataset.where, And) else (dataset.where,)
    true = [part for part in parts if (_key(part), True) in fact.atom]
    # The plan may have been narrowed by several cells at once: to a window, and to what is in force.
    for size in range(1, min(len(true), _MOST_LIMITS) + 1):
        for limits in combinations(true, size):
            if _key(conjunction(*(part for part in parts if part not in limits))) == fact.where:
                return True
    return False


def _key(predicate: Predicate | None) -> str:
    return "" if predicate is None else str(predicate)


def _findings(plan: Plan, judged: Sequence[tuple[Rule, Judgement]]) -> Iterable[Finding]:
    taken: set[str] = set()
    told: set[tuple[str, Judgement]] = set()
    for rule, judgement in judged:
        attention = judgement.verdict is Verdict.BROKEN or (
            judgement.verdict is Verdict.UNVERIFIED and rule.finds_unverified
        )
        # A flaw that breaks several leaves is one finding, though each leaf has its verdict.
        same = (rule.id, replace(judgement, leaf=""))
        if not attention or same in told:
            continue
        told.add(same)
        # What is about the whole plan, or the same flaw of one subject said for another leaf, is told apart by leaf.
        identifier = fingerprint(rule.id, judgement.subject, judgement.path)
        if judgement.subject == Subject() or identifier in taken:
            identifier = fingerprint(f"{rule.id}@{judgement.leaf}", judgement.subject, judgement.path)
        taken.add(identifier)
        leaf = plan.leaves.get(judgement.leaf)
        yield Finding(
            id=identifier,
            rule=rule.id,
            severity=judgement.severity or rule.severity,
            judgement=judgement,
            title=judgement.says,
            why_it_matters=page(rule).why_it_matters,
            declared=leaf.text if leaf else "",
            owner=plan.owner_of(judgement.leaf),
            requirements=rule.requirements,
        )


def _folded(findings: Sequence[Finding], rules: Mapping[str, Rule]) -> tuple[Finding, ...]:
    kept: dict[str, Finding] = {finding.id: finding for finding in findings}
    for finding in findings:
        subsumed = rules[finding.rule].subsumes
        if finding.id not in kept or not subsumed:
            continue
        under = [
            other
            for other in kept.values()
            if other.rule in subsumed and _about_the_same(finding.judgement, other.judgement)
        ]
        for other in under:
            del kept[other.id]
        kept[finding.id] = replace(
            kept[finding.id],
            folded=(*finding.folded, *(i for other in under for i in (other.id, *other.folded))),
            # Folding must hide nothing: what is folded in weighs as much as it did.
            severity=min((kept[finding.id].severity, *(other.severity for other in under)), key=lambda each: each.rank),
        )
    return tuple(sorted(kept.values(), key=_order))


def _about_the_same(judged: Judgement, beside: Judgement) -> bool:
    one, other = judged.subject, beside.subject
    if one == other == Subject():
        return judged.leaf == beside.leaf
    pairs = [
        (getattr(one, part), getattr(other, part))
        for part in ("source", "dataset", "field", "segment", "stage", "step", "action", "store")
    ]
    shared = [left == right for left, right in pairs if left is not None and right is not None]
    return bool(shared) and all(shared)


def _order(finding: Finding) -> tuple[int, int, str, str]:
    return (finding.severity.rank, finding.judgement.verdict.rank, finding.rule, finding.judgement.subject.urn)


def _ledger(plan: Plan, judged: Sequence[tuple[Rule, Judgement]]) -> tuple[Assumption, ...]:
    by_leaf: defaultdict[str, list[tuple[Rule, Judgement]]] = defaultdict(list)
    for rule, judgement in judged:
        by_leaf[judgement.leaf].append((rule, judgement))
    lines = [
        _claim(leaf, by_leaf.pop(leaf.path, [])) if leaf.kind is LeafKind.CLAIM else _question(leaf)
        for leaf in plan.leaves.values()
        if leaf.kind is not LeafKind.LABEL and not (leaf.kind is LeafKind.QUESTION and leaf.path in by_leaf)
    ]
    for path, answers in by_leaf.items():
        leaf = plan.leaves.get(path) or Leaf(path, LeafKind.CLAIM, plan.mark(path), "", plan.owner_of(path))
        kind = "question" if leaf.kind is LeafKind.QUESTION else "implied"
        lines.append(replace(_claim(leaf, answers), kind=kind))
    return tuple(lines)


def _claim(leaf: Leaf, answers: Sequence[tuple[Rule, Judgement]]) -> Assumption:
    if not answers:
        return Assumption(
            leaf.path,
            "claim",
            leaf.text,
            Verdict.UNVERIFIED,
            Level.ASSERTED,
            leaf.owner,
            (),
            "no rule judges this claim yet",
            "a rule or a connector that can see it",
        )
    ordered = sorted(
        answers, key=lambda answer: (answer[1].verdict.rank, _severity(*answer).rank, -answer[1].level.rank)
    )
    deciding = ordered[0][1]
    return Assumption(
        leaf.path,
        "claim",
        leaf.text,
        deciding.verdict,
        deciding.level,
        leaf.owner,
        tuple(dict.fromkeys(rule.id for rule, _ in ordered)),
        deciding.says,
        deciding.settle,
        deciding.actual,
        deciding.subject,
    )


def _severity(rule: Rule, judgement: Judgement) -> Severity:
    return judgement.severity or rule.severity


def _question(leaf: Leaf) -> Assumption:
    answered = not is_placeholder(leaf.text)
    return Assumption(
        leaf.path,
        "question",
        leaf.text,
        Verdict.HELD if answered else Verdict.UNVERIFIED,
        Level.ASSERTED,
        leaf.owner,
        (),
        "answered" if answered else "not answered yet",
        "" if answered else "an answer in the plan",
    )
