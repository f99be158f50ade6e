"""Records drawn at random and promises drawn at random: the verdicts are those of a slow and obvious oracle.

The oracle has the records themselves and knows no statement: it looks at one after the other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lineage.audit import audit
from lineage.model import Verdict
from lineage.rule import Rule
from lineage.testing import NOW, World
from rules.freshness.stale_segment import RULE as SEGMENT
from rules.freshness.stale_source import RULE as STALE
from rules.freshness.stale_tail import RULE as TAIL
from rules.source.duplicate_or_unstable_key import RULE as KEY
from rules.source.incomplete_field import RULE as INCOMPLETE
from rules.source.lossy_join import RULE as JOIN
from rules.source.undeclared_values import RULE as VALUES

RULES: tuple[Rule, ...] = (STALE, SEGMENT, TAIL, INCOMPLETE, VALUES, KEY, JOIN)
HELD, BROKEN, OPEN = Verdict.HELD, Verdict.BROKEN, Verdict.UNVERIFIED
WITHIN = {"1 hour": timedelta(hours=1), "1 day": timedelta(days=1), "30 days": timedelta(days=30)}
SKEW = timedelta(minutes=5)
OWNERS = range(5)
REGIONS = ("EU", "US")
MAILS = (None, "", "  ", "a@x.example", "b@x.example", "c@x.example", "d@x.example")


@dataclass(frozen=True)
class Record:
    """One record of a world."""

    key: int | None
    region: str | None
    tier: str | None
    mail: str | None
    owner: int | None
    at: datetime | None


@dataclass(frozen=True)
class Promised:
    """What a plan promises of the records of one dataset."""

    within: str
    share: float
    complete: float
    orphans: float
    where: bool
    per: bool
    keep: bool

    def told(self, name: str) -> str:
        """Write the dataset as a plan does."""
        where = "where: \"region = 'EU'\", " if self.where else ""
        per = ", per: region" if self.per else ""
        keep = "keep: {limit: 20 days, since: made_at}, " if self.keep else ""
        fields = (
            "id: required, region: {need: required, values: [EU, US]}, tier: {need: required, values: [free, gold]}, "
            f"mail: {{need: required, complete: {self.complete}}}, made_at: required, "
            f"owner: {{need: required, joins: crm.owners.id, orphans: {self.orphans}}}"
        )
        fresh = f"fresh: {{clock: made_at, zone: UTC, within: {self.within}, share: {self.share}{per}}}"
        return f"      {name}: {{reads: {name}, key: id, {where}{keep}{fresh}, fields: {{{fields}}}}}"


World_ = tuple[Promised, tuple[Record, ...]]


def drawn(draw: random.Random, count: int) -> Iterator[tuple[str, World_]]:
    """Draw worlds of few records, in which most things go wrong now and then."""
    for number in range(count):
        promised = Promised(
            draw.choice(tuple(WITHIN)),
            draw.choice((0.25, 0.5, 1.0)),
            draw.choice((0.5, 0.75, 1.0)),
            draw.choice((0.0, 0.25, 0.5)),
            where=draw.random() < 0.3,
            per=draw.random() < 0.3,
            keep=draw.random() < 0.5,
        )
        size = draw.choice((0, 1, 2, 4, 8))
        clean = draw.random() < 0.4
        yield f"world_{number}", (promised, tuple(_record(draw, promised, key, clean=clean) for key in range(size)))


def _record(draw: random.Random, promised: Promised, key: int, *, clean: bool) -> Record:
    near = draw.choice((NOW, NOW - WITHIN[promised.within]))
    spread = draw.choice((60, 3_600, 200_000))
    at = (near + timedelta(seconds=draw.uniform(-spread, 0 if clean else spread))).replace(microsecond=0)
    if clean:
        return Record(key, draw.choice(REGIONS), draw.choice(("free", "gold")), "a@x.example", draw.choice(OWNERS), at)
    return Record(
        draw.choice((key, key, key, key, 0, None)),
        draw.choice((*REGIONS, *REGIONS, "UK", None)),
        draw.choice(("free", "gold", "gold", "gold", None, "odd")),
        draw.choice(MAILS),
        draw.choice((*OWNERS, None, 7)),
        None if draw.random() < 0.1 else at,
    )


def oracle(promised: Promised, every: Sequence[Record]) -> Mapping[str, Verdict]:
    """Say what is true of each promise."""
    records = [one for one in every if not promised.where or one.region == "EU"]
    told = {
        "fresh.within": _newest(promised, records),
        "fresh.share": _share(promised, records),
        "fields.mail.complete": _complete(promised, records),
        "fields.tier.values": _values([one.tier for one in records], ("free", "gold")),
        "fields.region.values": _values([one.region for one in records], REGIONS),
        "fields.owner.orphans": _orphans(promised, records),
        "key": _key([one.key for one in records]),
    }
    return {**told, "fresh.per": _per(promised, records)} if promised.per else told


def _fresh(promised: Promised, record: Record) -> bool | None:
    """Whether a record is fresh; None where nobody can tell."""
    return None if record.at is None else NOW - WITHIN[promised.within] <= record.at <= NOW + SKEW


def _newest(promised: Promised, records: Sequence[Record]) -> Verdict:
    return HELD if any(_fresh(promised, one) for one in records) else BROKEN


def _per(promised: Promised, records: Sequence[Record]) -> Verdict:
    parts = [[one for one in records if one.region == region] for region in REGIONS]
    verdicts = [_newest(promised, part) for part in parts if part]
    return OPEN if not verdicts else BROKEN if BROKEN in verdicts else HELD


def _share(promised: Promised, records: Sequence[Record]) -> Verdict:
    fresh = [_fresh(promised, one) for one in records]
    if not fresh:
        return OPEN
    if sum(one is not False for one in fresh) / len(fresh) < promised.share:
        return BROKEN
    return HELD if sum(one is True for one in fresh) / len(fresh) >= promised.share else OPEN


def _complete(promised: Promised, records: Sequence[Record]) -> Verdict:
    full = sum(one.mail is not None and bool(one.mail.strip()) for one in records)
    return OPEN if not records else HELD if full / len(records) >= promised.complete else BROKEN


def _values(values: Sequence[str | None], declared: Sequence[str]) -> Verdict:
    return OPEN if not values else BROKEN if any(one not in (*declared, None) for one in values) else HELD


def _orphans(promised: Promised, records: Sequence[Record]) -> Verdict:
    lost = sum(one.owner is not None and one.owner not in OWNERS for one in records)
    return OPEN if not records else HELD if lost / len(records) <= promised.orphans else BROKEN


def _key(keys: Sequence[int | None]) -> Verdict:
    return OPEN if not keys else HELD if None not in keys and len(set(keys)) == len(keys) else BROKEN


def _quoted(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case datetime():
            return f"'{value.replace(tzinfo=None).isoformat(sep=' ')}+00:00'"
        case str():
            return f"'{value}'"
        case _:
            return str(value)


def script(worlds: Mapping[str, World_], moment: str) -> str:
    """Write the datasets in SQL that every system reads."""
    owners = ", ".join(f"({one})" for one in OWNERS)
    lines = [f"CREATE TABLE owners (id INTEGER PRIMARY KEY); INSERT INTO owners VALUES {owners};"]
    for name, (_, records) in worlds.items():
        columns = f"id INTEGER, region TEXT, tier TEXT, mail TEXT, owner INTEGER, made_at {moment}"
        lines.append(f"CREATE TABLE {name} ({columns});")
        for one in records:
            values = (one.key, one.region, one.tier, one.mail, one.owner, one.at)
            lines.append(f"INSERT INTO {name} VALUES ({', '.join(map(_quoted, values))});")
    return "\n".join(lines)


def planned(worlds: Mapping[str, World_], kind: str) -> str:
    """Give the plan of all of them."""
    declared = "\n".join(promised.told(name) for name, (promised, _) in worlds.items())
    return f"""
plan: v1
meta: {{id: drawn, owner: owner@acme.example}}
sources:
  crm:
    connector: {{type: {kind}, url: "${{CRM_URL}}"}}
    datasets:
      owners: {{reads: owners, key: id, fields: {{id: required}}}}
{declared}
steps: {{draft: {{reads: {{{", ".join(f"crm.{name}: all" for name in worlds)}}}, to: prompt}}}}
rollout: [{{stage: all}}]
"""


def made(request: pytest.FixtureRequest, folder: Path, kind: str, worlds: Mapping[str, World_]) -> World:
    """Make the datasets on a system."""
    world = World(folder, now=NOW)
    if kind == "sqlite":
        return world.sqlite("crm", script(worlds, "TEXT"))
    if kind == "postgresql":
        database = request.getfixturevalue("postgres")
        database.execute(script(worlds, "timestamptz"))
        return world.url("crm", database.url())
    import duckdb

    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        connection.execute(script(worlds, "timestamptz"))
    return world.url("crm", f"duckdb:///{folder / 'crm.duckdb'}")


def disagreements(
    request: pytest.FixtureRequest, folder: Path, kind: str, seed: int, count: int
) -> tuple[dict[tuple[str, str], object], set[tuple[str, Verdict]]]:
    """Give where verdict and oracle differ, and which verdicts occurred of which promise."""
    worlds = dict(drawn(random.Random(seed), count))
    world, text = made(request, folder, kind, worlds), planned(worlds, kind)
    judged = audit(world.plan(text), world.scan(text, rules=RULES), RULES, NOW)
    assert not judged.failures
    by_leaf = {line.leaf: line.verdict for line in judged.assumptions}
    wrong: dict[tuple[str, str], object] = {}
    occurred: set[tuple[str, Verdict]] = set()
    for name, (promised, records) in worlds.items():
        for leaf, true in oracle(promised, records).items():
            told = by_leaf[f"sources.crm.datasets.{name}.{leaf}"]
            occurred.add((leaf, told))
            if told is not true:
                wrong[name, leaf] = (told, true, promised, records)
    return wrong, occurred


@pytest.mark.parametrize("kind", ["sqlite", "duckdb", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_the_verdicts_are_the_oracles(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    wrong, occurred = disagreements(request, tmp_path, kind, seed=11, count=60)

    assert wrong == {}
    leaves = {leaf for leaf, _ in occurred}
    assert {(leaf, verdict) for leaf in leaves for verdict in (HELD, BROKEN)} <= occurred


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_two_thousand_worlds_on_a_server(request: pytest.FixtureRequest, tmp_path: Path, seed: int) -> None:
    wrong, _ = disagreements(request, tmp_path, "postgresql", seed=500 + seed, count=200)

    assert wrong == {}
