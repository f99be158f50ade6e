"""What the README promises is run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from examples.first_audit.world import NOW, build

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readme")
    build(path / "demo")
    return path


def lineage(words: list[str], cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lineage", *words],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "80", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_commands_do_what_it_says(folder: Path) -> None:
    commands = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("lineage ")]
    assert len(commands) >= 5

    for command in commands:
        done = lineage(command.split()[1:], folder, CRM_URL=f"sqlite:///{folder / 'demo' / 'crm.db'}")
        assert done.returncode in (0, 1), f"{command}: {done.stderr}"
        assert done.stdout or "wrote" in done.stderr, command


def test_its_report_is_what_the_demo_prints(folder: Path) -> None:
    environ = build(folder / "demo")
    plan = "examples/first_audit/plan.yaml"

    printed = lineage(["audit", plan, "--as-of", NOW.isoformat()], ROOT, **environ).stdout.splitlines()

    for line in blocks("text")[0].splitlines():
        if line.strip() != "...":
            assert line in printed


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_make_knows_its_two_commands() -> None:
    for command in ("demo", "test"):
        done = subprocess.run(["make", "-n", command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0
