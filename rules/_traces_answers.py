"""Answers of a plan that traces of real runs show to be true or untrue, by the question that they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from lineage.model import Verdict
from lineage.rule import Evidence
from rules._traces import Traces, observed, steps_of
from rules.plan._said import words


@dataclass(frozen=True, slots=True)
class Shown:
    """What traces show of an answer."""

    verdict: Verdict
    says: str
    settle: str = ""


def shown(rule: str, evidence: Evidence, leaf: str) -> Shown | None:
    """Give what traces show of the answer to a rule's question; None where no trace was read, or none could tell."""
    found, judge = observed(evidence), _JUDGES.get(rule)
    return judge(found, evidence, leaf) if found is not None and judge is not None else None


def _kept(found: Traces, _evidence: Evidence, _leaf: str) -> Shown:
    if found.runs:
        return Shown(Verdict.HELD, f"{found.told} of the workflow are there")
    if found.whole:
        return Shown(Verdict.BROKEN, "the store of traces was read, and no run of the workflow is there")
    return Shown(Verdict.UNVERIFIED, "the store of traces could not be read whole", "an export that can be read whole")


def _signals(found: Traces, evidence: Evidence, leaf: str) -> Shown:
    # That no run carries an event may mean that it never happened: only its presence is seen.
    said = words(evidence.plan.answer(leaf))
    if missing := [one for one in said if not found.carrying(one)]:
        says = f"none of {found.told} carries {', '.join(missing)}"
        return Shown(Verdict.UNVERIFIED, says, "a run that carries it: a drill, or the system where it is recorded")
    return Shown(Verdict.HELD, f"{', '.join(said)} stands in the traces")


def _latency(found: Traces, evidence: Evidence, leaf: str) -> Shown:
    said = words(evidence.plan.answer(leaf))
    if not any("step" in one.casefold() for one in said):
        return _signals(found, evidence, leaf)
    steps = steps_of(evidence.plan)
    missing = [step for step in steps if not any(fact.milliseconds for fact in found.steps(step))]
    if not missing:
        return Shown(Verdict.HELD, f"each step has a latency of its own in {found.told}")
    if len(missing) == len(steps) or not found.whole:
        settle = "the attribute that names the steps, as the connector's `step`"
        return Shown(Verdict.UNVERIFIED, f"{found.told} were read, and name no span {', '.join(missing)}", settle)
    return Shown(Verdict.BROKEN, f"{', '.join(missing)} has no latency of its own in {found.told}")


def _cost(found: Traces, _evidence: Evidence, _leaf: str) -> Shown:
    calls = found.count("model")
    counted = sum(fact.input_tokens.count for fact in found.of("model") if fact.input_tokens is not None)
    if not calls:
        return Shown(Verdict.UNVERIFIED, f"{found.told} were read, and no model was called", "traces of models' calls")
    if counted < calls:
        return Shown(Verdict.BROKEN, f"{calls - counted:,} of {calls:,} calls of a model say no tokens")
    return Shown(Verdict.HELD, f"each of {calls:,} calls of a model says its tokens, in the run that made it")


_JUDGES: Final[Mapping[str, Callable[[Traces, Evidence, str], Shown]]] = {
    "observability/missing-trace": _kept,
    "observability/missing-quality-signal": _signals,
    "observability/missing-fallback-events": _signals,
    "observability/unsplit-latency": _latency,
    "observability/unattributed-cost": _cost,
}
