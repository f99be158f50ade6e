"""The reach computed from the catalogue's facts agrees with what the server itself says when it plans the read."""

from __future__ import annotations

from lineage.access import access_of
from lineage.connector import Attempt, Column, Relation, Structure
from lineage.facts import DatasetFact, FieldFact, ProbeFact
from lineage.model import DatasetId, Name
from tests.connectors.postgresql_facts import CRM, of, read
from tests.servers import PostgresDatabase

_WORLD = """
CREATE SCHEMA crm; CREATE SCHEMA ai; CREATE SCHEMA closed;
CREATE TABLE crm.contacts (id int PRIMARY KEY, email text, region text);
CREATE TABLE crm.orders (id int, contact_id int, total int);
CREATE TABLE closed.hidden (id int); GRANT SELECT ON closed.hidden TO PUBLIC;
CREATE TABLE crm.public_one (id int); GRANT SELECT ON crm.public_one TO PUBLIC;
CREATE TABLE crm.events (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE crm.events_one PARTITION OF crm.events FOR VALUES FROM ('2020-01-01') TO ('2030-01-01');
CREATE TABLE crm.owned (id int); ALTER TABLE crm.owned OWNER TO {owner};
CREATE TABLE crm.disowned (id int); ALTER TABLE crm.disowned OWNER TO {owner}; REVOKE ALL ON crm.disowned FROM {owner};
CREATE VIEW ai.definer AS SELECT id, md5(email) AS key FROM crm.contacts;
CREATE VIEW ai.invoker WITH (security_invoker = true) AS SELECT id, email FROM crm.contacts;
CREATE VIEW ai.invoker_id WITH (security_invoker = true) AS SELECT id FROM crm.contacts;
CREATE VIEW ai.invoker_where WITH (security_invoker = true) AS SELECT id FROM crm.contacts WHERE region = 'EU';
CREATE VIEW ai.over_invoker AS SELECT email FROM ai.invoker;
CREATE VIEW ai.by_owner AS SELECT id FROM crm.contacts; ALTER VIEW ai.by_owner OWNER TO {owner};
CREATE VIEW ai.counted WITH (security_invoker = true) AS SELECT count(*) AS n FROM crm.orders;
CREATE VIEW ai.unused WITH (security_invoker = true) AS SELECT r.id FROM (SELECT id, email FROM crm.contacts) r;
CREATE VIEW ai.joined WITH (security_invoker = true) AS
  SELECT o.total FROM crm.orders o JOIN crm.contacts c ON c.id = o.contact_id;
CREATE MATERIALIZED VIEW ai.kept AS SELECT email FROM crm.contacts;
GRANT USAGE ON SCHEMA crm, ai TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA ai TO PUBLIC;
REVOKE SELECT ON ai.kept FROM PUBLIC; GRANT SELECT ON ai.kept TO {grouped};
GRANT SELECT (id) ON crm.contacts TO {direct}; GRANT SELECT ON crm.events_one TO {direct};
GRANT SELECT (contact_id) ON crm.orders TO {direct};
GRANT SELECT ON crm.contacts, crm.events TO {grouped};
GRANT {grouped} TO {heir}, {shy}; GRANT {owner} TO {heir}; GRANT pg_read_all_data TO {all_reader};
"""


def test_what_the_catalogue_opens_is_what_the_server_plans(postgres: PostgresDatabase) -> None:
    roles = {label: postgres.role(label) for label in ("direct", "grouped", "heir", "owner", "all_reader", "nobody")}
    roles["shy"] = postgres.role("shy", "LOGIN NOINHERIT")
    postgres.execute(_WORLD.format(**roles))
    facts = read(postgres, None, Structure())
    access = access_of(facts)
    fields: dict[Name, list[Name]] = {fact.name: [] for fact in of(facts, DatasetFact)}
    for fact in of(facts, FieldFact):
        fields[fact.name.dataset].append(fact.name)
    disagreed, undecided = [], []
    for label, role in roles.items():
        principal = access.principal(CRM, role)
        assert principal is not None
        reach = access.reach(principal)
        tasks = [
            Attempt(Relation(DatasetId("crm.x"), name, {f.field[0]: Column(f.field, "") for f in columns}), role)
            for name, columns in fields.items()
        ]

        probes = of(read(postgres, None, *tasks), ProbeFact)

        assert len(probes) == sum(len(columns) for columns in fields.values())
        for probe in probes:
            if reach.why_undecided(probe.on) is not None:
                undecided.append((label, probe.on.short))
            elif bool(reach.active(probe.on)) != probe.readable:
                disagreed.append((label, probe.on.short, probe.readable))
    assert disagreed == []
    assert undecided == []
