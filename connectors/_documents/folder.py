"""Which files below a folder are documents, and which of them a dataset is.

A dataset is a sub-folder with all below it (`policies/`) or a pattern (`policies/*.md`). A document of a kind that is
not read (`.odt`) is still one of the dataset's: what its front matter would say is not known, and must not be held.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from connectors._documents.office import MIME
from connectors._patterns import Found, matching, patterns_of

READ: Final = frozenset({".md", ".markdown", ".txt", ".text", ".html", ".htm", *MIME})
UNREAD: Final = frozenset({".doc", ".odt", ".rtf", ".ppt", ".odp", ".epub", ".rst", ".adoc", ".org", ".tex", ".mdx"})
_WHOLE: Final = frozenset({".", "./", "**"})


def documents_among(files: tuple[Found, ...]) -> tuple[tuple[Found, ...], int]:
    """Give the documents among files, and how many others there are."""
    documents = tuple(file for file in files if ending_of(file) in READ | UNREAD)
    return documents, len(files) - len(documents)


def ending_of(file: Found) -> str:
    """Give a document's ending."""
    return file.path.suffix.lower()


def documents_of(documents: Sequence[Found], reads: str) -> tuple[Found, ...]:
    """Give the documents that a plan's `reads` names: a folder, a pattern or one file; none outside."""
    if reads in _WHOLE:
        return tuple(documents)
    found = () if reads.endswith("/") else matching(documents, reads)
    return found or matching(documents, f"{reads.rstrip('/')}/**")


def folders_of(documents: Sequence[Found]) -> tuple[str, ...]:
    """Give the datasets of a folder that no plan names: each sub-folder, and what lies beside them."""
    told = {pattern.partition("/")[:2] for pattern in patterns_of(documents)}
    return tuple(sorted({folder + slash if slash else "*" for folder, slash in told}))


def links_out(root: Path) -> int:
    """Count the links that were not followed: those to folders, and those that lead out or nowhere."""
    count = 0
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        count += sum(Path(folder, name).is_symlink() for name in folders)
        for name in names:
            path = Path(folder, name)
            if path.is_symlink() and not name.startswith("."):
                count += not _within(root, path)
    return count


def _within(root: Path, path: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False
