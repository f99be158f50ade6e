"""SQLite, on real files."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from lineage.connector import Attempt, Measure, MeasureKind, Profile, Sample, Structure
from lineage.errors import ConnectorError
from lineage.facts import (
    AbsentFact,
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

NEWEST = Measure(CONTACTS, MeasureKind.NEWEST, "at")


def made(path: Path, script: str) -> dict[str, str]:
    """Make a database and give the settings that read it."""
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return {"url": f"sqlite:///{path}"}


def state_of(folder: Path) -> object:
    return sorted((path.name, path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir())


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class TestLaws(ConnectorLaws):
    kind = "sqlite"

    def lively(self, folder: Path) -> System:
        settings = made(
            folder / f"{MARKER}.db",
            f"""
            CREATE TABLE contacts (
              id INTEGER PRIMARY KEY, region TEXT DEFAULT '{MARKER}', email TEXT CHECK (email <> '{MARKER}'),
              at TIMESTAMP);
            CREATE INDEX by_at ON contacts (at);
            CREATE VIEW eu AS SELECT id AS k, '{MARKER}' AS word FROM contacts WHERE region <> '{MARKER}'; -- {MARKER}
            CREATE TABLE gone (x);
            CREATE VIEW broken AS SELECT x || '{MARKER}' AS y FROM gone;
            DROP TABLE gone;
            CREATE TABLE "odd ""Tab.le"" Ä" ({", ".join(f"{quoted(name)} TEXT" for name in ODD_COLUMNS)});
            INSERT INTO "odd ""Tab.le"" Ä" VALUES ({", ".join(f"'{MARKER}'" for _ in ODD_COLUMNS)});
            """,
        )
        with sqlite3.connect(folder / f"{MARKER}.db") as connection:
            connection.executemany("INSERT INTO contacts VALUES (?, ?, ?, ?)", ROWS)
        connection.close()
        return System(
            settings, {CONTACTS: "main.CONTACTS", ODD: '"odd ""Tab.le"" Ä"'}, lambda: state_of(folder), (str(folder),)
        )

    def bare(self, folder: Path) -> System:
        return System(made(folder / "bare.db", ""))

    def unreachable(self, folder: Path) -> Sequence[System]:
        (folder / "text.db").write_text(f"{MARKER} " * 100)
        return [
            System({"url": f"sqlite:///{folder}/none.db"}),
            System({"url": f"sqlite:///{folder}"}),
            System({"url": f"sqlite:///{folder}/text.db"}),
            System({"url": "sqlite:///a\x00b"}),
            System({"url": ":memory:"}),
        ]


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError, match="no such file"):
        read("sqlite", {"url": f"sqlite:///{tmp_path}/new.db"}, [Structure()])

    assert list(tmp_path.iterdir()) == []


def test_a_database_in_wal_mode_is_read_without_files_beside_it(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.db", "PRAGMA journal_mode = wal; CREATE TABLE contacts (id); INSERT INTO contacts VALUES (1)"
    )
    before = state_of(tmp_path)

    facts = read("sqlite", settings, [Structure({CONTACTS: "contacts"})])

    assert any(isinstance(fact, ResolvedFact) for fact in facts)
    assert state_of(tmp_path) == before


def test_what_a_live_writer_has_not_checkpointed_is_seen(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.db", "PRAGMA journal_mode = wal; CREATE TABLE contacts (id INTEGER)")
    writer = sqlite3.connect(tmp_path / "a.db")
    writer.execute("INSERT INTO contacts VALUES (1)")
    writer.commit()
    structure = read("sqlite", settings, [Structure({CONTACTS: "contacts"})])
    profile = Profile(relation_of(structure, CONTACTS), None, (), (Measure(CONTACTS, MeasureKind.ROWS),))

    facts = read("sqlite", settings, [profile])
    writer.close()

    assert values_of(facts) == {"rows": 1}


def test_a_log_that_a_writer_left_behind_is_not_touched(tmp_path: Path) -> None:
    made(tmp_path / "a.db", "PRAGMA journal_mode = wal; CREATE TABLE contacts (id)")
    writer = sqlite3.connect(tmp_path / "a.db")
    writer.execute("INSERT INTO contacts VALUES (1)")
    writer.commit()
    left = tmp_path / "left"
    left.mkdir()
    for name in ("a.db", "a.db-wal"):
        (left / name).write_bytes((tmp_path / name).read_bytes())
    writer.close()
    before = state_of(left)

    with pytest.raises(ConnectorError, match="ended without closing"):
        read("sqlite", {"url": str(left / "a.db")}, [Structure()])

    assert state_of(left) == before


def test_the_catalogue_tells_keys_defaults_indexes_and_what_is_computed(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.db",
        """
        CREATE TABLE contacts (
          id INTEGER PRIMARY KEY, tier TEXT NOT NULL DEFAULT 'free', made TEXT DEFAULT CURRENT_TIMESTAMP,
          code TEXT DEFAULT (hex(randomblob(4))), loud TEXT AS (upper(tier)) STORED);
        CREATE TABLE pairs (a TEXT NOT NULL, b TEXT NOT NULL, UNIQUE (a, b));
        CREATE INDEX by_made ON contacts (made, tier);
        CREATE INDEX by_tier ON contacts (tier) WHERE tier <> 'free';
        """,
    )

    facts = read("sqlite", settings, [Structure()])

    keys = {fact.name.path[-1]: fact.key for fact in facts if isinstance(fact, DatasetFact)}
    fields = {fact.name.field[0]: fact for fact in facts if isinstance(fact, FieldFact)}
    assert keys == {"contacts": ("id",), "pairs": ("a", "b")}
    assert {name: one.default for name, one in fields.items()} == {
        "id": None,
        "tier": "constant",
        "made": "now",
        "code": "expression",
        "loud": None,
        "a": None,
        "b": None,
    }
    assert [name for name, one in fields.items() if one.indexed] == ["id", "made", "a"]
    assert [name for name, one in fields.items() if one.computed] == ["loud"]
    assert [name for name, one in fields.items() if not one.nullable] == ["id", "tier", "a", "b"]


def test_columns_of_a_view_are_matched_by_their_declared_place(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.db",
        """
        CREATE TABLE people (id, mail, city);
        CREATE VIEW v (first, second) AS SELECT lower(MAIL), id FROM People WHERE city = 'x';
        CREATE VIEW w AS SELECT v.*, 1 AS one FROM v;
        """,
    )

    facts = read("sqlite", settings, [Structure()])

    edges = {(fact.source.short, fact.target.short) for fact in facts if isinstance(fact, EdgeFact)}
    assert edges == {
        ("main.people.mail", "main.v.first"),
        ("main.people.id", "main.v.second"),
        ("main.people.city", "main.v"),
        ("main.v.first", "main.w.first"),
        ("main.v.second", "main.w.second"),
    }
    assert not any(isinstance(fact, OpaqueFact) for fact in facts)


def test_a_view_that_no_longer_compiles_is_opaque_and_the_rest_is_read(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.db",
        "CREATE TABLE t (x); CREATE TABLE u (y); CREATE VIEW v AS SELECT x FROM t; DROP TABLE t;",
    )

    facts = read("sqlite", settings, [Structure({CONTACTS: "v"})])

    assert [fact.name.path for fact in facts if isinstance(fact, OpaqueFact)] == [("main", "v")]
    assert [fact.what for fact in facts if isinstance(fact, UnseenFact) and fact.name] == ["definition"]
    assert {fact.name.path[-1]: fact.kind for fact in facts if isinstance(fact, DatasetFact)} == {
        "u": DatasetKind.TABLE,
        "v": DatasetKind.VIEW,
    }


@pytest.mark.parametrize(
    "expression",
    [
        "json_array(id, doc)",
        "doc -> '$.a'",
        "doc ->> '$.a'",
        "json_extract(doc, '$.a')",
        "(SELECT count(*) FROM json_each(doc))",
        "(SELECT count(*) FROM pragma_table_info('t'))",
    ],
)
def test_a_view_may_use_what_sqlite_has_of_its_own(tmp_path: Path, expression: str) -> None:
    settings = made(
        tmp_path / "a.db",
        f"""CREATE TABLE t (id, doc); INSERT INTO t VALUES (1, '{{"a": 1}}');
        CREATE VIEW v AS SELECT id, {expression} AS x FROM t;""",
    )

    facts = read("sqlite", settings, [Structure({CONTACTS: "v"})])
    relation = relation_of(facts, CONTACTS)
    counted = read("sqlite", settings, [Profile(relation, None, (), (Measure(CONTACTS, MeasureKind.NULLS, "x"),))])

    assert not [fact for fact in (*facts, *counted) if isinstance(fact, UnseenFact) and fact.name]
    assert values_of(counted)["nulls"] == 0


@pytest.mark.parametrize("expression", ["load_extension('libm')", "fts3_tokenizer('simple')", "of_its_own(1)"])
def test_a_view_that_calls_what_is_not_harmless_is_not_run(tmp_path: Path, expression: str) -> None:
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.create_function("of_its_own", 1, lambda value: value)
        connection.executescript(f"CREATE TABLE t (id); CREATE VIEW v AS SELECT id, {expression} AS x FROM t")

    facts = read("sqlite", {"url": str(tmp_path / "a.db")}, [Structure({CONTACTS: "v"})])

    [unseen] = [fact for fact in facts if isinstance(fact, UnseenFact) and fact.name]
    assert unseen.what == "definition"
    assert "cannot be compiled" in unseen.reason


@pytest.mark.parametrize(
    "reads", ["contacts", "CONTACTS", "main.contacts", "Main.Contacts", '"contacts"', "[main].`contacts`"]
)
def test_names_are_found_as_sqlite_finds_them(tmp_path: Path, reads: str) -> None:
    settings = made(tmp_path / "a.db", "CREATE TABLE Contacts (id)")

    facts = read("sqlite", settings, [Structure({CONTACTS: reads})])

    assert [fact.name.path for fact in facts if isinstance(fact, ResolvedFact)] == [("main", "Contacts")]


def test_a_name_that_is_not_there_is_absent_with_what_looks_like_it(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.db", "CREATE TABLE contacts (id); CREATE TABLE tickets (id)")

    facts = read("sqlite", settings, [Structure({CONTACTS: "contact", ODD: "other.contacts"})])

    absent = {fact.dataset: fact for fact in facts if isinstance(fact, AbsentFact)}
    assert absent[CONTACTS].proven
    assert absent[CONTACTS].nearest == ("contacts",)
    assert ODD in absent


def test_no_path_of_the_machine_is_in_a_fact(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.db", "CREATE TABLE contacts (id)")

    facts = read("sqlite", settings, [Structure({CONTACTS: "contacts"})])

    assert str(tmp_path) not in repr(facts)
    assert all(fact.name.namespace.startswith("sqlite://") for fact in facts if isinstance(fact, DatasetFact))


def test_access_is_said_to_be_unseen(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.db", "CREATE TABLE contacts (id)")
    structure = read("sqlite", settings, [Structure({CONTACTS: "contacts"})])

    facts = read("sqlite", settings, [Attempt(relation_of(structure, CONTACTS), "anybody")])

    for told in (structure, facts):
        assert next(fact.reason for fact in told if isinstance(fact, UnseenFact)).startswith("SQLite has no identities")


def test_a_statement_is_ended_when_its_time_is_up(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.db",
        """
        CREATE TABLE contacts (at);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
        INSERT INTO contacts SELECT i FROM n;
        CREATE VIEW slow AS SELECT count(*) AS at FROM contacts a, contacts b, contacts c;
        """,
    )
    structure = read("sqlite", settings, [Structure({CONTACTS: "slow"})])
    context = context_of(budget=Budget(seconds=0.2))
    profile = Profile(relation_of(structure, CONTACTS), None, (Truth("at"),), (NEWEST,))

    facts = read("sqlite", settings, [profile, Sample(relation_of(structure, CONTACTS), None, None)], context)

    unseen = [(fact.what, fact.reason) for fact in facts if isinstance(fact, UnseenFact)]
    assert unseen == [
        ("data", "statement timeout (SQLITE_INTERRUPT)"),
        ("sample", "statement timeout (SQLITE_INTERRUPT)"),
    ]


def test_a_table_over_budget_is_not_read(tmp_path: Path) -> None:
    settings = made(tmp_path / "a.db", "CREATE TABLE contacts (at); INSERT INTO contacts VALUES (1), (2), (3)")
    structure = read("sqlite", settings, [Structure({CONTACTS: "contacts"})])
    profile = Profile(relation_of(structure, CONTACTS), None, (), (NEWEST,))

    facts = read("sqlite", settings, [profile], context_of(budget=Budget(rows=2)))

    assert [fact.reason for fact in facts if isinstance(fact, UnseenFact)] == [
        "over budget: about 3 rows, 2 are allowed"
    ]


def test_a_segment_is_followed_through_a_join(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.db",
        """
        CREATE TABLE contacts (id INTEGER, contact_id INTEGER);
        INSERT INTO contacts VALUES (1, 10), (2, 20), (3, NULL);
        CREATE TABLE people (id INTEGER, region TEXT);
        INSERT INTO people VALUES (10, 'EU'), (20, 'US'), (NULL, 'EU');
        """,
    )
    people = DatasetId("s.people")
    structure = read("sqlite", settings, [Structure({CONTACTS: "contacts", people: "people"})])
    cell = Joined("contact_id", people, "id", Compare("region", "=", "EU"))
    profile = Profile(relation_of(structure, CONTACTS), None, (cell,), (), {people: relation_of(structure, people)})

    facts = read("sqlite", settings, [profile])

    assert {fact.atom: fact.value for fact in facts if isinstance(fact, MeasureFact)} == {
        ((str(cell), True),): 1,
        ((str(cell), False),): 2,
    }


def test_a_large_table_is_sampled_evenly_and_not_in_whole(tmp_path: Path) -> None:
    settings = made(
        tmp_path / "a.db",
        """
        CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO contacts SELECT i, CASE WHEN i > 4000 THEN 'a@b.example' END FROM n;
        """,
    )
    structure = read("sqlite", settings, [Structure({CONTACTS: "contacts"})])

    facts = read("sqlite", settings, [Sample(relation_of(structure, CONTACTS), None, 5000)])

    [look] = [fact for fact in facts if isinstance(fact, LookFact) and fact.name.field == ("email",)]
    assert (look.rows_looked, look.whole, look.rows_total) == (50, False, 5000)
    assert look.values_looked > 0
