"""Waivers as values: findings that a named person accepts until a day, and how each stands against what was found.

A waiver is only in force while nothing is wrong with it; `Flaw` lists what can be. Whatever its state, it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from lineage.finding import Finding, Scalar
from lineage.model import Severity, Verdict

LONGEST_DAYS: Final = 90
"""How long a waiver may last where its file says nothing else."""


class Flaw(StrEnum):
    """What keeps a waiver from being in force."""

    FORBIDDEN = "forbidden"
    INCOMPLETE = "incomplete"
    OVERBROAD = "overbroad"
    UNAUTHORISED = "unauthorised"
    EXPIRED = "expired"
    WORSENED = "worsened"
    UNUSED = "unused"


class WaiverState(StrEnum):
    """What has become of a waiver."""

    ACTIVE = "active"
    EXPIRED = "expired"
    UNUSED = "unused"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Waiver:
    """An entry of `waivers.yaml`; what it does not say is empty or None."""

    id: str
    """The fingerprint or pattern that it is written for; a second one for the same gets a number."""
    line: int
    """Where it stands in its file."""
    file: str
    finding: str = ""
    """A fingerprint, or a pattern of them (`*`)."""
    rule: str = ""
    about: str = ""
    """The subject; like `rule` it narrows what the waiver matches, and may be a pattern."""
    reason: str = ""
    by: str = ""
    on: date | None = None
    until: date | None = None
    value: Scalar = None
    """The figure when it was waived."""
    unit: str | None = None
    severity: Severity | None = None
    """How much the finding weighed when it was waived."""
    verdict: Verdict | None = None
    longest_days: int = LONGEST_DAYS

    @property
    def place(self) -> str:
        """Where people find it: `waivers.yaml:7`."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A waiver beside the findings that it names in one run."""

    waiver: Waiver
    findings: tuple[Finding, ...]
    """As they would be without it."""
    flaws: Mapping[Flaw, str]
    """What is wrong with it, in words; empty: it is in force."""
    sure: bool = True
    """False where its finding was not found and might be there: something could not be looked at."""

    @property
    def state(self) -> WaiverState:
        """What has become of it."""
        if not self.flaws:
            return WaiverState.ACTIVE
        if set(self.flaws) == {Flaw.EXPIRED}:
            return WaiverState.EXPIRED
        return WaiverState.UNUSED if set(self.flaws) == {Flaw.UNUSED} else WaiverState.VOID

    @property
    def told(self) -> str:
        """What there is to say of it in a line."""
        if not self.flaws:
            return f"in force until {self.waiver.until}"
        return "; ".join(f"{flaw.value}: {why}" for flaw, why in self.flaws.items())


UNWAIVABLE: Final[Mapping[str, str]] = {
    "waivers/": "what is wrong with a waiver is mended in the waiver",
    "plan/malformed-plan": "a plan that cannot be read says nothing that could be accepted: mend the plan",
    "plan/dangling-reference": "the plan names what it does not define: mend the plan",
    "plan/included-and-excluded": "the plan says both: decide in the plan",
    "plan/changed-after-approval": "what was approved is not what would launch: have it approved again",
    "privacy/secret-in-content": "a credential that others can read must be replaced: nobody can accept that for them",
    "access/privileged-identity": "such a login can undo every other control, the record of this waiver included",
    "actions/possible-excluded-action": "the plan forbids the action: allow it there, or take the right away",
    "evidence/altered-evidence": "facts that were changed prove nothing, so there is nothing to accept",
    "evidence/raw-value-in-report": "a value that leaves a source cannot be called back",
}
"""Rules, or families ending in `/`, whose findings nobody may waive, and why."""


def why_unwaivable(rule: str) -> str:
    """Give why a rule's findings may not be waived; empty where they may."""
    return UNWAIVABLE.get(rule) or UNWAIVABLE.get(f"{rule.partition('/')[0]}/", "")
