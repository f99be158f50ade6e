"""A whole run fails where a rule never found its flaw or never stayed silent in it; a part of one says nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lineage import registry
from lineage.finding import Judgement, Subject
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from tests.rules import in_memory
from tests.rules.recording import FIRED, NEVER_FIND, OPEN, REFUSED, SILENT, Listened, Noted, lacking, read, write

ROOT = Path(__file__).parents[2]
RULES = {rule.id for rule in registry.rules()}
SIDES = {
    *((rule, SILENT) for rule in RULES),
    *((rule, OPEN) for rule in NEVER_FIND),
    *((rule, FIRED) for rule in RULES - {*NEVER_FIND, *REFUSED}),
}
PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets: {contacts: {reads: contacts, fields: {id: required}}}
steps: {draft: {reads: {crm.contacts: all}}}
"""
HOOKS = """\
from tests.rules import recording

pytest_addoption = recording.add_option
pytest_configure = recording.listen
"""


def answering(verdict: Verdict, *, unanswered: bool = False, finds_unverified: bool = False) -> Rule:
    def check(_evidence: Evidence) -> Iterator[Judgement]:
        yield Judgement("meta", verdict, Level.ASSERTED, Subject(), "said", unanswered=unanswered)

    return Rule("plan/example", Severity.LOW, check, finds_unverified=finds_unverified)


def noted_of(rule: Rule, text: str = PLAN) -> Noted:
    noted: Noted = set()
    evidence = in_memory.evidence(text, in_memory.Memory(), [])

    assert list(Listened(rule, noted)(evidence)) == list(rule.check(evidence))
    return noted


def test_a_broken_assumption_is_a_flaw_that_was_found() -> None:
    assert noted_of(answering(Verdict.BROKEN)) == {("plan/example", FIRED)}
    assert noted_of(answering(Verdict.HELD)) == {("plan/example", SILENT)}


def test_what_cannot_be_known_is_a_flaw_for_rules_that_find_just_that() -> None:
    assert noted_of(answering(Verdict.UNVERIFIED)) == {("plan/example", OPEN)}
    assert noted_of(answering(Verdict.UNVERIFIED, finds_unverified=True)) == {("plan/example", FIRED)}


def test_an_open_question_of_a_draft_is_no_flaw_yet() -> None:
    asks = answering(Verdict.BROKEN, unanswered=True)

    assert noted_of(asks) == {("plan/example", FIRED)}
    assert noted_of(asks, PLAN.replace("in-review", "draft")) == {("plan/example", SILENT)}


def test_a_rule_that_crashes_was_not_silent() -> None:
    def crash(_evidence: Evidence) -> Iterator[Judgement]:
        raise ZeroDivisionError
        yield

    noted: Noted = set()
    evidence = in_memory.evidence(PLAN, in_memory.Memory(), [])

    with pytest.raises(ZeroDivisionError):
        list(Listened(replace(answering(Verdict.HELD), check=crash), noted)(evidence))
    assert noted == set()


def test_each_rule_is_asked_for_from_both_sides() -> None:
    assert lacking(SIDES) == ()
    assert lacking(SIDES - {("freshness/stale-source", FIRED)}) == ("freshness/stale-source never found its flaw",)
    assert lacking(SIDES - {("freshness/stale-source", SILENT)}) == ("freshness/stale-source never stayed silent",)


@pytest.mark.parametrize("rule", sorted(NEVER_FIND))
def test_a_rule_that_only_says_what_is_not_known_is_to_be_seen_saying_it(rule: str) -> None:
    assert lacking(SIDES - {(rule, OPEN)}) == (f"{rule} never said that something is not known",)
    assert lacking({*SIDES, (rule, FIRED)}) == (f"{rule} found its flaw, and is listed as a rule that never does",)


def test_the_rules_that_never_find_their_flaw_exist() -> None:
    assert {*NEVER_FIND, *REFUSED} <= RULES


def test_runs_of_parts_add_up(tmp_path: Path) -> None:
    file = tmp_path / "noted.json"

    write(file, {("plan/example", FIRED)})
    write(file, {("plan/example", SILENT)})

    assert read(file) == {("plan/example", FIRED), ("plan/example", SILENT)}


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "with a worker"])
def test_a_whole_run_fails_for_rules_that_were_never_asked(tmp_path: Path, workers: tuple[str, ...]) -> None:
    done = run(tmp_path, *workers)

    assert done.returncode == 1, done.stderr
    assert "freshness/stale-source never found its flaw" in done.stdout
    # The one test of this suite asks one rule, which finds nothing: that was seen, in whichever process it was.
    assert "plan/dangling-reference never found its flaw" in done.stdout
    assert "plan/dangling-reference never stayed silent" not in done.stdout


def test_a_run_of_a_part_says_nothing_of_rules(tmp_path: Path) -> None:
    by_path, by_name = run(tmp_path, "test_one.py"), run(tmp_path, "-k", "one")

    assert (by_path.returncode, by_name.returncode) == (0, 0), by_path.stdout
    assert "never" not in by_path.stdout + by_name.stdout


def test_a_whole_run_that_was_broken_off_says_nothing_of_rules(tmp_path: Path) -> None:
    done = run(tmp_path, "-x", "--maxfail=1", test="def test_one() -> None:\n    raise ValueError\n")

    assert done.returncode == 1
    assert "never" not in done.stdout


def run(folder: Path, *words: str, test: str = "") -> subprocess.CompletedProcess[str]:
    """Run a suite of one test, which asks one rule, as `make test` runs ours."""
    asks = "import rules.plan.dangling_reference as one\nfrom tests.rules import in_memory\n\n\n"
    asks += f"PLAN = '''{PLAN}'''\n\n\ndef test_one():\n"
    asks += "    assert list(one.RULE.check(in_memory.evidence(PLAN, in_memory.Memory(), []))) == []\n"
    (folder / "suite").mkdir(exist_ok=True)
    (folder / "suite" / "conftest.py").write_text(HOOKS, encoding="utf-8")
    (folder / "suite" / "test_one.py").write_text(test or asks, encoding="utf-8")
    settings = '[pytest]\ntestpaths = suite\naddopts = -q -m "not slow" -p no:cacheprovider\nmarkers = slow: minutes\n'
    (folder / "pytest.ini").write_text(settings, encoding="utf-8")
    named = [f"suite/{word}" if word.endswith(".py") else word for word in words]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *named],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
