"""A sample of a large PostgreSQL table: some hundred pages, drawn by chance, and of these some rows by chance.

`TABLESAMPLE SYSTEM` alone gives all rows of a page: two thousand rows are some thirty pages, whose rows are alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Session, as_text, bound
from connectors._tasks.sample_blocks import Draw, Drawn, Values
from lineage.model import Name

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

_PAGES: Final = 800
"""Six hundred blocks bound what is missed by half a percent; in some pages of these no row is drawn."""
_SEED: Final = 20_260_101
_SPAN: Final = 2**20


def draw_pages(name: Name) -> Draw:
    """Give a way to draw pages of a table; it asks for where rows lie, which a grant on some columns does not cover."""

    def draw(session: Session, table: FromClause, values: Values, wanted: int, total: int) -> Drawn | None:
        traits = session.traits
        pages = traits.blocks(name) if traits.in_blocks(name) else None
        if not pages:
            return None
        # Somewhat fewer than are wanted: what is too much is cut off, and that is always the end of the table.
        share = 0.95 * wanted / total
        if pages < 2 * _PAGES:
            return _row_by_row(session, table, values, share, wanted)
        return _page_by_page(session, table, values, (_PAGES / pages, share * pages / _PAGES), wanted)

    return draw


def _row_by_row(session: Session, table: FromClause, values: Values, share: float, wanted: int) -> Drawn | None:
    """Draw rows, for which the server reads all of a table of a few megabytes."""
    import sqlalchemy as sa

    part = _part(table, sa.func.bernoulli(_percent(share)))
    rows = session.rows(sa.select(*values(part)).select_from(part).limit(wanted))
    return Drawn(rows, len(rows)) if rows else None


def _page_by_page(
    session: Session, table: FromClause, values: Values, shares: tuple[float, float], wanted: int
) -> Drawn | None:
    """Draw that share of the pages, and that share of the rows in them; pages hold about the same number of rows."""
    import sqlalchemy as sa

    of_pages, of_rows = shares
    part = _part(table, sa.func.system(_percent(of_pages)))
    block = session.traits.block(part)
    if block is None:
        return None
    place: ColumnElement[Any] = sa.column("ctid", sa.types.NullType(), _selectable=part)
    chance: ColumnElement[Any] = sa.func.hashtext(as_text(place)).op("&")(sa.literal_column(str(_SPAN - 1)))
    statement = sa.select(block, *values(part)).select_from(part).where(chance < bound(int(of_rows * _SPAN)))
    rows = session.rows(statement.limit(wanted))
    return Drawn([row[1:] for row in rows], len({row[0] for row in rows})) if rows else None


def _part(table: FromClause, how: Any) -> FromClause:
    import sqlalchemy as sa

    return sa.tablesample(table, how, name="dataset", seed=sa.literal_column(str(_SEED)))


def _percent(share: float) -> ColumnElement[Any]:
    import sqlalchemy as sa

    found: ColumnElement[Any] = sa.literal_column(f"{min(100.0, 100 * share):.6f}")
    return found
