"""The errors a caller can do something about, classed by what to do next.

Every message says what failed, where, and the way out.
None holds a secret or a value read from a source: driver messages quote data, so class and SQLSTATE stand for them.
"""


class LineageError(Exception):
    """Anything that this package raises on purpose."""


class PlanError(LineageError):
    """The plan or the call is wrong: mend it and run again (exit code 2)."""


class ConnectorError(LineageError):
    """A source could not be read: its assumptions are unverified, the run is incomplete (exit code 3)."""


class PluginError(LineageError):
    """A rule or a connector could not be imported or does not keep its contract: the run stops."""


class StoreError(LineageError):
    """The store of runs cannot be opened, read or written: the report is told all the same (exit code 3)."""


class SnapshotError(LineageError):
    """A snapshot file cannot be read or was written by another version."""
