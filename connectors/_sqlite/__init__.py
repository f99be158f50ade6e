"""What the connector of SQLite is made of."""
