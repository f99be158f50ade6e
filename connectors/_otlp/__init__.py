"""What the connector of traces is made of."""
