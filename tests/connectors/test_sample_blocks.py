"""A sample in blocks: what it reads of a million rows, and what it may say of those that it did not read."""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from connectors._tasks.sample_blocks import effective, windows
from lineage.connector import Sample, Structure
from lineage.facts import Fact, LabelFact, LookFact, UnseenFact
from lineage.plan.model import Budget
from tests.connectors.conformance import CONTACTS, context_of, read, relation_of
from tests.servers_mariadb import MariadbSchemas

MANY = 1_000_000
WANTED = Budget(sample=2_000)


def bytes_read() -> int:
    """Give how much this process has read of files so far, by the kernel's account."""
    told = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(told["rchar"])


def sampled(kind: str, settings: dict[str, str], rows: int | None = None, budget: Budget = WANTED) -> list[Fact]:
    structure = read(kind, settings, [Structure({CONTACTS: "contacts"})])
    relation = relation_of(structure, CONTACTS)
    task = Sample(relation, None, rows if rows is not None else estimated(structure))
    return read(kind, settings, [task], context_of(budget=budget))


def estimated(structure: Sequence[Fact]) -> int | None:
    return next(fact.rows_estimate for fact in structure if hasattr(fact, "rows_estimate"))


def look_at(facts: list[Fact], field: str = "email") -> LookFact:
    [look] = [fact for fact in facts if isinstance(fact, LookFact) and fact.name.field == (field,)]
    return look


def file_of(folder: Path, script: str) -> dict[str, str]:
    connection = sqlite3.connect(folder / "a.db")
    connection.executescript(script)
    connection.close()
    return {"url": f"sqlite:///{folder / 'a.db'}"}


COUNTED = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the kernel does not tell what was read")
def test_sqlite_reads_some_pages_of_a_million_rows_and_not_the_file(tmp_path: Path) -> None:
    settings = file_of(
        tmp_path,
        "CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT, note TEXT);"
        + COUNTED.format(rows=MANY)
        + " INSERT INTO contacts SELECT i, 'a' || i || '@b.example', printf('%050d', i) FROM n;",
    )
    size = (tmp_path / "a.db").stat().st_size

    sampled("sqlite", settings)  # the libraries that it needs are files too
    before = bytes_read()
    facts = sampled("sqlite", settings)
    told = bytes_read() - before

    look = look_at(facts)
    assert 1_900 <= look.rows_looked <= 2_000
    assert look.seen.how == "block sample"
    assert look.blocks >= 600
    assert size > 70_000_000
    assert told < size / 8


def test_mariadb_reads_no_more_rows_of_a_million_than_the_sample_has(mariadb: MariadbSchemas) -> None:
    crm, user = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int PRIMARY KEY, email varchar(40), note varchar(60))",
        f"INSERT INTO {crm}.contacts SELECT seq, CONCAT('a', seq, '@b.example'), LPAD(seq, 50, '0')"
        f" FROM {crm}.seq_1_to_{MANY}",
        f"ANALYZE TABLE {crm}.contacts",
        f"GRANT SELECT ON {crm}.* TO '{user}'@'%'",
        "SET GLOBAL userstat = 1",
    )

    def rows_read() -> int:
        told = mariadb.execute(f"SELECT ROWS_READ FROM information_schema.USER_STATISTICS WHERE USER = '{user}'")
        return int(told[0][0])

    settings = {"url": mariadb.url(user, crm)}
    look = look_at(sampled("mysql", settings, MANY))
    first = rows_read()
    larger = look_at(sampled("mysql", settings, MANY, Budget(sample=50_000)))
    second = rows_read() - first

    assert look.rows_looked > 1_500
    assert look.blocks >= 500
    assert larger.rows_looked > 40_000
    assert larger.blocks >= 1_800
    # The catalogue's own rows, and a few that end a range.
    assert first < 3 * look.rows_looked
    assert second < 1.5 * larger.rows_looked


@pytest.mark.parametrize(
    ("spelt", "drawn"),
    [("UUID()", True), ("MD5(seq)", True), ("UPPER(MD5(seq))", True), ("CONCAT('order-', seq)", False)],
)
def test_ids_of_mariadb_are_drawn_by_their_first_digits(mariadb: MariadbSchemas, spelt: str, drawn: bool) -> None:
    crm, user = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id varchar(40) PRIMARY KEY, email varchar(40))",
        f"INSERT INTO {crm}.contacts SELECT {spelt}, CONCAT('a', seq, '@b.example') FROM {crm}.seq_1_to_60000",
        f"GRANT SELECT ON {crm}.* TO '{user}'@'%'",
    )

    look = look_at(sampled("mysql", {"url": mariadb.url(user, crm)}, 60_000))

    assert 500 < look.rows_looked <= 2_000
    assert (look.blocks > 0) is drawn


@pytest.mark.parametrize(
    "number", ["i * 1000", "i * i", "CASE WHEN i % 2 THEN i ELSE i + 900000000 END", "i - 60000", "-i * 40"]
)
def test_keys_with_gaps_are_sampled_all_the_same(tmp_path: Path, number: str) -> None:
    settings = file_of(
        tmp_path,
        "CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT);"
        + COUNTED.format(rows=100_000)
        + f" INSERT INTO contacts SELECT {number}, 'a' || i FROM n;",
    )

    facts = sampled("sqlite", settings)

    look = look_at(facts)
    assert 400 < look.rows_looked <= 2_000
    assert not look.whole
    assert not any(isinstance(fact, UnseenFact) for fact in facts)


@pytest.mark.parametrize(
    "table",
    [
        "contacts (id TEXT PRIMARY KEY, email TEXT) WITHOUT ROWID",
        'contacts (rowid TEXT, "_rowid_" TEXT, oid TEXT, id TEXT, email TEXT)',
    ],
)
def test_a_table_without_numbers_of_rows_is_read_through_for_its_sample(tmp_path: Path, table: str) -> None:
    settings = file_of(
        tmp_path,
        f"CREATE TABLE {table};"
        + COUNTED.format(rows=12_000)
        + " INSERT INTO contacts (id, email) SELECT i, i FROM n;",
    )

    whole = look_at(sampled("sqlite", settings, 12_000))
    dear = look_at(sampled("sqlite", settings, 12_000, Budget(sample=2_000, rows=8_000)))

    assert (whole.seen.how, whole.blocks) == ("spread sample", 0)
    assert 1_500 < whole.rows_looked <= 2_000
    assert dear.seen.how == "first rows"


@pytest.mark.parametrize(("rows", "told", "how"), [
    (9_000, 9_000, "every row"), (12_000, 12_000, "block sample"), (12_000, 9_000, "block sample")
])  # fmt: skip
def test_a_table_of_a_few_samples_is_looked_at_whole(tmp_path: Path, rows: int, told: int, how: str) -> None:
    settings = file_of(
        tmp_path,
        "CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT);"
        + COUNTED.format(rows=rows)
        + " INSERT INTO contacts SELECT i, i FROM n;",
    )

    look = look_at(sampled("sqlite", settings, told))

    assert look.seen.how == how, "also where the catalogue thinks it smaller than it is"
    assert look.whole == (how == "every row")


def test_the_same_rows_are_drawn_again(tmp_path: Path) -> None:
    settings = file_of(
        tmp_path,
        "CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT);"
        + COUNTED.format(rows=50_000)
        + " INSERT INTO contacts SELECT i, CASE WHEN i % 7 = 0 THEN 'a@b.example' END FROM n;",
    )

    def told() -> list[tuple[str, int, int]]:
        return [(f.label, f.hits, f.looked) for f in sampled("sqlite", settings) if isinstance(f, LabelFact)]

    assert told() == told() != []


def test_every_row_has_the_same_chance_wherever_it_stands() -> None:
    drawn: Counter[int] = Counter()
    for seed in range(3_000):
        for first in windows(1, 1_000, 3, 50, random.Random(seed)):
            drawn.update(range(first, min(first + 3, 1_001)))

    # 50 of 334 windows: 449 times out of 3,000, with a standard deviation of 20.
    assert {key for key in range(1, 1_001) if not 350 < drawn[key] < 550} == set()


@pytest.mark.parametrize("run", [1, 7, 100, 5_000])
def test_what_is_there_is_missed_no_more_often_than_the_bound_says(run: int) -> None:
    """Three in n blocks, with 95 % confidence: however long the runs are in which personal rows stand together."""
    rows, width, count, worlds = 1_000_000, 3, 666, 600
    personal = int(3 / count * rows)
    missed = 0
    for seed in range(worlds):
        chance = random.Random(seed)
        begins = [chance.randrange(rows // run) * run for _ in range(-(-personal // run))]
        there = {key // run for key in begins}
        seen = any(
            (first + step) // run in there
            for first in windows(0, rows - 1, width, count, chance)
            for step in range(width)
        )
        missed += not seen

    assert missed / worlds <= 0.07


def test_blocks_of_many_sizes_say_less_than_their_number() -> None:
    assert effective([3] * 600) == 600
    assert effective([]) == 0
    assert effective([1] * 99 + [900]) == 1


def test_a_dataset_of_two_clumps_is_not_taken_for_a_spread_one(tmp_path: Path) -> None:
    settings = file_of(
        tmp_path,
        "CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT);"
        + COUNTED.format(rows=20_000)
        + " INSERT INTO contacts SELECT CASE WHEN i <= 10000 THEN i ELSE i + 4000000000000000000 END, i FROM n;",
    )

    look = look_at(sampled("sqlite", settings, 20_000))

    # Whatever is said, it supposes no more than was done.
    assert look.seen.how in {"spread sample", "block sample"}
    assert look.blocks == 0 or look.blocks < look.rows_looked


def test_duckdb_draws_vectors_of_a_large_table_and_the_same_ones_again(tmp_path: Path) -> None:
    import duckdb

    connection = duckdb.connect(str(tmp_path / "a.duckdb"))
    connection.execute(
        "CREATE TABLE contacts AS SELECT range AS id, CASE WHEN range % 3 = 0 THEN 'a@b.example' ELSE 'c' END AS email"
        " FROM range(3000000)"
    )
    connection.close()
    settings = {"url": f"duckdb:///{tmp_path / 'a.duckdb'}"}

    first, again = (sampled("duckdb", settings) for _ in range(2))

    look = look_at(first)
    assert 1_500 < look.rows_looked <= 2_000
    assert (look.seen.how, look.whole) == ("block sample", False)
    assert 600 <= look.blocks < look.rows_looked
    hits = [[fact.hits for fact in facts if isinstance(fact, LabelFact)] for facts in (first, again)]
    assert hits[0] == hits[1]
    assert look.rows_looked / 4 < hits[0][0] < look.rows_looked / 2


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the kernel does not tell what was read")
def test_of_very_large_parquet_files_some_row_groups_are_read_and_no_others(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    chance = random.Random(1)
    for number in range(2):
        noise = [f"{chance.random()}" for _ in range(100_000)]
        table = pa.table({"id": range(100_000), "email": noise})
        pq.write_table(table, tmp_path / f"contacts-{number}.parquet", row_group_size=10_000)
    settings, budget = {"path": str(tmp_path)}, Budget(sample=2_000, rows=60_000)
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    structure = read("files", settings, [Structure({CONTACTS: "contacts-*.parquet"})])
    task = Sample(relation_of(structure, CONTACTS), None, estimated(structure))

    read("files", settings, [task], context_of(budget=budget))  # the libraries that it needs are files too
    before = bytes_read()
    facts = read("files", settings, [task], context_of(budget=budget))
    told = bytes_read() - before

    look = look_at(facts)
    assert 1_900 <= look.rows_looked <= 2_000
    assert (look.rows_total, look.whole, look.seen.how) == (200_000, False, "block sample")
    assert look.blocks in {5, 6}
    assert told < size / 2


def test_parquet_files_within_the_budget_are_sampled_over_all_their_rows(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"id": range(50_000), "email": [f"a{number}" for number in range(50_000)]})
    pq.write_table(table, tmp_path / "contacts.parquet", row_group_size=10_000)
    structure = read("files", {"path": str(tmp_path)}, [Structure({CONTACTS: "contacts.parquet"})])
    task = Sample(relation_of(structure, CONTACTS), None, estimated(structure))

    look = look_at(read("files", {"path": str(tmp_path)}, [task], context_of(budget=WANTED)))

    assert (look.seen.how, look.rows_looked, look.blocks) == ("spread sample", 2_000, 0)


def large_csv(folder: Path, note: str) -> dict[str, str]:
    lines = "".join(f'{n},"a{n}@b.example",EU,"{note} {n}"\n' for n in range(150_000))
    (folder / "contacts.csv").write_text(f"id,email,region,note\n{lines}", encoding="utf-8")
    return {"path": str(folder)}


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the kernel does not tell what was read")
def test_of_a_very_large_csv_file_some_lines_are_read_by_where_they_lie(tmp_path: Path) -> None:
    settings, budget = large_csv(tmp_path, "x, y" * 20), Budget(sample=2_000, rows=100_000)
    size = (tmp_path / "contacts.csv").stat().st_size
    structure = read("files", settings, [Structure({CONTACTS: "contacts.csv"})], context_of(budget=budget))
    task = Sample(relation_of(structure, CONTACTS), None, estimated(structure))

    read("files", settings, [task], context_of(budget=budget))  # the libraries that it needs are files too
    before = bytes_read()
    facts = read("files", settings, [task], context_of(budget=budget))
    told = bytes_read() - before

    look = look_at(facts)
    assert 1_500 < look.rows_looked <= 2_000
    assert look.seen.how == "block sample"
    assert 600 < look.blocks <= 800
    assert told < size / 2
    # Each cell stands under its own header: every e-mail is one, and nothing else is.
    assert [(fact.name.field, fact.hits) for fact in facts if isinstance(fact, LabelFact)] == [
        (("email",), look.rows_looked)
    ]


def test_lines_that_are_no_rows_are_not_taken_for_rows(tmp_path: Path) -> None:
    settings, budget = large_csv(tmp_path, "one\ntwo,three\nfour"), Budget(sample=2_000, rows=100_000)
    structure = read("files", settings, [Structure({CONTACTS: "contacts.csv"})], context_of(budget=budget))
    task = Sample(relation_of(structure, CONTACTS), None, estimated(structure))

    facts = read("files", settings, [task], context_of(budget=budget))

    assert look_at(facts).seen.how == "spread sample"
    assert {fact.name.field for fact in facts if isinstance(fact, LabelFact)} == {("email",)}


def large_jsonl(folder: Path, note: str) -> dict[str, str]:
    with (folder / "contacts.jsonl").open("w", encoding="utf-8") as stream:
        for n in range(60_000):
            record = {"id": n, "who": {"email": f"a{n}@b.example", "it's": [n]}, "region": "EU", "note": f"{note} {n}"}
            stream.write(json.dumps(record, ensure_ascii=n % 2 == 0) + "\n")
    return {"path": str(folder)}


def test_of_a_very_large_file_of_records_some_are_read_by_where_they_lie(tmp_path: Path) -> None:
    settings, budget = large_jsonl(tmp_path, 'x "y", ü' * 4), Budget(sample=2_000, rows=50_000)
    structure = read("files", settings, [Structure({CONTACTS: "contacts.jsonl"})], context_of(budget=budget))
    task = Sample(relation_of(structure, CONTACTS), None, estimated(structure))

    facts = read("files", settings, [task], context_of(budget=budget))

    looks = {fact.name.field: fact for fact in facts if isinstance(fact, LookFact)}
    look = looks["who", "email"]
    assert 1_400 < look.rows_looked <= 2_000
    assert look.seen.how == "block sample"
    assert 600 < look.blocks <= 800
    assert {one.values_looked for one in looks.values()} == {look.rows_looked}
    # Each value stands under its own path: every e-mail is one, and nothing else is.
    assert [(fact.name.field, fact.hits) for fact in facts if isinstance(fact, LabelFact)] == [
        (("who", "email"), look.rows_looked)
    ]


def test_records_whose_keys_are_data_are_read_through(tmp_path: Path) -> None:
    with (tmp_path / "contacts.jsonl").open("w", encoding="utf-8") as stream:
        for n in range(60_000):
            stream.write(json.dumps({"id": n, "email": f"a{n}@b.example", "counts": {f"key {n % 3_000}": n}}) + "\n")
    settings, budget = {"path": str(tmp_path)}, Budget(sample=2_000, rows=50_000)
    structure = read("files", settings, [Structure({CONTACTS: "contacts.jsonl"})], context_of(budget=budget))
    task = Sample(relation_of(structure, CONTACTS), None, estimated(structure))

    facts = read("files", settings, [task], context_of(budget=budget))

    assert look_at(facts).seen.how == "spread sample"
    assert (("email",), "email") in {(fact.name.field, fact.label) for fact in facts if isinstance(fact, LabelFact)}
