"""Marked values in every kind of source without a server, in MariaDB, and in what describes them: none is written."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from lineage.reports import FORMATS
from tests.servers_mariadb import MariadbSchemas

DICE = random.Random(23)
PLAN = """\
plan: v1
meta: {id: marked, status: draft, owner: pm@acme.example}
sources:
  lake:
    connector: {type: duckdb, url: "${LAKE}"}
    datasets:
      people:
        reads: people_v
        key: id
        fresh: {clock: seen, within: 1 hour, zone: UTC}
        keep: {limit: 1 day, since: seen}
        fields:
          id: required
          name: {need: required, values: [nobody]}
          email: {need: helpful, sensitive: email}
          seen: helpful
  old:
    connector: {type: sql, url: "${OLD}"}
    datasets:
      people: {reads: people, key: id, fields: {id: {need: required, type: integer}, name: required, gone: helpful}}
  exports:
    connector: {type: files, path: "${EXPORTS}"}
    datasets:
      rows: {reads: "**/*.parquet", fields: {name: required, email: helpful}}
      lines: {reads: "*.jsonl", fields: {name: required, email: {need: helpful, joins: lake.people.email}}}
  pages:
    connector: {type: documents, path: "${PAGES}"}
    datasets:
      notes: {reads: notes/, key: author, fields: {author: helpful, text: {need: required, sensitive: free_text}}}
  models:
    connector: {type: dbt, target: "${MODELS}"}
    datasets:
      contacts: {reads: contacts, fields: {email: required}}
  runs:
    connector: {type: openlineage, path: "${RUNS}"}
    datasets:
      contacts: {reads: ai.contacts, fields: {email: required}}
steps:
  fetch: {reads: {lake.people: all, old.people: all, exports.rows: all, exports.lines: all}}
  draft: {reads: {pages.notes: all, models.contacts: all, runs.contacts: all}, after: [fetch], to: prompt}
"""


def words(number: int) -> Iterator[str]:
    """Give values with a part that stands nowhere else."""
    for index in range(number):
        word = "".join(DICE.choices("bcdfghjklmnpqrstvwxz", k=10))
        yield (f"{word}@{word}.example", f"{word.capitalize()} Mc{word}", f"call {word} on +49 30 90182{index:04d}")[
            index % 3
        ]


def leaked(folder: Path, marked: list[str]) -> set[tuple[str, str]]:
    """Give the marked words that stand in what was written, and where."""
    found = set()
    for path in folder.iterdir():
        text = path.read_bytes().decode("utf-8", "replace").lower()
        found |= {(part, path.name) for value in marked for part in parts(value) if part in text}
    return found


def parts(value: str) -> list[str]:
    return [part for part in value.lower().replace("@", " ").replace(".", " ").split() if len(part) >= 10]


def run(written: Path, environ: dict[str, str], *commands: tuple[str, ...]) -> None:
    """Run commands and keep every byte of what they say."""
    for number, command in enumerate(commands):
        done = subprocess.run(
            [sys.executable, "-m", "lineage", *command], env={**os.environ, **environ}, capture_output=True, check=False
        )
        (written / f"{number}.out").write_bytes(done.stdout)
        (written / f"{number}.err").write_bytes(done.stderr)
        assert done.returncode in (0, 1, 2, 3), done.stderr.decode()
        assert b"Traceback" not in done.stderr


def reports(written: Path) -> list[str]:
    endings = {"terminal": "txt", "markdown": "md"}
    return [word for name in FORMATS for word in ("-o", str(written / f"report.{endings.get(name, name)}"))]


def test_no_marked_value_of_files_documents_or_events_is_written(tmp_path: Path) -> None:
    marked = list(words(400))
    environ = planted(tmp_path, iter(marked))
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text(PLAN.replace("${LAKE}", "${ABSENT}"), encoding="utf-8")
    written = tmp_path / "written"
    written.mkdir()
    facts = str(written / "facts.jsonl")

    run(
        written,
        {**environ, "ABSENT": f"duckdb:///{tmp_path / parts(marked[0])[0]}.duckdb"},
        ("audit", str(tmp_path / "plan.yaml"), "--snapshot", facts, "-o", "-", *reports(written)),
        ("audit", str(tmp_path / "broken.yaml"), "-o", "-"),
        *(("scan", environ[name]) for name in ("LAKE", "OLD", "EXPORTS", "PAGES")),
        *(("init", "${" + name + "}") for name in ("LAKE", "OLD", "EXPORTS", "PAGES")),
        ("scope", str(tmp_path / "plan.yaml"), "--snapshot", facts),
        ("paths", "lake.people.email", "--plan", str(tmp_path / "plan.yaml")),
        ("graph", "--plan", str(tmp_path / "plan.yaml"), "--snapshot", facts),
        ("diff", facts, facts),
    )

    told = (written / "report.json").read_text(encoding="utf-8")
    read = {source["source"] for source in json.loads(told)["sources"] if source["read"]}
    assert read == {"lake", "old", "exports", "pages", "models", "runs"}, "what was not read proves nothing"
    assert leaked(written, marked) == set()


def planted(folder: Path, spare: Iterator[str]) -> dict[str, str]:
    """Plant marked values in every source and beside it."""
    lake, old = folder / "lake.duckdb", folder / "old.db"
    planted_in_duckdb(lake, spare)
    with sqlite3.connect(old) as connection:
        connection.execute(f"create table people (id integer primary key, name text default '{next(spare)}')")
        connection.execute(f"create view some as select id from people where name <> '{next(spare)}'")
        connection.executemany("insert into people (name) values (?)", [(next(spare),) for _ in range(40)])
    planted_in_files(folder / "exports", spare)
    planted_in_documents(folder / "pages" / "notes", spare)
    planted_in_artifacts(folder, spare)
    return {
        "LAKE": f"duckdb:///{lake}",
        "OLD": f"sqlite+pysqlite:///{old}",
        "EXPORTS": str(folder / "exports"),
        "PAGES": str(folder / "pages"),
        "MODELS": str(folder / "target"),
        "RUNS": str(folder / "events.jsonl"),
    }


def planted_in_duckdb(path: Path, spare: Iterator[str]) -> None:
    import duckdb

    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"create table people (id integer, name varchar default '{next(spare)}', email varchar, seen timestamp,"
            f" kind enum ('x', '{next(spare)}'))"
        )
        connection.execute(f"comment on table people is '{next(spare)}'")
        connection.execute(f"comment on column people.name is '{next(spare)}'")
        connection.execute(
            f"create view people_v as select id, name, email, seen, '{next(spare)}' as word from people"
            f" where name <> '{next(spare)}'"
        )
        rows = [(number, next(spare), next(spare), "2020-01-01", "x") for number in range(40)]
        connection.executemany("insert into people values (?, ?, ?, ?, ?)", rows)


def planted_in_files(folder: Path, spare: Iterator[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for _ in range(12):
        part = folder / f"owner={parts(next(spare))[0]}"
        part.mkdir(parents=True)
        columns = {"name": [next(spare) for _ in range(4)], "email": [next(spare) for _ in range(4)]}
        pq.write_table(pa.table(columns), part / f"{next(spare)}.parquet")
    lines = [{"name": next(spare), "email": next(spare)} for _ in range(20)]
    (folder / f"{next(spare)}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")


def planted_in_documents(folder: Path, spare: Iterator[str]) -> None:
    folder.mkdir(parents=True)
    for _ in range(15):
        text = f"---\nauthor: {next(spare)}\n---\n\n# {next(spare)}\n\n{next(spare)}\n\n<!-- {next(spare)} -->\n"
        (folder / f"{next(spare)}.md").write_text(text, encoding="utf-8")


def planted_in_artifacts(folder: Path, spare: Iterator[str]) -> None:
    from tests.connectors.test_dbt import artifacts, laid
    from tests.connectors.test_openlineage import event

    text = json.dumps(artifacts()).replace("zq7marker", parts(next(spare))[0])
    laid(folder / "target", json.loads(text))
    events = json.dumps(event(1, "mail")).replace("zq7marker", parts(next(spare))[0])
    (folder / "events.jsonl").write_text(f"{events}\n{{{next(spare)}\n", encoding="utf-8")


def test_no_marked_value_of_mariadb_is_written(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    marked = list(words(120))
    spare = iter(marked)
    schema = mariadb.schema()
    reader = mariadb.account("reader")
    mariadb.execute(
        f"use {schema}",
        f"create table people (id int primary key, name varchar(99) default '{next(spare)}' comment '{next(spare)}',"
        f" email varchar(99), kind enum ('x', '{next(spare)}'), seen timestamp) comment '{next(spare)}'",
    )
    mariadb.execute(
        f"use {schema}",
        f"create view people_v as select id, name, email, seen from people where name <> '{next(spare)}'",
        *(
            f"insert into people values ({number}, '{next(spare)}', '{next(spare)}', 'x', '2020-01-01')"
            for number in range(40)
        ),
        f"grant select, show view on {schema}.* to {reader}",
    )
    plan = PLAN[: PLAN.index("  old:")].replace("type: duckdb", "type: mysql").replace("gone: helpful", "")
    (tmp_path / "plan.yaml").write_text(
        f"{plan}steps: {{draft: {{reads: {{lake.people: all}}, to: prompt}}}}\n", encoding="utf-8"
    )
    written = tmp_path / "written"
    written.mkdir()

    run(
        written,
        {"LAKE": mariadb.url(reader, schema)},
        (
            "audit",
            str(tmp_path / "plan.yaml"),
            "--snapshot",
            str(written / "facts.jsonl"),
            "-o",
            "-",
            *reports(written),
        ),
        ("scan", "${LAKE}"),
        ("init", "${LAKE}"),
    )

    assert json.loads((written / "report.json").read_text(encoding="utf-8"))["sources"][0]["read"]
    assert leaked(written, marked) == set()
