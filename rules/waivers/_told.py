"""What the rules of this family say of a waiver: one judgement a flaw, with the way from waiver to finding."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence
from lineage.waivers.model import Flaw, Weighed


def flawed(evidence: Evidence, flaw: Flaw) -> Iterator[Weighed]:
    """Give the waivers with a flaw."""
    return (weighed for weighed in evidence.waivers if flaw in weighed.flaws)


def broken(
    weighed: Weighed,
    flaw: Flaw,
    lead: str,
    fix: str,
    *,
    severity: Severity | None = None,
    operations: tuple[Operation, ...] = (),
) -> Judgement:
    """Give the judgement of a flaw; the scope stays, for the finding itself narrows it again."""
    waiver = weighed.waiver
    return Judgement(
        f"waivers.{waiver.id}",
        Verdict.BROKEN,
        Level.ASSERTED,
        about(weighed),
        f"{waiver.place}: {lead}: {weighed.flaws[flaw]}",
        Actual(len(weighed.findings), "findings that it names"),
        path=path(weighed),
        operations=operations,
        fixes=(Fix(FixKind.DECISION, fix, effort="minutes", owner=waiver.by or None),),
        severity=severity,
        incidental=True,
    )


def held(weighed: Weighed) -> Judgement:
    """Give the judgement of a waiver in force."""
    waiver = weighed.waiver
    says = f"{waiver.place}: in force until {waiver.until}, by {waiver.by}"
    leaf = f"waivers.{waiver.id}"
    return Judgement(leaf, Verdict.HELD, Level.ASSERTED, about(weighed), says, path=path(weighed))


def about(weighed: Weighed) -> Subject:
    """Give what a waiver is about: the subject of its finding where it has one alone."""
    return weighed.findings[0].judgement.subject if len(weighed.findings) == 1 else Subject()


def path(weighed: Weighed) -> tuple[Hop, ...]:
    """Give the way from the waiver to what it names, by which findings about waivers are told apart."""
    ends = [finding.id for finding in weighed.findings] or ["nothing"]
    return tuple(Hop(f"waiver {weighed.waiver.id}", f"finding {end}", "waives") for end in ends[:1])


def own_severity(weighed: Weighed) -> Severity | None:
    """Give the worst severity of what a waiver names; None where it names nothing."""
    return min((finding.severity for finding in weighed.findings), key=lambda each: each.rank, default=None)
