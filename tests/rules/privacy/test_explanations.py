"""Why a field is taken for personal is said in words for who reviews it, with share, interval and how sure that is."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow

from benchmarks.privacy.made import leaks, positives
from benchmarks.privacy.prose_written import DEVELOPED
from lineage.detector import REASONS, because
from lineage.testing import World
from rules.privacy.detection import DETECTOR

PLAN = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      people: {reads: people, key: id, fields: {id: required, mail: {need: required, sensitive: none}}}
steps:
  draft: {reads: {crm.people: all}, to: prompt}
"""


def test_every_reason_of_the_detector_is_said_in_words() -> None:
    r = random.Random(3)
    texts = pa.table({"body": [text for _, text, _ in DEVELOPED], "traces": [["write to ann.lee@corp.com"]] * 48})
    tables = [texts, *(pa.table({case.header: case.values}) for case in (*positives(r, 40), *leaks(r, 200)))]

    given = {reason for table in tables for label in DETECTOR.detect(table) for reason in label.why}

    assert len(given) >= 8
    assert given <= REASONS.keys()


def test_a_reason_that_only_a_plug_in_knows_is_said_as_it_is() -> None:
    assert because(("header", "moon"), 0.8) == "the field's name says so, moon; confidence 0.80"
    assert because((), 0.5) == "confidence 0.50"


def test_scan_report_and_review_say_why_how_much_and_how_sure(tmp_path: Path) -> None:
    rows = ", ".join(f"({n}, 'mail{n}@acme.example')" for n in range(40))
    world = World(tmp_path).sqlite(
        "crm", f"create table people (id integer, mail text); insert into people values {rows};"
    )
    (tmp_path / "plan.yaml").write_text(PLAN.replace("${CRM_URL}", world.environ["CRM_URL"]), encoding="utf-8")

    said = {
        name: _run(tmp_path, *command)
        for name, command in {
            "scan": ("scan", "crm.db"),
            "text": ("audit", "plan.yaml", "--snapshot", "facts.jsonl"),
            "html": ("audit", "plan.yaml", "--snapshot", "facts.jsonl", "--format", "html"),
            "json": ("audit", "plan.yaml", "--snapshot", "facts.jsonl", "--format", "json"),
            "review": ("review", "plan.yaml", "--snapshot", "facts.jsonl"),
        }.items()
    }

    for name, text in said.items():
        flat = " ".join(text.replace("&#39;", "'").split())
        assert "the field's name says so, values have its format; confidence 0.99" in flat, name
        assert "mail1@" not in flat, name
        if name != "json":
            assert "91.2" in flat, name
    intervals = [(one["actual"] or {}).get("interval") for one in json.loads(said["json"])["findings"]]
    assert [0.9124, 1.0] in intervals


def _run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "lineage", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout
