"""The laws that every connector keeps: a connector's test inherits `ConnectorLaws` and says how its systems are made.

    class TestSqlite(ConnectorLaws):
        kind = "sqlite"

        def lively(self, folder): ...

The lively system has the dataset `contacts` (columns id, region, email, at) with the rows of `ROWS`, one dataset and
columns with odd names, and MARKER in every place where a value can stand.
"""

from __future__ import annotations

import gc
import json
import logging
import pickle
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lineage import registry
from lineage.connector import (
    Column,
    Connector,
    Measure,
    MeasureKind,
    Profile,
    Sample,
    Structure,
    Task,
)
from lineage.errors import ConnectorError
from lineage.facts import (
    AbsentFact,
    CostFact,
    DatasetFact,
    EdgeFact,
    Fact,
    FieldFact,
    LabelFact,
    LookFact,
    MeasureFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import DatasetId, FieldId, Name
from lineage.predicate import And, Compare, IsIn, Predicate, Truth
from tests.connectors.audits import AuditLaws
from tests.connectors.limits import LimitLaws
from tests.connectors.systems import (
    CONTACTS,
    INJECTIONS,
    MARKER,
    NOW,
    ODD,
    ODD_COLUMNS,
    ROWS,
    Emails,
    System,
    context_of,
    measures_of,
    read,
    relation_of,
    values_of,
    without_time,
)

__all__ = [
    "CONTACTS",
    "INJECTIONS",
    "MARKER",
    "NOW",
    "ODD",
    "ODD_COLUMNS",
    "ROWS",
    "ConnectorLaws",
    "Emails",
    "Laws",
    "System",
    "context_of",
    "measures_of",
    "read",
    "relation_of",
    "values_of",
    "without_time",
]


def open_files() -> int:
    """Give how many files, pipes and sockets this process has open; 0 where the system does not tell."""
    gc.collect()
    place = Path("/proc/self/fd")
    return sum(1 for _ in place.iterdir()) if place.is_dir() else 0


class Laws:
    """What every connector keeps, one without records among them."""

    kind: str

    def lively(self, folder: Path) -> System:
        """Make the system that the module's docstring describes."""
        raise NotImplementedError

    def unreachable(self, folder: Path) -> Sequence[System]:
        """Give settings of systems that cannot be read at all."""
        raise NotImplementedError

    def meanwhile(self) -> None:
        """Do what somebody else may do at a shared server between two reads; a system of its own has nobody else."""

    @pytest.fixture
    def system(self, tmp_path: Path) -> System:
        folder = tmp_path / "lively"
        folder.mkdir()
        return self.lively(folder)

    def everything(self, system: System) -> list[Fact]:
        """Read all that the laws look at."""
        return read(self.kind, system.settings, [Structure(system.targets)])

    def test_its_module_is_named_as_its_kind(self) -> None:
        assert isinstance(registry.connector(self.kind), Connector)
        assert registry.connector(self.kind).kind == self.kind

    def test_reading_twice_gives_the_same_facts(self, system: System) -> None:
        first = without_time([fact for fact in self.everything(system) if system.own(fact)])
        self.meanwhile()
        second = without_time([fact for fact in self.everything(system) if system.own(fact)])

        assert second == first

    def test_no_value_leaves(self, system: System, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            facts = self.everything(system)

        # The plan's own text may hold the word: it stands in the keys of the cell that this test asks for.
        told = repr([fact for fact in facts if not isinstance(fact, MeasureFact)]) + repr(
            [(fact.measure, fact.value) for fact in facts if isinstance(fact, MeasureFact)]
        )
        assert MARKER not in told + caplog.text
        assert all(secret not in repr(facts) + caplog.text for secret in system.secrets)

    def test_settings_keep_their_secrets(self, system: System) -> None:
        settings = registry.connector(self.kind).settings.model_validate(system.settings)

        assert all(secret not in repr(settings) + str(settings) for secret in system.secrets)

    def test_nothing_is_written(self, system: System) -> None:
        before = system.state()

        self.everything(system)

        assert system.state() == before

    def test_every_read_ends_with_its_cost(self, system: System) -> None:
        facts = read(self.kind, system.settings, [Structure(system.targets)])

        assert [type(fact) for fact in facts].count(CostFact) == 1
        assert isinstance(facts[-1], CostFact)
        assert facts[-1].queries + facts[-1].bytes > 0

    def test_a_read_leaves_nothing_open(self, system: System) -> None:
        read(self.kind, system.settings, [Structure(system.targets)])
        before = open_files()

        for _ in range(3):
            read(self.kind, system.settings, [Structure(system.targets)])

        # A server in this process closes its end of a connection a little later.
        ends = time.monotonic() + 20
        while (after := open_files()) > before and time.monotonic() < ends:
            time.sleep(0.05)
        assert after <= before

    def test_settings_tasks_and_facts_travel_between_processes(self, system: System) -> None:
        settings = registry.connector(self.kind).settings.model_validate(system.settings)
        facts = self.everything(system)

        assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own
        assert pickle.loads(pickle.dumps(facts)) == facts  # noqa: S301 - our own

    def test_a_system_that_cannot_be_read_raises_with_a_way_out(self, tmp_path: Path) -> None:
        for system in self.unreachable(tmp_path):
            with pytest.raises(ConnectorError) as caught:
                read(self.kind, system.settings, [Structure()])

            assert "?" in str(caught.value) or ";" in str(caught.value)
            assert str(tmp_path) not in str(caught.value)
            assert MARKER not in str(caught.value)
            assert all(secret not in str(caught.value) for secret in system.secrets)

    def test_a_name_that_attacks_is_absent(self, system: System) -> None:
        before = system.state()
        targets = {DatasetId(f"s.d{number}"): text for number, text in enumerate(INJECTIONS)}

        facts = read(self.kind, system.settings, [Structure(targets)])

        assert {fact.dataset for fact in facts if isinstance(fact, AbsentFact)} == set(targets)
        assert system.state() == before

    def test_facts_are_told_in_json(self, system: System) -> None:
        told = json.dumps(without_time(self.everything(system)))

        assert MARKER not in told.replace(f"'{MARKER}'", "")


class ConnectorLaws(AuditLaws, LimitLaws, Laws):
    """What connectors to records keep: inherit, and say how systems are made."""

    def bare(self, folder: Path) -> System:
        """Make a system without a dataset."""
        raise NotImplementedError

    def everything(self, system: System) -> list[Fact]:
        structure = read(self.kind, system.settings, [Structure(system.targets)])
        contacts, odd = relation_of(structure, CONTACTS), relation_of(structure, ODD)
        cells = (Compare("region", "=", "EU"), IsIn("region", ("EU", MARKER)))
        tasks: list[Task] = [
            Profile(contacts, None, cells, measures_of(CONTACTS)),
            Profile(
                odd,
                None,
                (),
                tuple(Measure(ODD, MeasureKind.NULLS, column) for column in odd.columns),
                {CONTACTS: contacts},
            ),
            Sample(contacts, None, None),
            Sample(odd, None, 1),
        ]
        return [*structure, *read(self.kind, system.settings, tasks)]

    def test_what_is_there_is_told(self, system: System) -> None:
        facts = self.everything(system)
        told = values_of([fact for fact in facts if isinstance(fact, MeasureFact) and fact.dataset == CONTACTS])

        assert [type(fact) for fact in facts].count(SystemFact) == 1
        assert {column for fact in facts if isinstance(fact, FieldFact) for column in fact.name.field} >= set(
            ODD_COLUMNS
        )
        assert told["rows"] == len(ROWS)
        assert max(moment for moment in told["newest"] if moment) == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
        assert min(moment for moment in told["oldest"] if moment) == datetime(2026, 10, 1, tzinfo=UTC)
        assert (told["future"], told["older"], told["nulls"], told["blanks"], told["outside"]) == (1, 1, 1, 1, 1)
        assert [fact.hits for fact in facts if isinstance(fact, LabelFact) and fact.name.field == ("email",)] == [2]
        looks = [fact for fact in facts if isinstance(fact, LookFact) and fact.name.field == ("email",)]
        assert [(look.rows_looked, look.whole, look.values_looked) for look in looks] == [(4, True, 3)]

    def test_what_a_join_loses_and_what_repeats_is_told(self, system: System) -> None:
        contacts = relation_of(read(self.kind, system.settings, [Structure(system.targets)]), CONTACTS)
        cells = (Compare("region", "=", "EU"), Compare("region", "=", "US"))
        measures = (
            Measure(CONTACTS, MeasureKind.ORPHANS, "id", of=FieldId(f"{CONTACTS}.id")),
            Measure(CONTACTS, MeasureKind.ORPHANS, "email", of=FieldId(f"{CONTACTS}.region")),
            Measure(CONTACTS, MeasureKind.REPEATS, "region"),
            Measure(CONTACTS, MeasureKind.REPEATS, "region", also=("id",)),
            Measure(CONTACTS, MeasureKind.REPEATS, "email"),
        )

        facts = read(self.kind, system.settings, [Profile(contacts, None, cells, measures, {CONTACTS: contacts})])
        told = [fact for fact in facts if isinstance(fact, MeasureFact)]

        assert not [fact for fact in facts if isinstance(fact, UnseenFact)]
        assert sum(int(fact.value or 0) for fact in told if fact.measure == measures[0].key) == 0
        assert sum(int(fact.value or 0) for fact in told if fact.measure == measures[1].key) == 3
        repeats = {(fact.measure, fact.atom): fact.value for fact in told if fact.measure.startswith("repeats")}
        eu, us = (((str(cell), True),) for cell in cells)
        assert repeats == {
            (measure.key, atom): int(measure == measures[2] and atom != us)
            for measure in measures[2:]
            for atom in ((), eu, us)
        }

    def test_every_edge_names_what_exists(self, system: System) -> None:
        facts = read(self.kind, system.settings, [Structure(system.targets)])
        known: set[Name] = {fact.name for fact in facts if isinstance(fact, DatasetFact | FieldFact)}

        for fact in facts:
            if isinstance(fact, EdgeFact):
                assert {fact.source, fact.target} <= known

    def test_an_empty_system_is_no_failure(self, tmp_path: Path) -> None:
        system = self.bare(tmp_path)

        facts = read(self.kind, system.settings, [Structure({CONTACTS: "contacts"})])

        assert any(isinstance(fact, SystemFact) for fact in facts)
        assert [fact.dataset for fact in facts if isinstance(fact, AbsentFact)] == [CONTACTS]

    @pytest.mark.parametrize("text", INJECTIONS)
    def test_a_plan_that_attacks_changes_nothing(self, system: System, text: str) -> None:
        contacts = relation_of(read(self.kind, system.settings, [Structure(system.targets)]), CONTACTS)
        before = system.state()
        attacked = replace(contacts, columns={**contacts.columns, "evil": Column((text,), "text")})
        wheres: list[Predicate] = [
            Compare("region", "=", text),
            IsIn("region", (text, "EU")),
            Compare("at", ">=", text),
            Truth("evil"),
        ]

        facts = read(
            self.kind,
            system.settings,
            [
                *(Profile(contacts, where, (), (Measure(CONTACTS, MeasureKind.ROWS),)) for where in wheres),
                Profile(contacts, None, (And(tuple(wheres)),), measures_of(CONTACTS, zone=text)),
                Profile(attacked, None, (), measures_of(CONTACTS, field_name="evil")),
                Profile(contacts, None, (), (Measure(CONTACTS, MeasureKind.OUTSIDE, "region", values=(text,)),)),
                Sample(attacked, None, None),
            ],
        )

        assert system.state() == before
        assert any(
            isinstance(fact, UnseenFact) and fact.name is not None and fact.name.field == (text,) for fact in facts
        )
        assert not any(isinstance(fact, MeasureFact) and fact.measure.endswith(":evil") for fact in facts)
