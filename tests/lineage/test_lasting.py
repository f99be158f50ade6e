"""How long each field is really kept, over all places that hold it, and which of them decides."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

from lineage.report import FieldKept, Report
from lineage.reports import csv as as_csv
from lineage.reports import html, markdown
from lineage.reports.json import document, schema
from lineage.reports.terminal import render
from lineage.testing import World
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas

SCRIPT = """
CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT, at DATETIME);
CREATE TABLE chunks (chunk INTEGER PRIMARY KEY, contact INTEGER, text TEXT, at DATETIME);
CREATE TABLE digests (digest INTEGER PRIMARY KEY, chunk INTEGER);
CREATE VIEW mails AS SELECT id, email FROM contacts;
"""
PLAN = """\
plan: v1
meta: {id: kept, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: contacts, key: id, keep: {limit: 30 days, since: at}, fields: {id: required, email: required}}
      mails: {reads: mails, key: id, fields: {id: required, email: required}}
      chunks:
        {reads: chunks, copy_of: [crm.contacts], CHUNKS key: chunk,
         fields: {chunk: required, text: helpful, at: helpful}}
      digests: {reads: digests, key: chunk, copy_of: [crm.chunks], DIGESTS fields: {chunk: required}}
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
outputs: {}
STORES
rollout: [{stage: first}]
"""
AS_SOURCE = "keep: {limit: as source},"


def audited(folder: Path, chunks: str = AS_SOURCE, digests: str = AS_SOURCE, stores: str = "") -> Report:
    text = PLAN.replace("CHUNKS", chunks).replace("DIGESTS", digests).replace("STORES", stores)
    return World(folder).sqlite("crm", SCRIPT).audit(text.replace("outputs: {}\n", ""))


def kept(report: Report, field: str = "crm.contacts.email") -> FieldKept:
    return next(one for one in report.lasting if one.field == field)


@pytest.mark.parametrize(
    ("chunks", "digests", "stores", "longest", "decides", "over"),
    [
        (AS_SOURCE, AS_SOURCE, "", "30 days", "crm.contacts", False),
        ("keep: {limit: 90 days},", AS_SOURCE, "", "90 days", "crm.chunks", True),
        (AS_SOURCE, "keep: {limit: 1 year},", "", "1 year", "crm.digests", True),
        ("keep: {limit: 7 days},", "keep: {limit: none},", "", "30 days", "crm.contacts", False),
        ("keep: {limit: as source}, fresh: {clock: at, within: 2 days},", AS_SOURCE, "", "32 days", "crm.chunks", True),
        (
            AS_SOURCE,
            AS_SOURCE,
            "stores: {prompts: {content: raw, keep: {limit: 45 days}}}",
            "45 days",
            "prompts",
            True,
        ),
        (
            AS_SOURCE,
            AS_SOURCE,
            "stores: {prompts: {content: masked, keep: {limit: 45 days}}}",
            "30 days",
            "crm.",
            False,
        ),
        (AS_SOURCE, AS_SOURCE, "stores: {backups: {keep: {limit: 10 days}}}", "40 days", "crm.contacts", True),
    ],
)
def test_the_longest_of_all_places_is_named(
    tmp_path: Path, chunks: str, digests: str, stores: str, longest: str, decides: str, over: bool
) -> None:
    found = kept(audited(tmp_path, chunks, digests, stores))

    assert (found.promise, found.longest, found.over) == ("30 days", longest, over)
    assert found.decides.startswith(decides)
    assert found.holders[:3] == ("crm.contacts", "crm.chunks", "crm.digests")


def test_a_copy_of_which_nobody_says_how_long_is_named_and_a_view_keeps_nothing(tmp_path: Path) -> None:
    found = kept(audited(tmp_path, digests=""))

    assert found.unknown == ("crm.digests",)
    assert "crm.mails" not in found.holders


def test_a_copy_that_a_definition_makes_holds_only_what_it_takes(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(
        "CREATE TABLE contacts (id int PRIMARY KEY, email text, at timestamptz);"
        "CREATE MATERIALIZED VIEW chunks AS SELECT id AS chunk, email AS text FROM contacts;"
        "CREATE MATERIALIZED VIEW digests AS SELECT chunk FROM chunks"
    )
    text = PLAN.replace("CHUNKS", "keep: {limit: 90 days},").replace("DIGESTS", "keep: {limit: 1 year},")
    text = text.replace("sqlite", "postgresql").replace("outputs: {}\n", "").replace("STORES\n", "")
    text = text.replace("      mails: {reads: mails, key: id, fields: {id: required, email: required}}\n", "")

    report = World(tmp_path).url("crm", postgres.url()).audit(text)

    assert (kept(report).longest, kept(report).holders) == ("90 days", ("crm.contacts", "crm.chunks"))
    assert kept(report, "crm.contacts.id").longest == "1 year"


def test_history_that_is_kept_for_ever_decides(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    crm, auditor = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int PRIMARY KEY, email text, at timestamp) WITH SYSTEM VERSIONING",
        f"CREATE EVENT {crm}.purge ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO"
        " DELETE FROM contacts WHERE at < NOW() - INTERVAL 60 DAY",
        f"GRANT SELECT, EVENT ON {crm}.* TO '{auditor}'@'%'",
    )
    head = PLAN[: PLAN.index("      mails:")].replace("sqlite", "mysql") + PLAN[PLAN.index("steps:") :]
    text = head.replace("outputs: {}\n", "").replace("STORES\n", "")
    world = World(tmp_path).url("crm", mariadb.url(auditor, crm))

    ever = kept(world.audit(text))
    mariadb.execute(f"ALTER TABLE {crm}.contacts DROP SYSTEM VERSIONING")
    late = kept(world.audit(text))

    assert (ever.longest, ever.seconds, ever.over) == ("for ever", None, True)
    assert ever.because.endswith("history of its rows for ever")
    assert (late.longest, late.because) == ("60 days", f"the job {crm}.purge deletes at 60 days")


def test_every_format_tells_the_ladder_and_what_is_really_kept(tmp_path: Path) -> None:
    report = audited(tmp_path, chunks="keep: {limit: 90 days},")

    shown = document(report, 1)
    page, web = markdown.written(report), html.written(report)
    rows = list(csv.DictReader(io.StringIO(as_csv.written(report))))
    text = io.StringIO()
    render(report, Console(file=text, width=300), 1)

    jsonschema.validate(json.loads(json.dumps(shown)), schema())
    [told] = [one for one in shown["effective_retention"] if one["field"] == "crm.contacts.email"]
    assert (told["longest"], told["decides"], told["over"]) == ("90 days", "crm.chunks", True)
    assert [hop["by"] for hop in told["path"]] == ["copy_of"]
    assert "### Promises to delete" in page
    assert "| `crm.contacts` | 30 days |" in page
    assert "**90 days** | `crm.chunks`: its limit of 90 days" in page
    assert 'id="retention"' in web
    assert "its limit of 90 days" in web
    assert {row["actual"] for row in rows if row["kind"] == "rung" and row["subject"] == "crm.contacts"} == {
        "declared",
        "configured",
        "enforced",
        "observed",
    }
    assert [
        (row["actual_words"], row["status"])
        for row in rows
        if row["kind"] == "kept" and row["subject"] == "crm.contacts.email"
    ] == [("90 days in crm.chunks", "longer than promised")]
    assert "crm.contacts: id, email (30 days): 90 days in crm.chunks (its limit of 90 days)" in text.getvalue()
