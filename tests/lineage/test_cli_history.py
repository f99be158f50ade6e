"""Waivers and the store as a user calls them: waive, audit, history, diff, and what a pull request adds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from lineage.cli import app
from tests.rules.waivers.worlds import GUARDIAN, INCOMPLETE, MISSING, PLAN, STALE, world

NOW = "2026-11-22T12:00:00+00:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.yaml").write_text(PLAN.lstrip("\n"), encoding="utf-8")
    return tmp_path


def called(folder: Path, *words: str, made: dict[str, Any] | None = None) -> Result:
    environ = world(folder, **(made or {})).environ
    options = {"waive": ("--plan",), "audit": ()}.get(words[0])
    named = (*options, str(folder / "plan.yaml")) if options is not None else ()
    return CliRunner().invoke(app, [words[0], *named, *words[1:]], env=environ)


def audited(folder: Path, *options: str, **made: int) -> tuple[int, dict[str, object]]:
    at = () if "--as-of" in options else ("--as-of", NOW)
    result = called(folder, "audit", "-o", str(folder / "report.json"), *at, *options, made=made)
    return result.exit_code, json.loads((folder / "report.json").read_text(encoding="utf-8"))


def ids(report: dict[str, object], rule: str) -> list[str]:
    return [found["id"] for found in report["findings"] if found["rule"] == rule]  # type: ignore[attr-defined]


def waive(folder: Path, finding: str, *options: str, by: str = GUARDIAN, until: str = "2026-12-31") -> Result:
    words = ("waive", finding, "--reason", 'said: "so" # yes', "--by", by, "--until", until, "--as-of", NOW, *options)
    return called(folder, *words)


def test_a_waiver_is_written_and_the_next_audit_reads_it(folder: Path) -> None:
    _, before = audited(folder)
    for finding in (*ids(before, STALE), *ids(before, MISSING)):
        assert waive(folder, finding).exit_code == 0

    code, after = audited(folder, "--fail-on", "blocker")

    assert code == 0
    assert after["verdict"]["decision"] == "ship"  # type: ignore[index]
    told = {each["finding"]: each for each in after["waivers"]}  # type: ignore[attr-defined]
    waiver = told[ids(before, STALE)[0]]
    assert (waiver["state"], waiver["approved_by"], waiver["expires_at"]) == ("active", GUARDIAN, "2026-12-31")
    assert waiver["value_at_waiver"] == 864_000


def test_waivers_of_another_file_are_read_where_it_is_named(folder: Path) -> None:
    _, before = audited(folder)
    other = str(folder / "accepted.yaml")
    assert waive(folder, ids(before, STALE)[0], "--waivers", other).exit_code == 0

    assert not audited(folder)[1]["waivers"]
    assert audited(folder, "--waivers", other)[1]["waivers"]


def test_a_file_of_waivers_that_is_not_there_is_told(folder: Path) -> None:
    result = called(folder, "audit", "--waivers", str(folder / "none.yaml"))

    assert result.exit_code != 0
    assert "none.yaml is not there" in str(result.exception)


def test_comments_and_entries_of_the_file_stay(folder: Path) -> None:
    _, before = audited(folder)
    text = "# ours\nwaivers: v1 # the first\nwaive:\n  # on trial\n  - finding: abc # look again\n    by: me\n# end\n"
    (folder / "waivers.yaml").write_text(text, encoding="utf-8")

    assert waive(folder, ids(before, STALE)[0]).exit_code == 0

    written = (folder / "waivers.yaml").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line not in written.splitlines()] == []
    assert written.startswith(text[: text.index("# end")])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"by": "dev@acme.example"}, "unauthorised"),
        ({"until": "2027-11-22"}, "90 are the most"),
        ({"until": "2026-11-01"}, "expired"),
        ({"until": "soon"}, "is no day"),
    ],
)
def test_what_would_waive_nothing_is_not_written(folder: Path, options: dict[str, str], says: str) -> None:
    _, before = audited(folder)

    result = waive(folder, ids(before, STALE)[0], **options)

    assert says in str(result.exception)
    assert not (folder / "waivers.yaml").exists()


def test_a_fingerprint_that_no_finding_has_cannot_be_waived(folder: Path) -> None:
    assert "no finding has the fingerprint" in str(waive(folder, "feedfeedfeedfeed").exception)


def test_the_beginning_of_a_fingerprint_is_enough_where_it_is_one_findings(folder: Path) -> None:
    _, before = audited(folder)
    whole = ids(before, STALE)[0]

    assert "no finding has the fingerprint" in str(waive(folder, whole[:5]).exception)
    assert waive(folder, whole[:8]).exit_code == 0

    assert whole in (folder / "waivers.yaml").read_text(encoding="utf-8")


def test_a_finding_is_waived_once(folder: Path) -> None:
    _, before = audited(folder)
    waive(folder, ids(before, STALE)[0])

    assert "already" in str(waive(folder, ids(before, STALE)[0]).exception)


@pytest.mark.parametrize(
    "after", ["", "  # beside\n  - finding: abc\n    by: me\n# end\n"], ids=["the last", "one of two"]
)
def test_a_waiver_that_has_ended_makes_room_for_another(folder: Path, after: str) -> None:
    _, before = audited(folder)
    finding, file = ids(before, STALE)[0], folder / "waivers.yaml"
    assert waive(folder, finding).exit_code == 0
    ended = file.read_text(encoding="utf-8").replace("2026-12-31", "2026-11-01")
    file.write_text(f"{ended}{after}", encoding="utf-8")

    assert waive(folder, finding).exit_code == 0

    written = file.read_text(encoding="utf-8")
    assert written.count(finding) == 1
    assert "2026-11-01" not in written
    assert all(line in written for line in after.splitlines())
    assert "already" in str(waive(folder, finding).exception)


def test_runs_are_kept_and_listed_with_what_changed(folder: Path) -> None:
    store = ("--store", str(folder / "runs.db"))
    audited(folder, *store, empty=30)
    audited(folder, *store, "--as-of", "2026-11-23T12:00:00+00:00", empty=0)
    code, third = audited(folder, *store, "--as-of", "2026-11-24T12:00:00+00:00", empty=40)

    told = called(folder, "history", *store, "-f", "json")
    listed = json.loads(told.stdout)["runs"]
    changes = [run["changes"] for run in listed]

    assert code == 1
    assert [run["previous"] for run in listed] == [listed[1]["run"], listed[2]["run"], None]
    assert changes[1]["resolved"] == 1
    assert changes[0]["regressed"] == 1
    assert third["run"]["previous"] == listed[1]["run"]  # type: ignore[index]
    compared = called(folder, "diff", listed[2]["run"], listed[1]["run"][:12], *store)
    assert compared.exit_code == 0
    assert INCOMPLETE in compared.stdout
    assert "- resolved" in compared.stdout


def test_a_kept_run_is_exported_without_its_plan_and_its_systems(folder: Path) -> None:
    store = ("--store", str(folder / "runs.db"))
    _, report = audited(folder, *store)
    run = report["run"]["id"]  # type: ignore[index]
    for file in folder.iterdir():
        if file.name != "runs.db":
            file.unlink()

    told = CliRunner().invoke(app, ["export", "jira", "--run", run[:10], *store])

    assert told.exit_code == 0, told.output
    assert all(found["id"] in told.stdout for found in report["findings"])  # type: ignore[attr-defined]
    assert [path.name for path in folder.iterdir()] == ["runs.db"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--run", "feedfeed"), "runs.db is not there; `lineage audit PLAN --store"),
        (("--run", "feedfeed", "--as-of", NOW), "--as-of would judge anew"),
        ((), "name a plan, or with --run"),
    ],
)
def test_an_export_that_nobody_named_says_what_to_name(folder: Path, words: tuple[str, ...], says: str) -> None:
    result = CliRunner().invoke(app, ["export", "sarif", *words], env={"LINEAGE_STORE": str(folder / "runs.db")})

    assert result.exit_code != 0
    assert says in str(result.exception)
    assert not (folder / "runs.db").exists()


def test_a_run_that_the_store_does_not_have_is_told(folder: Path) -> None:
    store = ("--store", str(folder / "odd?name=#1%20.db"))
    audited(folder, *store)

    assert "no run is called 'feedfeed'" in str(
        called(folder, "export", "sarif", "--run", "feedfeed", *store).exception
    )
    assert "no run is called 'feed1'" in str(called(folder, "diff", "feed1", "feed2", *store).exception)
    assert (folder / "odd?name=#1%20.db").is_file()


def test_two_runs_of_one_moment_that_conclude_differently_are_two_runs(folder: Path) -> None:
    store = ("--store", str(folder / "runs.db"))
    audited(folder, *store, empty=0)
    audited(folder, *store, empty=0)
    audited(folder, *store, empty=30)

    listed = json.loads(called(folder, "history", *store, "-f", "json").stdout)["runs"]

    assert len(listed) == 2
    assert listed[0]["previous"] == listed[1]["run"]


def test_what_a_weaker_run_does_not_find_is_not_called_resolved(folder: Path) -> None:
    store = ("--store", str(folder / "runs.db"))
    audited(folder, *store)

    _, weaker = audited(folder, *store, "--no-data", "--as-of", "2026-11-23T12:00:00+00:00")

    assert ids(weaker, INCOMPLETE) == []
    gone = {each["rule"]: each["change"] for each in weaker["history"]["gone"]}  # type: ignore[index]
    assert gone[INCOMPLETE] == "not seen"


def test_a_pull_request_fails_for_what_is_new_only(folder: Path) -> None:
    store = ("--store", str(folder / "runs.db"))
    audited(folder, *store, empty=0)

    same, _ = audited(folder, *store, "--new-only", empty=0)
    worse, report = audited(folder, *store, "--new-only", empty=30)
    again, _ = audited(folder, *store, "--new-only", empty=30)

    assert (same, worse, again) == (0, 1, 1)  # the second look at a pull request knows no more than the first
    new = [each for each in report["history"]["changes"].items() if each[1] == "new"]  # type: ignore[index]
    assert [each[0] for each in new] == ids(report, INCOMPLETE)


def test_a_store_that_cannot_be_opened_loses_no_report(folder: Path) -> None:
    (folder / "runs.db").write_bytes(b"no database at all" * 400)

    code, report = audited(folder, "--store", str(folder / "runs.db"))
    told = called(folder, "audit", "--store", str(folder / "runs.db"), "--new-only")

    assert code == 3
    assert report["findings"]
    assert told.exit_code == 3
    assert "SQLITE_NOTADB" in told.output
    assert STALE in told.output


def test_new_only_without_a_store_is_refused(folder: Path) -> None:
    assert "--new-only needs --store" in str(called(folder, "audit", "--new-only").exception)


def test_no_value_of_a_source_is_in_the_store(folder: Path) -> None:
    audited(folder, "--store", str(folder / "runs.db"))

    assert b"gold" not in (folder / "runs.db").read_bytes()


def test_a_run_says_what_it_knows_of_the_one_before_in_its_last_line(folder: Path) -> None:
    store = ("--store", str(folder / "runs.db"))
    audited(folder, *store, empty=0)

    told = called(folder, "audit", "--as-of", "2026-11-23T12:00:00+00:00", *store, made={"empty": 30})

    assert "1 new" in told.stdout.splitlines()[-1]
