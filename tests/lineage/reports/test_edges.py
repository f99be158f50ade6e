"""Edges of SQL as a table and as OpenLineage, through the command as a user calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

SCRIPT = """\
create table keys as select md5(email) as key, count(*) as n from users where active and name <> 'zq7marker' group by 1;
grant select on keys to ai;

selec 'zq7marker';
insert into newest (at) select max(at) from events;
"""


def lineage(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lineage", *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "jobs.sql").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "schema.yaml").write_text("public.users: [name, email, active]\n", encoding="utf-8")
    return tmp_path


def test_edges_are_a_table_and_what_was_not_read_is_said_with_its_line(folder: Path) -> None:
    words = ("sql", "jobs.sql", "-d", "postgres", "-s", "schema.yaml", "--default-schema", "public")

    done = lineage(*words, cwd=folder)

    assert done.returncode == 3
    assert "\n".join(line.rstrip() for line in done.stdout.splitlines()) == snapshot("""\
line  from                to                 step            left       sure
1     public.users.email  public.keys.key    transformation  pseudonym  exact
1     public.users.name   public.keys        filter          derived    exact
                          (rows)
1     public.users.activ  public.keys        filter          derived    exact
      e                   (rows)
1     public.users.email  public.keys        group_by        pseudonym  exact
                          (rows)
5     public.events.at    public.newest.at   aggregation     extreme    inferred\
""")
    assert done.stderr.startswith("jobs.sql:4: not read: ")
    assert "zq7marker" not in done.stdout + done.stderr


def test_events_hold_each_output_with_its_columns_and_what_steers_its_rows(folder: Path) -> None:
    words = ("sql", "jobs.sql", "-d", "postgres", "-s", "schema.yaml", "-f", "openlineage", "--namespace", "pg://h:1")

    done = lineage(*words, cwd=folder)

    events: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["job"]["name"] for event in events] == ["jobs.sql:1", "jobs.sql:5"]
    [output] = events[0]["outputs"]
    assert (output["namespace"], output["name"]) == ("pg://h:1", "keys")
    assert events[0]["inputs"] == [{"namespace": "pg://h:1", "name": "public.users"}]
    [source] = output["facets"]["columnLineage"]["fields"]["key"]["inputFields"]
    assert (source["name"], source["field"]) == ("public.users", "email")
    assert [(step["subtype"], step["masking"]) for step in source["transformations"]] == [("TRANSFORMATION", True)]
    steered = output["facets"]["columnLineage"]["dataset"]
    assert {(row["field"], row["transformations"][0]["subtype"]) for row in steered} == {
        ("active", "FILTER"),
        ("name", "FILTER"),
        ("email", "GROUP_BY"),
    }
    assert "zq7marker" not in done.stdout


def test_the_result_of_a_bare_select_is_called_after_its_job(folder: Path) -> None:
    (folder / "jobs.sql").write_text("select a from t", encoding="utf-8")

    done = lineage("sql", "jobs.sql", "-d", "duckdb", "-f", "openlineage", cwd=folder)

    assert done.returncode == 0
    [output] = json.loads(done.stdout)["outputs"]
    assert output["name"] == "jobs.sql:1"
    [source] = output["facets"]["columnLineage"]["fields"]["a"]["inputFields"]
    assert source["transformations"][0]["description"] == "leaves raw, inferred"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("jobs.sql", "-d", "postgress"), "did you mean 'postgres'?"),
        (("jobs.sql", "-d", "x" * 40), "there are"),
        (("none.sql", "-d", "postgres"), "is the path right?"),
        (("jobs.sql", "-d", "postgres", "-s", "jobs.sql"), "jobs.sql"),
        (("jobs.sql", "-d", "postgres", "-s", "list.yaml"), "users"),
        (("jobs.sql", "-d", "postgres", "-s", "broken.json"), "is not JSON"),
        (("jobs.sql", "-d", "postgres", "-f", "csv"), "neither table nor openlineage"),
        (("latin.sql", "-d", "postgres"), "UTF-8"),
    ],
)
def test_a_wrong_call_is_told_with_the_way_out(folder: Path, words: tuple[str, ...], told: str) -> None:
    (folder / "list.yaml").write_text("users: {id: int}\n", encoding="utf-8")
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "latin.sql").write_bytes("select 'ä'".encode("latin-1"))

    done = lineage("sql", *words, cwd=folder)

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_names_cannot_forge_a_line(folder: Path) -> None:
    (folder / "jobs.sql").write_text('select "a\x1b[31m[red]\n" from "t\r\n"', encoding="utf-8")

    done = lineage("sql", "jobs.sql", "-d", "postgres", cwd=folder)

    assert "\x1b" not in done.stdout
    assert "[red]" in done.stdout
