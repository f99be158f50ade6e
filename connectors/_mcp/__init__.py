"""What the connector of tool servers is made of."""
