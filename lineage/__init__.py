"""The core of lineage-audit: the plan, the graph, the audit and the scope of a launch."""

__version__ = "0.1.0"
