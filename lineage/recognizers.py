"""What a plan adds to the detector: a spaCy pipeline for running text, and Presidio recognisers of the user's own.

The file of recognisers lies below the plan's folder, and is written as Presidio reads it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from lineage import registry
from lineage.detector import Detector
from lineage.errors import PlanError, PluginError
from lineage.plan.model import Plan

_MOST: Final = 200
_LARGEST: Final = 1_000_000


def detector_of(plan: Plan, folder: Path | None) -> Detector:
    """Give the detector as the plan wants it.

    Raises:
        PlanError: the pipeline is not installed, or the file of recognisers cannot be read or is none.
    """
    model, file = plan.answer("nlp"), plan.answer("recognizers")
    if not model and not file:
        return registry.detector()
    definitions = _definitions(str(file), folder) if file else "[]"
    try:
        return registry.detector(str(model or ""), definitions)
    except PluginError as e:
        raise PlanError(f"{'recognizers' if 'recogniser' in str(e) else 'nlp'}: {e}") from None


def detector_with(file: Path) -> Detector:
    """Give the detector with the recognisers of a file that the user names at the command line.

    Raises:
        PlanError: the file cannot be read or holds no recognisers.
    """
    try:
        return registry.detector("", _definitions(file.name, file.resolve().parent))
    except PluginError as e:
        raise PlanError(f"recognizers: {e}") from None


def _definitions(file: str, folder: Path | None) -> str:
    """Give the recognisers of a file as JSON, so that they travel to the process that looks."""
    import yaml

    if folder is None:
        raise PlanError("recognizers: the plan has no folder that the file could lie in")
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise PlanError(f"recognizers: {file} is no file below the plan's folder; put it beside the plan")
    if path.stat().st_size > _LARGEST:
        raise PlanError(f"recognizers: {file} is larger than a megabyte")
    try:
        document: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        definitions = document.get("recognizers") if isinstance(document, dict) else None
    except (yaml.YAMLError, UnicodeDecodeError):
        document = definitions = None
    if not isinstance(definitions, list) or len(definitions) > _MOST:
        raise PlanError(f"recognizers: {file} has no list of recognizers; write it as Presidio reads it")
    if unknown := sorted(set(map(str, document)) - {"recognizers", "supported_languages", *_DEFAULTS}):
        raise PlanError(f"recognizers: {file} has the key {unknown[0]!r}, which is none of a registry's")
    defaults = {_DEFAULTS[key]: value for key, value in document.items() if key in _DEFAULTS}
    try:
        return json.dumps(
            [{**defaults, **one} if isinstance(one, dict) else one for one in definitions], sort_keys=True
        )
    except (TypeError, ValueError):
        raise PlanError(f"recognizers: {file} holds what is neither text nor a number, as dates are") from None


_DEFAULTS: Final = {"default_score_threshold": "score_threshold", "global_regex_flags": "global_regex_flags"}
"""What a registry's file says of all its recognisers, and how one says it of itself."""
