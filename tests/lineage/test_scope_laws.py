"""The laws of the scope resolver, on generated plans and findings: 300 of them in each run, 10,000 in `make long`.

The ten thousand are twenty tests of 500, each from a seed of its own, so that several processes share them and one that
fails can be made again.
"""

from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from lineage.audit import audit
from lineage.finding import Op, Operation
from lineage.report import Decision, RestoreSet, Scope
from lineage.scope.cut import cut_of
from lineage.scope.resolver import Resolved
from lineage.scope.restore import WEIGHTS
from tests.lineage.scope_cases import NOTHING, NOW, PARTS, Trouble, cases, loaded, resolved, rule_of

QUICK = (Phase.explicit, Phase.generate)
"""A case that fails is shown as it is: making it smaller takes minutes."""

Case = tuple[str, tuple[Trouble, ...]]


def sound(text: str, troubles: tuple[Trouble, ...], found: Resolved) -> None:
    """The narrowed plan, audited on the same facts, has no blocker."""
    if found.decision is not Decision.HOLD:
        again = audit(loaded(found.scope.narrowed_text), NOTHING, [rule_of(troubles)], NOW)
        assert again.blockers == ()


def idempotent(text: str, troubles: tuple[Trouble, ...], found: Resolved) -> None:
    """Narrowing what is narrowed changes nothing."""
    if found.scope.narrowed_text == text:
        assert found.decision is not Decision.NARROW
    elif found.decision is not Decision.HOLD:
        again = resolved(found.scope.narrowed_text, troubles)
        assert again.scope.narrowed_text == found.scope.narrowed_text
        assert again.decision is Decision.SHIP


def maximal(text: str, troubles: tuple[Trouble, ...], found: Resolved) -> None:
    """Nothing that was taken out can be put back alone, as far as anything would come back."""
    if found.decision is Decision.NARROW:
        taken = [applied.operation for applied in found.scope.applied]
        for operation in taken:
            rest = tuple(Trouble((other,)) for other in taken if other != operation)
            without = resolved(text, rest).scope.narrowed_text
            if without == found.scope.narrowed_text:
                continue
            assert audit(loaded(without), NOTHING, [rule_of(troubles)], NOW).blockers


def independent_of_order(text: str, troubles: tuple[Trouble, ...], found: Resolved) -> None:
    """Findings in another order give the same scope for the same reasons."""
    if len(troubles) < 2:
        return
    again = resolved(text, troubles[::-1])
    assert (again.scope, again.decision, again.stages) == (found.scope, found.decision, found.stages)


def explained(text: str, troubles: tuple[Trouble, ...], found: Resolved) -> None:
    """Each operation names its findings and what leaves with it."""
    known = {finding.id for finding in found.audit.findings}
    for applied in found.scope.applied:
        assert applied.because
        assert set(applied.because) <= known
        assert applied.loses


def monotone(text: str, fewer: tuple[Trouble, ...], more: Resolved) -> None:
    """More findings never widen the scope."""
    less = resolved(text, fewer)
    assert less.decision is not Decision.HOLD or more.decision is Decision.HOLD
    for part in PARTS:
        assert set(getattr(more.scope.launchable, part)) <= set(getattr(less.scope.launchable, part)), part


def restored(text: str, troubles: tuple[Trouble, ...], found: Resolved) -> None:
    """A restore set gives back what it says, and no set of fixes that weighs less does."""
    weights = weights_of(troubles, found)
    for restore in found.scope.restore:
        if restore.gives_back == ("the launch",) or found.scope.holds:
            continue
        assert not set(restore.gives_back) & lost(text, resolved(text, troubles, fixed=restore.fixes).scope)
        if len(weights) <= 3:
            cheapest(text, troubles, restore, weights)


def cheapest(text: str, troubles: tuple[Trouble, ...], restore: RestoreSet, weights: dict[str, int]) -> None:
    told = sum(weights[fix] for fix in restore.fixes)
    for size in range(len(weights)):
        for fixes in combinations(weights, size):
            if sum(weights[fix] for fix in fixes) < told:
                assert restore.gives_back[0] in lost(text, resolved(text, troubles, fixed=fixes).scope)


def weights_of(troubles: tuple[Trouble, ...], found: Resolved) -> dict[str, int]:
    efforts = {trouble.name: trouble.effort for trouble in troubles}
    return {each.id: WEIGHTS[efforts[each.judgement.subject.identity or ""]] for each in found.audit.findings}


def lost(text: str, scope: Scope) -> set[str]:
    return set(cut_of(loaded(text), [applied.operation for applied in scope.applied]).lost())


LAWS: list[Callable[[str, tuple[Trouble, ...], Resolved], None]] = [
    sound,
    idempotent,
    maximal,
    independent_of_order,
    explained,
]


def hold(case: Case, fewer: tuple[Trouble, ...]) -> None:
    text, troubles = case
    found = resolved(text, troubles)
    for law in LAWS:
        law(text, troubles, found)
    monotone(text, fewer, found)


@st.composite
def cases_with_fewer(draw: st.DrawFn) -> tuple[Case, tuple[Trouble, ...]]:
    case = draw(cases())
    return case, tuple(draw(st.lists(st.sampled_from(case[1]), unique=True)) if case[1] else ())


@given(cases_with_fewer())
@settings(
    max_examples=300,
    deadline=None,
    phases=QUICK,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_the_laws_of_scope_hold(case: tuple[Case, tuple[Trouble, ...]]) -> None:
    hold(*case)


@given(cases())
@settings(max_examples=40, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])
def test_a_restore_set_gives_back_what_it_says_and_none_is_cheaper(case: Case) -> None:
    restored(*case, resolved(*case))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(20))
def test_the_laws_of_scope_hold_in_ten_thousand_cases(number: int) -> None:
    tried = 0

    @seed(number)
    @given(cases_with_fewer())
    @settings(
        max_examples=500, deadline=None, phases=QUICK, database=None, suppress_health_check=[HealthCheck.too_slow]
    )
    def laws(case: tuple[Case, tuple[Trouble, ...]]) -> None:
        nonlocal tried
        hold(*case)
        tried += 1

    laws()

    assert tried >= 500


def test_nothing_can_be_put_back_alone_where_more_leaves_than_is_tried_one_by_one() -> None:
    fields = [f"f{number}" for number in range(60)]
    text = (
        "plan: v1\nmeta: {id: w, status: draft, owner: pm@acme.example}\nsources:\n  s0:\n"
        "    connector: {type: sqlite, url: '${U}'}\n    datasets:\n      d0:\n        reads: t\n        fields: {"
        + ", ".join(f"{name}: helpful" for name in fields)
        + "}\nsteps:\n  t0: {reads: {s0.d0: all}, to: prompt}\nrollout: [{stage: r0}]\n"
    )
    troubles = tuple(Trouble((Operation(Op.DROP_FIELD, f"s0.d0.{name}"),)) for name in fields[:50])

    found = resolved(text, troubles)

    assert len(found.scope.applied) == len(troubles)
    sound(text, troubles, found)
    maximal(text, troubles, found)
