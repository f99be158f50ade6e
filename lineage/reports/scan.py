"""A system as its owner sees it: what is there, how old, who can read it, what looks personal, what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.text import Text

from lineage.access import Access
from lineage.audit import evidence_of
from lineage.catalog import Catalog
from lineage.connector import Measure, MeasureKind
from lineage.detector import because
from lineage.facts import CostFact, DatasetFact, Fact, LabelFact, LookFact, PrincipalFact, Snapshot, UnseenFact
from lineage.model import Name, Principal, SourceId
from lineage.plan.model import Dataset, Plan
from lineage.reports.lines import Lines
from lineage.reports.words import age, cost, counted, moment, plain, read_as
from lineage.rule import Evidence, Measured

_PRINCIPALS_SHOWN: Final = 50
"""Reach is computed for each of them; a system with thousands of logins would take minutes."""


def render(plan: Plan, snapshot: Snapshot, console: Console) -> None:
    """Write what a scan saw of each source of a plan; no value is shown."""
    lines = Lines(console)
    evidence = evidence_of(plan, snapshot.facts, snapshot.taken_at)
    for number, source in enumerate(plan.sources):
        if number:
            lines.blank()
        facts = [fact for fact in snapshot.facts if fact.seen.source == source]
        _system(lines, evidence.ground.catalog, source, facts)
        datasets = sorted((fact for fact in facts if isinstance(fact, DatasetFact)), key=lambda fact: fact.name)
        _datasets(lines, evidence, source, datasets)
        _personal(lines, evidence, {fact.name for fact in datasets})
        _readers(lines, evidence.ground.access, source, facts, datasets)
        _unseen(lines, facts)


def _system(lines: Lines, catalog: Catalog, source: SourceId, facts: Iterable[Fact]) -> None:
    system = catalog.system(source)
    if system is None:
        lines.whole(Text.assemble((plain(source), "bold"), ": did not answer"))
    else:
        product = plain(f"{system.product} {system.version}".strip())
        seen = f"{product}, {read_as(system.seen.identity)}, {moment(system.seen.at)}"
        lines.whole(Text.assemble((plain(source), "bold"), f": {seen}"))
    costs = [fact for fact in facts if isinstance(fact, CostFact)]
    if costs:
        spent = CostFact(
            costs[0].seen,
            sum(fact.queries for fact in costs),
            sum(fact.rows for fact in costs),
            sum(fact.bytes for fact in costs),
            sum(fact.seconds for fact in costs),
        )
        lines.text(f"{plain(source)}: {cost(spent)}", indent=0)


def _datasets(lines: Lines, evidence: Evidence, source: SourceId, datasets: Sequence[DatasetFact]) -> None:
    lines.head(f"What is there ({counted(len(datasets), 'dataset')})")
    declared = {
        name: dataset
        for dataset in evidence.plan.sources[source].datasets.values()
        if (name := evidence.ground.catalog.physical(dataset.id)) is not None
    }
    for fact in datasets:
        fields = len(evidence.ground.catalog.fields.get(fact.name, {}))
        parts = [fact.kind.value, counted(fields, "field"), *_ages(evidence, fact, declared.get(fact.name))]
        lines.text(Text.assemble((plain(fact.name.short), "bold"), f"  {', '.join(parts)}"))


def _ages(evidence: Evidence, fact: DatasetFact, dataset: Dataset | None) -> Iterable[str]:
    counted_rows = None if dataset is None else evidence.measured(Measure(dataset.id, MeasureKind.ROWS))
    if isinstance(counted_rows, Measured):
        where = " of those that are read" if dataset is not None and dataset.where is not None else ""
        yield counted(counted_rows.rows, "record") + where
    elif fact.rows_estimate is not None:
        yield f"about {counted(fact.rows_estimate, 'record')}"
    if dataset is not None and (fresh := dataset.fresh) is not None:
        newest = evidence.measured(Measure(dataset.id, MeasureKind.NEWEST, fresh.clock, fresh.skew, zone=fresh.zone))
        oldest = evidence.measured(Measure(dataset.id, MeasureKind.OLDEST, fresh.clock, zone=fresh.zone))
        for word, answer in (("newest", newest), ("oldest", oldest)):
            if isinstance(answer, Measured) and isinstance(answer.value, datetime):
                yield f"{word} {_ago(evidence.now, answer.value)} by {plain(fresh.clock)}"
    if fact.changed_at is not None:
        yield f"changed {_ago(evidence.now, fact.changed_at)}"


def _ago(now: datetime, then: datetime) -> str:
    seconds = (now - (then if then.tzinfo else then.replace(tzinfo=now.tzinfo))).total_seconds()
    return f"{age(seconds)} ago" if seconds >= 0 else f"{age(-seconds)} ahead"


def _personal(lines: Lines, evidence: Evidence, datasets: set[Name]) -> None:
    looks = {name: looked for name, looked in evidence.looks.items() if name.dataset in datasets}
    found = [(name, label) for name, looked in looks.items() for label in looked.labels]
    lines.head(f"What looks personal ({counted(len({name for name, _ in found}), 'field')})")
    if not looks:
        lines.text("nothing was looked at: no value was sampled")
    elif not found:
        lines.text("nothing in what was looked at")
    for name, label in sorted(found, key=lambda pair: (pair[0], -pair[1].hits, pair[1].label)):
        lines.text(Text.assemble((plain(name.short), "bold"), f"  {_label(label)}"))
    _clear(lines, {name: looked.look for name, looked in looks.items() if not looked.labels})


def _clear(lines: Lines, looks: Mapping[Name, LookFact]) -> None:
    """Say where nothing was seen, and how much of what was not looked at may be personal all the same."""
    if not looks:
        return
    lines.head(f"Where nothing was seen ({counted(len(looks), 'field')})")
    by_dataset: dict[Name, list[LookFact]] = {}
    for name, look in sorted(looks.items()):
        by_dataset.setdefault(name.dataset, []).append(look)
    for dataset, some in by_dataset.items():
        empty = [look for look in some if not look.values_looked]
        held = [look for look in some if look.values_looked]
        parts = [f"{counted(len(held), 'field')} {_how_much(held)}"] if held else []
        if empty:
            parts.append(f"{counted(len(empty), 'field')} without a value to look at")
        lines.text(Text.assemble((plain(dataset.short), "bold"), f"  {'; '.join(parts)}"))
    if any(look.missed for look in looks.values()):
        lines.text(Text("bounds hold with 95 % confidence; `--sample ROWS` looks at more", "dim"))


def _how_much(looks: Sequence[LookFact]) -> str:
    """Say how much was looked at, by the field of which least is known."""
    worst = max(looks, key=lambda look: (look.missed, -look.values_looked))
    if worst.whole:
        return "in every record"
    total = f" of about {worst.rows_total:,}" if worst.rows_total else ""
    seen = f"in {counted(worst.rows_looked, 'record')}{total}"
    if worst.cut:
        return "in every record, of the longest values the beginnings alone"
    if not worst.spread:
        return f"{seen} ({plain(worst.seen.how)}), not drawn by chance: they say little of the others"
    together = " or more, where they stand together" if worst.seen.how == "block sample" and not worst.blocks else ""
    return f"{seen}: up to {100 * worst.missed:.2g} % of the others{together} may hold some"


def _label(label: LabelFact) -> str:
    low, high = (100 * share for share in label.interval)
    why = plain(because(label.why, label.confidence))
    return (
        f"{plain(label.label)} in {label.hits:,} of {counted(label.looked, 'value')} ({low:.3g} to {high:.3g} %): {why}"
    )


def _readers(
    lines: Lines, access: Access, source: SourceId, facts: Iterable[Fact], datasets: Sequence[DatasetFact]
) -> None:
    principals = sorted({fact.principal for fact in facts if isinstance(fact, PrincipalFact)})
    if not access.known(source):
        lines.head("Who can read it")
        lines.text("the grants of this system could not be read, or it has none")
        return
    logins = [principal for principal in principals if "login" in access.attributes(principal)]
    shown = logins[:_PRINCIPALS_SHOWN]
    lines.head(f"Who can read it ({counted(len(logins), 'login')} of {counted(len(principals), 'principal')})")
    reached = {principal: _reached(access, principal) for principal in shown}
    for principal in sorted(shown, key=lambda principal: (-len(reached[principal][0]), principal)):
        at_once, later = reached[principal]
        attributes = sorted(access.attributes(principal) - {"login"})
        parts = [f"{len(at_once)} of {counted(len(datasets), 'dataset')}"]
        if later - at_once:
            parts.append(f"{len(later - at_once)} more after becoming another role")
        parts.extend(attribute.replace("_", " ") for attribute in attributes)
        lines.text(Text.assemble((plain(principal), "bold"), f"  {', '.join(parts)}"))
    if len(logins) > len(shown):
        lines.text(f"{len(logins) - len(shown):,} more were not counted")


def _reached(access: Access, principal: Principal) -> tuple[set[Name], set[Name]]:
    reach = access.reach(principal)
    at_once = {name.dataset for name in reach.fields if reach.active(name)}
    return at_once, {name.dataset for name in reach.fields if reach.latent(name)}


def _unseen(lines: Lines, facts: Iterable[Fact]) -> None:
    unseen = list(dict.fromkeys(_why(fact) for fact in facts if isinstance(fact, UnseenFact)))
    if unseen:
        lines.head(f"What could not be looked at ({len(unseen)})")
    for what, why, settle in unseen:
        lines.text(f"{what}: {why}")
        lines.row("to settle", settle)


def _why(fact: UnseenFact) -> tuple[str, str, str]:
    what = plain(fact.name.short) if fact.name is not None else plain(fact.what)
    return what, plain(fact.reason), plain(fact.settle)
