"""The report's part about access: declared beside real, by which chain, and who else; on a real PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.reached import IdentityAccess, Opened
from lineage.reports import text_of
from tests.rules.access.desk import EXACT, PLAN, Desk
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql


def access(desk: Desk, plan: str = PLAN) -> IdentityAccess:
    [told] = desk.audit(plan).access
    return told


def opened(told: IdentityAccess) -> dict[str, Opened]:
    return {field.field: field.opened for field in told.fields}


def test_an_identity_that_reads_what_is_declared_is_least_privileged(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    told = access(Desk(tmp_path, postgres).run(EXACT))

    assert set(opened(told).values()) == {Opened.EXACT}
    assert (told.needed, told.reached, told.least_privilege) == (6, 6, 1.0)
    assert (told.over_sensitive, told.latent_sensitive, told.unlisted) == (0, 0, 0)


def test_what_is_missing_open_and_latent_is_told_with_its_chain(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres)
    readers = desk.role("readers")
    desk.role("staff")
    desk.run("GRANT USAGE ON SCHEMA desk, hr TO {ai}, {readers}, {staff}; GRANT SELECT (id) ON desk.contacts TO {ai}")
    desk.run("GRANT {readers} TO {ai} WITH SET FALSE; GRANT SELECT ON desk.tickets TO {readers}")
    desk.run("GRANT {staff} TO {ai} WITH INHERIT FALSE; GRANT SELECT (amount) ON hr.salaries TO {staff}")

    told = access(desk)

    states = opened(told)
    assert (states["crm.contacts.id"], states["crm.contacts.email"]) == (Opened.EXACT, Opened.UNDER)
    assert (states["crm.tickets.body"], states["hr.salaries.amount"]) == (Opened.EXACT, Opened.LATENT)
    [body] = [field for field in told.fields if field.field == "crm.tickets.body"]
    assert [hop.by for hop in body.path] == ["member of", "grant select"]
    assert any(one.principal == readers and not one.latent for one in body.readers)


def test_a_sensitive_field_beyond_the_plan_is_counted_and_stands_first(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT).run("GRANT SELECT ON desk.contacts TO {ai}")

    told = access(desk, PLAN.replace("email: {{need: helpful,", "email: {{need: none,"))

    beyond = [field for field in told.fields if not field.declared]
    assert told.over_sensitive == 1
    assert (beyond[0].field, beyond[0].sensitive, beyond[0].opened) == (
        "crm.contacts.email",
        "email, declared",
        Opened.OVER,
    )
    assert {node.state for node in told.nodes if node.kind == "dataset"} == {"sensitive", "needed"}


def test_the_picture_of_the_doors_is_in_the_page(tmp_path: Path, postgres: PostgresDatabase) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    desk.role("readers")
    desk.run("GRANT {readers} TO {ai}; GRANT SELECT ON hr.people TO {readers}; GRANT USAGE ON SCHEMA hr TO {readers}")

    page = text_of(desk.audit(), "html")

    assert '<svg class="doors"' in page
    assert "hr.people</text>" in page
    assert "member of</text>" in page
    assert "http://" not in page


def test_an_identity_that_does_not_exist_is_told_as_one(tmp_path: Path, postgres: PostgresDatabase) -> None:
    told = access(Desk(tmp_path, postgres), PLAN.replace("identity: {ai}", "identity: nobody_of_that_name"))

    assert "has no role nobody_of_that_name" in told.unknown
    assert told.fields == ()


def test_what_everybody_reads_is_told_once_beside_who_has_a_right_of_their_own(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    desk = Desk(tmp_path, postgres).run(EXACT)
    etl = desk.role("etl")
    desk.role("clerk")
    desk.run("GRANT SELECT ON desk.tickets TO PUBLIC, {etl}; GRANT USAGE ON SCHEMA desk TO {etl}")

    closed = _readers(access(desk), "crm.tickets.body")
    desk.run("GRANT USAGE ON SCHEMA desk TO PUBLIC")
    open_to_all = _readers(access(desk), "crm.tickets.body")

    # Whoever may not enter the schema reads nothing by what PUBLIC is granted in it.
    assert "PUBLIC" not in closed
    assert closed[etl] == open_to_all[etl] == "grant select"
    assert open_to_all["PUBLIC"] == "grant select"
    assert not any(name.startswith("clerk_") for name in (*closed, *open_to_all))


def _readers(told: IdentityAccess, field: str) -> dict[str, str]:
    [found] = [one for one in told.fields if one.field == field]
    return {one.principal: one.by for one in found.readers}
