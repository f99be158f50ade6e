"""Benchmarks: what it costs, measured in one run; see README.md beside this file."""
