"""What the connector of dbt's artefacts is made of."""
