"""Random promises and random realities: each verdict against an oracle that is slow and obvious."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from lineage import registry
from lineage.audit import audit
from lineage.duration import Duration, parse_duration
from lineage.facts import JobFact
from lineage.model import Verdict
from lineage.scan import scan
from lineage.testing import NOW, World
from tests.rules.in_memory import SEEN, Memory, Table, audited

HELD, BROKEN, OPEN = Verdict.HELD, Verdict.BROKEN, Verdict.UNVERIFIED
LIMITS = ("1 hour", "1 day", "7 days", "30 days", "1 month", "90 days", "6 months", "1 year", "24 months")
OFFSETS = [timedelta(minutes=15 * quarter) for quarter in range(-12 * 4, 14 * 4 + 1)]
"""Of every zone that there is, and then some."""
EDGES = (0, 5, 60, 3_599, 3_601, 11 * 3_600, 13 * 3_600, 15 * 3_600, 86_000, 87_000, 40 * 86_400)


def batches(number: int) -> list[object]:
    """Give the numbers of batches; but for the first three, they are run by `make long`."""
    return [pytest.param(each, marks=[pytest.mark.slow] if each > 2 else []) for each in range(number)]


@dataclass(frozen=True)
class Kept:
    """A promise, and the records that are there."""

    limit: str
    zone: bool
    kind: str
    stamps: tuple[datetime | None, ...]

    def rows(self) -> str:
        """Give the records as SQL."""
        spelt = "'%Y-%m-%d %H:%M:%S'" if self.kind == "DATETIME" else "'%Y-%m-%d'"
        return ", ".join(f"({number}, {at.strftime(spelt) if at else 'NULL'})" for number, at in enumerate(self.stamps))

    def over(self, offset: timedelta, *, early: bool = False) -> bool:
        """Say whether any record is over the limit, if wall clocks are of this zone; `early`: a day from its start."""
        cut = parse_duration(self.limit).before(NOW).replace(tzinfo=None)
        ends = timedelta(days=1) if self.kind == "DATE" and not early else timedelta(0)
        clocks = [at for at in self.stamps if at is not None]
        if self.kind == "DATE":
            clocks = [at.replace(hour=0, minute=0, second=0) for at in clocks]
        return any(at + ends - offset < cut for at in clocks)

    def verdict(self) -> Verdict:
        """Judge by trying every zone, and both ends of a day whose zone is not known."""
        zones = [timedelta(0)] if self.zone else OFFSETS
        told = {self.over(offset) for offset in zones}
        told |= {self.over(offset, early=True) for offset in zones if not self.zone}
        return OPEN if len(told) == 2 else BROKEN if told == {True} else HELD


def some_kept(seed: int) -> Kept:
    draw = random.Random(seed)
    limit = draw.choice(LIMITS)
    cut = parse_duration(limit).before(NOW).replace(tzinfo=None)
    stamps = tuple(
        None if draw.random() < 0.1 else cut + draw.choice((-1, 1)) * timedelta(seconds=draw.choice(EDGES) + 2)
        for _ in range(draw.choice((0, 1, 1, 2, 5)))
    )
    return Kept(limit, draw.random() < 0.5, draw.choice(("DATETIME", "DATETIME", "DATE")), stamps)


def plan_of(worlds: list[Kept]) -> str:
    lines = ["plan: v1", "meta: {id: kept, owner: pm@acme.example}", "sources:", "  crm:"]
    lines += ['    connector: {type: sqlite, url: "${CRM_URL}"}', "    datasets:"]
    for number, one in enumerate(worlds):
        zone = "fresh: {clock: at, within: 9 years, zone: UTC}, " if one.zone else ""
        keep = f"keep: {{limit: {one.limit}, since: at}}"
        lines.append(f"      t{number}: {{reads: t{number}, {zone}{keep}, fields: {{id: required, at: helpful}}}}")
    reads = ", ".join(f"crm.t{number}: all" for number in range(len(worlds)))
    return "\n".join([*lines, f"steps: {{draft: {{reads: {{{reads}}}, to: prompt}}}}", "rollout: [{stage: first}]", ""])


@pytest.mark.parametrize("batch", batches(20))
def test_records_over_their_limit_are_judged_as_a_slow_count_judges_them(tmp_path: Path, batch: int) -> None:
    worlds = [some_kept(1_000 * batch + number) for number in range(60)]
    script = ";".join(
        f"CREATE TABLE t{number} (id INTEGER, at {one.kind})"
        + (f"; INSERT INTO t{number} VALUES {one.rows()}" if one.stamps else "")
        for number, one in enumerate(worlds)
    )
    rules = [rule for rule in registry.rules() if rule.id == "retention/overdue-records"]

    world = World(tmp_path).sqlite("crm", script)
    plan = world.plan(plan_of(worlds))
    result = audit(plan, scan(plan, rules, now=NOW, environ=world.environ), rules, NOW)

    told = {line.leaf: line.verdict for line in result.assumptions}
    wrong = {
        number: (one, one.verdict(), told[f"sources.crm.datasets.t{number}.keep.limit"])
        for number, one in enumerate(worlds)
        if told[f"sources.crm.datasets.t{number}.keep.limit"] is not one.verdict()
    }
    assert wrong == {}


JOBS = """
plan: v1
meta: {id: test, owner: owner@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        keep: {limit: LIMIT, since: made, floor: FLOOR BY}
        fields: {id: required, made: required, seen: required}
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
rollout: [{stage: first}]
"""
RULES = ("longer-than-declared", "shorter-than-floor", "unenforced-retention")


def some_job(draw: random.Random, name: str) -> JobFact:
    table = Memory().name("contacts")
    keeps = parse_duration(draw.choice(LIMITS)) if draw.random() < 0.75 else None
    since = draw.choice((table.at("made"), table.at("made"), table.at("seen"), None)) if keeps else None
    on, schedule = draw.random() < 0.8, draw.choice(("0 3 * * *", "0 3 * * *", "0 3 * * *", "once"))
    spares, looked = draw.choice((0, 0, 0, 3)), draw.choice((None, None, None, 0, 5))
    return JobFact(SEEN, name, schedule, (table,), None, on, keeps, since, spares=spares, looked=looked)


DAYS = [datetime(2024, 1, 1) + timedelta(days=number) for number in range(1_461)]  # noqa: DTZ001 - any day will do
NEVER, AT_ONCE = None, Duration()


def ages(job: JobFact) -> list[Duration | None]:
    """Give every age at which a job may end a record, as far as it is told."""
    if not job.enabled or job.schedule == "once":
        return [NEVER]
    told = job.keeps is not None and (job.since is None or job.since.field == ("made",))
    if not told:
        return [AT_ONCE, NEVER]
    return [job.keeps, NEVER] if job.spares or job.looked is not None else [job.keeps]


def ended(choice: tuple[Duration | None, ...]) -> timedelta | None:
    """Give the age at which the first of some jobs ends a record, each at the age that was chosen for it."""
    return min((age.mean() for age in choice if age is not None), default=None)


def enforced(jobs: list[JobFact]) -> Verdict:
    """Held where a record ends whatever is not told; broken where what would end it is off."""
    recurring = [job for job in jobs if job.schedule != "once"]
    if all(ended(choice) is not None for choice in product(*map(ages, jobs))) and jobs:
        return HELD
    doubtful = [job for job in recurring if job.enabled and not job.spares and job.looked is None]
    return BROKEN if not doubtful and any(not job.enabled for job in recurring) else OPEN


def in_time(jobs: list[JobFact], limit: Duration) -> Verdict:
    """Held where some job surely ends all in time; broken where what ends them surely ends them later."""
    sure = [job.keeps for job in jobs if len(ages(job)) == 1 and job.enabled and job.schedule != "once"]
    if sure:
        return HELD if min(age.mean() for age in sure if age) <= limit.mean() else BROKEN
    seen = [job for job in jobs if ages(job)[0] not in {NEVER, AT_ONCE} and job.looked is not None]
    return BROKEN if any(job.keeps and job.keeps.mean() > limit.mean() for job in seen) else OPEN


def late_enough(jobs: list[JobFact], floor: Duration) -> Verdict:
    """Broken where some job tells that it ends a record on some day too early; held where all tell that none does."""
    running = [job for job in jobs if job.enabled and job.schedule != "once"]
    told = [age for job in running if (age := ages(job)[0]) is not None and age != AT_ONCE]
    if any(floor.before(day) < age.before(day) for age in told for day in DAYS):
        return BROKEN
    unsure = len(told) < len(running) or any(job.looked is not None and not job.spares for job in running)
    return OPEN if unsure or not running else HELD


@pytest.mark.parametrize("batch", batches(10))
def test_jobs_keep_or_break_promises_as_going_through_every_age_says(batch: int) -> None:
    rules = {rule.id.partition("/")[2]: rule for rule in registry.rules() if rule.id.partition("/")[2] in RULES}
    wrong = {}
    for seed in range(1_000 * batch, 1_000 * batch + 100):
        draw = random.Random(seed)
        limit, floor = draw.choice(LIMITS), draw.choice((*LIMITS, "183 days", "31 days"))
        jobs = [some_job(draw, f"purge_{letter}") for letter in "abc"[: draw.choice((0, 1, 1, 2, 3))]]
        named = draw.choice(jobs).name if jobs and draw.random() < 0.5 else ""
        system = Memory({"contacts": Table([{"id": 1, "made": NOW, "seen": NOW}])}, jobs=tuple(jobs))
        text = JOBS.replace("LIMIT", limit).replace("FLOOR", floor).replace("BY", f", by: {named}" if named else "")
        meant = [job for job in jobs if job.schedule != "once" and named and job.name == named] or jobs

        result = audited(text, system, [rules["longer-than-declared"], rules["shorter-than-floor"]])
        running = audited(text, system, [rules["unenforced-retention"]])

        wanted = {
            "floor": late_enough(jobs, parse_duration(floor)),  # what is not named deletes all the same
            "limit": in_time(meant, parse_duration(limit)),
            "enforced": enforced(meant),
        }
        keep = "sources.crm.datasets.contacts.keep"
        told = {line.leaf: line.verdict for line in result.assumptions}
        lines = {line.leaf: line.verdict for line in running.assumptions}
        got = {
            "floor": told[f"{keep}.floor"],
            "limit": told[f"{keep}.limit"],
            "enforced": lines[f"{keep}.by" if named else f"{keep}.limit"],
        }
        if got != wanted:
            wrong[seed] = (limit, floor, named, jobs, got, wanted)
    assert wrong == {}
