"""Why a source refused a statement, in words of our own: a driver's text quotes data and statements."""

from __future__ import annotations

from typing import Final

_REASONS: Final = {
    "28000": "login refused",
    "28P01": "wrong password",
    "3D000": "no such database",
    "42501": "permission denied",
    "42703": "no such column",
    "42P01": "no such table",
    "42883": "these types cannot be compared",
    "42804": "these types cannot be compared",
    "22P02": "a value does not fit the type",
    "22007": "a value is no date",
    "22008": "a value is no date",
    "53300": "too many connections",
    "57014": "statement timeout",
    "57P01": "the server ended the connection",
    "57P03": "the server is starting or stopping",
    "SQLITE_INTERRUPT": "statement timeout",
    "SQLITE_NOTADB": "not a SQLite database",
    "SQLITE_CORRUPT": "the file is damaged",
    "SQLITE_BUSY": "the database is locked",
    "SQLITE_CANTOPEN": "cannot be opened",
    "SQLITE_READONLY": "the database is read only",
}
_TIMEOUTS: Final = frozenset({"57014", "SQLITE_INTERRUPT"})
_LOST: Final = ("08", "57P")


class Failed(Exception):  # noqa: N818 - it says what became of a statement; callers answer it with an UnseenFact
    """A statement that a source refused or could not end: why, without any value, and the way out."""

    def __init__(self, reason: str, settle: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.settle = settle
        self.final = final
        """A smaller statement would fail too: out of time, connection lost."""


def failed_by(error: BaseException) -> Failed:
    """Reduce what a driver raised to a class and a code: its text quotes data and statements."""
    origin = getattr(error, "orig", None) or error
    code = str(getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None) or "")
    said = _REASONS.get(code, type(origin).__name__)
    final = code in _TIMEOUTS or code.startswith(_LOST)
    if code in _TIMEOUTS:
        settle = "raise the source's budget of seconds, or give the column an index"
    elif code == "42501":
        settle = "grant select on it to the identity that scans"
    elif final:
        settle = "make the source reachable and scan again"
    else:
        settle = "mend what the plan says of it, or the dataset itself, and scan again"
    return Failed(f"{said} ({code})" if code else said, settle, final=final)
