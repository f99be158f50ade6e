"""The commands about lineage alone: `sql`, `impact`, `graph` and `diff`; `lineage/cli.py` adds them to the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lineage.errors import PlanError

if TYPE_CHECKING:
    from lineage.sql.reader import SqlReader

_LARGEST: Final = 64_000_000


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(sql)


def sql(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="SQL, any number of statements.")],
    dialect: Annotated[str, typer.Option("--dialect", "-d", help="postgres, snowflake, bigquery, duckdb ...")],
    schema: Annotated[
        Path | None, typer.Option("--schema", "-s", metavar="FILE", help="YAML or JSON: {dataset: [columns]}.")
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
