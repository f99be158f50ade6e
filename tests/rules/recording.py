"""Notes what every rule answered in the tests: each is to find its flaw in one test, and to stay silent in another.

A run of the whole suite fails where a rule did not; a run of a part cannot tell, and says nothing. Parts add up in a
file: `pytest tests/rules --rules-noted noted.json`, more of them, then `python -m tests.rules.recording noted.json`.
Rules are only listened to: what they are asked and what they answer goes through unchanged.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from lineage import registry
from lineage.finding import Judgement
from lineage.model import Verdict
from lineage.rule import Evidence, Rule

FIRED: Final = "fired"
OPEN: Final = "open"
SILENT: Final = "silent"
NEVER_FIND: Final = {
    "actions/unexercised-review": "only logs of a live workflow would show it",
    "evidence/failed-connector": "the finding is told once, by source/unreachable-source",
    "evidence/incomplete-scan": "what was not looked at is not known, and no flaw",
    "evidence/missing-evidence": "what was not looked at is not known, and no flaw",
    "evidence/weak-evidence": "what was not measured is not known, and no flaw",
    "rollout/unaudited-expansion": "only the history of runs would show it",
}
"""Rules that can say no more than that something is not known: a test must show them saying so."""
REFUSED: Final = {"plan/malformed-plan": "a plan with the flaw is refused when it is loaded"}
"""Rules whose flaw keeps a plan from being judged: tests of the loader show it."""
Noted = set[tuple[str, str]]
"""(rule, what it did)."""

_OPTION: Final = "--rules-noted"
_NO_SERVER: Final = ("Skipped: no PostgreSQL server:", "Skipped: no MariaDB server:")
_WHOLE: Final = ("not slow", "slow or not slow")
"""Choices of tests by marker with which nothing is left out that `make test` runs."""


def add_option(parser: pytest.Parser) -> None:
    """Add the option that lets runs of parts add up in a file."""
    parser.addoption(_OPTION, metavar="FILE", help="add what rules answered in this run to FILE")


def listen(config: pytest.Config) -> None:
    """Begin to note, where the run is whole or its notes are asked for."""
    if hasattr(config, "workerinput"):
        if config.workerinput.get("lineage_rules_noted"):
            config.pluginmanager.register(_Worker(config.workerinput, config))
    elif _is_whole(config) or config.getoption(_OPTION):
        config.pluginmanager.register(_Controller(config))


def lacking(noted: Noted) -> tuple[str, ...]:
    """Give what no test showed, a sentence for each rule and side."""
    return tuple(sentence for rule in registry.rules() for sentence in _lacking(rule.id, noted))


def _lacking(rule: str, noted: Noted) -> Iterator[str]:
    did = {what for noted_of, what in noted if noted_of == rule}
    if SILENT not in did:
        yield f"{rule} never stayed silent"
    if rule in NEVER_FIND and OPEN not in did:
        yield f"{rule} never said that something is not known"
    if rule not in {*NEVER_FIND, *REFUSED} and FIRED not in did:
        yield f"{rule} never found its flaw"
    if rule in {*NEVER_FIND, *REFUSED} and FIRED in did:
        yield f"{rule} found its flaw, and is listed as a rule that never does"


class Listened:
    """The check of a rule that notes what it answers."""

    def __init__(self, rule: Rule, noted: Noted) -> None:
        """Listen to a rule."""
        functools.update_wrapper(self, rule.check)
        self._rule, self._check, self._noted = rule, rule.check, noted

    def __call__(self, evidence: Evidence) -> Iterator[Judgement]:
        """Answer as the rule does."""
        did = SILENT
        for judgement in self._check(evidence):
            if self._fires(judgement, evidence):
                did = FIRED
            elif judgement.verdict is Verdict.UNVERIFIED and did is SILENT:
                did = OPEN
            yield judgement
        # A rule that crashes never comes here: it answered nothing.
        self._noted.add((self._rule.id, did))

    def _fires(self, judgement: Judgement, evidence: Evidence) -> bool:
        if judgement.unanswered and evidence.plan.status == "draft":
            return False
        unknown = judgement.verdict is Verdict.UNVERIFIED and self._rule.finds_unverified
        return judgement.verdict is Verdict.BROKEN or unknown


class _Worker:
    """Notes in one process, and hands its notes to the run's controller where there is one."""

    def __init__(self, handed: Any, config: pytest.Config) -> None:
        self.noted: Noted = set()
        self._handed, self._config = handed, config
        _listened_to(self.noted)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        self._config.workeroutput["lineage_rules_noted"] = sorted(self.noted)  # type: ignore[attr-defined]


class _Controller:
    """Gathers the notes of all processes, and judges a whole run by them."""

    def __init__(self, config: pytest.Config) -> None:
        self.noted: Noted = set()
        self._config = config
        self._lacking: tuple[str, ...] = ()
        self._without_servers = False
        _listened_to(self.noted)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["lineage_rules_noted"] = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        handed = getattr(node, "workeroutput", None) or {}
        self.noted |= {(rule, what) for rule, what in handed.get("lineage_rules_noted", ())}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and isinstance(report.longrepr, tuple) and report.longrepr[2].startswith(_NO_SERVER):
            self._without_servers = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if file := self._config.getoption(_OPTION):
            write(Path(file), self.noted)
        # A run that was broken off, or whose servers did not start, has not seen every test.
        broken_off = session.shouldstop or session.shouldfail or self._without_servers
        if (
            _is_whole(self._config)
            and not broken_off
            and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        ):
            self._lacking = lacking(self.noted)
        if self._lacking:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._lacking:
            terminalreporter.section("rules that no test shows from both sides")
            for sentence in self._lacking:
                terminalreporter.line(sentence)


def write(file: Path, noted: Noted) -> None:
    """Add notes to those of a file."""
    file.write_text(json.dumps(sorted(noted | read(file)), indent=0), encoding="utf-8")


def read(file: Path) -> Noted:
    """Give the notes of a file; none where there is none yet."""
    return {(rule, what) for rule, what in json.loads(file.read_text(encoding="utf-8"))} if file.exists() else set()


def _is_whole(config: pytest.Config) -> bool:
    chosen = config.option
    narrowed = (chosen.keyword, chosen.deselect, chosen.ignore, chosen.ignore_glob, chosen.collectonly)
    by_default = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return by_default and chosen.markexpr in _WHOLE and not any(narrowed)


def _listened_to(noted: Noted) -> None:
    # The registry, which imports them all, holds copies of what the modules hold; tests ask both.
    known = registry.rules()
    modules = [module for name, module in sys.modules.items() if name.startswith("rules.")]
    for rule in (*known, *_held(modules)):
        listened: Callable[[Evidence], Iterator[Judgement]] = Listened(rule, noted)
        object.__setattr__(rule, "check", listened)


def _held(modules: Iterable[object]) -> Iterator[Rule]:
    seen: set[int] = {id(rule) for rule in registry.rules()}
    for module in modules:
        for rule in (getattr(module, "RULE", None), *getattr(module, "RULES", ())):
            if isinstance(rule, Rule) and id(rule) not in seen:
                seen.add(id(rule))
                yield rule


if __name__ == "__main__":
    left = lacking(read(Path(sys.argv[1])))
    print("\n".join(left))  # noqa: T201 - what it is for
    sys.exit(1 if left else 0)
