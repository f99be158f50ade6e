"""The pages of docs/ tell the truth about the command: what stands in their blocks is run, what they name is there."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from lineage.cli import app
from lineage.testing import NOW, World

ROOT = Path(__file__).parents[1]
PAGES = [page for page in sorted((ROOT / "docs").glob("*.md")) if page.name != "command.md"]
PLAN = """\
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    owner: crm-owner@acme.example
    datasets:
      people:
        reads: people
        key: id
        fresh: {clock: seen_at, within: 1 day, zone: UTC}
        fields: {id: required, contact: helpful, seen_at: required}
steps:
  draft: {reads: {crm.people: all}, to: prompt}
raci: {guardian: guardian@acme.example}
"""
AT = ("--as-of", NOW.isoformat())


def blocks(page: Path) -> Iterator[str]:
    """Give the calls of `lineage` in the blocks of a page, each in a line, without what stands around them."""
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("lineage "):
                yield re.split(r"\s[|#]\s|\s+# ", line)[0].strip()


BLOCKS = [(page.name, command) for page in PAGES for command in blocks(page)]


def test_there_are_blocks_to_run() -> None:
    assert len(BLOCKS) >= 15
    assert {"ci.md", "exports.md", "report.md", "review.md", "waivers.md"} <= {page for page, _ in BLOCKS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan that is behind its system, which holds mail addresses that nobody declared; two runs are kept."""
    folder = tmp_path_factory.mktemp("docs")
    rows = ", ".join(f"({n}, 'anna.weber{n}@acme.example', '2026-11-01 12:00:00')" for n in range(60))
    world = World(folder).sqlite(
        "crm",
        f"create table people (id integer primary key, contact text, seen_at text);insert into people values {rows};",
    )
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (folder / "accepted.yaml").write_text("waivers: v1\nwaive: []\n", encoding="utf-8")
    for number, moment in enumerate((AT[1], NOW.replace(day=23).isoformat())):
        words = ("--as-of", moment, "--store", "runs.db", "-o", f"report{number}.json", "--snapshot", "facts.jsonl")
        done = called(folder, ("audit", "plan.yaml", *words), world.environ)
        assert done.exit_code == 1, done.output
    (folder / "from-jira.csv").write_text(f"Issue key,Status,Labels\nA-1,Done,lineage-{found(folder)}\n")
    return folder


def called(folder: Path, words: tuple[str, ...], environ: dict[str, str] | None = None) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["lineage", *words])
        return CliRunner().invoke(app, list(words), env=environ)


def found(folder: Path, rule: str = "freshness/stale-source") -> str:
    report = json.loads((folder / "report0.json").read_text(encoding="utf-8"))
    return str(next(each["id"] for each in report["findings"] if each["rule"] == rule))


def as_here(folder: Path, command: str) -> tuple[str, ...]:
    """Give the words of a call with the fingerprints, runs and moment of this folder for those of the page."""
    runs = [json.loads((folder / f"report{n}.json").read_text(encoding="utf-8"))["run"]["id"] for n in (0, 1)]
    about = "privacy/undeclared-sensitive-data" if " review " in f" {command}" else "freshness/stale-source"
    command = re.sub(r"\b[0-9a-f]{16}\b", found(folder, about), command.replace('"$STORE"', "runs.db"))
    for run, typed in zip(runs, re.findall(r"\b[0-9a-f]{8}\b", command), strict=False):
        command = command.replace(typed, run[:8])
    words = tuple(shlex.split(command))[1:]
    judging = "--as-of" in options_of(words)[1] and "--run" not in words
    kept = () if not judging or "--snapshot" in words else ("--snapshot", "facts.jsonl")
    return (*words, *kept, *AT) if judging else words


def options_of(words: tuple[str, ...]) -> tuple[str, set[str]]:
    """Give the command that words call, and its options; the words after it may be anything."""
    command = typer.main.get_command(app)
    name = "lineage"
    for word in words:
        below = getattr(command, "commands", {})
        if word not in below:
            break
        command, name = below[word], f"{name} {word}"
    return name, {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"-h", "--help"}


@pytest.mark.parametrize(("page", "command"), BLOCKS, ids=lambda part: part)
def test_what_a_page_says_to_run_runs(folder: Path, page: str, command: str) -> None:
    del page
    (folder / "waivers.yaml").unlink(missing_ok=True)
    (folder / "labels.yaml").unlink(missing_ok=True)

    done = called(folder, as_here(folder, command))

    assert done.exit_code in (0, 1), f"{done.output}{done.exception}"
    assert done.output


NAMED = [
    (file.relative_to(ROOT).as_posix(), tuple(command.split())[1:])
    for pattern in (
        "docs/**/*.md",
        "README.md",
        "lineage/**/*.py",
        "rules/**/*.py",
        "rules/*.yaml",
        "connectors/**/*.py",
    )
    for file in sorted(ROOT.glob(pattern))
    for command in dict.fromkeys(re.findall(r"`(lineage [a-z][^`\n]*)`", file.read_text(encoding="utf-8")))
]


def test_every_command_that_is_named_is_there_with_its_options() -> None:
    """In pages, in messages and in what a finding says would settle it: nobody is sent to what is not there."""
    wrong = []
    for file, words in NAMED:
        # Every format takes what any takes.
        name, options = options_of(tuple("sarif" if word == "FORMAT" else word for word in words))
        stated = {word.partition("=")[0] for word in words if re.fullmatch(r"--?[a-z][a-z-]*(=.*)?", word)}
        if name == "lineage" or not stated <= options:
            wrong.append((file, " ".join(words), sorted(stated - options)))

    assert len(NAMED) > 60
    assert not wrong
