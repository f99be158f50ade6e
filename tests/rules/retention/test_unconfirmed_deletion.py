"""Whether an erased record leaves the copies: the rule, on what the command found in real databases."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage.canary.file import read_canaries
from lineage.cli import app
from lineage.finding import Op
from lineage.model import Level, Verdict
from lineage.testing import NOW, World, assumption, finding
from rules.retention.unconfirmed_deletion import RULE
from tests.lineage.test_canary import COPIED, ERASED, MARK, plan, world


def audited(folder: Path, *triggers: str, fresh: str = "") -> World:
    there = world(folder, *triggers)
    (folder / "plan.yaml").write_text(plan(fresh=fresh), encoding="utf-8")
    found = CliRunner().invoke(
        app, ["canary", str(folder / "plan.yaml"), "--allow-canary", "--wait", "0"], env={**os.environ, **there.environ}
    )
    assert MARK not in found.output + (folder / "canary.yaml").read_text(encoding="utf-8")
    return there


def test_deletion_that_arrives_is_held_as_exercised(tmp_path: Path) -> None:
    there = audited(tmp_path, COPIED, ERASED)
    there.now = NOW.replace(year=2100)
    assert assumption(there.audit(plan(), rules=(RULE,)), "canary.id").verdict is Verdict.UNVERIFIED

    there.now = read_canaries(tmp_path / "canary.yaml")[0].seen.at
    line = assumption(there.audit(plan(), rules=(RULE,)), "canary.id")

    assert (line.verdict, line.level) == (Verdict.HELD, Level.EXERCISED)
    assert line.says.endswith("was gone from 1 declared copy")


def test_deletion_that_does_not_arrive_holds_the_stage(tmp_path: Path) -> None:
    found = finding(audited(tmp_path, COPIED).audit(plan(), rules=(RULE,)), RULE.id)

    assert found is not None
    assert "was still in index.chunks" in found.judgement.says
    assert [one.op for one in found.judgement.operations] == [Op.HOLD_STAGE]


@pytest.mark.parametrize(("triggers", "fresh"), [((), ""), ((COPIED,), "fresh: {clock: chunk, within: 1 hour}")])
def test_a_copy_that_was_not_reached_or_may_lag_longer_decides_nothing(
    tmp_path: Path, triggers: tuple[str, ...], fresh: str
) -> None:
    there = audited(tmp_path, *triggers, fresh=fresh)

    assert assumption(there.audit(plan(fresh=fresh), rules=(RULE,)), "canary.id").verdict is Verdict.UNVERIFIED


def test_a_subject_that_was_never_tried_is_unverified_and_says_how_to_try(tmp_path: Path) -> None:
    line = assumption(world(tmp_path).audit(plan(), rules=(RULE,)), "canary.email")

    assert line.verdict is Verdict.UNVERIFIED
    assert "--allow-canary" in line.settle
