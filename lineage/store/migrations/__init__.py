"""The steps by which a store's schema grows; Alembic reads them as files."""
