"""Findings that a named person accepts until a day: the file, and how each stands against a run."""
