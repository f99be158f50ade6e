"""A whole company behind an AI workflow that drafts support replies: the honest world, and lies planted in it."""
