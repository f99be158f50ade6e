"""What a type says about the time its values tell."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from lineage.clock import ClockForm, clock_form


@pytest.mark.parametrize(
    ("type", "form"),
    [
        ("timestamp with time zone", ClockForm.AWARE),
        ("timestamp(3) with time zone", ClockForm.AWARE),
        ("TIMESTAMP WITH TIME ZONE", ClockForm.AWARE),
        ("timestamptz", ClockForm.AWARE),
        ("timestamp[us, tz=Europe/Berlin]", ClockForm.AWARE),
        ("timestamp without time zone", ClockForm.NAIVE),
        ("timestamp(6) without time zone", ClockForm.NAIVE),
        ("TIMESTAMP_NS", ClockForm.NAIVE),
        ("DATETIME", ClockForm.NAIVE),
        ("timestamp[ms]", ClockForm.NAIVE),
        ("date", ClockForm.DATE),
        ("BIGINT", ClockForm.EPOCH),
        ("INTEGER", ClockForm.EPOCH),
        ("numeric(20,0)", ClockForm.EPOCH),
        ("DOUBLE", ClockForm.EPOCH),
        ("character varying(80)", ClockForm.TEXT),
        ("VARCHAR", ClockForm.TEXT),
        ("text", ClockForm.TEXT),
        ("boolean", ClockForm.NONE),
        ("time without time zone", ClockForm.NONE),
        ("interval", ClockForm.NONE),
        ("smallint", ClockForm.NONE),
        ("timestamp with time zone[]", ClockForm.NONE),
        ("text[]", ClockForm.NONE),
        ("STRUCT(at TIMESTAMP)", ClockForm.NONE),
        ("jsonb", ClockForm.NONE),
        ("public.tier", ClockForm.NONE),
        ("", ClockForm.NONE),
    ],
)
def test_a_type_says_how_its_values_tell_the_time(type: str, form: ClockForm) -> None:  # noqa: A002
    assert clock_form(type) is form


def test_only_moments_and_counts_since_1970_need_no_declared_zone() -> None:
    assert {form for form in ClockForm if form.zoned} == {ClockForm.AWARE, ClockForm.EPOCH}


def test_a_date_stands_for_a_whole_day() -> None:
    assert clock_form("date").resolution == timedelta(days=1)
    assert clock_form("timestamptz").resolution == timedelta(0)


def test_rules_can_ask_without_loading_anything_heavy() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, lineage.clock; print('sqlalchemy' in sys.modules or 'duckdb' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == "False"
