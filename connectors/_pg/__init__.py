"""What the connector of PostgreSQL is made of."""
