"""What a change of model or provider would need is declared, listed and recent."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage import registry
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, fired
from tests.rules.launch_plans import CRM, judged, plan_of, verdicts

PROVIDER = "switching/undeclared-provider"
EVALS = "switching/unportable-evaluations"
INDEX = "switching/unrebuildable-index"
TERMS = "switching/outdated-provider-terms"


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ("model: {provider: example-ai}\nswitching: {dependencies: {model: example-ai}}\n", False),
        ("model: {provider: example-ai}\nswitching: {dependencies: [Example-AI, local]}\n", False),
        ("model: {provider: example-ai}\nswitching: {dependencies: {model: other-ai}}\n", True),
        ("model: {provider: example-ai}\n", True),
        ("switching: {dependencies: {model: example-ai}}\n", True),
    ],
)
def test_the_provider_of_the_model_is_a_declared_dependency(tmp_path: Path, answers: str, found: bool) -> None:
    report = judged(tmp_path, answers, PROVIDER)

    assert (bool(fired(report)), Verdict.HELD in verdicts(report, PROVIDER).values()) == (found, False)


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ("switching: {evals: [reply@3f2c]}\nacceptance: {quality: {suite: reply@3f2c}}\n", Verdict.UNVERIFIED),
        ("switching: {evals: [reply@3f2c]}\nacceptance: {quality: {suite: other@3f2c}}\n", Verdict.BROKEN),
        ("switching: {evals: [reply]}\n", Verdict.BROKEN),
        ("switching: {evals: [evals/reply.json]}\n", Verdict.HELD),
        ("switching: {evals: [evals/gone.json]}\n", Verdict.BROKEN),
        ("", Verdict.BROKEN),
    ],
)
def test_a_suite_is_listed_versioned_and_there(tmp_path: Path, answers: str, verdict: Verdict) -> None:
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "reply.json").write_text("[]", encoding="utf-8")

    assert verdicts(judged(tmp_path, answers, EVALS), EVALS) == {"switching.evals": verdict}


WHOLE = "copy_of: [crm.texts], key_back: {field: id}, embedding: {model: e5, dimension: 1024}, keep: {limit: 1 year}"


def of_index(folder: Path, declared: str, texts: str = "keep: {limit: 1 year}") -> Report:
    script = f"{CRM} create table texts (id integer primary key);"
    text = plan_of().replace(
        "datasets: {contacts: {",
        f"datasets: {{texts: {{reads: texts, {texts}, fields: {{id: helpful}}}}, contacts: {{{declared}, ",
    )
    return (
        World(folder).sqlite("crm", script).audit(text, rules=[each for each in registry.rules() if each.id == INDEX])
    )


def test_an_index_whose_making_is_declared_can_be_built_again(tmp_path: Path) -> None:
    assert set(verdicts(of_index(tmp_path, WHOLE), INDEX).values()) == {Verdict.HELD}


@pytest.mark.parametrize(
    ("said", "instead", "texts"),
    [
        ("model: e5, ", "", "keep: {limit: 1 year}"),
        ("dimension: 1024", "distance: cosine", "keep: {limit: 1 year}"),
        ("copy_of: [crm.texts], ", "", "keep: {limit: 1 year}"),
        ("key_back: {field: id}, ", "", "keep: {limit: 1 year}"),
        ("", "", "keep: {limit: 30 days}"),
        ("", "", "keep: none"),
    ],
    ids=["model", "dimension", "origin", "way back", "texts for a month", "no texts"],
)
def test_an_index_that_lost_one_of_them_cannot(tmp_path: Path, said: str, instead: str, texts: str) -> None:
    assert fired(of_index(tmp_path, WHOLE.replace(said, instead), texts)) == {INDEX}


def test_a_table_is_no_index(tmp_path: Path) -> None:
    assert verdicts(judged(tmp_path, "", INDEX), INDEX) == {}


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ("model: {keeps: {checked: 2026-10-01}}\n", Verdict.HELD),
        ("model: {keeps: {checked: 2026-01-01}}\n", Verdict.BROKEN),
        ("model: {keeps: {checked: 2026-10-01}}\nswitching: {check_terms_every: 30 days}\n", Verdict.BROKEN),
        ("model: {keeps: {checked: 2027-10-01}}\n", Verdict.BROKEN),
        ("model: {keeps: {checked: recently}}\n", Verdict.BROKEN),
        ("model: {keeps: {prompts: 0 days}}\n", Verdict.BROKEN),
    ],
)
def test_terms_that_nobody_looked_up_lately_are_out_of_date(tmp_path: Path, answers: str, verdict: Verdict) -> None:
    assert set(verdicts(judged(tmp_path, answers, TERMS), TERMS).values()) == {verdict}
