"""Each command ends in the code that docs/ci.md promises, and in 1 only where something was found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TextIO

import pytest

from lineage.cli import app, main
from tests.lineage.test_cli import lineage
from tests.rules.waivers.worlds import GUARDIAN, PLAN, STALE, world

ROOT = Path(__file__).parents[2]
NOW = ("--as-of", "2026-11-22T12:00:00+00:00")
KEPT = ("--snapshot", "facts.jsonl")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan, the facts of its one source, which is behind its plan, and a store with one run."""
    folder = tmp_path_factory.mktemp("codes")
    (folder / "plan.yaml").write_text(PLAN.lstrip("\n"), encoding="utf-8")
    (folder / "wrong.yaml").write_text(PLAN.lstrip("\n").replace("reads: people", "raeds: people"), encoding="utf-8")
    (folder / "cut.jsonl").write_text('{"format": "lineage-snapshot/v1"', encoding="utf-8")
    (folder / "answers.yaml").write_text("context: {crm: postgresql}\n", encoding="utf-8")
    (folder / "seen.sql").write_text("select id from people", encoding="utf-8")
    done = lineage(
        "audit",
        "plan.yaml",
        *KEPT,
        *NOW,
        "--store",
        "runs.db",
        "-o",
        "report.json",
        cwd=folder,
        **world(folder).environ,
    )
    assert done.returncode == 1, done.stderr
    return folder


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    told: str
    """What it said on stderr."""


Called = Callable[..., Ended]


@pytest.fixture
def called(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Called:
    """Call the command as its script does, in this process: each of these would else take a second to import."""

    def call(*words: str, stdout: TextIO | None = None, **environ: str) -> Ended:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["lineage", *words])
        monkeypatch.setattr(sys, "stdout", stdout or sys.stdout)  # which the command replaces
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, capfd.readouterr().err)

    return call


ANSWERED = [
    ("check", "plan.yaml"),
    ("schema",),
    ("init", "--answers", "answers.yaml"),
    ("init", "--from", "facts.jsonl"),
    ("scan", "crm.db"),
    ("scope", "plan.yaml", *KEPT, *NOW),
    ("paths", "crm.people.city", *KEPT),
    ("impact", "crm.people.city", *KEPT),
    ("graph", *KEPT),
    ("sql", "seen.sql", "-d", "sqlite"),
    ("rule", STALE),
    ("requirements", "plan.yaml", *KEPT, *NOW),
    ("requirements",),
    ("grant-script", "plan.yaml"),
    ("history", "plan.yaml", "--store", "runs.db"),
    ("diff", "facts.jsonl", "facts.jsonl"),
    ("export", "sarif", "plan.yaml", *KEPT, *NOW),
    ("export", "jira", "plan.yaml", *KEPT, *NOW),
    ("audit", "plan.yaml", *KEPT, *NOW, "--store", "runs.db", "--new-only"),
]


@pytest.mark.parametrize("words", ANSWERED, ids=" ".join)
def test_what_was_answered_ends_in_0(called: Called, words: tuple[str, ...]) -> None:
    done = called(*words)

    assert done.code == 0, done.told


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "plan.yaml", *KEPT, *NOW),
        ("audit", "plan.yaml", *KEPT, *NOW, "--fail-on", "info"),
        ("audit", "plan.yaml", *KEPT, *NOW, "-f", "json"),
        ("gate", "3", "plan.yaml", *KEPT, *NOW),
        ("gate", "4", "plan.yaml", *KEPT, *NOW, "--dossier", "dossier.zip"),
    ],
    ids=" ".join,
)
def test_what_was_found_ends_in_1(called: Called, words: tuple[str, ...]) -> None:
    done = called(*words)

    assert done.code == 1, done.told


WRONG = [
    ("audit",),
    ("audit", "none.yaml"),
    ("audit", "."),
    ("audit", "wrong.yaml"),
    ("audit", "plan.yaml", "--snapshot", "cut.jsonl"),
    ("audit", "plan.yaml", "--snapshot", "."),
    ("audit", "plan.yaml", "--snapshot", "nowhere/facts.jsonl"),
    ("audit", "plan.yaml", *KEPT, "-o", "nowhere/report.html"),
    ("audit", "plan.yaml", *KEPT, "--as-of", "yesterday"),
    ("audit", "plan.yaml", *KEPT, "--waivers", "none.yaml"),
    ("audit", "plan.yaml", *KEPT, "--new-only"),
    ("check", "wrong.yaml"),
    ("scan", "none.db"),
    ("init",),
    ("init", "crm.db", "-o", "plan.yaml"),
    ("init", "--from", "none.jsonl"),
    ("init", "--from", "cut.jsonl"),
    ("scope", "plan.yaml", *KEPT, "--stage", "none"),
    ("scope", "plan.yaml", *KEPT, "--what-if", "feedfeed"),
    ("scope", "plan.yaml", *KEPT, "--write", "nowhere/plan.yaml"),
    ("paths", "crm.people.none", *KEPT),
    ("rule", "none/none"),
    ("requirements", "wrong.yaml"),
    ("requirements", "plan.yaml", "--snapshot", "cut.jsonl"),
    ("diff", "facts.jsonl", "cut.jsonl"),
    ("diff", "facts.jsonl", "none.jsonl"),
    ("diff", "feedfeed", "feedfeee", "--store", "runs.db"),
    ("waive", "feedfeedfeedfeed", "--reason", "r", "--by", GUARDIAN, "--until", "2026-12-31", *KEPT, *NOW),
    ("gate", "5", "plan.yaml"),
    ("gate", "4", "wrong.yaml"),
    ("gate", "4", "plan.yaml", *KEPT, "--dossier", "nowhere/dossier.zip"),
    ("confirm", "none", "--by", GUARDIAN),
    ("import", "none.csv"),
    ("import", "plan.yaml"),
    ("export", "none", "plan.yaml"),
    ("export", "sarif"),
    ("export", "excel", "plan.yaml", *KEPT),
    ("export", "sarif", "--run", "feedfeed", "--store", "runs.db"),
    ("history", "-f", "xml"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_call_ends_in_2_and_says_what_is_wrong(folder: Path, called: Called, words: tuple[str, ...]) -> None:
    before = sorted(file.name for file in folder.iterdir())

    done = called(*words, CRM_URL="sqlite:///crm.db")

    assert done.code == 2, done.told
    assert done.told
    assert "lineage failed" not in done.told
    assert sorted(file.name for file in folder.iterdir()) == before


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "plan.yaml", "--fail-on", "blocker"),
        ("scope", "plan.yaml"),
        ("scan", "plan.yaml"),
        ("scan", "sqlite:///none.db"),
        ("init", "sqlite:///none.db"),
        ("paths", "crm.people.city"),
        ("impact", "crm.people.city"),
        ("graph",),
        ("review", "plan.yaml"),
        ("requirements", "plan.yaml"),
        ("gate", "4", "plan.yaml"),
        ("export", "jira", "plan.yaml"),
        ("history", "--store", "none.db"),
        ("history", "--store", "report.json"),
        ("diff", "feedfeed", "feedfeee", "--store", "none.db"),
        ("audit", "plan.yaml", *KEPT, "--store", "report.json"),
    ],
    ids=" ".join,
)
def test_what_could_not_be_read_ends_in_3_and_leaves_nothing_behind(
    folder: Path, called: Called, words: tuple[str, ...]
) -> None:
    before = sorted(file.name for file in folder.iterdir())

    done = called(*words, CRM_URL="sqlite:///none.db")

    assert done.code == 3, done.told
    assert "lineage failed" not in done.told
    assert sorted(file.name for file in folder.iterdir()) == before


def test_a_reader_that_goes_away_changes_no_exit_code(called: Called) -> None:
    def gone() -> TextIO:
        reader, writer = os.pipe()
        os.close(reader)
        return os.fdopen(writer, "w")

    for words, code in (
        (("rule",), 0),
        (("audit", "plan.yaml", *KEPT, *NOW), 1),
        (("audit", "plan.yaml", *KEPT, *NOW, "-f", "json"), 1),
    ):
        with gone() as nobody:
            done = called(*words, stdout=nobody)

        assert done.code == code, done.told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_report_that_cannot_be_written_is_no_finding(called: Called) -> None:
    for words in (("check", "plan.yaml"), ("audit", "plan.yaml", *KEPT, *NOW)):
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = called(*words, stdout=full)

        assert done.code == 3
        assert "No space left on device" in done.told


def test_a_fault_of_our_own_ends_in_3_and_quotes_nothing(tmp_path: Path) -> None:
    # A plug-in of somebody else that fails as it is imported: nothing in `lineage` foresees that.
    rules = tmp_path / "faulty.py"
    rules.write_text("raise ValueError('anna.weber@acme.example')\n", encoding="utf-8")
    called = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from lineage import cli\n"
    called += "@cli.app.command()\ndef fault():\n    import faulty\n"
    called += "sys.argv = ['lineage', 'fault']; cli.main()"

    done = subprocess.run(
        [sys.executable, "-c", called], check=False, capture_output=True, text=True, timeout=120, env=dict(os.environ)
    )

    assert done.returncode == 3
    assert "ValueError" in done.stderr
    assert "faulty.py:1" in done.stderr
    assert "anna" not in done.stderr


def test_the_page_says_of_every_command_how_it_may_end() -> None:
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", page, flags=re.MULTILINE)
    named = {name for commands, _ in rows for name in re.findall(r"`([a-z-]+)`", commands)}
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}

    assert commands <= named
    assert "export" in named
