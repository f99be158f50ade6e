"""Fields inside columns: a catalogue tells the leaves of a struct, and an edge goes from leaf to leaf."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lineage.model import Name

Path = tuple[str, ...]
Inside = Mapping[Name, Sequence[Path]]
"""Dataset -> the paths of its leaves, of the columns that have fields inside: `("home", "city")`."""


def leaves_of(fields: Iterable[tuple[Name, Iterable[Path]]]) -> Inside:
    """Keep the paths that lie inside a column."""
    found = {dataset: [path for path in paths if len(path) > 1] for dataset, paths in fields}
    return {dataset: paths for dataset, paths in found.items() if paths}


def laid_out(dataset: Name, columns: Sequence[str], inside: Inside) -> tuple[str | Path, ...]:
    """Give the columns of a dataset in order, those that have fields inside by the paths of these."""
    if dataset not in inside:
        return tuple(columns)
    below: dict[str, list[Path]] = {}
    for path in inside[dataset]:
        below.setdefault(path[0], []).append(path)
    return tuple(item for column in columns for item in below.get(column, [column]))


def beneath(dataset: Name, path: Path, inside: Inside) -> list[Name]:
    """Give the leaves at and beneath a path; the path itself where nothing is known to lie in it."""
    wanted = tuple(part.casefold() for part in path)
    found = [leaf for leaf in inside.get(dataset, ()) if tuple(part.casefold() for part in leaf[: len(path)]) == wanted]
    return [dataset.at(*leaf) for leaf in found] or [dataset.at(*path)]


def paired(sources: Sequence[Name], above: int, targets: Sequence[Name]) -> Iterator[tuple[Name, Name, bool]]:
    """Give (source, target, sure) for a value that moves into a column; the source's path is `above` names long.

    A struct that is handed on as it is goes leaf by leaf; one that is made anew may hold any source in any leaf.
    """
    if len(sources) == 1 and len(targets) == 1:
        yield sources[0], targets[0], True
        return
    into = {_folded(target.field[1:]): target for target in targets}
    out = {_folded(source.field[above:]): source for source in sources}
    if into.keys() == out.keys():
        yield from ((source, into[rest], True) for rest, source in out.items())
        return
    yield from ((source, target, False) for source in sources for target in targets)


def _folded(path: Path) -> Path:
    return tuple(part.casefold() for part in path)
