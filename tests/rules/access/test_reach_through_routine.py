"""Routines and rules that lend their owner's rights: told with what they give, and closed by the fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.access.desk import EXACT, Desk, findings, only, path
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
ROUTINE = "access/reach-through-routine"


def test_a_routine_of_its_owners_rights_gives_what_is_closed(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run(
        "CREATE FUNCTION desk.pay(who text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = hr AS $$"
        "DECLARE found_amount int; BEGIN"
        "  SELECT s.amount INTO found_amount FROM salaries s WHERE s.person = who; RETURN found_amount * 2;"
        "END $$"
    )

    found = only(desk.audit(), ROUTINE)

    assert "pay(text)" in found.judgement.says
    assert "hr.salaries.amount" in found.judgement.says
    assert "person" not in found.judgement.says
    assert path(found)[-1] == "pay(text) -runs as postgres, gives-> hr.salaries.amount"
    assert desk.apply(found).audit().findings == ()


def test_a_routine_of_its_callers_rights_lends_nothing(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("CREATE FUNCTION desk.pay() RETURNS bigint LANGUAGE sql AS 'SELECT sum(amount) FROM hr.salaries'")

    assert desk.audit().findings == ()


def test_a_routine_that_calls_another_gives_what_that_reads(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run(
        "CREATE FUNCTION hr.paid() RETURNS SETOF hr.salaries LANGUAGE sql BEGIN ATOMIC SELECT * FROM hr.salaries; END"
    )
    desk.run(
        "CREATE FUNCTION desk.told() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT person FROM hr.paid()'"
    )

    found = only(desk.audit(), ROUTINE)

    assert "hr.salaries.person" in found.judgement.says


def test_a_rule_gives_its_owners_fields_to_who_may_write(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.run("CREATE TABLE desk.inbox (id int); GRANT INSERT ON desk.inbox TO {ai}")
    desk.run("CREATE RULE peek AS ON INSERT TO desk.inbox DO INSTEAD SELECT amount FROM hr.salaries")

    found = only(desk.audit(), ROUTINE)

    assert path(found)[-2:] == [
        "desk.inbox -fires-> rule peek on inbox",
        "rule peek on inbox -runs as postgres, gives-> hr.salaries.amount",
    ]
    assert findings(desk.apply(found).audit(), ROUTINE) == []
