"""Lies of waivers: a finding that somebody accepted, and what is wrong with the entry that says so.

Each is told of a company whose plan already says one thing that is untrue, and whose product manager has accepted the
finding until a day: `accepted` is that entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from examples.support_reply.company import Company
from examples.support_reply.lies import an_action_is_excluded_and_allowed
from examples.support_reply.lies_about_launch import fewer_people_were_promised, the_rollback_takes_its_time
from lineage.finding import Finding

MANAGER: Final = "product-manager@acme.example"


@dataclass(frozen=True, slots=True)
class Lie:
    """What is wrong with an entry, and who is to find it."""

    rule: str
    writes: Callable[[str, Company], str]
    """Changes the file of waivers."""
    tell: Callable[[Company], None] = fewer_people_were_promised
    """What the plan says that is untrue, and that was accepted."""
    entails: tuple[str, ...] = ("rollout/unexpected-exposure",)
    """The findings that come back."""


def accepted(finding: Finding, company: Company) -> str:
    """Give the file in which the product manager accepted a finding two days ago, for a month."""
    from lineage.waivers.file import with_waiver

    on = company.ago(days=2).date()
    why = "the first stage is watched by hand"
    return with_waiver(Path("waivers.yaml"), finding, reason=why, by=MANAGER, on=on, until=on + timedelta(days=30))[0]


def _ended(text: str, company: Company) -> str:
    return re.sub(r"until: \S+", f"until: {company.ago(days=1).date()}", text)


def _without_a_reason(text: str, _company: Company) -> str:
    return re.sub(r"reason: .*", "reason: TBD", text)


def _by_somebody(text: str, _company: Company) -> str:
    return text.replace(MANAGER, "somebody@acme.example")


def _for_less(text: str, _company: Company) -> str:
    return re.sub(r"value: \d+", "value: 2", text)


def _for_another(text: str, _company: Company) -> str:
    return re.sub(r"finding: \S+", 'finding: "0123456789abcdef"', text)


def _for_all(text: str, _company: Company) -> str:
    return re.sub(r" *(?:rule|about): .*\n", "", re.sub(r"finding: \S+", 'finding: "*"', text))


def _as_it_is(text: str, _company: Company) -> str:
    return text


def _two_things(company: Company) -> None:
    fewer_people_were_promised(company)
    the_rollback_takes_its_time(company)


LIES: Final = (
    Lie("waivers/expired-waiver", _ended),
    Lie("waivers/forbidden-waiver", _as_it_is, an_action_is_excluded_and_allowed, ("plan/included-and-excluded",)),
    Lie("waivers/incomplete-waiver", _without_a_reason),
    Lie(
        "waivers/overbroad-waiver",
        _for_all,
        _two_things,
        # Of two findings no one figure was accepted.
        ("rollout/unexpected-exposure", "rollout/missing-rollback-conditions", "waivers/incomplete-waiver"),
    ),
    Lie("waivers/unauthorised-approver", _by_somebody),
    Lie("waivers/unused-waiver", _for_another),
    Lie("waivers/worsened-finding", _for_less),
)
"""Every lie of a waiver, by the rule that finds it."""
