"""A thousand marked values in data, view literals, comments, defaults and file names: none is in a byte written."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import PostgresDatabase

PLAN = """\
plan: v1
meta: {{id: marked, status: draft, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: postgresql, url: "${{CRM_URL}}"}}
    identity: {reader}
    datasets:
      people:
        reads: ai.people_v
        key: id
        fresh: {{clock: updated_at, within: 1 hour}}
        keep: {{limit: 1 day, since: updated_at}}
        fields:
          id: required
          name: {{need: required, values: [nobody]}}
          email: {{need: helpful, sensitive: email, mask: hmac}}
          text: {{need: helpful, complete: 1.0}}
          kind: helpful
          gone: helpful
      broken: {{reads: ai.broken_v, fields: {{ratio: required}}}}
  local:
    connector: {{type: sqlite, url: "${{LOCAL_URL}}"}}
    datasets:
      people: {{reads: people_v, fields: {{name: required, email: helpful, kind: helpful}}}}
  exports:
    connector: {{type: files, path: "${{EXPORTS}}"}}
    datasets:
      rows: {{reads: "*.csv", fields: {{name: required, email: helpful, text: helpful}}}}
      lines: {{reads: "*.jsonl", fields: {{name: required, email: helpful}}}}
segments:
  few: {{of: crm.people, where: "kind = 'x'"}}
steps:
  fetch: {{reads: {{crm.people: all, crm.broken: all, local.people: all}}}}
  draft: {{reads: {{exports.rows: all, exports.lines: all}}, after: [fetch], to: prompt}}
rollout: [{{stage: first, segment: few}}]
"""
DICE = random.Random(11)


def markers(number: int) -> Iterator[str]:
    """Give values that look like what they stand for, each with a part that stands nowhere else."""
    for index in range(number):
        word = "".join(DICE.choices("bcdfghjklmnpqrstvwxz", k=9))
        yield (
            f"{word}@{word}.example",
            f"{word.capitalize()} Mc{word.capitalize()}",
            f"{word}-{index:04d}",
            f"call {word} on +49 30 90182{index:04d}",
        )[index % 4]


@pytest.mark.postgresql
def test_no_marked_value_is_in_any_byte_that_is_written(tmp_path: Path, postgres: PostgresDatabase) -> None:
    marked = list(markers(1000))
    environ = plant(tmp_path, postgres, marked)
    written = tmp_path / "written"
    written.mkdir()
    runs = [
        ("audit", str(tmp_path / "plan.yaml"), "--snapshot", str(written / "facts.jsonl")),
        ("audit", str(tmp_path / "plan.yaml"), "--snapshot", str(written / "facts.jsonl"), "-f", "json"),
        ("audit", str(tmp_path / "plan.yaml"), "--snapshot", str(written / "facts.jsonl"), *reports(written)),
        ("scan", "${CRM_URL}"),
        ("scan", "${LOCAL_URL}"),
        ("scan", "${EXPORTS}"),
        ("init", "${CRM_URL}", "-o", str(written / "drawn.yaml")),
        ("init", "${EXPORTS}", "-o", str(written / "files.yaml")),
        ("paths", "crm.people.email", "--plan", str(tmp_path / "plan.yaml")),
        ("scope", str(tmp_path / "plan.yaml"), "--snapshot", str(written / "facts.jsonl")),
    ]

    for number, words in enumerate(runs):
        done = subprocess.run(
            [sys.executable, "-m", "lineage", *words], env={**os.environ, **environ}, capture_output=True, check=False
        )
        (written / f"{number}.out").write_bytes(done.stdout)
        (written / f"{number}.err").write_bytes(done.stderr)
        assert done.returncode in (0, 1, 3), done.stderr.decode()

    everything = b"".join(path.read_bytes() for path in sorted(written.iterdir())).decode().lower()
    assert len(everything) > 10_000
    leaked = [value for value in marked if any(part in everything for part in parts_of(value))]
    places = {
        path.name
        for path in written.iterdir()
        for value in leaked[:20]
        for part in parts_of(value)
        if part in path.read_bytes().decode().lower()
    }
    assert leaked == [], f"in {sorted(places)}"


def reports(folder: Path) -> list[str]:
    return [word for ending in ("html", "csv", "md") for word in ("-o", str(folder / f"report.{ending}"))]


def parts_of(value: str) -> list[str]:
    return [
        part for part in value.lower().replace("@", " ").replace(".", " ").replace("-", " ").split() if len(part) >= 9
    ]


def plant(folder: Path, postgres: PostgresDatabase, marked: list[str]) -> dict[str, str]:
    spare = iter(marked[600:])
    data, texts = marked[:300], marked[300:600]
    reader = postgres.role("reader")
    literal, default, comment, policy, mood = (next(spare).replace("'", "") for _ in range(5))
    postgres.execute("create schema base; create schema ai;")
    postgres.execute(
        f"""
        create type base.mood as enum ('x', '{mood}');
        create table base.people (
            id int primary key, name text default '{default}', email text, text text, kind base.mood default 'x',
            updated_at timestamptz
        );
        comment on table base.people is '{comment}';
        comment on column base.people.name is '{next(spare)}';
        create view ai.people_v as
            select id, name, email, text, kind, updated_at from base.people where name <> '{literal}';
        create view ai.broken_v as select 1 / (case when email = '{next(spare)}' then 1 else 0 end) as ratio
            from base.people;
        alter table base.people enable row level security;
        create policy rows_of_some on base.people using (email <> '{policy}');
        grant usage on schema ai to {reader}; grant select on ai.people_v to {reader};
        """
    )
    rows = [(n, value, value, text, "x") for n, (value, text) in enumerate(zip(data, texts, strict=True))]
    for row in rows:
        postgres.execute("insert into base.people values (%s, %s, %s, %s, %s, timestamptz '2020-01-01 00:00+00')", row)
    local = sqlite3.connect(folder / "local.db")
    local.execute(f"create table people (name text default '{next(spare)}', email text, kind text)")
    local.execute(
        f"create view people_v as select name, email, case when kind = '{next(spare)}' then 1 end as kind from people"
    )
    local.executemany("insert into people values (?, ?, ?)", [(value, value, text) for _, value, _, text, _ in rows])
    local.commit()
    local.close()
    exports = folder / "exports"
    exports.mkdir()
    for index, name in enumerate(spare):
        kind = ("csv", "jsonl")[index % 2]
        path = exports / f"{name.replace('@', '_at_')}.{kind}"
        head = "name,email,text\n" if kind == "csv" else ""
        line = (
            f'"{name}","{name}","{data[index % 300]}"\n'
            if kind == "csv"
            else json.dumps({"name": name, "email": name}) + "\n"
        )
        path.write_text(head + line, encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN.format(reader=reader), encoding="utf-8")
    return {"CRM_URL": postgres.url(), "LOCAL_URL": f"sqlite:///{folder / 'local.db'}", "EXPORTS": str(exports)}
