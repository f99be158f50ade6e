"""Taps and sources: a small one of our own for the laws and what goes wrong; real ones in test_taps.py."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors._sql import Failed
from connectors._tap.process import Command
from lineage import registry
from lineage.connector import Measure, MeasureKind, Profile, Sample, Stream, Structure
from lineage.errors import ConnectorError
from lineage.facts import DatasetFact, Fact, FieldFact, LookFact, MeasureFact, UnseenFact
from lineage.plan.model import Budget
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    context_of,
    read,
    relation_of,
)

TAP = str(Path(__file__).with_name("a_tap.py"))
PASSWORD = "s3cret-of-the-tap"
TEXT = {"type": ["null", "string"]}
CONTACTS_SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "description": "number of the contact"},
        "region": TEXT,
        "email": TEXT,
        "at": {"type": ["null", "string"], "format": "date-time"},
    },
}
CONTACTS_ROWS = [
    {"id": number, "region": region, "email": email, "at": None if at is None else at.replace(" ", "T") + "Z"}
    for number, region, email, at in ROWS
]


def stream(schema: dict[str, Any], rows: Sequence[dict[str, Any]], key: Sequence[str] = ()) -> dict[str, Any]:
    return {"schema": schema, "rows": list(rows), "key": list(key)}


def of_text(*names: str) -> dict[str, Any]:
    return {"type": "object", "properties": dict.fromkeys(names, TEXT)}


def settings_of(folder: Path, protocol: str, streams: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Write what the tap gives, and its config."""
    folder.mkdir(exist_ok=True, parents=True)
    config = more.pop("config", {})
    (folder / "data.json").write_text(json.dumps({"password": PASSWORD, "streams": streams, **more}), encoding="utf-8")
    told = {"data": str(folder / "data.json"), "password": PASSWORD, **config}
    (folder / "config.json").write_text(json.dumps(told), encoding="utf-8")
    command = [sys.executable, "-I", "-S", TAP, protocol]
    return {"protocol": protocol, "command": command, "config_path": str(folder / "config.json")}


def bytes_of(folder: Path) -> object:
    return sorted((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


class TestSingerLaws(ConnectorLaws):
    kind = "singer_airbyte"
    protocol = "singer"

    def lively(self, folder: Path) -> System:
        odd = stream(of_text(*ODD_COLUMNS), [dict.fromkeys(ODD_COLUMNS, MARKER)])
        streams = {"contacts": stream(CONTACTS_SCHEMA, CONTACTS_ROWS, ["id"]), 'odd; "stream': odd}
        settings = settings_of(folder, self.protocol, streams)
        targets = {CONTACTS: "contacts", ODD: 'odd; "stream'}
        return System(settings, targets, lambda: bytes_of(folder), (PASSWORD,))

    def bare(self, folder: Path) -> System:
        return System(settings_of(folder, self.protocol, {}))

    def unreachable(self, folder: Path) -> Sequence[System]:
        good = settings_of(folder / "good", self.protocol, {})
        wrong = settings_of(folder / "wrong", self.protocol, {}, config={"password": MARKER})
        silent = {**good, "command": [sys.executable, "-c", f"print('{MARKER}')"]}
        missing = {**good, "config_path": str(folder / MARKER)}
        return [
            System(wrong, secrets=(MARKER, PASSWORD)),
            System(silent),
            System({**good, "command": [f"/no/such/{MARKER}"]}),
            System(missing),
        ]


class TestAirbyteLaws(TestSingerLaws):
    protocol = "airbyte"


@pytest.fixture(params=["singer", "airbyte"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def profile(settings: dict[str, Any], *kinds: MeasureKind, **budget: Any) -> list[Fact]:
    facts = read("singer_airbyte", settings, [Structure({CONTACTS: "contacts"})])
    measures = tuple(Measure(CONTACTS, kind, None if kind is MeasureKind.ROWS else "at") for kind in kinds)
    context = context_of(budget=Budget(**{"rows": 1_000, "seconds": 20, "sample": 50, **budget}))
    tasks = [
        Profile(relation_of(facts, CONTACTS), None, (), measures),
        Sample(relation_of(facts, CONTACTS), None, None),
    ]
    return read("singer_airbyte", settings, tasks, context)


def test_fields_have_the_schemas_types_and_descriptions(tmp_path: Path, protocol: str) -> None:
    schema = {
        "type": "object",
        "definitions": {"money": {"type": ["null", "number"]}},
        "properties": {
            "id": {"type": "integer", "description": "which one"},
            "paid": {"$ref": "#/definitions/money"},
            "at": {"anyOf": [{"type": "null"}, {"type": "string", "format": "date-time"}]},
            "mixed": {"type": ["integer", "string"]},
            "tags": {"type": "array", "items": TEXT},
            "address": {"type": "object", "properties": {"city": TEXT, "geo": {"type": "object"}}},
            "anna@x.example": TEXT,
        },
    }

    facts = read("singer_airbyte", settings_of(tmp_path, protocol, {"s": stream(schema, [], ["id"])}), [Structure()])

    fields = [fact for fact in facts if isinstance(fact, FieldFact)]
    assert {".".join(fact.name.field): fact.type for fact in fields} == {
        "id": "BIGINT",
        "paid": "DOUBLE",
        "at": "TIMESTAMP WITH TIME ZONE",
        "mixed": "VARCHAR",
        "tags": "JSON",
        "address.city": "VARCHAR",
        "address.geo": "JSON",
    }
    assert [fact.name.field for fact in fields if fact.documented] == [("id",)]
    # The key is the word of the tap's author: no system holds the records to it.
    assert [(fact.key, fact.complete_fields) for fact in facts if isinstance(fact, DatasetFact)] == [((), False)]
    assert all(fact.nullable for fact in fields)
    assert "anna@x.example" not in repr(facts)


def test_a_stream_that_is_too_long_is_ended_and_only_sampled(tmp_path: Path, protocol: str) -> None:
    contacts = stream(CONTACTS_SCHEMA, CONTACTS_ROWS)
    settings = settings_of(tmp_path, protocol, {"contacts": contacts}, config={"times": 5_000_000})

    started = time.monotonic()
    facts = profile(settings, MeasureKind.ROWS, MeasureKind.NEWEST, rows=100)

    assert time.monotonic() - started < 15
    assert not [fact for fact in facts if isinstance(fact, MeasureFact)]
    [unseen] = [fact for fact in facts if isinstance(fact, UnseenFact)]
    assert (unseen.what, unseen.reason) == ("data", "over budget: more than 100 records")
    looks = [fact for fact in facts if isinstance(fact, LookFact)]
    assert {(look.rows_looked <= 100, look.rows_total, look.whole) for look in looks} == {(True, None, False)}


def test_a_tap_that_hangs_is_ended_with_what_it_started(tmp_path: Path, protocol: str) -> None:
    contacts, pid = stream(CONTACTS_SCHEMA, CONTACTS_ROWS), tmp_path / "pid"
    settings = settings_of(tmp_path, protocol, {"contacts": contacts}, sleeps=True, config={"pid": str(pid)})

    facts = profile(settings, MeasureKind.ROWS, seconds=1)

    assert [fact.reason for fact in facts if isinstance(fact, UnseenFact)] == ["out of time"]
    assert [look.rows_looked for look in facts if isinstance(look, LookFact)] == [4] * 4
    assert not _lives(int(pid.read_text(encoding="utf-8")))


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize(
    ("breaks", "says"),
    [("config_error", "its config is wrong"), ("transient_error", "failed for now"), ("incomplete", "not complete")],
)
def test_what_a_source_traces_of_itself_is_told_by_kind(tmp_path: Path, breaks: str, says: str) -> None:
    contacts = stream(CONTACTS_SCHEMA, CONTACTS_ROWS)

    facts = profile(settings_of(tmp_path, "airbyte", {"contacts": contacts}, breaks=breaks), MeasureKind.ROWS)

    assert [says in fact.reason for fact in facts if isinstance(fact, UnseenFact)] == [True]
    assert MARKER not in repr(facts)


def test_a_start_in_the_config_leaves_only_what_is_newest(tmp_path: Path, protocol: str) -> None:
    contacts = stream(CONTACTS_SCHEMA, [row for row in CONTACTS_ROWS if row["at"]])
    given = settings_of(tmp_path, protocol, {"contacts": contacts}, config={"start_date": "2026-11-01"})
    kinds = (MeasureKind.NEWEST, MeasureKind.OLDEST, MeasureKind.ROWS)

    facts = profile(given, *kinds)
    whole = profile({**given, "start": "whole"}, *kinds)

    measured = [(fact.measure.partition(":")[0], fact.value) for fact in facts if isinstance(fact, MeasureFact)]
    assert measured == [("newest", datetime(2026, 11, 22, 10, tzinfo=UTC))]
    unseen = {fact.name.field for fact in facts if isinstance(fact, UnseenFact) and fact.name}
    assert unseen == {("at",), ()}
    assert len([fact for fact in whole if isinstance(fact, MeasureFact)]) == 3
    assert [look.whole for look in facts if isinstance(look, LookFact)] == [False] * 4


def test_records_since_a_start_are_compared_with_nothing(tmp_path: Path) -> None:
    contacts = stream(CONTACTS_SCHEMA, CONTACTS_ROWS)
    settings = settings_of(tmp_path, "singer", {"contacts": contacts}, config={"startDate": "2026-11-01"})
    relation = relation_of(read("singer_airbyte", settings, [Structure({CONTACTS: "contacts"})]), CONTACTS)
    taken: list[object] = []

    class Rows:
        def __call__(self, rows: Sequence[Sequence[object]]) -> None:
            taken.extend(rows)

        def end(self) -> None:
            taken.append("end")

    facts = read("singer_airbyte", settings, [Stream(relation, ("id",))], context_of(sink=Rows()))

    assert taken == []
    assert ["names a start" in fact.reason for fact in facts if isinstance(fact, UnseenFact)] == [True]


def test_a_tap_that_writes_states_without_end_is_ended(tmp_path: Path) -> None:
    given = settings_of(tmp_path, "singer", {"contacts": stream(CONTACTS_SCHEMA, CONTACTS_ROWS)}, chatters=1_000_000)
    (tmp_path / "catalog.json").write_text('{"streams": []}', encoding="utf-8")
    options = ("--config", given["config_path"], "--catalog", str(tmp_path / "catalog.json"))
    command = Command(tuple(given["command"]), (), 300, tmp_path, most=3_000_000)

    with command.run(*options) as run, pytest.raises(Failed, match="more than 3 MB"):
        list(run.lines())

    assert run.process.poll() is not None


def test_a_wall_clock_in_a_field_of_moments_is_not_taken_for_one(tmp_path: Path, protocol: str) -> None:
    rows = [{**CONTACTS_ROWS[0]}, {**CONTACTS_ROWS[1], "at": "2026-11-20 10:00:00"}]

    facts = profile(
        settings_of(tmp_path, protocol, {"contacts": stream(CONTACTS_SCHEMA, rows)}),
        MeasureKind.NEWEST,
        MeasureKind.ROWS,
    )

    assert [(fact.measure, fact.value) for fact in facts if isinstance(fact, MeasureFact)] == [("rows", 2)]
    [unseen] = [fact for fact in facts if isinstance(fact, UnseenFact)]
    assert unseen.name is not None
    assert (unseen.name.field, unseen.reason.startswith("1 values are not")) == (("at",), True)


def test_a_config_from_the_environment_is_given_and_told_nowhere(tmp_path: Path, protocol: str) -> None:
    settings = settings_of(tmp_path, protocol, {"contacts": stream(CONTACTS_SCHEMA, CONTACTS_ROWS)})
    text = Path(settings.pop("config_path")).read_text(encoding="utf-8")
    settings["config_secret"] = text
    checked = registry.connector("singer_airbyte").settings.model_validate(settings)

    facts = profile(settings, MeasureKind.ROWS)
    with pytest.raises(ConnectorError) as caught:
        read("singer_airbyte", {**settings, "config_secret": text.replace(PASSWORD, MARKER)}, [Structure()])

    assert [fact.value for fact in facts if isinstance(fact, MeasureFact)] == [4]
    assert not {PASSWORD, MARKER} & set(repr((facts, checked, caught.value)).split("'"))
    assert PASSWORD not in repr((facts, checked, caught.value))


def test_a_command_gets_no_variable_that_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", MARKER)
    script = tmp_path / "tap.py"
    script.write_text(
        "import json, os\n"
        "fields = {name: {'type': 'string'} for name in os.environ if name in ('SOME_TOKEN', 'PATH')}\n"
        "print(json.dumps({'streams': [{'tap_stream_id': 's', 'schema': {'properties': fields}}]}))\n",
        encoding="utf-8",
    )
    given = {"protocol": "singer", "command": [sys.executable, "-S", str(script)]}

    def variables(settings: dict[str, Any]) -> set[str]:
        facts = read("singer_airbyte", settings, [Structure()])
        return {fact.name.field[0] for fact in facts if isinstance(fact, FieldFact)}

    assert variables(given) == {"PATH"}
    assert variables({**given, "environment": ["SOME_TOKEN"]}) == {"PATH", "SOME_TOKEN"}


def test_the_config_is_gone_when_the_read_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "seen").mkdir()
    script = tmp_path / "seen" / "tap.py"
    script.write_text(
        "import os, sys\n"
        f"file = open({str(tmp_path / 'seen' / 'mode')!r}, 'w')\n"
        "file.write(oct(os.stat(sys.argv[2]).st_mode & 0o777) + oct(os.stat(os.getcwd()).st_mode & 0o777))\n"
        "file.close()\n"
        "print('{\"streams\": []}')\n",
        encoding="utf-8",
    )
    settings = {"protocol": "singer", "command": [sys.executable, "-S", str(script)], "config_secret": "{}"}

    read("singer_airbyte", settings, [Structure()])

    assert (tmp_path / "seen" / "mode").read_text(encoding="utf-8") == "0o6000o700"
    assert [one.name for one in tmp_path.iterdir()] == ["seen"]
