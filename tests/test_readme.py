"""What the README promises is run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from examples.demo import TOLD, lying, words
from examples.support_reply.lies import LIES
from examples.support_reply.lies_about_runs import LIES as LIES_ABOUT_RUNS
from examples.support_reply.lies_about_the_index import LIES as LIES_ABOUT_THE_INDEX
from examples.support_reply.lies_about_tools import LIES as LIES_ABOUT_TOOLS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readme")
    lying(path / "demo")
    return path


@pytest.fixture(scope="module")
def demo(folder: Path) -> dict[str, str]:
    """What the demo writes, by the format, in the width of its terminal."""
    environ = lying(folder / "demo")
    told = ["-o", "-", "-o", "demo/report.html", "-o", "demo/report.json"]
    command = [*words(Path("demo"))[1:-4], *told]
    return {
        "narrow": lineage(command, folder, **environ).stdout,
        "wide": lineage(command, folder, **{**environ, "COLUMNS": "120"}).stdout,
        "html": (folder / "demo" / "report.html").read_text(encoding="utf-8"),
        "json": (folder / "demo" / "report.json").read_text(encoding="utf-8"),
    }


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


def test_its_report_is_what_the_demo_prints(demo: dict[str, str]) -> None:
    printed = demo["narrow"].splitlines()

    for line in blocks("text")[0].splitlines():
        if line.strip() != "...":
            assert line in printed


def test_the_demo_finds_every_lie_that_it_tells_and_something_may_launch(demo: dict[str, str]) -> None:
    told = json.loads(demo["json"])
    about = {(found["rule"], label) for found in told["findings"] for label in labels(found["subject"])}

    last = {lie.rule: lie for lie in (*LIES, *LIES_ABOUT_RUNS, *LIES_ABOUT_THE_INDEX, *LIES_ABOUT_TOOLS)}
    assert set(TOLD) <= last.keys()
    for lie in last.values():
        if lie.rule in TOLD:
            assert {(lie.rule, label) for label in lie.about} <= about, lie.rule
    assert told["verdict"]["decision"] == "narrow"
    assert {stage["decision"] for stage in told["verdict"]["stages"]} == {"narrow", "hold"}


def labels(subject: dict[str, str]) -> set[str]:
    """Give the label of a subject of the document, as a lie names it."""
    parts = {"urn": "", **subject}
    narrow = next(
        (parts[part] for part in ("field", "dataset", "store", "action", "step", "source") if part in parts), "plan"
    )
    return {f"{narrow} (segment {parts['segment']})" if "segment" in parts else narrow}


@pytest.mark.parametrize(("form", "width"), [("narrow", 80), ("wide", 120)])
def test_the_demo_fits_its_terminal_and_ends_in_the_verdict(demo: dict[str, str], form: str, width: int) -> None:
    before, _, after = demo[form].partition("The plan that may launch")
    to_paste = {line for line in before.splitlines() if line.startswith(" " * 15) and ": " in line}

    lines = [line for line in before.splitlines() if line not in to_paste]
    assert max(map(len, lines)) <= width
    assert after.splitlines()[-1].startswith("NARROW  ")
    assert demo[form].count("NARROW") == 1


def test_what_is_only_told_says_that_the_scope_stays(demo: dict[str, str]) -> None:
    narrows, _, after = demo["wide"].partition("\nTold; the scope stays")
    told, _, _ = after.partition("\nWhat crosses a boundary")

    scopes = re.findall(r"^    scope      (.*)", told, flags=re.MULTILINE)
    assert scopes
    assert all(scope.startswith("stays; ") for scope in scopes)
    assert "    scope      stays; " not in narrows


def test_the_demo_says_what_it_built_and_how_to_go_on(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.demo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )
    before, _, after = done.stdout.partition("\nNARROW  ")

    assert done.returncode == 0
    assert "17 of these things are untrue" in before.partition("\n$ lineage audit")[0]
    told = [line.split("lineage ", 1)[1] for line in after.splitlines() if line.startswith("  ") and "lineage " in line]
    exported = (tmp_path / "demo" / "environ.sh").read_text(encoding="utf-8")
    environ = dict(re.findall(r"^export (\w+)='?(.*?)'?$", exported, flags=re.MULTILINE))
    # To scope is to audit once more, which takes as long as all the rest.
    quick = [words.split() for words in told if not words.startswith("scope ")]
    assert (len(told), len(quick)) == (3, 2)
    assert [lineage(words, tmp_path, **environ).returncode for words in quick] == [0, 0]


def test_the_page_of_the_demo_answers_each_reader(demo: dict[str, str]) -> None:
    first, _, _ = demo["html"].partition('id="findings"')

    for head in ("What may launch", "What crosses a boundary", "What was read"):
        assert head in first


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_make_knows_its_two_commands() -> None:
    for command in ("demo", "test"):
        done = subprocess.run(["make", "-n", command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0
