"""`${NAME}` in connector settings, put in when a source is read and never before."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.errors import PlanError
from lineage.plan.secrets import VARIABLE


def resolve(settings: Mapping[str, object], environ: Mapping[str, str], source: str = "") -> dict[str, object]:
    """Give the settings with every `${NAME}` replaced, in strings only, at any depth.

    Raises:
        PlanError: a variable is not set; the error names variables, never their values.
    """
    names = sorted(set(_names(settings)))
    missing = [name for name in names if name not in environ]
    if missing:
        who = f"{source}: " if source else ""
        several = "s" if len(missing) > 1 else ""
        raise PlanError(
            f"{who}environment variable{several} not set: {', '.join(missing)}; "
            f"set {'them' if several else 'it'} and run again, like {missing[0]}=..."
        )
    return {key: _resolved(value, environ) for key, value in settings.items()}


def variables(settings: Mapping[str, object]) -> tuple[str, ...]:
    """Give the names of the variables that the settings need."""
    return tuple(sorted(set(_names(settings))))


def _names(value: object) -> list[str]:
    match value:
        case str():
            return VARIABLE.findall(value)
        case Mapping():
            return [name for inner in value.values() for name in _names(inner)]
        case list() | tuple():
            return [name for inner in value for name in _names(inner)]
        case _:
            return []


def _resolved(value: object, environ: Mapping[str, str]) -> object:
    match value:
        case str():
            return VARIABLE.sub(lambda found: environ[found[1]], value)
        case Mapping():
            return {key: _resolved(inner, environ) for key, inner in value.items()}
        case list() | tuple():
            return [_resolved(inner, environ) for inner in value]
        case _:
            return value
