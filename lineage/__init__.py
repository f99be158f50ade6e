"""The core of lineage-audit: the plan, the graph, the audit and the scope of a launch."""

import logging

__version__ = "0.1.0"

# sqlglot quotes a statement that it does not understand in a warning; what was read from a source must not leave by it.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL + 1)
