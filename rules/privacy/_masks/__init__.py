"""What stands behind masked values: judged against the raw ones."""
