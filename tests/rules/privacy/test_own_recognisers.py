"""Recognisers of a user's own: what the page about them shows works, and what is wrong with them is said."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from lineage import registry
from lineage.detector import Label
from lineage.errors import PlanError
from lineage.facts import LabelFact, LookFact, UnseenFact
from lineage.recognizers import detector_with
from lineage.testing import World

PAGE = Path(__file__).parents[3] / "docs" / "recognisers.md"


def block(language: str, name: str) -> str:
    """Give a block of the page that begins with a name."""
    [found] = [
        text
        for kind, text in re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        if kind == language and name in text.splitlines()[0]
    ]
    return str(found)


def told(definitions: list[Mapping[str, object]], values: list[str], header: str = "field") -> dict[str, Label]:
    detector = registry.detector("", json.dumps(definitions))
    return {label.label: label for label in detector.detect(pa.table({header: values}))}


def pattern(**more: object) -> Mapping[str, object]:
    given = {"supported_entity": "BADGE", "patterns": [{"name": "p", "regex": r"\bE-\d{6}\b", "score": 0.3}]}
    return {**given, **more}


def test_the_file_that_the_page_shows_tells_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "recognisers.yaml"
    file.write_text(block("yaml", "recognisers.yaml"), encoding="utf-8")
    notes = [f"the staff number E-{100_000 + n} works on Bluebird again" for n in range(20)]

    found = {label.label: label for label in detector_with(file).detect(pa.table({"note": notes, "plain": notes}))}

    assert (found["employee_number"].hits, found["employee_number"].confidence) == (20, 0.65)
    assert found["employee_number"].why == ("own recogniser", "context")
    assert (found["project"].hits, found["project"].confidence) == (20, 0.99)


def test_the_package_that_the_page_shows_joins_every_scan(tmp_path: Path) -> None:
    (tmp_path / "acme_kinds.py").write_text(block("python", "acme_kinds.py"), encoding="utf-8")
    installed = tmp_path / "acme_kinds-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-kinds\nVersion: 1\n", encoding="utf-8")
    toml = block("toml", "pyproject.toml")
    entry = toml.splitlines()[-1].replace('"', "")
    (installed / "entry_points.txt").write_text(f"[lineage_audit.recognizers]\n{entry}\n", encoding="utf-8")
    rows = "\n".join(f"{n},M{n:07d}{(-sum(map(int, str(n)))) % 7}" for n in range(1_000, 1_060))
    (tmp_path / "members.csv").write_text(f"id,code\n{rows}\n", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "lineage", "scan", "members.csv"],
        cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "member card" in done.stdout.replace("_", " ")
    assert "M000" not in done.stdout + done.stderr


def test_a_word_of_the_context_before_a_hit_makes_it_surer() -> None:
    plain = [f"see E-{100_000 + n} there" for n in range(20)]
    said = [f"the badge of E-{100_000 + n}" for n in range(20)]

    assert not told([pattern(context=["badge"])], plain)
    assert told([pattern(context=["badge"])], said)["badge"].why == ("own recogniser", "context")
    assert told([pattern(context=["badge"])], plain, "staff_badge")["badge"].why == ("own recogniser", "header")


def test_context_words_of_every_language_count() -> None:
    languages = [{"language": "en", "context": ["badge"]}, {"language": "de", "context": ["ausweis"]}]

    found = told([pattern(supported_languages=languages)], [f"Ausweis E-{100_000 + n}" for n in range(20)])

    assert found["badge"].hits == 20


def test_a_threshold_decides_from_which_score_on_a_hit_counts() -> None:
    values = [f"E-{100_000 + n}" for n in range(20)]

    assert told([pattern(score_threshold=0.2)], values)["badge"].confidence == 0.3
    assert not told([pattern()], values)
    assert not told([pattern(score_threshold=0.9, context=["staff"])], values, "staff")


def test_a_word_of_a_deny_list_counts_as_a_whole_in_any_case() -> None:
    found = told(
        [{"supported_entity": "PROJECT", "deny_list": ["Bluebird"]}], ["bluebird", "Bluebirds", "x Bluebird y"]
    )

    assert found["project"].hits == 2


def test_a_recogniser_of_presidios_own_is_taken_by_its_name() -> None:
    found = told(
        [{"type": "predefined", "name": "InPanRecognizer"}], [f"AAAPB{n}C" for n in range(1_000, 1_030)], "code"
    )

    assert found["in_pan"].hits == 30


def test_one_that_is_not_enabled_is_left_out() -> None:
    assert not told([pattern(enabled=False, score_threshold=0.1)], ["E-100000"] * 5)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("recognizers: [{supported_entity: X, deny_list: [1, 2]}]", "deny_list that is no list of words"),
        ("recognizers: [{supported_entity: X, deny_list: abc}]", "deny_list that is no list of words"),
        ("recognizers: [{supported_entity: X, deny_list: [a], context: staff}]", "context that is no list"),
        ("recognizers: [{supported_entity: X, patterns: {name: a}}]", "patterns that are no list"),
        ("recognizers: [{supported_entity: X, patterns: [{name: a, regex: a*, score: 1}]}]", "matches an empty text"),
        ("recognizers: [{supported_entity: X, patterns: [{name: a, regex: a, score: 7}]}]", "between 0 and 1"),
        ("recognizers: [{supported_entity: X, deny_list: [a], score_threshold: 2}]", "score_threshold"),
        ("recognizers: [{supported_entity: X, deny_list: [a], supported_languages: 3}]", "supported_languages"),
        ("recognizers: [{supported_entity: X, deny_list: [a], type: other}]", "neither custom nor predefined"),
        ("recognizers: [{type: predefined}]", "has no name"),
        ("recognizers: [{type: predefined, name: SpacyRecognizer}]", "no predefined recogniser of patterns"),
        ("recognizers: [{type: predefined, name: os}]", "no predefined recogniser of patterns"),
        ("recognizers: [{supported_entity: X, deny_list: [2026-01-01]}]", "neither text nor a number"),
        ("recognizers: [text]", "is no mapping"),
        ("{recognizers: [], engine: x}", "has the key 'engine'"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(PlanError, match=re.escape(says)):
        detector_with(file)


PLAN = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
recognizers: own.yaml
sources:
  desk:
    connector: {type: sqlite, url: "${DESK_URL}"}
    datasets:
      tickets: {reads: tickets, key: id, fields: {id: required, body: {need: helpful, sensitive: free_text}}}
steps:
  draft: {reads: {desk.tickets: all}, to: prompt}
"""


@pytest.mark.slow
def test_a_pattern_that_takes_for_ever_leaves_the_field_open_and_shows_nothing(tmp_path: Path) -> None:
    marker = "a" * 40 + "CANARY"
    world = World(tmp_path).sqlite(
        "desk", f"create table tickets (id integer, body text); insert into tickets values (1, '{marker}!');"
    )
    own = pattern(patterns=[{"name": "p", "regex": "(a|aa)+$", "score": 0.9}])
    (tmp_path / "own.yaml").write_text(json.dumps({"recognizers": [own]}), encoding="utf-8")
    begun = time.monotonic()

    snapshot = world.scan(PLAN)

    assert time.monotonic() - begun < 60
    assert not any(isinstance(fact, LookFact | LabelFact) for fact in snapshot.facts)
    assert any(isinstance(fact, UnseenFact) and "OwnRecogniserError" in fact.reason for fact in snapshot.facts)
    assert "CANARY" not in repr(snapshot)
