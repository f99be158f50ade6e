"""What the connector of ClickHouse is made of."""
