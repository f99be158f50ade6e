"""SQL through every string of a plan: the run ends in PlanError or a report, and the systems are as they were."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lineage.errors import PlanError
from lineage.testing import World
from tests.days import lawful
from tests.servers import PostgresDatabase

HOSTILE = (
    "x'; DROP TABLE contacts; CREATE TABLE hole (x int); --",
    'x"; DROP TABLE contacts; CREATE TABLE hole (x int); --',
    "x`]; DROP TABLE contacts; COMMIT; CREATE TABLE hole (x int); /* $$ */ --",
    "1 OR 1=1) UNION SELECT set_config('role', 'none', false); DELETE FROM contacts; --",
    "\\'; UPDATE contacts SET email = $$hole$$; --",
    "%s %(a)s :x ? {0} {} ${HOLE} $1",
    "a\x00'; DROP TABLE contacts; --",
    "'||(SELECT pg_sleep(0))||'\u2019\u02bc\ufeff\n;DROP TABLE contacts--",
)
"""A string for each dialect's quotes, comments, escapes and placeholders."""

TEMPLATE = """\
plan: v1
meta: {id: injected, owner: @owner@, version: @version@}
sources:
  crm:
    connector: {type: KIND, url: "${CRM_URL}"}
    identity: @identity@
    owner: @source_owner@
    datasets:
      @dataset@:
        reads: @reads@
        key: @key@
        where: @where@
        fresh: {clock: @clock@, zone: @zone@, within: @within@, per: @per@, when_stale: @when_stale@}
        keep: {limit: @limit@, since: @since@, by: @by@}
        fields:
          id: required
          region: {need: required, values: [EU, @value@]}
          email: {need: required, column: @column@, sensitive: @sensitive@, mask: @mask@, type: @type@, complete: 0.5}
          updated_at: required
          @field@: helpful
      orders:
        reads: orders
        key: [id, contact_id]
        fields: {id: required, contact_id: {need: required, joins: @joins@, orphans: 0.1}}
segments:
  @segment@: {of: crm.contacts, where: @predicate@}
steps:
  draft: {reads: {crm.contacts: all, crm.orders: all}, to: @boundary@, writes: [reply]}
outputs: {reply: {channel: @channel@}}
rollout: [{stage: @stage@, segment: @staged@}]
"""
HARMLESS = {
    "owner": "pm@acme.example",
    "version": "1",
    "identity": "reader",
    "source_owner": "crm@acme.example",
    "dataset": "contacts",
    "reads": "contacts",
    "key": "id",
    "where": "region != 'XX'",
    "clock": "updated_at",
    "zone": "UTC",
    "within": "4 hours",
    "per": "region",
    "when_stale": "say_unknown",
    "limit": "24 months",
    "since": "updated_at",
    "by": "job purge",
    "value": "US",
    "column": "email",
    "sensitive": "email",
    "mask": "hmac",
    "type": "text",
    "field": "note",
    "joins": "contacts.id",
    "segment": "eu",
    "predicate": "region = 'EU'",
    "boundary": "prompt",
    "channel": "note",
    "stage": "first",
    "staged": "eu",
}
TAKEN = frozenset(
    {"owner", "version", "identity", "source_owner", "reads", "where", "clock", "zone", "when_stale", "since", "by"}
    | {"value", "column", "type", "predicate", "boundary", "channel"}
)
"""Places in which a plan may hold text of its own; everywhere else `lineage check` refuses it."""
PREDICATES = (
    "region = {}",
    "region IN ({}, 'EU')",
    "region BETWEEN {} AND {}",
    "updated_at >= {}",
    "region != {} AND NOT (email IS NULL OR region = {})",
)
SCHEMA = """
create table contacts (id integer primary key, region text, email text, updated_at TIME, note text);
create table orders (id integer primary key, contact_id integer);
insert into contacts values (1, 'EU', 'a@mail.example', '2026-11-22T11:00:00Z', 'x');
insert into orders values (1, 1);
"""
CATALOGUE = """
select json_build_array(
    (select json_agg(c order by id) from contacts c), (select json_agg(o order by id) from orders o),
    (select json_agg(r order by r) from (select oid, relname, relkind, relacl::text, relowner from pg_class) r),
    (select json_agg(a order by a) from (select attrelid, attname, attacl::text from pg_attribute) a),
    (select json_agg(p order by p) from (select oid, proname, proacl::text from pg_proc where oid > 16383) p),
    (select json_agg(n order by n) from (select nspname, nspacl::text from pg_namespace) n),
    (select json_agg(t) from pg_trigger t), (select json_agg(p) from pg_policy p),
    (select json_agg(d order by d) from (select datname, datacl::text from pg_database
        where datname = current_database()) d)
)::text
"""


def plan_with(place: str, text: str, kind: str) -> str:
    """Give the plan with a hostile text in one place."""
    plan = TEMPLATE.replace("KIND", kind)
    for name, harmless in HARMLESS.items():
        plan = plan.replace(f"@{name}@", json.dumps(text if name == place else harmless))
    return plan


def texts(place: str) -> list[str]:
    """Give the hostile texts of a place; a predicate is hostile as a whole, and in its literals and names."""
    if place not in ("predicate", "where"):
        return list(HOSTILE)
    literals = ["'" + text.replace("'", "''") + "'" for text in HOSTILE]
    parts = [PREDICATES[number % len(PREDICATES)].replace("{}", literal) for number, literal in enumerate(literals)]
    return [*HOSTILE, *parts, *(f"region = '{text}'" for text in HOSTILE), f"{HOSTILE[1]} = 1"]


def attacked(world: World, place: str, kind: str, state: Callable[[], str]) -> tuple[int, int]:
    """Audit a plan for each hostile text; give how many ended as a report, and how many as a PlanError."""
    before, reports, refused = state(), 0, 0
    for text in texts(place):
        plan = plan_with(place, text, kind)
        try:
            report = world.audit(plan)
        except PlanError:
            refused += 1
        else:
            lawful(report, world, plan)
            reports += 1
        assert state() == before, (place, text)
    return reports, refused


@pytest.mark.parametrize("place", HARMLESS)
def test_no_string_of_a_plan_does_anything_to_sqlite(tmp_path: Path, place: str) -> None:
    world = World(tmp_path).sqlite("crm", SCHEMA.replace("TIME", "text"))

    def state() -> str:
        files = sorted(path for path in tmp_path.iterdir() if path.is_file())
        return " ".join(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files)

    reports, refused = attacked(world, place, "sqlite", state)

    assert reports + refused == len(texts(place))
    assert bool(reports) is (place in TAKEN)


@pytest.mark.postgresql
@pytest.mark.parametrize("place", HARMLESS)
def test_no_string_of_a_plan_does_anything_to_postgresql(
    tmp_path: Path, postgres: PostgresDatabase, place: str
) -> None:
    postgres.execute(SCHEMA.replace("TIME", "timestamptz"))
    world = World(tmp_path).url("crm", postgres.url())  # a superuser: nothing but the connector stands in the way

    reports, refused = attacked(world, place, "postgresql", lambda: str(postgres.execute(CATALOGUE)))

    assert reports + refused == len(texts(place))
    assert bool(reports) is (place in TAKEN)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_harmless_plan_is_audited(tmp_path: Path, postgres: PostgresDatabase, kind: str) -> None:
    world = World(tmp_path)
    if kind == "sqlite":
        world.sqlite("crm", SCHEMA.replace("TIME", "text"))
    else:
        postgres.execute(SCHEMA.replace("TIME", "timestamptz"))
        world.url("crm", postgres.url())
    plan = plan_with("", "", kind)

    report = lawful(world.audit(plan), world, plan)

    assert not report.failures
    assert report.scope.launchable is not None
