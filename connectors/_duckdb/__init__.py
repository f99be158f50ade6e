"""What the connector of DuckDB is made of."""
