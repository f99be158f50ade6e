"""What the connector of Chroma is made of."""
