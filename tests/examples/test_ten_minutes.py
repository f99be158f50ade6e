"""A planner's ten minutes, from an empty folder and a database's URL to a backlog, as the script in the examples."""

import csv
import os
import subprocess
import sys
from pathlib import Path

from lineage.plan.load import load_plan
from lineage.testing import World

SCRIPT = Path(__file__).parents[2] / "examples" / "ten_minutes" / "run.sh"


def test_the_script_leads_to_a_plan_a_narrowed_plan_and_a_backlog(tmp_path: Path) -> None:
    (tmp_path / "systems").mkdir()
    world = World(tmp_path / "systems").sqlite(
        "crm",
        "create table contacts (id integer primary key, email text, region text, updated_at timestamp);"
        "insert into contacts values (1, 'anna.weber@acme.example', 'EU', datetime('now'));"
        "insert into contacts values (2, 'jo.bloggs@acme.example', 'US', datetime('now'));",
    )
    folder = tmp_path / "empty"
    folder.mkdir()
    environ = {**os.environ, **world.environ, "LINEAGE": f"{sys.executable} -m lineage", "COLUMNS": "100"}

    done = subprocess.run(
        ["sh", str(SCRIPT)], cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=300
    )

    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert {file.name for file in folder.iterdir()} >= {"plan.yaml", "facts.jsonl", "report.html", "plan.narrowed.yaml"}
    assert load_plan(folder / "plan.narrowed.yaml").sources
    with (folder / "backlog.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) > 0
    told = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir()) + done.stdout + done.stderr
    assert "anna.weber" not in told
