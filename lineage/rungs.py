"""The ladder of retention: how far each promise to delete is known to be kept, and the first rung that fails.

A ledger keeps the worst verdict for each line of the plan; which rung that was is lost there. So the rungs are read off
the judgements themselves. What somebody only says holds no rung but the first, what is only set up enforces nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.audit import Audit
from lineage.finding import Judgement
from lineage.model import Level, Rung, Verdict
from lineage.plan.model import Dataset, Plan, Store
from lineage.report import KeptFor, RungRead
from lineage.rule import Rule

_Place = tuple[str | None, str | None]
"""The dataset and the store that a judgement is about."""
_Told = tuple[Rung, Rule, Judgement]
_NOBODY: Final = {
    Rung.DECLARED: ("how long it is kept is not judged", "declare its `keep`"),
    Rung.CONFIGURED: (
        "nothing that was seen tells at which age it deletes",
        "let the auditor see the setting or the job that deletes",
    ),
    Rung.ENFORCED: ("nothing that deletes was judged", "let the auditor see the job that deletes and its last run"),
    Rung.OBSERVED: (
        "its records were not looked at",
        "name in `since` the field from which the limit counts, and scan",
    ),
}

_NEEDS: Final = {
    Rung.DECLARED: Level.ASSERTED,
    Rung.CONFIGURED: Level.CONFIGURED,
    Rung.ENFORCED: Level.OBSERVED,
    Rung.OBSERVED: Level.OBSERVED,
}
"""The least that a rung stands on."""
_ONLY_SAID: Final = {
    **_NOBODY,
    Rung.ENFORCED: ("whether it ever ran is not told", "let the auditor see its last run"),
}


def kept_for(plan: Plan, judged: Audit) -> tuple[KeptFor, ...]:
    """Give the ladder of every dataset and store of which the plan says how it keeps, or that is found wanting."""
    about: dict[_Place, list[_Told]] = {}
    for rule, judgement in judged.judged:
        if rule.rung is not None:
            place = (judgement.subject.dataset, judgement.subject.store)
            about.setdefault(place, []).append((judgement.rung or rule.rung, rule, judgement))
    return tuple(
        KeptFor(
            holder.id,
            isinstance(holder, Store),
            holder.keep.promise if holder.keep is not None else "",
            _rungs(about.get(place, [])),
        )
        for holder, place in _holders(plan)
        if holder.keep is not None or place in about
    )


def _holders(plan: Plan) -> Iterator[tuple[Dataset | Store, _Place]]:
    yield from ((dataset, (dataset.id, None)) for dataset in plan.datasets())
    yield from ((store, (None, store.id)) for store in plan.stores.values())


def _rungs(judged: list[_Told]) -> tuple[RungRead, ...]:
    return tuple(_rung(rung, [told for told in judged if told[0] is rung]) for rung in Rung)


def _rung(rung: Rung, judged: list[_Told]) -> RungRead:
    """Give the worst of what was judged of a rung; of two alike, what stands on the better evidence."""
    if not judged:
        says, settle = _NOBODY[rung]
        return RungRead(rung, Verdict.UNVERIFIED, says, settle)
    _, rule, told = min(judged, key=lambda one: (one[2].verdict.rank, -one[2].level.rank))
    if told.verdict is Verdict.HELD and told.level.rank < _NEEDS[rung].rank:
        why, settle = _ONLY_SAID[rung]
        return RungRead(rung, Verdict.UNVERIFIED, f"{told.says}; {why}", settle, rule.id)
    return RungRead(rung, told.verdict, told.says, told.settle, rule.id)
