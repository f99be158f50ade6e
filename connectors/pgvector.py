"""Retrieval indexes in PostgreSQL with pgvector: read as PostgreSQL is, under a name of their own in the plan.

A chunk is a row, its payload the other columns; the dimension stands in the type of the vector column.
See docs/connectors/pgvector.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from connectors import postgresql
from connectors.postgresql import PostgresqlSettings
from lineage.connector import Connector, GrantsAsked, Task
from lineage.context import Context
from lineage.facts import Fact


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the database that holds the index.

    Raises:
        ConnectorError: it cannot be read.
    """
    return postgresql.CONNECTOR.read(settings, tasks, context)


def _grant_script(settings: Mapping[str, object], asked: GrantsAsked) -> str:
    script = postgresql.CONNECTOR.grant_script
    assert script is not None  # noqa: S101 - PostgreSQL has grants
    return script(settings, asked)


CONNECTOR = Connector("pgvector", PostgresqlSettings, read, grant_script=_grant_script)
