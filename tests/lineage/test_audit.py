"""How judgements become verdicts and findings. The rules of these tests stand for any rule.

Why it matters
--------------
Every leaf ends in exactly one verdict.

What it looks at
----------------
What each test makes up.

How to fix it
-------------
Nothing is to be fixed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from lineage.audit import Audit, audit
from lineage.facts import Snapshot
from lineage.finding import Judgement, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.load import read_plan
from lineage.rule import Evidence, Rule

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEXT = """
plan: v1
meta: {id: replies, status: draft, owner: pm@acme.example}
workflow: {name: Draft replies, why_now: TBD}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: contacts, fields: {id: required}}
steps:
  draft: {reads: {crm.contacts: all}, to: prompt}
"""
LEAF = "sources.crm.datasets.contacts.reads"
SUBJECT = Subject(source="crm", dataset="crm.contacts")


def rule(identifier: str, *judgements: Judgement, **more: object) -> Rule:
    def check(_evidence: Evidence) -> Iterator[Judgement]:
        yield from judgements

    check.__module__ = __name__
    return Rule(identifier, Severity.HIGH, check, **more)  # type: ignore[arg-type]


def said(verdict: Verdict, leaf: str = LEAF, subject: Subject = SUBJECT, **more: object) -> Judgement:
    return Judgement(leaf, verdict, Level.OBSERVED, subject, f"it is {verdict.value}", **more)  # type: ignore[arg-type]


def audited(*rules: Rule) -> Audit:
    plan, problems = read_plan(TEXT, "plan.yaml")
    assert plan is not None, problems
    return audit(plan, Snapshot(NOW, ()), rules, NOW)


def test_broken_wins_over_unverified_over_held() -> None:
    found = audited(
        rule("a/held", said(Verdict.HELD)),
        rule("a/open", said(Verdict.UNVERIFIED)),
        rule("a/broken", said(Verdict.BROKEN)),
    )

    line = next(line for line in found.assumptions if line.leaf == LEAF)
    assert line.verdict is Verdict.BROKEN
    assert line.rules[0] == "a/broken"
    assert set(line.rules) == {"a/held", "a/open", "a/broken"}


def test_a_claim_that_no_rule_judges_is_unverified() -> None:
    found = audited()

    claims = [line for line in found.assumptions if line.kind == "claim"]
    assert claims
    assert all(line.verdict is Verdict.UNVERIFIED and line.settle for line in claims)


def test_a_question_is_held_by_an_answer_and_not_by_a_placeholder() -> None:
    lines = {line.leaf: line for line in audited().assumptions}

    assert lines["workflow.name"].verdict is Verdict.HELD
    assert lines["workflow.name"].level is Level.ASSERTED
    assert lines["workflow.why_now"].verdict is Verdict.UNVERIFIED


def test_every_leaf_has_one_line_and_one_verdict() -> None:
    found = audited(rule("a/one", said(Verdict.BROKEN), said(Verdict.HELD, "sources.crm"), said(Verdict.HELD)))

    leaves = [line.leaf for line in found.assumptions]
    assert len(leaves) == len(set(leaves))
    assert "sources.crm" in leaves


def test_a_rule_that_crashes_makes_the_run_incomplete_and_tells_no_value() -> None:
    def crash(_evidence: Evidence) -> Iterator[Judgement]:
        yield said(Verdict.BROKEN)
        raise ValueError("ada@mail.com")

    crash.__module__ = __name__
    found = audited(Rule("a/crash", Severity.HIGH, crash))

    assert [failure.what for failure in found.failures] == ["rule a/crash"]
    assert "ada@mail.com" not in repr(found.failures)
    assert found.findings == ()


def test_a_flaw_that_breaks_several_leaves_is_one_finding() -> None:
    found = audited(rule("a/one", said(Verdict.BROKEN), said(Verdict.BROKEN, "sources.crm.connector.url")))

    assert len(found.findings) == 1
    assert sum(line.verdict is Verdict.BROKEN for line in found.assumptions) == 2


def test_a_subsumed_finding_is_folded_in_with_its_weight() -> None:
    worse = said(Verdict.BROKEN, severity=Severity.BLOCKER)

    found = audited(rule("a/narrow", worse), rule("a/wide", said(Verdict.BROKEN), subsumes=("a/narrow",)))

    assert [finding.rule for finding in found.findings] == ["a/wide"]
    assert found.findings[0].severity is Severity.BLOCKER
    assert len(found.findings[0].folded) == 1


def test_a_finding_about_something_else_is_not_folded_in() -> None:
    other = said(Verdict.BROKEN, subject=Subject(source="crm", dataset="crm.tickets"))

    found = audited(rule("a/narrow", other), rule("a/wide", said(Verdict.BROKEN), subsumes=("a/narrow",)))

    assert len(found.findings) == 2


def test_a_finding_keeps_its_id_when_lines_move_and_figures_change() -> None:
    first = audited(rule("a/one", said(Verdict.BROKEN))).findings[0].id

    moved, problems = read_plan("# a comment\n" + TEXT, "plan.yaml")
    assert moved is not None, problems
    again = audit(moved, Snapshot(NOW, ()), [rule("a/one", said(Verdict.BROKEN))], NOW).findings[0].id

    assert again == first


def test_an_unverified_judgement_is_a_finding_only_where_the_rule_says_so() -> None:
    quiet, loud = (
        rule("a/quiet", said(Verdict.UNVERIFIED)),
        rule("a/loud", said(Verdict.UNVERIFIED), finds_unverified=True),
    )

    assert [finding.rule for finding in audited(quiet, loud).findings] == ["a/loud"]
