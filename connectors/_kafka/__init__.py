"""What the connector of Kafka is made of."""
