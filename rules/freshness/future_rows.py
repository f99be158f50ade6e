"""Records are dated in the future, and hide how old the rest is.

Why it matters
--------------
The newest record is what every freshness check looks at: one row dated next year makes a dead table look alive.
It is also a sign of a clock in the wrong zone, of test data, or of dates that mean something else (due, valid from).

What it looks at
----------------
The number of records whose `fresh.clock` is later than now and the allowed skew, among all that are read.
Every verdict on freshness is reached without them, and this rule says what is left.
For a clock without a time zone only what is in the future in every zone is counted.

How to fix it
-------------
Correct or remove the records, or name a clock that tells when a record was made.
Where stamps may run ahead by a known time, declare it as `fresh.skew`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from lineage.connector import Request
from lineage.finding import Fix, FixKind, Judgement
from lineage.model import Level, Severity, Verdict
from lineage.rule import UTC_WIDENING, Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check
from rules.freshness._clock import ZONE_UNKNOWN, Clock, clocks, span
from rules.source._exposed import NO_RECORD, counted, open_question, plural, subject
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records that are later than now, and for the newest of the others."""
    for clock in clocks(ground):
        yield clock.future
        yield clock.newest


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether records are dated in the future."""
    return decided(_case(evidence, clock) for clock in clocks(evidence.ground))


def _case(evidence: Evidence, clock: Clock) -> Case | Judgement:
    leaf = f"{clock.fresh.path}.clock"
    about = subject(clock.dataset, clock.fresh.clock)
    future = evidence.measured(clock.future)
    newest = evidence.measured(clock.newest)
    if isinstance(future, Unknown):
        return open_question(leaf, about, future)
    if future.rows == 0:
        return open_question(leaf, about, NO_RECORD)
    actual = counted(future, "records", f"{clock.fresh.clock} later than now and {clock.ahead}")
    count = future.value if isinstance(future.value, int) else 0
    held = Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, "no record is dated in the future", actual)
    broken = Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        about,
        f"{plural(count, 'record')} of {future.rows:,} {'is' if count == 1 else 'are'} dated in the future; "
        f"without {'it' if count == 1 else 'them'} {_rest(evidence, newest)}",
        actual,
        fixes=(
            Fix(FixKind.DECISION, "find out what writes them, then correct or remove them"),
            Fix(FixKind.PLAN, "name a clock that tells when a record was made, not when it is due"),
        ),
        incidental=True,
    )
    return Case(Check(count, maximum=0), _must(evidence, clock, count, newest), held, broken, ZONE_UNKNOWN)


def _must(evidence: Evidence, clock: Clock, count: int, newest: Measured | Unknown) -> Check:
    """Give what holds only if no record is in the future in any zone."""
    if not clock.zoneless or isinstance(newest, Unknown) or not isinstance(newest.value, datetime):
        return Check(count, maximum=0)
    return Check(newest.value, maximum=evidence.now - UTC_WIDENING[1])


def _rest(evidence: Evidence, newest: Measured | Unknown) -> str:
    if isinstance(newest, Unknown) or not isinstance(newest.value, datetime):
        return "there is no record up to now"
    return f"the newest record is {span(evidence.now - newest.value)} old"


RULE = Rule(id="freshness/future-rows", severity=Severity.HIGH, check=check, requests=requests)
