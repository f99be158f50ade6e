"""Runs the steps on the connection and in the transaction that the store opened; there is no other way in."""

from alembic import context  # noqa: TID253 - Alembic alone reads this file

context.configure(connection=context.config.attributes["connection"], version_table="lineage_store")
with context.begin_transaction():
    context.run_migrations()
