"""The commands about lineage alone: `sql`, `impact`, `graph` and `diff`; `lineage/cli.py` adds them to the rest."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lineage.commands.facts import AllowExec
from lineage.commands.files import can_be_written, written
from lineage.commands.history import StoreUrl, runs_compared
from lineage.errors import PlanError

if TYPE_CHECKING:
    from lineage.rule import Ground
    from lineage.sql.reader import SqlReader

PlanFile = Annotated[Path, typer.Option("--plan", metavar="PLAN", help="The plan.")]
SnapshotFile = Annotated[
    Path | None,
    typer.Option(
        "--snapshot", metavar="FILE", help="Use the facts in FILE; where it does not exist, scan and write it."
    ),
]
_LARGEST: Final = 64_000_000


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (sql, impact, graph, diff):
        app.command()(command)


def sql(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="SQL, any number of statements.")],
    dialect: Annotated[str, typer.Option("--dialect", "-d", help="postgres, snowflake, bigquery, duckdb ...")],
    schema: Annotated[
        Path | None, typer.Option("--schema", "-s", metavar="FILE", help="YAML or JSON: {dataset: \\[columns]}.")
    ] = None,
    default_schema: Annotated[
        str | None, typer.Option("--default-schema", help="Where unqualified names are looked up.")
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", "-f", help="table, or openlineage (job events, one in a line).")
    ] = "table",
    namespace: Annotated[
        str | None,
        typer.Option("--namespace", help="Of the datasets in events: postgres://host:5432; else the dialect."),
    ] = None,
) -> None:
    """Print the column lineage of SQL: exit 3 where a statement was not read in whole."""
    from lineage.reports import edges

    if format_ not in ("table", "openlineage"):
        raise PlanError(f"--format: {format_!r} is neither table nor openlineage")
    known = edges.schema_of(_bytes(schema), str(schema)) if schema is not None else None
    reader = _sql_reader(dialect, known, default_schema)
    try:
        text = _bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PlanError(f"{file}: is not UTF-8 text; save it as UTF-8") from None
    found = reader.read(text)
    if format_ == "table":
        from rich.console import Console

        edges.render(found, Console(highlight=False))
    else:
        naming = edges.Naming(namespace or dialect.lower(), file.name)
        for line in edges.openlineage(found, naming, datetime.now(UTC)):
            typer.echo(line)
    for line in edges.unread(found, str(file)):
        typer.echo(line, err=True)
    raise typer.Exit(3 if found.unparsed else 0)


def _sql_reader(dialect: str, schema: dict[str, list[str]] | None, default_schema: str | None) -> SqlReader:
    from lineage.sql import sql_reader

    try:
        return sql_reader(dialect=dialect, schema=schema, default_schema=default_schema)
    except ValueError:
        import difflib

        from sqlglot import Dialect

        known = sorted(name for name in Dialect.classes if name)
        near = difflib.get_close_matches(dialect.lower(), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
        raise PlanError(f"--dialect: {dialect!r} is not known; {hint}") from None


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise PlanError(f"{path}: is larger than {_LARGEST // 1_000_000} MB; split it")
        return path.read_bytes()
    except OSError as e:
        raise PlanError(f"{path}: cannot be read ({type(e).__name__}); is the path right?") from None


def impact(
    field: Annotated[
        str, typer.Argument(metavar="FIELD", help="`crm.contacts.email` of the plan, or a physical name.")
    ],
    plan: PlanFile = Path("plan.yaml"),
    snapshot: SnapshotFile = None,
    allow_exec: AllowExec = False,
) -> None:
    """Show everything downstream of a field: what holds it, which rows it decides on, where it crosses."""
    from rich.console import Console

    from lineage.impact import find_field, impact_of
    from lineage.reports.graph import render

    ground, code = _ground(plan, snapshot, allow_exec)
    node = find_field(ground.graph, ground.catalog, field)
    render(ground.graph, node, impact_of(ground.graph, node), Console(highlight=False))
    raise typer.Exit(code)


def graph(
    plan: PlanFile = Path("plan.yaml"),
    snapshot: SnapshotFile = None,
    format_: Annotated[
        str, typer.Option("--format", "-f", help="node-link (JSON), graphml, openlineage, mermaid or dot.")
    ] = "node-link",
    field: Annotated[
        str | None, typer.Option("--field", metavar="FIELD", help="Only what flows into it or on.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there.")] = None,
    allow_exec: AllowExec = False,
) -> None:
    """Give the lineage graph to other tools, or draw one field's neighbourhood."""
    from lineage.impact import find_field, neighbourhood, whole
    from lineage.reports import graph as drawn
    from lineage.reports.graph_events import Told

    if format_ not in drawn.FORMATS:
        raise PlanError(f"--format: {format_!r} is none of {', '.join(drawn.FORMATS)}")
    can_be_written(output, "--output")
    ground, code = _ground(plan, snapshot, allow_exec)
    part = whole(ground.graph)
    if field is not None:
        most = drawn.LARGEST_PICTURE if format_ in drawn.PICTURES else len(part.nodes)
        part = neighbourhood(ground.graph, find_field(ground.graph, ground.catalog, field), most)
    if field is not None and not part.nodes:
        typer.echo("nothing flows into the field or from it", err=True)
    if part.left_out:
        typer.echo(f"{part.left_out:,} nodes further away are not drawn; the other formats hold all", err=True)
    text = drawn.written(ground.graph, part, format_, Told(ground.plan.id, ground.now))
    if output is None:
        typer.echo(text, nl=False)
    else:
        written(output, text, "--output")
    raise typer.Exit(code)


def diff(
    before: Annotated[
        Path, typer.Argument(metavar="BEFORE", help="A snapshot, as `--snapshot` writes it, or the id of a kept run.")
    ],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="A later one.")],
    format_: Annotated[str, typer.Option("--format", "-f", help="terminal or json.")] = "terminal",
    store: StoreUrl = None,
) -> None:
    """Compare two snapshots (datasets, fields, edges), or two runs of a store (what became of their findings)."""
    from lineage.reports import diff as compared
    from lineage.reports.snapshot import read

    if format_ not in ("terminal", "json"):
        raise PlanError(f"--format: {format_!r} is neither terminal nor json")
    if _is_run(before) and _is_run(after):
        runs_compared(str(before), str(after), store, format_)
        return
    for each in (before, after):
        if not each.exists():
            raise PlanError(f"{each} is no snapshot that is there, and no id of a kept run; compare two of one kind")
    snapshots = read(before), read(after)
    if format_ == "json":
        typer.echo(compared.document(*snapshots), nl=False)
        return
    from rich.console import Console

    compared.render(*snapshots, Console(highlight=False))


def _is_run(named: Path) -> bool:
    """Whether what is named is the id of a run, or its beginning, and no file."""
    return re.fullmatch("[0-9a-f]{4,64}", str(named)) is not None and not named.exists()


def _ground(plan: Path, snapshot: Path | None, allow_exec: bool) -> tuple[Ground, int]:
    """Give what is known of a plan's systems, and the exit code: incomplete where one could not be read."""
    from lineage.audit import evidence_of
    from lineage.commands.facts import code_of, facts_of, limits_of, plan_and_text

    loaded, _ = plan_and_text(plan)
    facts = facts_of(loaded, snapshot, datetime.now(UTC), limits_of(True, True, allow_exec))
    return evidence_of(loaded, facts.facts, facts.taken_at).ground, code_of(facts.failures)
