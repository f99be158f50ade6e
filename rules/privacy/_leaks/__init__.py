"""Raw values of the sources, looked for in texts in whatever spelling."""
