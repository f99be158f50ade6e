"""A sensitive field flows on under a name that is not declared sensitive, and nothing masks it on the way.

Why it matters
--------------
Masks, approvals and retention follow the label; where the label is lost, the value goes on without them.

What it looks at
----------------
Each field that is declared `sensitive`, and the declared fields that derive from it by lineage and that steps read.
So too each field that a system itself marks as sensitive: `meta` and tags of columns in a dbt project.
What is hashed, counted, averaged or redacted on the way has been masked; a copy, an extract or an extreme has not.
A field behind a hop that cannot be followed may carry anything.

How to fix it
-------------
Declare the derived field `sensitive` with a mask, or mask it on the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.graph import FieldNode, Reached
from lineage.model import DatasetId, Exposure, Level, Name, Severity, Verdict
from lineage.plan.model import Field
from lineage.rule import Evidence, Rule
from rules.lineage._followed import not_followed, physical, read_by_dataset
from rules.plan._uses import copies

_STILL_THERE = frozenset({Exposure.RAW, Exposure.EXTREME, Exposure.DERIVED})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each label arrives wherever its field does."""
    reading = list(read_by_dataset(evidence.plan))
    unknown = [dataset for dataset, fields in reading if not_followed(evidence, dataset, fields) is not None]
    found = ((physical(evidence, field), field) for _, fields in reading for field in fields)
    read: defaultdict[Name, list[tuple[int, Field]]] = defaultdict(list)
    for number, (name, field) in enumerate(found):
        if name is not None:
            read[name].append((number, field))
    told: set[str] = set()
    for field in evidence.plan.fields():
        name = physical(evidence, field)
        if field.sensitive is None or name is None:
            continue
        derived = list(_derived(evidence, field, FieldNode(name), read))
        lost = [(target, reached) for target, reached in derived if _lost(target, reached)]
        yield from (_judged(field, target, reached) for target, reached in lost)
        told.update(target.id for target, _ in lost)
        dataset = field.id.rpartition(".")[0]
        made = copies(evidence.plan, DatasetId(dataset))
        # A definition reads its own system; into another one a field comes by a copy that the plan declares.
        near = [other for other in unknown if other.id in made or other.source == dataset.partition(".")[0]]
        behind = [other.id for other in near if other.id != dataset]
        about = Subject(source=dataset.partition(".")[0], dataset=dataset, field=field.id)
        if not lost and behind:
            yield Judgement(
                f"{field.path}.sensitive",
                Verdict.UNVERIFIED,
                Level.CONFIGURED,
                about,
                f"whether it flows into {' and '.join(behind)} under another name cannot be followed",
                settle="make what is behind lineage/opaque-hop readable",
            )
        elif not lost and derived:
            says = f"the label arrives, or a mask stands, in {' and '.join(target.id for target, _ in derived)}"
            yield Judgement(f"{field.path}.sensitive", Verdict.HELD, Level.CONFIGURED, about, says)
    yield from _tagged(evidence, read, told)


def _tagged(
    evidence: Evidence, read: Mapping[Name, Sequence[tuple[int, Field]]], told: set[str]
) -> Iterator[Judgement]:
    """Judge the fields that are read of what the systems themselves mark; each once, and not where it was told."""
    for name, tag in sorted(evidence.ground.graph.tagged.items()):
        for target, reached in _derived(evidence, None, FieldNode(name), read):
            if target.id in told or reached.exposure not in _STILL_THERE:
                continue
            told.add(target.id)
            if target.sensitive is not None:
                says = f"{name.short} is marked {tag.label} where it is from, and {target.id} is declared sensitive"
                yield Judgement(f"{target.path}.sensitive", Verdict.HELD, Level.ASSERTED, _about(target), says)
            elif target.mask is None:
                origin = f"{name.short}, which {tag.seen.source} marks {tag.label},"
                yield _broken(f"{target.path}.need", origin, tag.label, target, reached)


def _derived(
    evidence: Evidence, field: Field | None, node: FieldNode, read: Mapping[Name, Sequence[tuple[int, Field]]]
) -> Iterator[tuple[Field, Reached]]:
    # Two datasets of a plan may read one table, so that a field stands under two names without any edge.
    reached = {node: Reached(node, Exposure.RAW, ())}
    for other in evidence.ground.graph.downstream(node):
        if isinstance(other.node, FieldNode):
            reached[other.node] = other
    ends = ((number, target, reached[one]) for one in reached for number, target in read.get(one.name, ()))
    for _, target, end in sorted(ends, key=lambda end: end[0]):
        if field is None or target.id != field.id:
            yield target, end


def _lost(target: Field, reached: Reached) -> bool:
    return target.sensitive is None and target.mask is None and reached.exposure in _STILL_THERE


def _judged(field: Field, target: Field, reached: Reached) -> Judgement:
    kind = str(field.sensitive)
    return _broken(f"{field.path}.sensitive", f"{kind} of {field.id}", kind, target, reached)


def _broken(leaf: str, origin: str, kind: str, target: Field, reached: Reached) -> Judgement:
    dataset = target.id.rpartition(".")[0]
    left = "whole" if reached.exposure is Exposure.RAW else f"as {reached.exposure.value}"
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        _about(target),
        f"{origin} arrives {left} in {target.id}, which is not declared sensitive",
        path=reached.path,
        operations=(Operation(Op.MASK_FIELD, target.id),),
        fixes=(
            Fix(
                FixKind.PLAN,
                f"declare {target.name} of {dataset} sensitive and mask it",
                f"{target.name}: {{need: {target.need}, sensitive: {kind}, mask: hmac}}",
                effort="minutes",
            ),
        ),
    )


def _about(target: Field) -> Subject:
    dataset = target.id.rpartition(".")[0]
    return Subject(source=dataset.partition(".")[0], dataset=dataset, field=target.id)


RULE = Rule(id="lineage/lost-label", severity=Severity.BLOCKER, check=check, operations=(Op.MASK_FIELD,))
