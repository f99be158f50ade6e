"""DuckDB, on real files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lineage.connector import Attempt, Measure, MeasureKind, Profile, Sample, Structure
from lineage.errors import ConnectorError
from lineage.facts import (
    AbsentFact,
    CostFact,
    DatasetFact,
    EdgeFact,
    FieldFact,
    LookFact,
    MeasureFact,
    OpaqueFact,
    ResolvedFact,
    UnseenFact,
)
from lineage.model import DatasetId, DatasetKind
from lineage.plan.model import Budget
from lineage.predicate import Compare, Joined, Truth
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    context_of,
    read,
    relation_of,
    values_of,
)
from tests.servers import quoted


def made(path: Path, *statements: str) -> dict[str, str]:
    """Make a database and give the settings that read it."""
    import duckdb

    connection = duckdb.connect(str(path))
    for statement in statements:
        connection.execute(statement)
    connection.close()
    return {"url": f"duckdb:///{path}"}


def state_of(folder: Path) -> object:
    return sorted((path.name, path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir())


class TestLaws(ConnectorLaws):
    kind = "duckdb"

    def lively(self, folder: Path) -> System:
        rows = ", ".join("(" + ", ".join("NULL" if v is None else repr(v) for v in row) + ")" for row in ROWS)
        settings = made(
            folder / f"{MARKER}.duckdb",
            f"CREATE TYPE word AS ENUM ('{MARKER}', 'other')",
            f"""CREATE TABLE contacts (
              id INTEGER PRIMARY KEY, region VARCHAR DEFAULT '{MARKER}', email VARCHAR CHECK (email <> '{MARKER}'),
              "at" TIMESTAMP)""",
            f"INSERT INTO contacts VALUES {rows}",
            f"COMMENT ON TABLE contacts IS '{MARKER}'",
            f"CREATE TABLE words (w word DEFAULT '{MARKER}', s STRUCT(a word, b INTEGER[]))",
            f"CREATE VIEW eu AS SELECT id AS k, '{MARKER}' AS w FROM contacts WHERE region <> '{MARKER}'",
            "CREATE TABLE gone (x INTEGER)",
            f"CREATE VIEW broken AS SELECT x || '{MARKER}' AS y FROM gone",
            "DROP TABLE gone",
            f"CREATE VIEW outside AS SELECT * FROM read_text('{folder}/{MARKER}.txt')"
            if (folder / f"{MARKER}.txt").write_text(MARKER)
            else "",
            'CREATE SCHEMA "odd ""sch.ema"" Ä"',
            f"""CREATE TABLE "odd ""sch.ema"" Ä"."Tab ""le; %s" (
                {", ".join(f"{quoted(name)} VARCHAR DEFAULT '{MARKER}'" for name in ODD_COLUMNS)})""",
            'INSERT INTO "odd ""sch.ema"" Ä"."Tab ""le; %s" DEFAULT VALUES',
        )
        targets = {CONTACTS: "main.CONTACTS", ODD: '"odd ""sch.ema"" Ä"."Tab ""le; %s"'}
        return System(settings, targets, lambda: state_of(folder), (str(folder),))

    def bare(self, folder: Path) -> System:
        return System(made(folder / "bare.duckdb"))

    def unreachable(self, folder: Path) -> Sequence[System]:
        (folder / "text.duckdb").write_text(f"{MARKER} " * 10_000)
        (folder / "empty.duckdb").touch()
        return [
            System({"url": f"duckdb:///{folder}/none.duckdb"}),
            System({"url": f"duckdb:///{folder}"}),
            System({"url": f"duckdb:///{folder}/text.duckdb"}),
            System({"url": f"duckdb:///{folder}/empty.duckdb"}),
            System({"url": "duckdb:///a\x00b"}),
            System({"url": ":memory:"}),
            System({"url": f"https://{MARKER}.example/a.duckdb"}),
        ]


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError, match="no such file"):
        read("duckdb", {"url": f"duckdb:///{tmp_path}/new.duckdb"}, [Structure()])

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["memory", "main", "temp", "system", "it's", 'a"b', "Ä ö"])
def test_a_file_may_be_called_anything(tmp_path: Path, name: str) -> None:
    statements = "CREATE SCHEMA audited", "CREATE TABLE audited.contacts (id INTEGER)", "CREATE TABLE contacts (x TEXT)"
    settings = made(tmp_path / f"{name}.db", *statements)
    structure = read("duckdb", settings, [Structure({CONTACTS: "audited.contacts"})])
    profile = Profile(relation_of(structure, CONTACTS), None, (), (Measure(CONTACTS, MeasureKind.NULLS, "id"),))

    assert values_of(read("duckdb", settings, [profile])) == {"rows": 0, "nulls": 0}


def test_what_a_writer_did_not_checkpoint_is_seen_and_its_log_left_alone(tmp_path: Path) -> None:
    script = (
        "import duckdb, os; c = duckdb.connect('a.duckdb'); "
        "c.execute('CREATE TABLE contacts (id INTEGER)'); c.execute('INSERT INTO contacts VALUES (1)'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    before = state_of(tmp_path)
    settings = {"url": str(tmp_path / "a.duckdb")}
    structure = read("duckdb", settings, [Structure({CONTACTS: "contacts"})])
    profile = Profile(relation_of(structure, CONTACTS), None, (), (Measure(CONTACTS, MeasureKind.ROWS),))

    facts = read("duckdb", settings, [profile])

    assert (tmp_path / "a.duckdb.wal").exists()
    assert values_of(facts) == {"rows": 1}
    assert state_of(tmp_path) == before


def test_a_file_that_is_open_for_writing_says_so(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.duckdb", "CREATE TABLE contacts (id INTEGER)")
    script = "import duckdb, sys; c = duckdb.connect('a.duckdb'); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()

        with pytest.raises(ConnectorError, match="open for writing elsewhere; close that"):
            read("duckdb", settings, [Structure()])
        writer.communicate()


def test_the_catalogue_tells_keys_defaults_indexes_and_what_is_computed(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.duckdb",
        "CREATE SEQUENCE numbers",
        """CREATE TABLE contacts (
          id INTEGER PRIMARY KEY, tier VARCHAR NOT NULL DEFAULT 'free', made TIMESTAMP DEFAULT now(),
          code UUID DEFAULT gen_random_uuid(), number INTEGER DEFAULT nextval('numbers'), loud VARCHAR AS (upper(tier)),
          "a b" INTEGER, low INTEGER DEFAULT -1, half VARCHAR UNIQUE)""",
        "CREATE TABLE pairs (a VARCHAR NOT NULL, b VARCHAR NOT NULL, UNIQUE (a, b))",
        "CREATE INDEX by_made ON contacts (made, tier)",
        'CREATE INDEX by_odd ON contacts ("a b", low)',
    )

    facts = read("duckdb", settings, [Structure()])

    keys = {fact.name.path: fact.key for fact in facts if isinstance(fact, DatasetFact)}
    fields = {fact.name.field[0]: fact for fact in facts if isinstance(fact, FieldFact)}
    assert keys == {("main", "contacts"): ("id",), ("main", "pairs"): ("a", "b")}
    assert {name: one.default for name, one in fields.items() if one.default} == {
        "tier": "constant",
        "made": "now",
        "code": "expression",
        "number": "sequence",
        "low": "constant",
    }
    assert {name for name, one in fields.items() if one.indexed} == {"id", "made", "half", "a", "a b"}
    assert [name for name, one in fields.items() if one.computed] == ["loud"]
    assert {name for name, one in fields.items() if not one.nullable} == {"id", "tier", "a", "b"}


def test_a_struct_is_told_by_its_fields_and_no_word_of_an_enum_is(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.duckdb",
        """CREATE TABLE contacts (
             who STRUCT("name" VARCHAR, place STRUCT(city VARCHAR)), tags VARCHAR[], m MAP(VARCHAR, INTEGER),
             tier ENUM ('gold', 'free'))""",
        "INSERT INTO contacts VALUES ({'name': 'x', 'place': {'city': 'a@b.example'}}, ['a'], MAP {'a': 1}, 'gold')",
    )
    structure = read("duckdb", settings, [Structure({CONTACTS: "contacts"})])
    relation = relation_of(structure, CONTACTS)
    outside = Measure(CONTACTS, MeasureKind.OUTSIDE, "tier", values=("gold", "unknown"))

    facts = read("duckdb", settings, [Profile(relation, None, (), (outside,)), Sample(relation, None, None)])

    assert {name: column.type for name, column in relation.columns.items()} == {
        "who.name": "VARCHAR",
        "who.place.city": "VARCHAR",
        "tags": "LIST",
        "m": "MAP",
        "tier": "ENUM",
    }
    assert values_of(facts) == {"rows": 1, "outside": 0}
    assert {fact.name.field for fact in facts if isinstance(fact, LookFact)} >= {("who", "place", "city")}
    assert not any(isinstance(fact, UnseenFact) for fact in facts)


def test_edges_follow_views_of_views(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.duckdb",
        "CREATE SCHEMA ai",
        "CREATE TABLE people (id INTEGER, mail VARCHAR, city VARCHAR)",
        "CREATE VIEW ai.v (first, second) AS SELECT lower(MAIL), id FROM People WHERE city = 'x'",
        "CREATE VIEW w AS SELECT v.*, 1 AS one FROM ai.v",
    )

    facts = read("duckdb", settings, [Structure()])

    edges = {(fact.source.short, fact.target.short) for fact in facts if isinstance(fact, EdgeFact)}
    assert edges == {
        ("main.people.mail", "ai.v.first"),
        ("main.people.id", "ai.v.second"),
        ("main.people.city", "ai.v"),
        ("ai.v.first", "main.w.first"),
        ("ai.v.second", "main.w.second"),
    }
    assert not any(isinstance(fact, OpaqueFact) for fact in facts)


def test_views_that_do_not_compile_or_reach_outside_are_opaque_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    settings = made(
        tmp_path / "a.duckdb",
        "CREATE TABLE t (x INTEGER, y INTEGER)",
        "CREATE TABLE u (y INTEGER)",
        "CREATE VIEW gone AS SELECT x FROM t",
        "CREATE VIEW less AS SELECT x + 1 AS x FROM t",
        f"CREATE VIEW outside AS SELECT * FROM read_csv('{tmp_path}/x.csv')",
        "CREATE MACRO two() AS (SELECT max(y) FROM u)",
        "CREATE VIEW called AS SELECT two() AS top, y FROM u",
        "CREATE VIEW fine AS SELECT y FROM u",
        "ALTER TABLE t DROP COLUMN x",
    )

    facts = read("duckdb", settings, [Structure({CONTACTS: "gone"})])

    assert {fact.name.path[-1] for fact in facts if isinstance(fact, OpaqueFact)} == {
        "gone",
        "less",
        "outside",
        "called",
    }
    unseen = {fact.name.path[-1]: fact for fact in facts if isinstance(fact, UnseenFact) and fact.name}
    assert {name: fact.what for name, fact in unseen.items()} == dict.fromkeys(
        ("gone", "less", "outside"), "definition"
    )
    assert unseen["outside"].reason.startswith("it reads something outside of the file")
    assert [fact.name.path[-1] for fact in facts if isinstance(fact, ResolvedFact)] == ["gone"]
    assert {fact.name.path[-1] for fact in facts if isinstance(fact, DatasetFact) and fact.kind is DatasetKind.VIEW} > {
        "fine"
    }


@pytest.mark.parametrize("reads", ["contacts", "CONTACTS", "main.contacts", "Main.Contacts", '"contacts"'])
def test_names_are_found_as_duckdb_finds_them(tmp_path: Path, reads: str) -> None:
    settings = made(tmp_path / "a.duckdb", "CREATE TABLE Contacts (id INTEGER)")

    facts = read("duckdb", settings, [Structure({CONTACTS: reads})])

    assert [fact.name.path for fact in facts if isinstance(fact, ResolvedFact)] == [("main", "Contacts")]


def test_a_name_that_is_not_there_is_absent_with_what_looks_like_it(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.duckdb", "CREATE TABLE contacts (id INTEGER)", "CREATE TABLE tickets (id INTEGER)")

    facts = read("duckdb", settings, [Structure({CONTACTS: "contact", ODD: "other.contacts"})])

    absent = {fact.dataset: fact for fact in facts if isinstance(fact, AbsentFact)}
    assert absent[CONTACTS].proven
    assert absent[CONTACTS].nearest == ("contacts",)
    assert ODD in absent


def test_access_is_said_to_be_unseen(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.duckdb", "CREATE TABLE contacts (id INTEGER)")
    structure = read("duckdb", settings, [Structure({CONTACTS: "contacts"})])

    facts = read("duckdb", settings, [Attempt(relation_of(structure, CONTACTS), "anybody")])

    for told in (structure, facts):
        assert next(fact.reason for fact in told if isinstance(fact, UnseenFact)).startswith("DuckDB has no identities")


@pytest.mark.parametrize(
    ("kind", "stored", "zone", "moment"),
    [
        ("TIMESTAMP", "2026-11-20 10:00:00", None, datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("TIMESTAMP", "2026-11-20 10:00:00", "Europe/Berlin", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("TIMESTAMP_NS", "2026-11-20 10:00:00", None, datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("TIMESTAMP_S", "2026-11-20 10:00:00", None, datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("TIMESTAMPTZ", "2026-11-20 10:00:00+02", "Europe/Berlin", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        ("DATE", "2026-11-20", None, datetime(2026, 11, 20, tzinfo=UTC)),
        ("VARCHAR", "2026-11-20T10:00:00+05:30", None, datetime(2026, 11, 20, 4, 30, tzinfo=UTC)),
        ("BIGINT", "1763632800000", None, datetime(2025, 11, 20, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_is_what_its_type_says(
    tmp_path: Path, kind: str, stored: str, zone: str | None, moment: datetime
) -> None:
    settings = made(
        tmp_path / "a.duckdb",
        f'CREATE TABLE contacts ("at" {kind})',
        f"INSERT INTO contacts VALUES ('{stored}'::{kind}), (NULL)",
    )
    structure = read("duckdb", settings, [Structure({CONTACTS: "contacts"})])
    measures = tuple(
        Measure(CONTACTS, kind, "at", zone=zone)
        for kind in (MeasureKind.NEWEST, MeasureKind.OLDEST, MeasureKind.OLDER, MeasureKind.FUTURE)
    )

    told = values_of(read("duckdb", settings, [Profile(relation_of(structure, CONTACTS), None, (), measures)]))

    assert told == {"rows": 2, "newest": [moment], "oldest": [moment], "older": 1, "future": 0}


def test_a_statement_is_ended_when_its_time_is_up(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.duckdb",
        "CREATE VIEW slow AS SELECT sum(hash(a.range, b.range)) > 0 AS yes FROM range(1000000) a, range(1000000) b",
    )
    structure = read("duckdb", settings, [Structure({CONTACTS: "slow"})])
    profile = Profile(relation_of(structure, CONTACTS), None, (Truth("yes"),), ())
    tasks = [profile, Sample(relation_of(structure, CONTACTS), None, None)]

    facts = read("duckdb", settings, tasks, context_of(budget=Budget(seconds=0.3)))

    assert [(fact.what, fact.reason) for fact in facts if isinstance(fact, UnseenFact)] == [
        ("data", "statement timeout (InterruptException)"),
        ("sample", "statement timeout (InterruptException)"),
    ]


def test_a_table_over_budget_is_not_read(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.duckdb", "CREATE TABLE contacts AS SELECT range AS id FROM range(3)")
    structure = read("duckdb", settings, [Structure({CONTACTS: "contacts"})])
    profile = Profile(relation_of(structure, CONTACTS), None, (), ())

    facts = read("duckdb", settings, [profile], context_of(budget=Budget(rows=2)))

    assert [fact.reason for fact in facts if isinstance(fact, UnseenFact)] == [
        "over budget: about 3 rows, 2 are allowed"
    ]


def test_a_segment_is_followed_through_a_join(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.duckdb",
        "CREATE TABLE contacts (id INTEGER, contact_id INTEGER)",
        "INSERT INTO contacts VALUES (1, 10), (2, 20), (3, NULL)",
        "CREATE TABLE people (id INTEGER, region VARCHAR)",
        "INSERT INTO people VALUES (10, 'EU'), (20, 'US'), (NULL, 'EU')",
    )
    people = DatasetId("s.people")
    structure = read("duckdb", settings, [Structure({CONTACTS: "contacts", people: "people"})])
    cell = Joined("contact_id", people, "id", Compare("region", "=", "EU"))
    profile = Profile(relation_of(structure, CONTACTS), None, (cell,), (), {people: relation_of(structure, people)})

    facts = read("duckdb", settings, [profile])

    assert {fact.atom: fact.value for fact in facts if isinstance(fact, MeasureFact)} == {
        ((str(cell), True),): 1,
        ((str(cell), False),): 2,
    }


def test_a_large_table_is_sampled_evenly_and_not_in_whole(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.duckdb",
        "CREATE TABLE contacts AS SELECT range AS id, CASE WHEN range > 4000 THEN 'a@b.example' END AS email"
        " FROM range(5000)",
    )
    structure = read("duckdb", settings, [Structure({CONTACTS: "contacts"})])

    facts = read("duckdb", settings, [Sample(relation_of(structure, CONTACTS), None, 5000)])

    [look] = [fact for fact in facts if isinstance(fact, LookFact) and fact.name.field == ("email",)]
    assert (look.rows_looked, look.whole, look.rows_total) == (50, False, 5000)
    assert look.values_looked > 0


def test_an_empty_table_and_columns_of_nulls_are_measured(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.duckdb",
        'CREATE TABLE empty (id INTEGER, email VARCHAR, region VARCHAR, "at" TIMESTAMP)',
        'CREATE TABLE nulls (id INTEGER, email VARCHAR, region VARCHAR, "at" TIMESTAMP)',
        "INSERT INTO nulls (id) VALUES (1), (2)",
    )
    structure = read("duckdb", settings, [Structure({CONTACTS: "empty", ODD: "nulls"})])
    newest, nulls = Measure(CONTACTS, MeasureKind.NEWEST, "at"), Measure(CONTACTS, MeasureKind.NULLS, "email")

    told = [
        values_of(read("duckdb", settings, [Profile(relation_of(structure, one), None, (), (newest, nulls))]))
        for one in (CONTACTS, ODD)
    ]

    assert told == [{"rows": 0, "newest": [None], "nulls": 0}, {"rows": 2, "newest": [None], "nulls": 2}]


def test_a_table_of_1600_columns_is_read_in_whole(tmp_path: Path) -> None:
    columns = ", ".join(f"c{number} INTEGER" for number in range(1600))
    settings = made(tmp_path / "a.duckdb", f"CREATE TABLE wide ({columns})", "INSERT INTO wide (c0) VALUES (1)")
    structure = read("duckdb", settings, [Structure({CONTACTS: "wide"})])
    relation = relation_of(structure, CONTACTS)
    measures = tuple(Measure(CONTACTS, MeasureKind.NULLS, name) for name in relation.columns)

    facts = read("duckdb", settings, [Profile(relation, None, (), measures), Sample(relation, None, None)])

    assert values_of(facts) == {"rows": 1, "nulls": 1599}
    assert sum(isinstance(fact, LookFact) for fact in facts) == 1600
    assert not any(isinstance(fact, UnseenFact) for fact in facts)


def test_questions_do_not_grow_with_the_tables(tmp_path: Path) -> None:
    def queries(tables: int) -> int:
        statements = [
            text
            for number in range(tables)
            for text in (
                f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, email VARCHAR)",
                f"CREATE VIEW v{number} AS SELECT email FROM t{number}",
            )
        ]
        settings = made(tmp_path / f"{tables}.duckdb", *statements)
        [cost] = [fact for fact in read("duckdb", settings, [Structure()]) if isinstance(fact, CostFact)]
        return cost.queries

    assert queries(1) == queries(60) <= 10


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_is_unreachable(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.duckdb", "CREATE TABLE contacts (id INTEGER)")
    (tmp_path / "a.duckdb").chmod(0)

    with pytest.raises(ConnectorError, match="cannot read the DuckDB file"):
        read("duckdb", settings, [Structure()])
