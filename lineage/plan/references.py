"""What a plan names must be declared in it: datasets, fields, segments, steps, outputs, criteria."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from lineage.plan.build import joined_field
from lineage.plan.schema import DatasetShape, FieldShape, HoldShape, PlanShape
from lineage.plan.shape import did_you_mean
from lineage.predicate import fields_of
from lineage.predicate_text import PredicateError, parse_predicate
from lineage.yamlsource import Located, Place, Problem, Scalar, SequenceNode


def check_references(shape: PlanShape, places: Mapping[str, Located], folder: Path) -> Iterator[Problem]:
    """Give a problem for each name that nothing declares."""
    yield from _References(places).of_plan(shape, folder)


class _References:
    def __init__(self, places: Mapping[str, Located]) -> None:
        self._places = places
        # Names come from the text, not from what had the right shape: a dataset with a mistake in it is still declared.
        self._datasets: dict[str, list[str]] = {
            f"{source}.{dataset}": self._names(f"sources.{source}.datasets.{dataset}.fields")
            for source in self._names("sources")
            for dataset in self._names(f"sources.{source}.datasets")
        }

    def of_plan(self, shape: PlanShape, folder: Path) -> Iterator[Problem]:
        for source, inner in shape.sources.items():
            for name, dataset in inner.datasets.items():
                yield from self._dataset(f"{source}.{name}", f"sources.{source}.datasets.{name}", dataset)
        for name, segment in shape.segments.items():
            yield from self._predicate_of(f"segments.{name}", segment.of, segment.where)
        if shape.constraints:
            for name, promise in shape.constraints.commitments.items():
                yield from self._predicate_of(f"constraints.commitments.{name}", promise.of, promise.where)
            for name, hold in shape.constraints.holds.items():
                yield from self._hold(f"constraints.holds.{name}", hold)
        yield from self._steps(shape)
        yield from self._rollout(shape)
        yield from self._scope(shape)
        for text in shape.meta.include:
            yield from self._include(self._item("meta.include", text), text, folder)

    def _names(self, path: str) -> list[str]:
        located = self._places.get(path)
        return [] if located is None else list(getattr(located.node, "entries", ()))

    def _problem(self, path: str, message: str, hint: str = "", *, at_key: bool = False) -> Problem:
        while path and path not in self._places:
            path = path.rpartition(".")[0]
        located = self._places.get(path)
        place = Place(1, 1, 0) if located is None else located.place if at_key else located.node.start
        return Problem(place.line, place.column, message, hint)

    def _unknown(self, path: str, word: str, known: Iterable[str], what: str) -> Iterator[Problem]:
        names = list(known)
        if word not in names:
            hint = did_you_mean(word, names, "declared") or "none is declared"
            yield self._problem(path, f"no {what} '{word}'", hint)

    def _listed(self, path: str, words: Iterable[object], known: Iterable[str], what: str) -> Iterator[Problem]:
        names = list(known)
        for word in words:
            yield from self._unknown(self._item(path, str(word)), str(word), names, what)

    def _item(self, path: str, word: str) -> str:
        """Give the path of a list item by its text; positions shift where an item had the wrong shape."""
        located = self._places.get(path)
        if located is not None and isinstance(located.node, SequenceNode):
            for position, item in enumerate(located.node.items):
                if isinstance(item, Scalar) and item.text == word:
                    return f"{path}.{position}"
        return path

    def _dataset(self, dataset: str, path: str, shape: DatasetShape) -> Iterator[Problem]:
        fields = self._datasets.get(dataset, [])
        what = f"field in {dataset}:"
        yield from self._listed(f"{path}.key", shape.key, fields, what)
        yield from self._listed(f"{path}.copy_of", shape.copy_of, self._datasets, "dataset")
        if shape.key_back:
            yield from self._unknown(f"{path}.key_back.field", shape.key_back.field, fields, what)
        if shape.fresh:
            yield from self._clock(f"{path}.fresh.clock", shape.fresh.clock)
            if shape.fresh.per:
                yield from self._unknown(f"{path}.fresh.per", shape.fresh.per, fields, what)
        if shape.keep and shape.keep.since:
            yield from self._clock(f"{path}.keep.since", shape.keep.since)
        if shape.where:
            yield from self._predicate(f"{path}.where", dataset, shape.where)
        for name, field in shape.fields.items():
            yield from self._field(dataset, f"{path}.fields.{name}", field)

    def _clock(self, path: str, text: str) -> Iterator[Problem]:
        """A clock may be a column that the workflow does not read, so only its form can be wrong."""
        if not text.isprintable() or text != text.strip() or len(text) > 128:
            yield self._problem(path, "must be the name of a field or a column")

    def _field(self, dataset: str, path: str, shape: FieldShape) -> Iterator[Problem]:
        if shape.joins:
            target = joined_field(dataset.partition(".")[0], shape.joins)
            yield from self._field_id(f"{path}.joins", target)
        elif shape.orphans is not None:
            yield self._problem(f"{path}.orphans", "'orphans' needs 'joins'", "say which field it refers to")
        for text in shape.made_from:
            yield from self._field_id(self._item(f"{path}.made_from", text), text)
        if shape.mask and shape.mask.of and shape.mask.to != "entities":
            yield self._problem(f"{path}.mask.of", "'of' goes with 'to: entities' only", "remove it")

    def _field_id(self, path: str, text: str) -> Iterator[Problem]:
        dataset, _, field = text.rpartition(".")
        if dataset in self._datasets:
            yield from self._unknown(path, field, self._datasets[dataset], f"field in {dataset}:")
        else:
            known = [f"{other}.{name}" for other, names in self._datasets.items() for name in names]
            yield from self._unknown(path, text, known, "field")

    def _hold(self, path: str, hold: HoldShape) -> Iterator[Problem]:
        if hold.where is not None or hold.of not in self._datasets:
            yield from self._predicate_of(path, hold.of, hold.where or "")
        if hold.listed is not None:
            fields = [f"{dataset}.{field}" for dataset, known in self._datasets.items() for field in known]
            yield from self._unknown(f"{path}.listed", hold.listed, fields, "field")

    def _predicate_of(self, path: str, dataset: str, where: str) -> Iterator[Problem]:
        if dataset in self._datasets:
            yield from self._predicate(f"{path}.where", dataset, where)
        else:
            yield from self._unknown(f"{path}.of", dataset, self._datasets, "dataset")

    def _predicate(self, path: str, dataset: str, where: str) -> Iterator[Problem]:
        try:
            predicate = parse_predicate(where)
        except PredicateError as error:
            problem = self._problem(path, error.message, error.hint)
            yield Problem(problem.line, problem.column + self._shift(path, error.offset), problem.message, problem.hint)
            return
        for field in dict.fromkeys(fields_of(predicate)):
            yield from self._unknown(path, field, self._datasets[dataset], f"field in {dataset}:")

    def _shift(self, path: str, offset: int) -> int:
        """Give how far into a one-line value a character lies; 0 where escapes or folding hide it."""
        located = self._places.get(path)
        if located is None or not isinstance(located.node, Scalar) or located.node.start.line != located.node.end.line:
            return 0
        node = located.node
        quotes = node.end.offset - node.start.offset - len(node.text)
        return offset + quotes // 2 if quotes in {0, 2} else 0

    def _steps(self, shape: PlanShape) -> Iterator[Problem]:
        names = self._names("steps")
        for name, step in shape.steps.items():
            path = f"steps.{name}"
            for dataset, fields in step.reads.items():
                inner = f"{path}.reads.{dataset}"
                if dataset not in self._datasets:
                    hint = did_you_mean(dataset, self._datasets, "declared")
                    yield self._problem(inner, f"no dataset '{dataset}'", hint, at_key=True)
                elif fields != ["all"]:
                    yield from self._listed(inner, fields, self._datasets[dataset], f"field in {dataset}:")
            yield from self._listed(f"{path}.after", step.after, names, "step")
            yield from self._listed(f"{path}.writes", step.writes, self._names("outputs"), "output")
            for text in step.templates:
                yield from self._template(self._item(f"{path}.templates", text), text)
            for text in step.trace_to:
                yield from self._field_id(self._item(f"{path}.trace_to", text), text)
        after = {name: step.after for name, step in shape.steps.items()}
        for name in _in_a_circle(after):
            yield self._problem(f"steps.{name}.after", f"step '{name}' comes after itself", "break the circle")

    def _template(self, path: str, text: str) -> Iterator[Problem]:
        source, slash, name = text.partition("/")
        if not slash or not name:
            yield self._problem(path, f"'{text}' names no source", "write it like prompts/reply.j2")
        else:
            yield from self._unknown(path, source, self._names("sources"), "source")

    def _rollout(self, shape: PlanShape) -> Iterator[Problem]:
        criteria, seen = self._names("acceptance"), set[str]()
        for position, stage in enumerate(shape.rollout):
            twice = stage.stage in seen
            seen.add(stage.stage)
            path = f"rollout.{position}" if twice else f"rollout.{stage.stage}"
            if twice:
                yield self._problem(path, f"stage '{stage.stage}' is declared twice", "give it another name")
            if stage.segment is not None:
                yield from self._unknown(f"{path}.segment", stage.segment, self._names("segments"), "segment")
            if criteria:
                yield from self._listed(f"{path}.expand_when", stage.expand_when, criteria, "acceptance criterion")

    def _scope(self, shape: PlanShape) -> Iterator[Problem]:
        if shape.scope is None:
            return
        for side, answers in (("include", shape.scope.include), ("exclude", shape.scope.exclude)):
            listed = answers.get("segments", [])
            yield from self._listed(f"scope.{side}.segments", listed, self._names("segments"), "segment")

    def _include(self, path: str, text: str, folder: Path) -> Iterator[Problem]:
        pure = PurePosixPath(text)
        outside = pure.is_absolute() or PureWindowsPath(text).drive or "\\" in text or ".." in pure.parts
        if not outside and text.isprintable():
            try:
                outside = not (folder / text).resolve().is_relative_to(folder.resolve())
            except (OSError, RuntimeError, ValueError):
                outside = True
        if outside or not text.isprintable():
            hint = "name it relative to the plan"
            yield self._problem(path, "an included file must lie below the plan's folder", hint)


def _in_a_circle(after: Mapping[str, list[str]]) -> list[str]:
    """Give the steps that wait for each other, by taking away those that wait for nobody or that nobody waits for."""
    waiting = {name: {other for other in others if other in after} for name, others in after.items()}
    stuck = _left(waiting)
    awaited: dict[str, set[str]] = {name: set() for name in stuck}
    for name in stuck:
        for other in waiting[name] & awaited.keys():
            awaited[other].add(name)
    both = set(_left(awaited))
    return [name for name in after if name in both]


def _left(waiting: Mapping[str, set[str]]) -> list[str]:
    """Give the names that are left when each that waits for nothing is taken away, one after the other."""
    open_counts = {name: len(others) for name, others in waiting.items()}
    followers: dict[str, list[str]] = {name: [] for name in waiting}
    for name, others in waiting.items():
        for other in others:
            followers[other].append(name)
    free = [name for name, count in open_counts.items() if not count]
    while free:
        for follower in followers[free.pop()]:
            open_counts[follower] -= 1
            if not open_counts[follower]:
                free.append(follower)
    return [name for name, count in open_counts.items() if count]
