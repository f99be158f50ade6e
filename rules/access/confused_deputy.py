"""An output's audience may see what it cannot read at the source.

Why it matters
--------------
The workflow reads with rights of its own and tells others: through a draft, people learn fields that the source would
refuse them. Every grant there holds, and none of them counts.

What it looks at
----------------
Each audience of an output, as the role that it reads a source as: `reads_as` of the output
(`agent: {crm: support_ro}`), else a login or role there that is called like the audience. Every field that a step on
the way to the output reads raw is held against that role's reach, by grants and by what its own views and routines
give. A field that is masked before it goes on is judged by the rules of masks; one that only joins is left out.

How to fix it
-------------
Mask the field for this output, leave the audience out, or grant the audience what it is meant to see.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.access.model import Reach
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.model import Exposure, Level, Name, Principal, Severity, Verdict
from lineage.plan.model import Field, Need, Output, Plan, Source
from lineage.rule import Evidence, Rule
from rules.access._reach import listed, plural


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each audience of each output against each source whose grants are known."""
    for output in evidence.plan.outputs.values():
        told = _told(evidence.plan, output)
        for source in evidence.plan.sources.values():
            fields = [field for field in told if field.id.partition(".")[0] == source.id]
            if fields and evidence.ground.access.known(source.id):
                for audience in output.audience:
                    yield _judgement(evidence, output, audience, source, fields)


def _told(plan: Plan, output: Output) -> list[Field]:
    """Give the fields that stand raw on the way to an output."""
    steps = [step.id for step in plan.steps.values() if output.id in step.writes]
    seen: set[str] = set()
    while steps:
        name = steps.pop()
        if name not in seen and name in plan.steps:
            seen.add(name)
            steps.extend(plan.steps[name].after)
    ids = {one for name in seen for fields in plan.steps[name].reads.values() for one in fields}
    found = (field for field in plan.fields() if field.id in ids)
    return [field for field in found if field.mask is None and field.need not in (Need.NONE, Need.JOIN)]


def _judgement(evidence: Evidence, output: Output, audience: str, source: Source, fields: list[Field]) -> Judgement:
    access, leaf = evidence.ground.access, f"{output.path}.audience"
    about = Subject(source=source.id, action=output.id, identity=audience)
    said = output.reads_as.get(audience, {}).get(source.id)
    principal = access.principal(source.id, said or audience)
    if principal is None:
        says = f"as whom {audience} reads {source.id} is not known" + (f": it has no role {said}" if said else "")
        settle = f"{output.path}.reads_as: {audience}: {{{source.id}: the role there}}"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)
    reach = access.reach(principal)
    names = {field: evidence.ground.catalog.physical_field(_dataset(field), field.name) for field in fields}
    closed = [field for field, name in names.items() if name is not None and not _open(evidence, reach, name)]
    if not closed:
        says = f"{audience} may read at {source.id} what {output.id} is made from, as {principal}"
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)
    unsure = [field for field in closed if (name := names[field]) is not None and reach.why_undecided(name)]
    if len(unsure) == len(closed):
        says = f"whether {principal} may read {listed([field.id for field in unsure])} could not be decided"
        settle = "review the routines and views that it may use"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.CONFIGURED, about, says, settle=settle)
    return _broken(output, audience, principal, about, [field for field in closed if field not in unsure])


def _dataset(field: Field) -> str:
    return field.id.rpartition(".")[0]


def _open(evidence: Evidence, reach: Reach, name: Name) -> bool:
    """Whether a field is open as it is: itself, or all that it is made from."""
    if _given(reach, name):
        return True
    origins = [origin for origin in evidence.ground.graph.origins(name) if origin != name]
    return bool(origins) and all(_given(reach, origin) for origin in origins)


def _given(reach: Reach, name: Name) -> bool:
    return any(not chain.latent and chain.exposure is Exposure.RAW for chain in reach.fields.get(name, ()))


def _broken(output: Output, audience: str, principal: Principal, about: Subject, closed: list[Field]) -> Judgement:
    return Judgement(
        f"{output.path}.audience",
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        f"{output.id} is made from {plural(len(closed), 'field')} that its audience {audience} cannot read at "
        f"{about.source} as {principal}: {listed([field.id for field in closed], 3)}",
        Actual(len(closed), "fields", method="grants of the catalogue"),
        path=(Hop(closed[0].id, output.id, "goes into"), Hop(output.id, audience, "is shown to")),
        operations=tuple(Operation(Op.MASK_FIELD, field.id) for field in closed),
        fixes=(
            Fix(
                FixKind.DECISION,
                f"mask {listed([field.name for field in closed], 3)} in {output.id}, leave {audience} out, "
                f"or grant {principal} what it is meant to see",
                effort="hours",
            ),
        ),
    )


RULE = Rule(id="access/confused-deputy", severity=Severity.BLOCKER, check=check, operations=(Op.MASK_FIELD,))
