"""What the connector of OpenLineage is made of."""
