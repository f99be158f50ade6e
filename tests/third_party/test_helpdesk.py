"""A schema that is not ours: django-helpdesk's own migrations on PostgreSQL, audited by a plan begun with `init`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.servers import PostgresDatabase

FIELDS = """\
id: required
          title: required
          description: {need: required, sensitive: free_text, mask: entities}"""


@pytest.mark.postgresql
def test_a_plan_begun_with_init_finds_what_is_wrong_with_a_real_helpdesk(
    tmp_path: Path, postgres: PostgresDatabase
) -> None:
    pytest.importorskip("helpdesk", reason="django-helpdesk is not installed")
    project = Path(__file__).with_name("helpdesk_project.py")
    subprocess.run([sys.executable, str(project), postgres.url(), "40"], check=True, timeout=120)
    reader = postgres.role("drafts")
    postgres.execute(
        f"grant select on helpdesk_ticket to {reader}; grant select (id, comment) on helpdesk_followup to {reader}"
    )
    environ = {**os.environ, "HELPDESK_URL": postgres.url()}
    drawn = lineage(
        environ,
        "init",
        "${HELPDESK_URL}",
        "--identity",
        reader,
        "--only",
        "helpdesk_ticket",
        "--only",
        "helpdesk_followup",
    )

    plan = tmp_path / "plan.yaml"
    plan.write_text(completed(drawn), encoding="utf-8")
    lineage(environ, "check", str(plan))
    report = json.loads(lineage(environ, "audit", str(plan), "-f", "json"))

    said = {found["rule"]: found["title"] for found in report["findings"]}
    assert "secret_key" in said["access/over-grant-sensitive"]
    assert "cannot read 9 fields" in said["access/under-grant"]
    assert verdict(report, "helpdesk_ticket.fresh.within") == "held"
    assert verdict(report, "helpdesk_ticket.fields.title.need") == "held"
    assert verdict(report, "helpdesk_followup.fields.date.need") == "broken"
    assert report["verdict"]["decision"] in ("narrow", "hold")


def completed(drawn: str) -> str:
    """Fill a drawn plan in as a planner would: only three fields of a ticket, and all of a follow-up."""
    lines, kept, inside = drawn.splitlines(), [], False
    for line in lines:
        if line.startswith("      helpdesk_ticket:"):
            inside = True
        elif line.startswith("      ") and not line.startswith("       "):
            inside = False
        if inside and line.startswith("          "):
            continue
        kept.append(line)
        if inside and line.strip() == "fields:":
            kept.append(f"          {FIELDS}")
    return "\n".join(kept) + "\n"


def lineage(environ: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "lineage", *words], env=environ, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def verdict(report: dict[str, Any], leaf: str) -> str:
    found = [line["verdict"] for line in report["assumptions"] if line["leaf"].endswith(leaf)]
    assert len(found) == 1, leaf
    return str(found[0])
