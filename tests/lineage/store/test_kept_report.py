"""A kept report gives every export as the run itself did, or says why this version cannot."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from lineage.errors import StoreError
from lineage.exports import FORMATS, exported
from lineage.history import kept
from lineage.report import Change, History, Report
from lineage.store import open_store
from tests.lineage.reports.sample import NOW, everywhere, report
from tests.rules.waivers.worlds import entry, found, judged
from tests.servers import PostgresDatabase

SAMPLE = report(history=History("abc", {"0123456789abcdef": Change.NEW}, {"0123456789abcdef": NOW}))


def again(url: str, told: Report) -> Report:
    with open_store(url) as store:
        store.keep(kept(told), told)
        return store.report(told.run_id)


@pytest.fixture(scope="module")
def waived(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("waived")
    return judged(folder, f"waivers: v1\nwaive:\n{entry(found(judged(folder)))}")


@pytest.mark.parametrize("told", [SAMPLE, everywhere("a\u202e'\"\n<b>")], ids=["sample", "odd names"])
def test_a_report_comes_back_as_it_was_told(told: Report, tmp_path: Path) -> None:
    assert again(str(tmp_path / "runs.db"), told) == told


@pytest.mark.parametrize("form", [form.name for form in FORMATS if form.name != "excel"])
def test_a_kept_run_is_exported_as_the_run_itself(form: str, waived: Report, tmp_path: Path) -> None:
    back = again(str(tmp_path / "runs.db"), waived)

    assert waived.waivers
    assert back == waived
    assert exported(back, form) == exported(waived, form)


@pytest.mark.postgresql
def test_a_report_is_kept_in_postgresql_too(postgres: PostgresDatabase, waived: Report) -> None:
    assert again(postgres.url(), waived) == waived


def test_a_run_that_is_kept_again_has_its_last_report(tmp_path: Path) -> None:
    again(str(tmp_path / "runs.db"), SAMPLE)

    assert again(str(tmp_path / "runs.db"), replace(SAMPLE, plan_version="2")).plan_version == "2"


def test_a_run_that_was_kept_without_its_report_says_so(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "runs.db")) as store:
        store.keep(kept(SAMPLE))

        with pytest.raises(StoreError, match="without its report; audit again with --store"):
            store.report(SAMPLE.run_id)


@pytest.mark.parametrize("content", ["{", "[]", '{"run_id": "ada@example.org"}', "[" * 100_000])
def test_a_report_that_cannot_be_read_is_told_without_its_content(content: str, tmp_path: Path) -> None:
    again(str(tmp_path / "runs.db"), SAMPLE)
    with sqlite3.connect(tmp_path / "runs.db") as connection:
        connection.execute("update reports set content = ?", [content])

    with open_store(str(tmp_path / "runs.db")) as store, pytest.raises(StoreError, match="cannot be read") as raised:
        store.report(SAMPLE.run_id)

    assert "ada@" not in str(raised.value)
