"""What the connector of Redis and Valkey is made of."""
