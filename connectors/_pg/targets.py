"""What the plan's `reads` means in a PostgreSQL database: its rules for identifiers, and one leniency.

`ai.contacts_v`, `"Odd Schema"."Tab le"`, `contacts` (in `public`), `crm.ai.contacts_v` (this database only).
An unquoted name folds to lower case, as the server does it; only where nothing has that name, one that is spelt exactly
as the plan spells it is taken (`Contacts` for `"Contacts"`). A name without a schema is looked for in `public` and
nowhere else: the search path of the workflow's session is not known here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Final

from connectors._pg.session import Database, quoted
from connectors._pg.structure import Catalogue
from lineage.facts import AbsentFact, ResolvedFact
from lineage.model import DatasetId, Name

_PART: Final = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^".]+?))\s*(?:\.|$)')
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_$]*")
_DEFAULT_SCHEMA: Final = "public"
_NEAREST: Final = 3


def resolve_targets(
    database: Database, catalogue: Catalogue, targets: Mapping[DatasetId, str]
) -> Iterator[ResolvedFact | AbsentFact]:
    """Say of each dataset of the plan which relation it is, or that there is none, with names that look alike."""
    seen = database.seen()
    for dataset, reads in targets.items():
        oid = find_relation(database.name, catalogue, reads)
        if oid is not None:
            yield ResolvedFact(seen, dataset, catalogue.names[oid])
        else:
            yield AbsentFact(seen, dataset, reads, proven=True, nearest=_nearest(catalogue, reads))


def find_relation(database: str, catalogue: Catalogue, reads: str) -> int | None:
    """Give the relation that a name means; None where there is none."""
    parts = _parts(reads)
    if parts is None:
        return None
    for fold in (True, False):
        path = [text.lower() if fold and not in_quotes else text for text, in_quotes in parts]
        if len(path) == 3 and path.pop(0) != database:
            continue
        schema, name = path if len(path) == 2 else (_DEFAULT_SCHEMA, path[0])
        if (oid := catalogue.by_path.get((schema, name))) is not None:
            return oid
    return None


def spelt(name: Name) -> str:
    """Give a relation as SQL spells it: schema and name, quoted where they must be."""
    return ".".join(part if _PLAIN.fullmatch(part) else quoted(part) for part in name.path[-2:])


def _parts(reads: str) -> list[tuple[str, bool]] | None:
    parts: list[tuple[str, bool]] = []
    position = 0
    while position < len(reads):
        found = _PART.match(reads, position)
        if found is None or len(parts) == 3:
            return None
        in_quotes = found[1] is not None
        parts.append((found[1].replace('""', '"') if in_quotes else found[2], in_quotes))
        position = found.end()
    return None if not parts or reads.rstrip().endswith(".") else parts


def _nearest(catalogue: Catalogue, reads: str) -> tuple[str, ...]:
    wanted = reads.replace('"', "").lower()
    bare = wanted.rpartition(".")[2]
    names = {spelt(name): name for name in catalogue.names.values()}
    whole = {shown: ".".join(name.path[-2:]).lower() for shown, name in names.items()}
    # The same name in another schema comes first: a forgotten schema is the commonest mistake.
    same = sorted(shown for shown, name in names.items() if name.path[-1].lower() == bare)
    alike = difflib.get_close_matches(wanted, set(whole.values()), _NEAREST, 0.7)
    found = [*same, *(shown for text in alike for shown in names if whole[shown] == text)]
    return tuple(dict.fromkeys(found))[:_NEAREST]
