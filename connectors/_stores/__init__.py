"""Stores that are no SQL databases as tables: retrieval indexes, streams of events, records of services."""
