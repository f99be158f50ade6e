"""The plan: what an AI workflow takes for granted about its context."""
