"""Laws at the ends of what may be read: too much of it, and a login that is refused or may not look.

`refused` and `rightless` give the systems for the last two; a connector whose systems know neither says so in
`test_limits.py`, with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest

from lineage.connector import Profile, Sample, Structure, Task
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact, Fact, LookFact, UnseenFact
from lineage.plan.model import Budget
from tests.connectors.systems import System, context_of, measured, measures_of, read, relation_of

_NOBODY = 65534


class LimitLaws:
    """What connectors to records keep where a read ends early."""

    kind: str

    def refused(self, system: System) -> Sequence[System]:  # noqa: ARG002 - as the port has it
        """Give the lively system with credentials that it refuses; each names its secrets."""
        return ()

    def rightless(self, system: System) -> Sequence[System]:  # noqa: ARG002 - as the port has it
        """Give the lively system as logins see it that are known to it and may not read `contacts`."""
        return ()

    def guarded(self) -> AbstractContextManager[None]:
        """Have the system ask for credentials and rights, where in other tests it does not."""
        return nullcontext()

    @pytest.mark.parametrize("budget", [Budget(rows=1, seconds=20, sample=1), Budget(seconds=0.001)])
    def test_what_is_too_large_is_unseen_and_never_told_in_part(self, system: System, budget: Budget) -> None:
        dataset = next(iter(system.targets))
        relation = relation_of(read(self.kind, system.settings, [Structure(system.targets)]), dataset)
        clock = next((name for name, column in relation.columns.items() if "TIMESTAMP" in column.type), "at")
        asked: list[Task] = [
            Profile(relation, None, (), measures_of(dataset, clock, next(iter(relation.columns)))),
            Sample(relation, None, None),
        ]
        whole = measured(read(self.kind, system.settings, asked))
        rows = next(int(str(value)) for (measure, _), value in whole.items() if measure == "rows")
        context = context_of(budget=budget)

        try:
            structure = read(self.kind, system.settings, [Structure(system.targets)], context)
            facts = read(self.kind, system.settings, asked, context)
        except ConnectorError:
            return

        told = measured(facts)
        assert told.items() <= whole.items()
        assert told.keys() == whole.keys() or any(
            isinstance(fact, UnseenFact) and fact.what == "data" for fact in facts
        )
        assert not any(fact.whole for fact in facts if isinstance(fact, LookFact) and fact.rows_looked < rows)
        assert not any(fact.proven for fact in structure if isinstance(fact, AbsentFact))

    def test_a_credential_that_is_refused_is_said_and_not_shown(self, system: System) -> None:
        for refused in self.refused(system):
            assert refused.secrets

            with self.guarded(), pytest.raises(ConnectorError) as caught:
                read(self.kind, refused.settings, [Structure(system.targets)])

            assert "?" in str(caught.value) or ";" in str(caught.value)
            assert all(secret not in str(caught.value) for secret in refused.secrets)
            # Whoever prints an error with its causes shows no more than the error itself.
            assert caught.value.__cause__ is None or caught.value.__suppress_context__

    def test_what_may_not_be_read_is_unseen_and_never_empty(self, system: System) -> None:
        relation = relation_of(
            read(self.kind, system.settings, [Structure(system.targets)]), next(iter(system.targets))
        )
        asked: list[Task] = [Profile(relation, None, (), measures_of(relation.dataset)), Sample(relation, None, None)]
        whole = measured(read(self.kind, system.settings, asked))

        for rightless in self.rightless(system):
            with self.guarded():
                told = _told(self.kind, rightless, system, asked)

            if isinstance(told, ConnectorError):
                assert "?" in str(told) or ";" in str(told)
                continue
            assert not any(fact.proven for fact in told if isinstance(fact, AbsentFact))
            assert measured(told).items() < whole.items()
            assert {"data", "sample"} <= {fact.what for fact in told if isinstance(fact, UnseenFact)}


class FolderLaws(LimitLaws):
    """The same where a system is a folder: no login lacks rights there, but this process can."""

    folder: Path

    def rightless(self, system: System) -> Sequence[System]:
        """Give the lively system, whose folder is closed while it is read."""
        self.folder = Path(system.settings["path"])
        return [system]

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Close the folder."""
        with closed(self.folder):
            yield


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """Close a folder, and be nobody where this process is one that no folder is closed to."""
    mode, administrator = folder.stat().st_mode, os.geteuid() == 0
    folder.chmod(0)
    if administrator:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)
        folder.chmod(mode)


def _told(kind: str, login: System, system: System, asked: Sequence[Task]) -> list[Fact] | ConnectorError:
    try:
        return [*read(kind, login.settings, [Structure(system.targets)]), *read(kind, login.settings, asked)]
    except ConnectorError as error:
        return error
