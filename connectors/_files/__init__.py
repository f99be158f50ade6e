"""What the connector of files is made of."""
