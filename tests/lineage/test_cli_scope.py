"""`lineage scope` on the example company: by stage, what if, and the narrowed plan audited again."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from examples.demo import lying
from examples.support_reply.company import NOW
from lineage import registry
from lineage.audit import audit
from lineage.cli import app
from lineage.plan.load import load_plan
from lineage.reports.snapshot import read


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example company, scanned once."""
    folder = tmp_path_factory.mktemp("company")
    environ = lying(folder)
    words = ["scope", str(folder / "plan.yaml"), "--snapshot", str(folder / "facts.jsonl"), "--as-of", NOW.isoformat()]
    done = CliRunner().invoke(app, [*words, "--allow-exec", "--write", str(folder / "narrowed.yaml")], env=environ)
    assert done.exit_code == 0, done.output
    (folder / "told.txt").write_text(done.stderr, encoding="utf-8")
    return folder


def scope(company: Path, *more: str) -> tuple[int, str, str]:
    words = ["scope", str(company / "plan.yaml"), "--snapshot", str(company / "facts.jsonl")]
    done = CliRunner().invoke(app, [*words, "--as-of", NOW.isoformat(), *more])
    return done.exit_code, done.stdout, done.stderr


def test_the_narrowed_plan_has_no_blocker_when_it_is_audited_again(company: Path) -> None:
    again = audit(load_plan(company / "narrowed.yaml"), read(company / "facts.jsonl"), registry.rules(), NOW)

    assert again.blockers == ()


def test_it_says_what_narrowing_costs_and_what_gives_it_back(company: Path) -> None:
    told = (company / "told.txt").read_text(encoding="utf-8")

    assert "drop_segment eu\n    because  " in told
    assert "loses    segment eu, stage first\n    records  152" in told
    assert "What gives it back, cheapest first" in told
    assert "owners  helpdesk-owner@acme.example" in told
    assert "effort  1 fix of minutes" in told


def test_a_stage_that_is_not_fit_holds_alone_and_another_does_not(company: Path) -> None:
    _, _, first = scope(company, "--stage", "first")
    _, diff, second = scope(company, "--stage", "second")

    assert first.splitlines()[1].startswith("HOLD")
    assert second.splitlines()[1].startswith("NARROW")
    assert "-  - {stage: first" in diff


def test_what_is_taken_as_mended_comes_back(company: Path) -> None:
    told = (company / "told.txt").read_text(encoding="utf-8")
    fix = next(line.split()[1] for line in told.splitlines() if "(freshness/stale-segment)" in line)

    _, _, after = scope(company, "--what-if", fix[:8])

    assert "What would come back\n  segments: eu\n  stages: first\n  records: 152" in after


@pytest.mark.parametrize("more", [("--what-if", "ffffffff"), ("--stage", "third")])
def test_what_there_is_not_is_told(company: Path, more: tuple[str, str]) -> None:
    done = CliRunner().invoke(
        app, ["scope", str(company / "plan.yaml"), "--snapshot", str(company / "facts.jsonl"), *more]
    )

    assert done.exception is not None
    assert more[1] in str(done.exception)
