"""Bodies of MariaDB's routines: what comes back of what they read, and what they write on."""

from __future__ import annotations

import pytest

from lineage.access.reach import access_of
from lineage.facts import EdgeFact, Fact, RoutineFact, SystemFact
from lineage.model import Name, Principal
from tests.connectors.mariadb_worlds import structure_of
from tests.servers_mariadb import MariadbSchemas

_SHOWN = [
    ("DECLARE x text; SELECT email INTO x FROM contacts LIMIT 1; SELECT upper(x)", {"email": "raw"}),
    ("DECLARE x text DEFAULT (SELECT max(email) FROM contacts); SELECT x", {"email": "extreme"}),
    ("DECLARE x, y text; SELECT email, note INTO x, y FROM contacts LIMIT 1; SELECT y", {"note": "raw"}),
    ("DECLARE n int; SELECT count(email) INTO n FROM contacts; SELECT n + 1", {"email": "count"}),
    ("DECLARE x text; SET x = (SELECT md5(email) FROM contacts LIMIT 1); SELECT x", {"email": "pseudonym"}),
    ("SET @kept = (SELECT email FROM contacts LIMIT 1)", {"email": "raw"}),
    ("DECLARE x text; SET x = (SELECT email FROM contacts LIMIT 1); IF x = 'a' THEN SELECT 1; END IF", {}),
    ("IF 1 THEN SELECT email FROM contacts; ELSE SELECT note FROM contacts; END IF", {"email": "raw", "note": "raw"}),
    ("CASE 1 WHEN 1 THEN SELECT email FROM contacts; ELSE SELECT 1; END CASE", {"email": "raw"}),
    ("DECLARE id int DEFAULT 5; SELECT id", {}),
    (
        "DECLARE x, y text; DECLARE done int DEFAULT 0; DECLARE c CURSOR FOR SELECT note, email FROM contacts;"
        " DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; OPEN c;"
        " l: LOOP FETCH c INTO x, y; IF done THEN LEAVE l; END IF; END LOOP l; CLOSE c; SELECT y",
        {"email": "raw"},
    ),
    ("DECLARE n int DEFAULT 0; WHILE n < 2 DO SET n = n + 1; END WHILE; SELECT note FROM contacts", {"note": "raw"}),
    ("DECLARE n int DEFAULT 0; REPEAT SET n = n + 1; UNTIL n > 2 END REPEAT; SELECT id FROM contacts", {"id": "raw"}),
    (
        "DECLARE x text DEFAULT (SELECT email FROM contacts LIMIT 1);"
        " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = x, MYSQL_ERRNO = 5",
        {"email": "raw"},
    ),
    ("UPDATE contacts SET note = 'x' WHERE id = 1; SELECT 1", {}),
]


def _facts(mariadb: MariadbSchemas, body: str, head: str = "", then: str = "DO 0") -> tuple[str, str, list[Fact]]:
    crm, user, owner = mariadb.schema(), mariadb.account("ai"), mariadb.account("owner")
    mariadb.execute(
        f"USE {crm}",
        "CREATE TABLE contacts (id int, email text, note text)",
        "CREATE TABLE copies (id int, mail text, extra text)",
        f"GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON {crm}.* TO '{owner}'@'%'",
        f"CREATE DEFINER='{owner}'@'%' PROCEDURE told({head}) BEGIN {body}; END",
        f"GRANT EXECUTE ON PROCEDURE {crm}.told TO '{user}'@'%'",
        then.format(crm=crm, owner=f"'{owner}'@'%'"),
    )
    return crm, user, structure_of(mariadb)


def _told(facts: list[Fact], crm: str) -> RoutineFact:
    (told,) = [fact for fact in facts if isinstance(fact, RoutineFact) and fact.name.path == (crm, "told()")]
    return told


@pytest.mark.parametrize(("body", "gives"), _SHOWN)
def test_what_a_body_gives_is_followed_through_its_variables(
    mariadb: MariadbSchemas, body: str, gives: dict[str, str]
) -> None:
    crm, _, facts = _facts(mariadb, body)

    told = _told(facts, crm)

    assert told.opaque == ""
    assert {name.field[0]: left.value for name, left in told.gives} == gives


def test_what_is_handed_out_by_a_parameter_is_given(mariadb: MariadbSchemas) -> None:
    crm, _, facts = _facts(mariadb, "SELECT email, note INTO a, b FROM contacts LIMIT 1", "IN a text, OUT b text")

    assert {name.field[0] for name, _ in _told(facts, crm).gives} == {"note"}


@pytest.mark.parametrize(
    ("body", "edges"),
    [
        ("INSERT INTO copies SELECT id, email, 'x' FROM contacts", {("id", "id", "raw"), ("email", "mail", "raw")}),
        ("INSERT INTO copies (mail) VALUES ((SELECT md5(max(email)) FROM contacts))", {("email", "mail", "pseudonym")}),
        ("UPDATE copies SET mail = (SELECT note FROM contacts LIMIT 1) WHERE id = 1", {("note", "mail", "raw")}),
        (
            "DECLARE x text; SELECT email INTO x FROM contacts LIMIT 1; INSERT INTO copies (extra) VALUES (left(x, 2))",
            {("email", "extra", "derived")},
        ),
        ("DELETE FROM copies WHERE mail IN (SELECT email FROM contacts)", set()),
    ],
)
def test_what_a_body_writes_on_is_an_edge(mariadb: MariadbSchemas, body: str, edges: set[tuple[str, str, str]]) -> None:
    crm, _, facts = _facts(mariadb, body)

    found = {
        (edge.source.field[0], edge.target.field[0], edge.exposure.value)
        for edge in facts
        if isinstance(edge, EdgeFact) and edge.target.path == (crm, "copies")
    }

    assert found == edges
    assert _told(facts, crm).gives == ()


def test_what_the_definer_may_not_read_is_not_given_though_the_error_is_caught(mariadb: MariadbSchemas) -> None:
    body = "DECLARE EXIT HANDLER FOR SQLEXCEPTION SELECT 0; SELECT email FROM contacts; SELECT mail FROM copies"
    crm, user, facts = _facts(mariadb, body, then="REVOKE SELECT ON {crm}.* FROM {owner}")

    [system] = [fact for fact in facts if isinstance(fact, SystemFact)]
    reach = access_of(facts).reach(Principal(system.namespace, f"{user}@%"))
    assert Name(system.namespace, (crm, "contacts"), ("email",)) not in reach.fields
    assert Name(system.namespace, (crm, "told()")) not in reach.undecided


@pytest.mark.parametrize(
    "body",
    [
        "EXECUTE IMMEDIATE 'SELECT email FROM contacts'",
        "SELECT email FROM contacts; BEGIN DECLARE email int; SELECT email; END",
        "FOR r IN (SELECT email FROM contacts) DO SELECT r.email; END FOR",
        "DECLARE r ROW TYPE OF contacts; SELECT 1",
        "INSERT INTO copies (id) VALUES (1) ON DUPLICATE KEY UPDATE mail = (SELECT email FROM contacts LIMIT 1)",
        "INSERT INTO copies (mail) SELECT email FROM contacts RETURNING mail",
        "UPDATE copies, contacts SET copies.mail = contacts.email",
        "SELECT email FROM contacts INTO OUTFILE '/tmp/never'",
        "SET sql_mode = ''",
        "GET DIAGNOSTICS CONDITION 1 @m = MESSAGE_TEXT",
    ],
)
def test_what_is_not_followed_is_undecided(mariadb: MariadbSchemas, body: str) -> None:
    crm, user, facts = _facts(mariadb, body)

    assert _told(facts, crm).opaque
    [system] = [fact for fact in facts if isinstance(fact, SystemFact)]
    reach = access_of(facts).reach(Principal(system.namespace, f"{user}@%"))
    assert Name(system.namespace, (crm, "told()")) in reach.undecided
