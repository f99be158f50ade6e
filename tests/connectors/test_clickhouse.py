"""ClickHouse: the real engine and the real client, joined by a bridge of our own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lineage import registry
from lineage.connector import Measure, MeasureKind, Profile, Sample, Stream, Structure
from lineage.duration import Duration
from lineage.facts import (
    AbsentFact,
    CostFact,
    DatasetFact,
    EdgeFact,
    FieldFact,
    GrantFact,
    JobFact,
    LabelFact,
    MeasureFact,
    MemberFact,
    OpaqueFact,
    PrincipalFact,
    ResolvedFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import DatasetId, Verdict
from lineage.plan.model import Budget
from lineage.testing import World, verdict
from tests.connectors.clickhouse_bridge import PASSWORD, engine
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    context_of,
    measures_of,
    read,
    relation_of,
    values_of,
)

ODD_NAME = 'odd "sch`ema" Ä'
ODD_TABLE = 'Tab "le; %s {a:String} \\'


def spelt(*parts: str) -> str:
    """Spell a name as ClickHouse takes it."""
    return ".".join("`" + part.replace("\\", "\\\\").replace("`", "\\`") + "`" for part in parts)


def wanted(*parts: str) -> str:
    """Spell a name as a plan does."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def made(*statements: str) -> dict[str, str]:
    """Make a database `crm` anew, and give the settings that read it."""
    engine().empty()
    engine().run("CREATE DATABASE crm", *statements)
    return {"url": engine().url}


class TestLaws(ConnectorLaws):
    kind = "clickhouse"

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - the engine keeps a folder of its own
        rows = ", ".join("(" + ", ".join("NULL" if v is None else repr(v) for v in row) + ")" for row in ROWS)
        odd = spelt(ODD_NAME, ODD_TABLE)
        settings = made(
            f"""CREATE TABLE crm.contacts (
              id UInt32 COMMENT '{MARKER}', region LowCardinality(String) DEFAULT '{MARKER}', email Nullable(String),
              at Nullable(DateTime('UTC')), CONSTRAINT c CHECK region != '{MARKER}x')
              ENGINE = MergeTree ORDER BY id
              TTL toDate(ifNull(at, toDateTime('2026-01-01'))) + INTERVAL 90 MONTH DELETE WHERE region = '{MARKER}y'
              COMMENT '{MARKER}'""",
            f"INSERT INTO crm.contacts VALUES {rows}",
            f"CREATE TABLE crm.words (w Enum8('{MARKER}' = 1), s Tuple(a Enum8('{MARKER}' = 1), b Array(UInt8)))"
            " ENGINE = Log",
            f"CREATE VIEW crm.eu AS SELECT id AS k, '{MARKER}' AS w FROM crm.contacts WHERE region != '{MARKER}'",
            "CREATE TABLE crm.gone (x UInt8) ENGINE = Log",
            f"CREATE VIEW crm.broken AS SELECT concat(toString(x), '{MARKER}') AS y FROM crm.gone",
            "DROP TABLE crm.gone",
            f"CREATE DATABASE {spelt(ODD_NAME)}",
            f"""CREATE TABLE {odd} ({", ".join(f"{spelt(name)} Nullable(String)" for name in ODD_COLUMNS)})
              ENGINE = MergeTree ORDER BY tuple()""",
            f"INSERT INTO {odd} ({spelt(ODD_COLUMNS[0])}) VALUES (NULL)",
        )
        targets = {CONTACTS: "contacts", ODD: wanted(ODD_NAME, ODD_TABLE)}
        return System(settings, targets, engine().state, (PASSWORD,))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - the engine keeps a folder of its own
        return System(made())

    def refused(self, system: System) -> Sequence[System]:  # noqa: ARG002 - the engine's
        port = engine().port
        return [System({"url": f"clickhouse://auditor:{MARKER}@127.0.0.1:{port}/crm"}, secrets=(MARKER,))]

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - the engine keeps a folder of its own
        port = engine().port
        return [
            System({"url": f"clickhouse://auditor:{MARKER}@127.0.0.1:{port}/crm"}, secrets=(MARKER,)),
            System({"url": "clickhouse://auditor@127.0.0.1:9"}),
            System({"url": f"oracle://{MARKER}@127.0.0.1:{port}"}),
            System({"url": f"clickhouse://127.0.0.1:{MARKER}"}),
            System({"url": f"{MARKER}"}),
        ]


GRANTS = """SELECT * FROM values('user_name Nullable(String), role_name Nullable(String), access_type String,
  database Nullable(String), table Nullable(String), column Nullable(String), is_partial_revoke UInt8,
  grant_option UInt8', {rows})"""
PEOPLE = {
    "system.users": "SELECT arrayJoin(['ai', 'boss', 'odd']) AS name",
    "system.roles": "SELECT 'reader' AS name",
    "system.role_grants": "SELECT 'ai' AS user_name, NULL AS role_name, 'reader' AS granted_role_name, "
    "1 AS granted_role_is_default, 0 AS with_admin_option",
    "system.row_policies": "SELECT 'crm' AS database, 'tickets' AS table, '1' AS select_filter, 0 AS is_restrictive, "
    "1 AS apply_to_all, [] :: Array(String) AS apply_to_list, [] :: Array(String) AS apply_to_except",
}


def test_every_statement_is_told_to_read_only_and_to_end_in_time() -> None:
    settings = made("CREATE TABLE crm.contacts (id UInt8, at Date) ENGINE = Memory")
    structure = read("clickhouse", settings, [Structure({CONTACTS: "contacts"})])
    relation = relation_of(structure, CONTACTS)

    facts = read(
        "clickhouse", settings, [Profile(relation, None, (), measures_of(CONTACTS)), Sample(relation, None, None)]
    )

    ours = [asked for statement, asked in engine().asked if "crm" in statement or "system.columns" in statement]
    assert len(ours) >= 3
    assert all((asked["readonly"], asked["max_execution_time"]) == ("2", "20") for asked in ours)
    assert isinstance(facts[-1], CostFact)


def test_a_ttl_is_a_job_that_keeps_rows_for_an_age() -> None:
    settings = made(
        """CREATE TABLE crm.clicks (id UInt8, at DateTime, ip String TTL at + INTERVAL 1 WEEK)
           ENGINE = MergeTree ORDER BY id TTL toDate(at) + INTERVAL 30 DAY""",
        """CREATE TABLE crm.days (id UInt8, `da y` Date) ENGINE = MergeTree
           ORDER BY id TTL `da y` + INTERVAL 1 QUARTER DELETE""",
        """CREATE TABLE crm.some (id UInt8, at DateTime, n UInt8) ENGINE = MergeTree
           ORDER BY id TTL at + INTERVAL 1 DAY WHERE n > 5, at + INTERVAL 9 DAY RECOMPRESS CODEC(ZSTD(1))""",
        """CREATE TABLE crm.thin (id UInt8, at DateTime, n UInt8, m UInt8) ENGINE = MergeTree
           ORDER BY (id, n) TTL at + INTERVAL 1 DAY GROUP BY id, n SET m = max(m), at = max(at)""",
        """CREATE TABLE crm.whenever (id UInt8, at DateTime, d UInt8) ENGINE = MergeTree
           ORDER BY id TTL at + toIntervalDay(d)""",
        """CREATE TABLE crm.kept (id UInt8, at DateTime DEFAULT now()) ENGINE = MergeTree
           ORDER BY id COMMENT 'TTL at + toIntervalDay(1)'""",
    )

    jobs = [fact for fact in read("clickhouse", settings, [Structure()]) if isinstance(fact, JobFact)]

    told = {
        (job.deletes_from[0].short, job.keeps and (job.keeps.months, job.keeps.seconds), job.since and job.since.short)
        for job in jobs
    }
    day = 86_400
    assert told == {
        ("crm.clicks", (0, 30 * day), "crm.clicks.at"),
        ("crm.days", (3, 0), "crm.days.da y"),
        ("crm.clicks.ip", (0, 7 * day), "crm.clicks.at"),
        ("crm.some", None, None),
        ("crm.thin", None, None),
        ("crm.whenever", None, None),
    }


def test_types_lose_what_wraps_them_and_no_word_of_an_enum_is_told() -> None:
    settings = made(
        """CREATE TABLE crm.contacts (
             who Tuple(name String, `pla ce` Tuple(city LowCardinality(Nullable(String)))), tags Array(String),
             m Map(String, UInt8), tier Enum8('gold' = 1, 'a,)b' = 2), n Nested(x String),
             at DateTime64(3, 'Asia/Tokyo'),
             money Decimal(18, 4), day Nullable(Date32), loud String ALIAS upper(who.1), made DateTime DEFAULT now())
           ENGINE = MergeTree ORDER BY (tier, at)""",
        """INSERT INTO crm.contacts (who, tags, m, tier, at, money)
           VALUES (('x', tuple('a@b.example')), ['a'], {'a': 1}, 'gold', '2026-11-22 10:00:00', 1)""",
    )
    structure = read("clickhouse", settings, [Structure({CONTACTS: "contacts"})])
    relation = relation_of(structure, CONTACTS)
    outside = Measure(CONTACTS, MeasureKind.OUTSIDE, "tier", values=("gold", "unknown"))
    newest = Measure(CONTACTS, MeasureKind.NEWEST, "at", Duration(seconds=300))

    facts = read("clickhouse", settings, [Profile(relation, None, (), (outside, newest)), Sample(relation, None, None)])

    assert {name: column.type for name, column in relation.columns.items()} == {
        "who.name": "String",
        "who.pla ce.city": "String",
        "tags": "Array",
        "m": "Map",
        "tier": "Enum",
        "n.x": "Array",
        "at": "timestamp(3) with time zone",
        "money": "Decimal(18, 4)",
        "day": "Date32",
        "loud": "String",
        "made": "timestamp(0) with time zone",
    }
    fields = {fact.name.field: fact for fact in structure if isinstance(fact, FieldFact)}
    assert [path[0] for path, fact in fields.items() if fact.computed] == ["loud"]
    assert [path[0] for path, fact in fields.items() if fact.default == "now"] == ["made"]
    assert [path[0] for path, fact in fields.items() if fact.indexed] == ["tier"]
    assert not [fact for fact in facts if isinstance(fact, UnseenFact)]
    # Tokyo's ten o'clock is one in the night in UTC.
    told = values_of(facts)
    assert (told["outside"], told["newest"]) == (0, [datetime(2026, 11, 22, 1, 0, tzinfo=UTC)])
    assert [fact.name.field for fact in facts if isinstance(fact, LabelFact)] == [("who", "pla ce", "city")]


def test_text_days_and_counts_tell_the_time_and_other_text_does_not() -> None:
    settings = made(
        "CREATE TABLE crm.contacts (day Date, said Nullable(String), epoch UInt32, wrong String) ENGINE = Memory",
        """INSERT INTO crm.contacts VALUES ('2026-11-20', '2026-11-21T10:00:00+02:00', 1763800000, '2026-11-21'),
           ('2026-11-21', '2026-11-22 09:00:00', 1763700000, 'soon')""",
    )
    structure = read("clickhouse", settings, [Structure({CONTACTS: "contacts"})])
    span = Duration(seconds=300)
    measures = tuple(Measure(CONTACTS, MeasureKind.NEWEST, name, span) for name in ("day", "said", "epoch", "wrong"))

    facts = read("clickhouse", settings, [Profile(relation_of(structure, CONTACTS), None, (), measures)])

    told = {
        fact.measure.split(":")[1]: fact.value
        for fact in facts
        if isinstance(fact, MeasureFact) and ":" in fact.measure
    }
    assert told == {
        "day": datetime(2026, 11, 21, tzinfo=UTC),
        "said": datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        "epoch": datetime(2025, 11, 22, 8, 26, 40, tzinfo=UTC),
    }
    [unseen] = [fact for fact in facts if isinstance(fact, UnseenFact)]
    assert unseen.name is not None
    assert (unseen.name.field, unseen.reason) == (("wrong",), "1 values tell no time")


def test_edges_follow_views_and_what_a_materialized_view_keeps() -> None:
    settings = made(
        "CREATE TABLE crm.people (id UInt8, mail String, city String) ENGINE = MergeTree ORDER BY id",
        "CREATE VIEW crm.v AS SELECT lower(mail) AS first, id AS second FROM crm.people WHERE city = 'x'",
        "CREATE TABLE crm.kept (id UInt8, mail String) ENGINE = MergeTree ORDER BY id",
        "CREATE MATERIALIZED VIEW crm.mv TO crm.kept AS SELECT id, mail FROM crm.people",
        "CREATE MATERIALIZED VIEW crm.own ENGINE = MergeTree ORDER BY id AS SELECT id FROM crm.people",
        "CREATE TABLE crm.all AS crm.people ENGINE = Merge('crm', '^people$')",
    )

    facts = read("clickhouse", settings, [Structure()])

    edges = {(fact.source.short, fact.target.short) for fact in facts if isinstance(fact, EdgeFact)}
    inner = next(fact.name.short for fact in facts if isinstance(fact, DatasetFact) and ".inner" in fact.name.short)
    assert edges == {
        ("crm.people.mail", "crm.v.first"),
        ("crm.people.id", "crm.v.second"),
        ("crm.people.city", "crm.v"),
        ("crm.people.id", "crm.mv.id"),
        ("crm.people.mail", "crm.mv.mail"),
        ("crm.mv.id", "crm.kept.id"),
        ("crm.mv.mail", "crm.kept.mail"),
        ("crm.people.id", "crm.own.id"),
        ("crm.own.id", f"{inner}.id"),
    }
    assert [fact.name.short for fact in facts if isinstance(fact, OpaqueFact)] == ["crm.all"]


def test_a_table_over_the_budget_is_not_counted_and_its_sample_is_spread() -> None:
    settings = made(
        "CREATE TABLE crm.contacts (id UInt32, email String) ENGINE = MergeTree ORDER BY id",
        "INSERT INTO crm.contacts SELECT number, if(number > 9000, 'a@b.example', '') FROM numbers(10000)",
    )
    structure = read("clickhouse", settings, [Structure({CONTACTS: "contacts"})])
    relation = relation_of(structure, CONTACTS)
    counted = Profile(relation, None, (), (Measure(CONTACTS, MeasureKind.ROWS),))

    small = context_of(budget=Budget(rows=5_000, seconds=20, sample=500))
    facts = read("clickhouse", settings, [counted, Sample(relation, None, 10_000)], small)

    assert not [fact for fact in facts if isinstance(fact, MeasureFact)]
    assert [fact.reason for fact in facts if isinstance(fact, UnseenFact)] == [
        "over budget: about 10,000 rows, 5,000 are allowed"
    ]
    [label] = [fact for fact in facts if isinstance(fact, LabelFact)]
    assert label.seen.how == "spread sample"
    assert 20 <= label.hits <= 90


def test_names_are_found_with_their_case_and_absence_is_proved_where_everything_is_shown() -> None:
    settings = made("CREATE TABLE crm.Contacts (id UInt8) ENGINE = Memory")
    targets = {CONTACTS: "Contacts", ODD: "contacts", DatasetId("s.other"): "shop.Contacts"}

    facts = read("clickhouse", settings, [Structure(targets)])

    assert {fact.dataset for fact in facts if isinstance(fact, ResolvedFact)} == {CONTACTS}
    absent = {fact.dataset: fact for fact in facts if isinstance(fact, AbsentFact)}
    [complete] = [fact.complete_catalogue for fact in facts if isinstance(fact, SystemFact)]
    assert absent[ODD].nearest == ("Contacts",)
    assert {fact.proven for fact in absent.values()} == {complete}


def test_what_may_not_be_looked_at_of_rights_is_unseen() -> None:
    settings = made("CREATE TABLE crm.contacts (id UInt8) ENGINE = Memory")

    facts = read("clickhouse", settings, [Structure()])

    unseen = [fact for fact in facts if isinstance(fact, UnseenFact)]
    assert {fact.what for fact in unseen} == {"access"}
    assert [fact.reason for fact in unseen] == [
        "row policies are hidden: permission denied (497)",
        "grants are hidden: permission denied (497)",
    ]
    assert not [fact for fact in facts if isinstance(fact, GrantFact)]


def test_grants_less_what_was_taken_back_are_told_of_what_is_left() -> None:
    settings = made(
        "CREATE TABLE crm.contacts (id UInt8, email String) ENGINE = Memory",
        "CREATE TABLE crm.tickets (id UInt8) ENGINE = Memory",
        "CREATE TABLE crm.secrets (id UInt8) ENGINE = Memory",
    )
    rows = """(NULL, 'reader', 'SELECT', 'crm', NULL, NULL, 0, 0),
        (NULL, 'reader', 'SELECT', 'crm', 'secrets', NULL, 1, 0),
        (NULL, 'reader', 'SELECT', 'crm', 'contacts', 'email', 1, 0), ('boss', NULL, 'ALL', NULL, NULL, NULL, 0, 1),
        ('odd', NULL, 'SELECT', 'crm', 'log_*', NULL, 0, 0), ('ai', NULL, 'SHOW TABLES', NULL, NULL, NULL, 0, 0)"""
    engine().stand_ins.update(PEOPLE | {"system.grants": GRANTS.format(rows=rows)})

    facts = read("clickhouse", settings, [Structure()])

    told = {(fact.holder.name, fact.on.short, fact.right) for fact in facts if isinstance(fact, GrantFact)}
    assert {one for one in told if one[0] != "boss"} == {
        ("reader", "crm.contacts.id", "select"),
        ("reader", "crm.tickets", "select"),
    }
    assert {one[1:] for one in told if one[0] == "boss"} == {
        (f"crm.{table}", right)
        for table in ("contacts", "tickets", "secrets")
        for right in ("select", "insert", "update", "delete", "truncate")
    }
    assert [(fact.member.name, fact.of.name, fact.inherits) for fact in facts if isinstance(fact, MemberFact)] == [
        ("ai", "reader", True)
    ]
    assert {fact.principal.name for fact in facts if isinstance(fact, PrincipalFact)} == {"ai", "boss", "odd", "reader"}
    assert [fact.name.short for fact in facts if isinstance(fact, DatasetFact) and fact.row_security] == ["crm.tickets"]
    assert [fact.reason for fact in facts if isinstance(fact, UnseenFact)] == [
        "a grant by a pattern of names is not followed"
    ]


class Rows:
    """Takes rows."""

    def __init__(self) -> None:
        self.taken: list[object] = []
        self.ended = False

    def __call__(self, rows: Sequence[Sequence[object]]) -> None:
        """Take some."""
        self.taken.extend(tuple(row) for row in rows)

    def end(self) -> None:
        """Take note of the end."""
        self.ended = True


def test_every_record_is_compared_only_where_no_row_policy_may_hide_one() -> None:
    settings = made(
        "CREATE TABLE crm.tickets (id UInt8) ENGINE = Memory",
        "INSERT INTO crm.tickets VALUES (1), (2)",
    )
    relation = relation_of(read("clickhouse", settings, [Structure({CONTACTS: "tickets"})]), CONTACTS)
    streams = {}
    closed = PEOPLE["system.row_policies"].replace("'1' AS select_filter", "'id = 1' AS select_filter")
    for name, policies in {"hidden": None, "open": PEOPLE["system.row_policies"], "closed": closed}.items():
        engine().stand_ins.clear()
        if policies is not None:
            engine().stand_ins["system.row_policies"] = policies
        rows = Rows()

        facts = read("clickhouse", settings, [Stream(relation, ("id",), whole=True)], context_of(sink=rows))

        streams[name] = (rows.taken, rows.ended, [fact.reason for fact in facts if isinstance(fact, UnseenFact)])

    assert streams == {
        "hidden": ([], False, ["row policies may hide records, and are hidden: permission denied (497)"]),
        "open": ([(1,), (2,)], True, []),
        "closed": ([], False, ["row policies may hide records"]),
    }


def test_the_parts_of_a_table_over_the_budget_tell_its_newest_and_oldest_record() -> None:
    settings = made(
        """CREATE TABLE crm.clicks (id UInt32, at DateTime('UTC'), made DateTime('UTC')) ENGINE = MergeTree
           PARTITION BY toYYYYMM(at) ORDER BY id""",
        """CREATE TABLE crm.days (id UInt32, at Date, made Date) ENGINE = MergeTree
           PARTITION BY toMonday(at) ORDER BY id""",
        """INSERT INTO crm.clicks SELECT number, toDateTime('2026-11-22 10:00:00', 'UTC') - number * 3600 AS at, at
           FROM numbers(2000)""",
        "INSERT INTO crm.days SELECT number, toDate('2026-11-22') - number % 100 AS at, at FROM numbers(2000)",
    )
    small = context_of(budget=Budget(rows=1_000, seconds=20, sample=50))
    span = Duration(seconds=300)

    def moments(table: str, now: datetime = small.now) -> dict[str, object]:
        relation = relation_of(read("clickhouse", settings, [Structure({CONTACTS: table})]), CONTACTS)
        measures = (
            Measure(CONTACTS, MeasureKind.NEWEST, "at", span),
            Measure(CONTACTS, MeasureKind.OLDEST, "at"),
            Measure(CONTACTS, MeasureKind.OLDEST, "made"),
        )
        facts = read("clickhouse", settings, [Profile(relation, None, (), measures)], replace(small, now=now))
        assert [fact.what for fact in facts if isinstance(fact, UnseenFact)] == ["data"]
        return {fact.measure.split(":")[0]: fact.value for fact in facts if isinstance(fact, MeasureFact)}

    hidden = moments("clicks")
    engine().stand_ins["system.row_policies"] = PEOPLE["system.row_policies"]

    assert hidden == {}
    assert moments("clicks") == {
        "newest": datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
        "oldest": datetime(2026, 8, 31, 3, 0, tzinfo=UTC),
    }
    assert moments("days") == {
        "newest": datetime(2026, 11, 22, tzinfo=UTC),
        "oldest": datetime(2026, 8, 15, tzinfo=UTC),
    }
    assert set(moments("clicks", now=datetime(2026, 11, 1, tzinfo=UTC))) == {"oldest"}
    engine().run("DELETE FROM crm.clicks WHERE id = 0")
    assert moments("clicks") == {}


PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  events:
    connector: {type: clickhouse, url: "${EVENTS_URL}"}
    datasets:
      clicks:
        reads: clicks
        key: id
        keep: {limit: 30 days, since: at, by: ttl}
        fields: {id: required, at: required}
steps: {draft: {reads: {events.clicks: all}, to: prompt}}
rollout: [{stage: first}]
"""


@pytest.mark.parametrize(
    ("ttl", "limit", "by"),
    [
        ("", Verdict.UNVERIFIED, Verdict.UNVERIFIED),
        ("TTL at + INTERVAL 30 DAY", Verdict.HELD, Verdict.HELD),
        ("TTL at + INTERVAL 90 DAY", Verdict.BROKEN, Verdict.HELD),
        ("TTL at + INTERVAL 30 DAY DELETE WHERE id > 3", Verdict.UNVERIFIED, Verdict.UNVERIFIED),
    ],
)
def test_a_ttl_is_held_against_the_promise(tmp_path: Path, ttl: str, limit: Verdict, by: Verdict) -> None:
    settings = made(f"CREATE TABLE crm.clicks (id UInt8, at DateTime('UTC')) ENGINE = MergeTree ORDER BY id {ttl}")
    rules = ("retention/longer-than-declared", "retention/unenforced-retention")

    report = (
        World(tmp_path)
        .url("events", settings["url"])
        .audit(PLAN, rules=[one for one in registry.rules() if one.id in rules])
    )

    assert (verdict(report, "keep.limit"), verdict(report, "keep.by")) == (limit, by)


def test_a_grant_on_a_tuple_is_one_on_all_that_lies_in_it() -> None:
    settings = made("CREATE TABLE crm.contacts (id UInt8, home Tuple(city String, zip String)) ENGINE = Memory")
    rows = "(NULL, 'reader', 'SELECT', 'crm', 'contacts', 'home', 0, 0)"
    engine().stand_ins.update(PEOPLE | {"system.grants": GRANTS.format(rows=rows)})

    facts = read("clickhouse", settings, [Structure()])

    granted = [fact for fact in facts if isinstance(fact, GrantFact)]
    assert {fact.on.short for fact in granted} == {"crm.contacts.home.city", "crm.contacts.home.zip"}
    assert {level for fact in granted for level in fact.levels} == {("reader", ("crm", "contacts", "home"))}
