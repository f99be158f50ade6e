"""Waivers held against what a run found: which are in force, and what is wrong with the others.

A pure function of waivers, findings, plan and moment. A waiver that has any flaw waives nothing: its finding returns
at its own severity. A waiver changes no verdict: what is broken stays broken in the ledger, and is told as waived.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from typing import Any, Final

from lineage.finding import Actual, Finding, Scalar, Status
from lineage.model import Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Plan
from lineage.waivers.model import Flaw, Waiver, Weighed, why_unwaivable

ACCOUNTABLE: Final = frozenset({"accountable", "guardian", "business_sponsor", "ai_product_manager"})
"""Roles of `raci` that may accept a risk for the launch; who builds or runs it may not."""
ACCOUNTABLE_OWNERS: Final = frozenset({"outcome", "expansion"})
"""Roles of `owners` that may."""
LESS_IS_WORSE: Final = frozenset(
    {
        "source/incomplete-field",
        "source/missing-records",
        "freshness/stale-tail",
        "retention/shorter-than-floor",
        "retention/floor-ceiling-conflict",
        "privacy/identifying-combination",
        "privacy/insufficient-detection",
    }
)
"""Rules whose figure is of what is there; every other figure is of what is wrong, and worse when it is larger."""
GROWS_WITH_TIME: Final = frozenset(
    {"freshness/stale-source", "freshness/stale-segment", "freshness/stopped-arrival", "retention/stalled-deletion"}
)
"""Rules whose figure is an age: one that only grew by the time since the waiver is no worse than what was waived."""
_SIGMAS: Final = 3


@dataclass(frozen=True, slots=True)
class Looked:
    """What a run could look at, so that a waiver whose finding is gone is told from one whose finding was not seen."""

    complete: bool = True
    unverified: frozenset[str] = frozenset()
    """Rules that could not answer somewhere."""


def weighed(
    waivers: Sequence[Waiver], findings: Sequence[Finding], plan: Plan, now: datetime, looked: Looked = Looked()
) -> tuple[Weighed, ...]:
    """Give how each waiver stands."""
    people = accountable(plan)
    return tuple(_weighed(waiver, findings, people, now, looked) for waiver in waivers)


def waived(findings: Sequence[Finding], stand: Sequence[Weighed]) -> tuple[Finding, ...]:
    """Give the findings, those with a waiver in force marked as waived, with by whom, until when and why."""
    by_id = {found.id: each.waiver for each in stand if not each.flaws for found in each.findings}
    return tuple(_marked(finding, by_id.get(finding.id)) for finding in findings)


def accountable(plan: Plan) -> Mapping[str, str]:
    """Give who may accept a finding of any kind, by name in lower case, with the role that lets them."""
    found: dict[str, str] = {}
    for path, name in _named("raci", plan.content.get("raci")):
        if ACCOUNTABLE.intersection(path.casefold().split(".")):
            found.setdefault(_key(name), path)
    for path, name in _named("owners", plan.content.get("owners")):
        if path.partition(".")[2] in ACCOUNTABLE_OWNERS:
            found.setdefault(_key(name), path)
    if plan.owner is not None and not is_placeholder(plan.owner):
        found.setdefault(_key(plan.owner), "meta.owner")
    return found


def _named(path: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case str() if not is_placeholder(value):
            yield path, value
        case list():
            for item in value:
                yield from _named(path, item)
        case dict():
            for role, item in value.items():
                yield from _named(f"{path}.{role}", item)
        case _:
            return


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _marked(finding: Finding, waiver: Waiver | None) -> Finding:
    if waiver is None:
        return finding
    said = f"{finding.title} (waived until {waiver.until} by {waiver.by}: {waiver.reason})"
    return replace(finding, status=Status.WAIVED, title=said)


def _weighed(
    waiver: Waiver, findings: Sequence[Finding], people: Mapping[str, str], now: datetime, looked: Looked
) -> Weighed:
    found = tuple(finding for finding in findings if _matches(waiver, finding))
    over = tuple(finding for finding in findings if waiver.finding in finding.folded)
    flaws: dict[Flaw, str] = {}
    if (why := _forbidden(waiver, found or over)) != "":
        flaws[Flaw.FORBIDDEN] = why
    if lacks := list(_lacking(waiver, found, now)):
        flaws[Flaw.INCOMPLETE] = ", ".join(lacks)
    if len(found) > 1:
        flaws[Flaw.OVERBROAD] = f"it matches {len(found)} findings, and each is to be decided by itself"
    if waiver.by and (why := _unauthorised(waiver, found, people)):
        flaws[Flaw.UNAUTHORISED] = why
    if (found or over) and waiver.until is not None and now > _end(waiver.until):
        flaws[Flaw.EXPIRED] = f"it ended on {waiver.until}"
    if why := _worse(waiver, found, over, now):
        flaws[Flaw.WORSENED] = why
    if found or over:
        return Weighed(waiver, found or over, flaws)
    sure = looked.complete and waiver.rule not in looked.unverified
    flaws[Flaw.UNUSED] = "no finding has this fingerprint" if sure else "its finding was not seen, nor ruled out"
    return Weighed(waiver, (), flaws, sure)


def _matches(waiver: Waiver, finding: Finding) -> bool:
    """Whether a waiver names a finding: by all that it says, so that no fingerprint passes under another's name."""
    if not (waiver.finding or waiver.rule or waiver.about):
        return False
    subject = finding.judgement.subject
    return (
        fnmatchcase(finding.id, waiver.finding or "*")
        and fnmatchcase(finding.rule, waiver.rule or "*")
        and any(
            known == waiver.about or fnmatchcase(known, waiver.about or "*") for known in (subject.label, subject.urn)
        )
    )


def _forbidden(waiver: Waiver, found: Sequence[Finding]) -> str:
    for rule in (*(finding.rule for finding in found), waiver.rule):
        if why := why_unwaivable(rule):
            return f"{rule} may not be waived: {why}"
    return ""


def _lacking(waiver: Waiver, found: Sequence[Finding], now: datetime) -> Iterator[str]:
    if is_placeholder(waiver.reason):
        yield "no reason"
    if is_placeholder(waiver.by):
        yield "nobody who approves it"
    if waiver.on is None:
        yield "no day on which it was given"
    elif waiver.on > now.astimezone(UTC).date():
        yield f"it is given in the future, on {waiver.on}"
    if waiver.until is None:
        yield "no end date"
    elif waiver.on is not None and (waiver.until - waiver.on).days > waiver.longest_days:
        yield f"it lasts {(waiver.until - waiver.on).days} days, and {waiver.longest_days} are the most"
    if waiver.value is None and any(finding.judgement.actual.value is not None for finding in found):
        yield "not the value when it was waived"


def _unauthorised(waiver: Waiver, found: Sequence[Finding], people: Mapping[str, str]) -> str:
    owners = {_key(finding.owner) for finding in found if finding.owner}
    if _key(waiver.by) in people or (found and _key(waiver.by) in owners):
        return ""
    if not people:
        return f"the plan names nobody who may waive, so {waiver.by} may not"
    return f"{waiver.by} is neither the owner of the assumption nor {_either(people.values())} of the plan"


def _either(roles: Collection[str]) -> str:
    listed = sorted(set(roles))
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def _end(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


def _worse(waiver: Waiver, found: Sequence[Finding], over: Sequence[Finding], now: datetime) -> str:
    if not found and over:
        return f"it is told with {over[0].rule} now, which says more"
    for finding in found:
        if waiver.severity is not None and finding.severity.rank < waiver.severity.rank:
            return f"it is {finding.severity.value} now and was {waiver.severity.value}"
        if waiver.verdict is Verdict.UNVERIFIED and finding.judgement.verdict is Verdict.BROKEN:
            return "it is known to be broken now, and could not be known then"
        if waiver.value is not None and (why := _worse_figure(waiver, finding, now)):
            return why
    return ""


def _worse_figure(waiver: Waiver, finding: Finding, now: datetime) -> str:
    actual, then = finding.judgement.actual, waiver.value
    if actual.value is None:
        return "its figure is not known any more, so that nobody can say that it is no worse"
    if not _is_number(actual.value) or not _is_number(then):
        return "" if str(actual.value) == str(then) else "it is not what it was"
    if waiver.unit is not None and waiver.unit != actual.unit:
        return f"its figure is in {actual.unit or 'no unit'} now and was in {waiver.unit}: they cannot be compared"
    measured, before = _number(actual.value), _number(then)
    before += _passed(waiver, now).total_seconds() if finding.rule in GROWS_WITH_TIME else 0.0
    slack = _noise(actual) + 1e-9 * abs(before)
    worse = measured < before - slack if finding.rule in LESS_IS_WORSE else abs(measured) > abs(before) + slack
    unit = f" {actual.unit}" if actual.unit else ""
    return f"it is {measured:.6g}{unit} now and was {_number(then):.6g}" if worse else ""


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _number(value: Scalar) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _passed(waiver: Waiver, now: datetime) -> timedelta:
    return now - datetime.combine(waiver.on, time(), UTC) if waiver.on is not None else timedelta()


def _noise(actual: Actual) -> float:
    """Give how far a share may be off because a sample was looked at; what was counted in whole is exact."""
    if actual.unit != "share of values" or not actual.sample:
        return 0.0
    inside = min(max(_number(actual.value), 0.0), 1.0)
    return _SIGMAS * math.sqrt(inside * (1 - inside) / actual.sample)
