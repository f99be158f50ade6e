"""Hand the values of columns to who compares them in this process, batch by batch: none is kept, none is a fact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from connectors._sql import Failed, Reading, Session
from lineage.connector import Stream
from lineage.facts import Fact

BATCH: Final = 20_000
"""Rows that are held at a time."""


def read_stream(session: Session, stream: Stream, rows_estimate: int | None = None) -> Iterator[Fact]:
    """Answer a stream: nothing but an UnseenFact where it cannot be read to its end."""
    name, budget, sink = stream.relation.name, session.context.budget, session.context.sink
    if sink is None:
        yield session.unseen("data", Failed("nothing takes the values", "report this as a bug"), name)
        return
    if rows_estimate is not None and rows_estimate > budget.rows:
        reason = f"over budget: about {rows_estimate:,} rows, {budget.rows:,} are allowed"
        yield session.unseen("data", Failed(reason, "raise the source's budget of rows"), name)
        return
    try:
        _hand_over(session, stream)
    except Failed as failed:
        yield session.unseen("data", failed, name)


def _hand_over(session: Session, stream: Stream) -> None:
    import sqlalchemy as sa

    sink = session.context.sink
    assert sink is not None  # noqa: S101 - the caller has looked
    table = session.traits.table(stream.relation.name).alias("dataset")
    reading = Reading(stream.relation, table, stream.joined, session.context.now, session.traits)
    columns = [reading.field(name).label(f"v{number}") for number, name in enumerate(stream.fields)]
    statement = sa.select(*columns).select_from(table)
    if stream.where is not None:
        statement = statement.where(reading.condition(stream.where))
    if session.batches is None:
        found = session.rows(statement)
        batches = iter([found[start : start + BATCH] for start in range(0, len(found), BATCH)])
    else:
        session.cost.queries += 1
        batches = session.batches(statement, BATCH)
    for batch in batches:
        session.cost.rows += len(batch)
        session.cost.bytes += 16 * len(batch) * len(columns)
        sink(batch)
    sink.end()
