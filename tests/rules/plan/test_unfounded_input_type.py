"""The kinds of input that a launch takes are said, and the records are of no other kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.testing import verdict
from tests.rules.launch import DRAFT, PLAN, judged, says, told

INPUT = "plan/unfounded-input-type"
ROWS = ("insert into tickets (id, channel) values (1, 'email'), (2, 'email'), (3, 'chat'), (4, null)",)


def taking(inputs: str, text: str = DRAFT) -> str:
    return f"{text}scope: {{include: {{inputs: [{inputs}]}}}}\n"


@pytest.mark.parametrize(
    "inputs",
    ["{channel: email}", "{channels: [email]}", "{channel: email, of: crm.tickets.channel}"],
)
def test_records_of_a_channel_that_is_not_listed_are_told_of_a_draft_too(tmp_path: Path, inputs: str) -> None:
    report = judged(tmp_path, taking(inputs), INPUT, rows=ROWS)

    assert says(report, INPUT) == ["1 record of 4 are of a channel that the inputs do not list"]


@pytest.mark.parametrize("inputs", ["{channel: [email, chat]}", "{channel: email}, {channel: chat}"])
def test_records_of_the_listed_channels_are_right(tmp_path: Path, inputs: str) -> None:
    report = judged(tmp_path, taking(inputs), INPUT, rows=ROWS)

    assert (told(report, INPUT), verdict(report, "scope.include.inputs")) == ([], Verdict.HELD)


def test_a_language_that_no_field_tells_is_not_known(tmp_path: Path) -> None:
    report = judged(tmp_path, taking("{channel: [email, chat], languages: [en]}"), INPUT, rows=ROWS)

    assert (told(report, INPUT), verdict(report, "scope.include.inputs")) == ([], Verdict.UNVERIFIED)


def test_inputs_that_nobody_named_are_open_in_a_draft(tmp_path: Path) -> None:
    draft, later = judged(tmp_path, DRAFT, INPUT), judged(tmp_path, PLAN, INPUT)

    assert (told(draft, INPUT), draft.open_questions) == ([], 1)
    assert says(later, INPUT) == ["which kinds of input the workflow takes at launch is not said"]


def test_without_records_no_kind_is_known(tmp_path: Path) -> None:
    report = judged(tmp_path, taking("{channel: email}"), INPUT)

    assert verdict(report, "scope.include.inputs") is Verdict.UNVERIFIED
