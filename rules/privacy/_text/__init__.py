"""Where personal data and secrets stand in running text."""
