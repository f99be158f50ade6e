"""Look at a system without a plan: for data owners (`lineage scan URL`) and first plans (`lineage init URL`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from lineage import registry
from lineage.catalog import Catalog, catalog_of
from lineage.connector import Look, Measure, MeasureKind, Request, Structure
from lineage.context import Context
from lineage.errors import ConnectorError, PlanError
from lineage.facts import DatasetFact, Fact, Snapshot, UnseenFact
from lineage.finding import Judgement
from lineage.init.draft import Draft, datasets_of, drafted
from lineage.model import Name, Severity, SourceId
from lineage.plan.environment import resolve
from lineage.plan.load import load_plan, read_plan
from lineage.plan.model import Plan
from lineage.plan.problems import render_problems
from lineage.recognizers import detector_of
from lineage.rule import Evidence, Ground, Rule
from lineage.scan import Limits, Progress, Work, run, scan

_ENDINGS = {".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".duckdb": "duckdb"}
_FILES = frozenset({".csv", ".jsonl", ".ndjson", ".parquet"})
_DOCUMENTS = frozenset({".md", ".markdown", ".txt", ".html", ".htm"})
_FILES_LOOKED_AT = 10_000


def survey(
    source: str,
    environ: Mapping[str, str],
    *,
    now: datetime,
    limits: Limits,
    progress: Progress | None = None,
    sample: int | None = None,
) -> tuple[Plan, Snapshot]:
    """Scan a plan's sources, or a system by its URL or path: structure, ages and what looks personal.

    At most `sample` records of each dataset are looked at, whatever the plan's budgets say; None: as these say.

    Raises:
        PlanError: the plan is in error, or no connector knows the URL.
        ConnectorError: the system cannot be read.
    """
    if Path(source).suffix.lower() in (".yaml", ".yml"):
        plan, rules = _sampling(load_plan(source), sample), (*registry.rules(), SURVEY)
        if limits.data and limits.detector is None:
            limits = replace(limits, detector=detector_of(plan, Path(source).parent))
        return plan, scan(plan, rules, now=now, environ=environ, limits=limits, progress=progress)
    kind, settings, name, _ = _connector_for(source, environ)
    catalog, facts = _catalog(kind, settings, name, now)
    # The settings are given to the draft through variables that only this scan knows, as a user's plan would have it.
    variables = {f"SURVEY_{key.upper()}": str(value) for key, value in settings.items()}
    written = [(key, "${SURVEY_" + key.upper() + "}") for key in settings]
    text = drafted(Draft(name, kind, written, catalog, [seen.name for seen in datasets_of(catalog)]))
    drawn, problems = read_plan(text, "survey.yaml")
    if drawn is None:
        raise PlanError(render_problems(problems, text, "survey.yaml"))
    drawn = _sampling(drawn, sample)
    snapshot = scan(drawn, (SURVEY,), now=now, environ=variables, limits=limits, progress=progress)
    # What could not be read has no place in the drawn plan, so it is told from the first look.
    unread = [fact for fact in facts if isinstance(fact, UnseenFact) and fact.name and fact not in snapshot.facts]
    left_out = [fact for fact in unread if fact.name and not catalog.fields.get(fact.name.dataset)]
    return drawn, replace(snapshot, facts=(*snapshot.facts, *left_out))


def _sampling(plan: Plan, sample: int | None) -> Plan:
    """Give the plan with samples of so many records of each dataset."""
    if sample is None:
        return plan
    sources = {
        name: replace(one, budget=replace(one.budget, sample=sample, rows=max(sample, one.budget.rows)))
        for name, one in plan.sources.items()
    }
    return replace(plan, sources=sources)


def draft_from_url(
    url: str, environ: Mapping[str, str], only: Sequence[str], identity: str | None, now: datetime
) -> tuple[str, str]:
    """Give a plan drawn up from a system, and what to do next.

    Raises:
        PlanError: no connector knows the URL, or a dataset of `only` is not there.
        ConnectorError: the system cannot be read.
    """
    kind, settings, name, variable = _connector_for(url, environ)
    catalog, _ = _catalog(kind, settings, name, now)
    written = [
        (key, "${" + variable + "}" if key in ("url", "path") else str(value)) for key, value in settings.items()
    ]
    chosen = _chosen(catalog, only)
    text = drafted(Draft(name, kind, written, catalog, chosen, identity))
    # What stands on this disk has no secret in its address, so that the line can be pasted.
    named = "" if "://" in url or "${" in url else f"={next(iter(settings.values()))}"
    hint = f"set {variable}{named}, fill in the marked places, then: lineage check PLAN and lineage audit PLAN"
    return text, hint


def _chosen(catalog: Catalog, only: Sequence[str]) -> list[Name]:
    found = datasets_of(catalog)
    if not only:
        return [seen.name for seen in found]
    return [_called(found, wanted) for wanted in only]


def _called(found: Sequence[DatasetFact], wanted: str) -> Name:
    for seen in found:
        if wanted in (seen.name.short, seen.name.path[-1]):
            return seen.name
    known = ", ".join(seen.name.short for seen in found[:20])
    raise PlanError(f"--only: there is no dataset {wanted!r}; there are {known or 'none'}")


def _catalog(kind: str, settings: Mapping[str, object], name: str, now: datetime) -> tuple[Catalog, tuple[Fact, ...]]:
    plan, _ = read_plan(
        f"plan: v1\nmeta: {{id: survey, status: draft, owner: x@example.com}}\nsources:\n  {name}: "
        f"{{connector: {{type: {kind}}}, datasets: {{}}}}\n",
        "survey.yaml",
    )
    if plan is None:
        raise PlanError(f"{name!r} cannot be the name of a source")
    outcome = run(Work(kind, settings, (Structure(),), Context(SourceId(name), now)))
    if outcome.failure is not None:
        raise ConnectorError(f"{name}: {outcome.failure.reason}")
    return catalog_of(plan, outcome.facts), outcome.facts


def _connector_for(url: str, environ: Mapping[str, str]) -> tuple[str, Mapping[str, object], str, str]:
    named = re.fullmatch(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", url)
    target = str(resolve({"url": url}, environ)["url"])
    path = Path(target)
    if "://" not in target and not path.exists():
        raise PlanError("there is no such file or folder, and it is no URL; write it like postgresql://host/database")
    if "://" not in target:
        kind, settings = _for_path(path)
        stem = path.stem if path.is_file() else path.resolve().name
    else:
        parts = urlsplit(target)
        kind = _kind_for(parts.scheme.partition("+")[0])
        from_url = registry.connector(kind).from_url
        settings = from_url(target) if from_url is not None else {"url": target}
        stem = Path(parts.path).stem
    word = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_") or "source"
    name = word if word[0].isalpha() else f"s_{word}"
    return kind, settings, name, named[1] if named else f"{name.upper()}_URL"


def _for_path(path: Path) -> tuple[str, Mapping[str, object]]:
    ending = path.suffix.lower()
    if path.is_dir():
        return _for_folder(path), {"path": str(path)}
    if ending in _FILES:
        return "files", {"path": str(path)}
    if ending in _ENDINGS and _ENDINGS[ending] in registry.connector_kinds():
        return _ENDINGS[ending], {"url": f"{_ENDINGS[ending]}:///{path}"}
    raise PlanError(
        f"no connector reads a file that ends in {ending!r}; there are {', '.join(registry.connector_kinds())}"
    )


def _for_folder(path: Path) -> str:
    """Give the connector that reads most of what lies in a folder: documents, where more files are such than tables.

    Of a folder without either, `files` says what is not there.
    """
    names = (found.name.lower() for found in islice(path.rglob("*"), _FILES_LOOKED_AT))
    endings = Counter(PurePath(name.removesuffix(".gz").removesuffix(".zst")).suffix for name in names)
    documents = sum(endings[ending] for ending in _DOCUMENTS)
    return "documents" if documents > sum(endings[ending] for ending in _FILES) else "files"


def _kind_for(scheme: str) -> str:
    for kind in registry.connector_kinds():
        if kind == scheme or scheme in registry.connector(kind).schemes:
            return kind
    raise PlanError(f"no connector knows URLs like {scheme}://; there are {', '.join(registry.connector_kinds())}")


def _wanted(ground: Ground) -> Iterator[Request]:
    for dataset in ground.plan.datasets():
        if ground.catalog.dataset(dataset.id) is None:
            continue
        yield Measure(dataset.id, MeasureKind.ROWS)
        if dataset.fresh is not None:
            yield Measure(
                dataset.id, MeasureKind.NEWEST, dataset.fresh.clock, dataset.fresh.skew, zone=dataset.fresh.zone
            )
            yield Measure(dataset.id, MeasureKind.OLDEST, dataset.fresh.clock, zone=dataset.fresh.zone)
        yield Look(dataset.id, tuple(dataset.fields))


def _judged(_evidence: Evidence) -> Iterator[Judgement]:
    yield from ()


SURVEY = Rule("survey/everything", Severity.INFO, _judged, _wanted)
"""Asks what a data owner wants to know, and judges nothing."""
