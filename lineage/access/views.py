"""Whether a view works for who reads it: its owner, or the reader, must hold the rights on everything beneath.

PostgreSQL checks the columns that a view's definition names against its owner; a `security_invoker` view's against
the session's current role, however deep it lies below views of others. Schema USAGE is asked for the name that the
reader writes only, never again beneath.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lineage.access.grants import Grants, Need
from lineage.access.routines import Routines
from lineage.access.works import UNDECIDED_DEPTH, YES, Standing, Works
from lineage.model import Name


@dataclass(slots=True)
class Views:
    """The views of one system."""

    grants: Grants
    _works: dict[tuple[Name, int, Standing | None], Works] = field(default_factory=dict)
    _policies: dict[tuple[Name, int], str] = field(default_factory=dict)
    _invokers: dict[Name, bool] = field(default_factory=dict)

    @property
    def routines(self) -> Routines:
        """The routines that views call, and that call views."""
        return Routines(self.grants, self.works)

    def works(self, dataset: Name, reader: int, depth: int = 0, standing: Standing | None = None) -> Works:
        """Say whether a dataset can be read by a session whose current role is `reader`."""
        # Only where views have definers does it matter where the session stands.
        standing = (standing or Standing(reader)) if self.grants.definers else None
        if self.grants.elsewhere(dataset):
            return self._elsewhere(dataset, reader)
        if not self.grants.is_view(dataset):
            return YES
        if depth > UNDECIDED_DEPTH:
            return Works(None, "its views nest too deep")
        key = (dataset, reader, standing) if self._asks_reader(dataset) else (dataset, -1, None)
        if key not in self._works:
            self._works[key] = self._checked(dataset, reader, depth, standing)
        return self._works[key]

    def policies(self, dataset: Name, reader: int, depth: int = 0) -> str:
        """Say whose row policies limit what `reader` sees of a dataset; empty where none do."""
        if not self.grants.is_view(dataset):
            return self._policy(dataset, reader)
        key = (dataset, reader)
        if key not in self._policies and depth <= UNDECIDED_DEPTH:
            checked = self._checked_as(dataset, reader)
            found = [self._beneath(base, checked, reader, depth) for base in self.grants.needs.get(dataset, {})]
            self._policies[key] = next((text for text in found if text), "")
        return self._policies.get(key, "")

    def _beneath(self, base: Name, checked: int | None, reader: int, depth: int) -> str:
        if self.grants.is_view(base):
            return self.policies(base, reader, depth + 1)
        return "" if checked is None else self._policy(base, checked)

    def _policy(self, table: Name, role: int) -> str:
        fact = self.grants.datasets.get(table)
        if fact is None or not fact.row_security or self.grants.superuser(role):
            return ""
        exempt = "bypass_row_security" in self.grants.attributes.get(role, ())
        if exempt or (self.grants.owned(table, role) and not fact.row_security_forced):
            return ""
        return f"the row policies of {table.short} for {self.grants.principals[role]}"

    def _checked(self, view: Name, reader: int, depth: int, standing: Standing | None) -> Works:
        role = self._checked_as(view, reader)
        if self.grants.views_unseen:
            return Works(None, f"the definitions of views could not be read: {self.grants.views_unseen}")
        if view in self.grants.opaque:
            return Works(None, f"the definition of {view.short} could not be read as lineage")
        if role is None:
            return Works(None, f"the owner of {view.short} was not seen")
        unsure = ""
        for base, need in self.grants.needs.get(view, {}).items():
            found = self._held(view, base, need, role)
            if found.answer is not False:
                # Beneath a definer's view MariaDB reads all as that definer; PostgreSQL asks the session's role.
                # What lies on another server is read there with the login of whoever is checked.
                checked = role if self.grants.definers or self.grants.elsewhere(base) else reader
                below = self.works(base, checked, depth + 1, standing)
                found = below if below.answer is False or found.answer is True else found
            if found.answer is False:
                return found
            unsure = unsure or (found.because if found.answer is None else "")
        for routine in self.grants.calls.get(view, ()):
            # PostgreSQL checks a routine in a view against who reads the view, MariaDB against the view's definer.
            caller = role if self.grants.definers else reader
            found = self.routines.called(routine, caller, depth + 1, standing)
            if found.answer is False:
                return found
            lacking = self.routines.may_fail(routine, caller, depth + 1) if found.answer else found.because
            unsure = unsure or lacking
        return Works(None, unsure) if unsure else YES

    def _elsewhere(self, dataset: Name, role: int) -> Works:
        fact, who = self.grants.datasets[dataset], self.grants.principals[role]
        if self.grants.mapped(dataset, role):
            return Works(None, f"{dataset.short} is on another server, and what {who} reads there is unseen")
        if fact.wrapper == "postgres_fdw":
            return Works(answer=False, because=f"a user mapping for {who} on the server of {dataset.short}")
        return Works(None, f"{dataset.short} is on another server, and whether {who} has a login there is unseen")

    def _held(self, view: Name, base: Name, need: Need, role: int) -> Works:
        if base not in self.grants.datasets and not self.grants.superuser(role):
            return Works(None, f"{view.short} reads {base.short}, whose grants were not seen")
        for certain, columns in ((True, need.exact), (False, need.uncertain)):
            for column in sorted(columns):
                if not column and self.grants.definers and self.grants.is_view(base):
                    # Of a view that is read without any column MariaDB asks no right, only of what lies beneath.
                    continue
                if not self.grants.may_select(role, base, column):
                    what = f"select on {base.at(*column).short} for {self._whose(view, role)}"
                    return Works(answer=False, because=what) if certain else Works(None, f"it may need {what}")
        return YES

    def _whose(self, view: Name, role: int) -> str:
        fact = self.grants.datasets[view]
        name = str(self.grants.principals[role])
        return f"{name}, the owner of {view.short}" if fact.runs_as_owner else f"{name}, who reads {view.short}"

    def _checked_as(self, view: Name, reader: int) -> int | None:
        fact = self.grants.datasets[view]
        return self.grants.owner(view) if fact.runs_as_owner else reader

    def _asks_reader(self, dataset: Name, depth: int = 0) -> bool:
        """Whether the answer depends on who reads: an invoker view stands at or beneath it."""
        if dataset not in self._invokers:
            fact = self.grants.datasets.get(dataset)
            if fact is None or not self.grants.is_view(dataset) or depth > UNDECIDED_DEPTH:
                return False
            asks = not fact.runs_as_owner or dataset in self.grants.calls
            self._invokers[dataset] = asks or any(
                self._asks_reader(base, depth + 1) for base in self.grants.needs.get(dataset, {})
            )
        return self._invokers[dataset]
