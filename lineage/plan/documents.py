"""The files that a plan's answers name (`docs/rollback.md`): whether they are there, and what they are by hash.

A plan is untrusted: only what lies below its own folder is looked at, no link is followed out of it, and nothing of a
file is kept but its hash, its size and its time.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lineage.facts import DocumentFact, Seen, UnseenFact
from lineage.model import SourceId
from lineage.plan.model import LeafKind, Plan

SEEN_IN: Final = SourceId("plan.yaml")
"""What stands for the plan's folder where facts name their source; no source can be called so."""

THIS_PLAN: Final = "this plan"
APPROVED_PART: Final = "this plan without its gates"
"""What stand for the plan that was scanned where facts name their file; no answer can name a file so."""

_FILE_NAME: Final = re.compile(r"[\w][\w ./+-]*\.(?:[a-z][a-z0-9]{1,5})", re.IGNORECASE)
_MAX_BYTES: Final = 64 << 20
_MAX_FILES: Final = 1_000


def is_file_name(text: str) -> bool:
    """Tell whether an answer names a file: a relative path with an ending, `plan.yaml` or `docs/load.md`."""
    named = _FILE_NAME.fullmatch(text) is not None and " " not in text.rpartition("/")[0]
    return named and ("/" in text or text.lower().endswith(_DOCUMENTS)) and "://" not in text


_DOCUMENTS: Final = (
    ".md", ".txt", ".rst", ".html", ".pdf", ".docx", ".xlsx", ".pptx", ".csv", ".json", ".yaml", ".yml", ".toml",
    ".zip", ".py",
)  # fmt: skip


def named_files(plan: Plan) -> tuple[str, ...]:
    """Give every file that an answer of the plan names, once, in the plan's order."""
    texts = (text for leaf in plan.leaves.values() if leaf.kind is LeafKind.QUESTION for text in _each(leaf.text))
    return tuple(dict.fromkeys(text for text in texts if is_file_name(text)))


def _each(text: str) -> list[str]:
    """Give the texts of a leaf: one, or those of a list."""
    listed = text.startswith("[") and text.endswith("]")
    return [part.strip() for part in text[1:-1].split(",")] if listed else [text]


def approved_part(plan: Plan) -> str:
    """Give the hash of what an approval in the plan itself is of: all but the gates, the status and the version."""
    content = {key: part for key, part in plan.content.items() if key != "gates"}
    meta = content.get("meta")
    if isinstance(meta, Mapping):
        content["meta"] = {key: part for key, part in meta.items() if key not in ("status", "version")}
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def itself(plan: Plan, now: datetime) -> tuple[DocumentFact, ...]:
    """Give the hashes of the plan as it is scanned, so that a narrowed plan is not taken for a changed one."""
    seen = Seen(SEEN_IN, now, "plan", "")
    return DocumentFact(seen, THIS_PLAN, plan.sha256), DocumentFact(seen, APPROVED_PART, approved_part(plan))


def look_up(plan: Plan, folder: Path, now: datetime) -> Iterator[DocumentFact | UnseenFact]:
    """Look for every file that the plan names, below its folder."""
    seen = Seen(SEEN_IN, now, "file system", "file permissions")
    root = folder.resolve()
    for name in named_files(plan)[:_MAX_FILES]:
        yield _found(seen, root, name)


def _found(seen: Seen, root: Path, name: str) -> DocumentFact | UnseenFact:
    try:
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return DocumentFact(seen, name, None)
        state = path.stat()
        if state.st_size > _MAX_BYTES:
            return UnseenFact(seen, "document", "larger than 64 MB", f"name a smaller file than {name}")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as e:
        return UnseenFact(seen, "document", type(e).__name__, f"let the auditor read {name}")
    return DocumentFact(seen, name, digest, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))
