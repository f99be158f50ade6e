"""What the connector of documents is made of."""
