"""An aggregate is asked for by itself alone: a function behind it lends its owner's rights to who may run it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from tests.rules.access.desk import EXACT, Desk, findings, only
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
BEHIND = """
CREATE FUNCTION desk.add_pay(said text, who text) RETURNS text LANGUAGE sql {rights} AS $$
  SELECT concat(said, (SELECT amount FROM hr.salaries WHERE person = who)) $$;
REVOKE EXECUTE ON FUNCTION desk.add_pay(text, text) FROM PUBLIC;
CREATE AGGREGATE desk.pays(text) (sfunc = desk.add_pay, stype = text);
"""
LENDING = "access/reach-through-routine"


def test_a_lending_function_behind_an_aggregate_opens_what_it_reads(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(BEHIND.replace("{rights}", "SECURITY DEFINER"))
    with_rights = postgres.execute(f"SET ROLE \"{desk.ai}\"; SELECT desk.pays('marker')")

    found = only(desk.audit(), LENDING)

    assert with_rights
    assert found.judgement.verdict is Verdict.BROKEN
    assert "hr.salaries.amount" in repr(found.judgement)
    desk.apply(found)
    assert not findings(desk.audit(), LENDING)


def test_a_function_behind_an_aggregate_without_rights_lends_nothing(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(BEHIND.replace("{rights}", "SECURITY INVOKER"))

    assert desk.audit().findings == ()


def test_an_aggregate_that_nobody_else_may_run_lends_nothing(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(BEHIND.replace("{rights}", "SECURITY DEFINER"))
    desk.run("REVOKE EXECUTE ON FUNCTION desk.pays(text) FROM PUBLIC")

    assert desk.audit().findings == ()


def test_what_cannot_be_read_behind_an_aggregate_is_undecided(tmp_path: Path, postgres: PostgresDatabase) -> None:
    body = "SECURITY DEFINER AS $$ BEGIN EXECUTE who; RETURN said; END $$"
    opaque = BEHIND.partition("LANGUAGE sql")[0] + "LANGUAGE plpgsql " + body + ";" + BEHIND.partition("$$;")[2]
    desk = Desk(tmp_path, postgres).run(EXACT).run(opaque)

    undecided = [one for one in desk.audit().findings if one.rule == "access/undecidable-reach"]

    assert [one.judgement.verdict for one in undecided] == [Verdict.UNVERIFIED]
    assert "pays" in undecided[0].judgement.says


def test_a_view_over_a_lending_aggregate_gives_what_it_reads(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run(BEHIND.replace("{rights}", "SECURITY DEFINER"))
    desk.run(
        "CREATE VIEW desk.paid AS SELECT desk.pays(region) AS p FROM desk.contacts; GRANT SELECT ON desk.paid TO {ai}"
    )

    assert "hr.salaries.amount" in repr(desk.audit().findings)
