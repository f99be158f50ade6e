"""What the functions of extensions leave of their operands, told from the catalogue instead of from their names.

A view is printed with the schema of each function that is not the server's own. `public.digest` is pgcrypto's where
that extension owns it, and anybody's otherwise: what it does then is the plan's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from lineage.model import Exposure

if TYPE_CHECKING:
    from connectors._pg.session import Database

_KNOWN: Final = ("anon", "citext", "fuzzystrmatch", "pg_trgm", "pgcrypto", "postgis")
"""Extensions whose functions do what their names say."""
_FUNCTIONS: Final = """
SELECT DISTINCT n.nspname, p.proname, x.extname,
  EXISTS (SELECT FROM pg_proc o WHERE o.proname = p.proname AND o.pronamespace = 'pg_catalog'::regnamespace)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  AND d.refclassid = 'pg_extension'::regclass
LEFT JOIN pg_extension x ON x.oid = d.refobjid
WHERE n.nspname <> 'pg_catalog' AND lower(p.proname) = ANY(%s) ORDER BY 1, 2, 3"""


def functions_of(database: Database) -> Mapping[str, Exposure]:
    """Give what the functions of known extensions leave, what others of such names do, and before both the plan."""
    if database.functions is None:
        declared = {name.lower(): left for name, left in database.context.functions.items()}
        found = _read(database)
        told = {place: left for place, left in found.items() if place.rpartition(".")[2] not in declared}
        database.functions = {**told, **declared}
    return database.functions


def _read(database: Database) -> dict[str, Exposure]:
    from lineage.sql.functions import named, qualified

    by_name, of_anon = named("postgres"), qualified("postgres", "anon")
    found: dict[str, Exposure] = {}
    for schema, name, extension, built_in in database.rows(_FUNCTIONS, [sorted({*by_name, *of_anon})]):
        key = name.lower()
        left = (of_anon if extension == "anon" else by_name).get(key, Exposure.RAW)
        # Of two of one name and schema, the extension's and somebody's own, the worse counts.
        left = left if extension in _KNOWN else Exposure.RAW
        place = f"{schema.lower()}.{key}"
        found[place] = min(found.get(place, left), left, key=lambda one: one.rank)
        if left is Exposure.RAW and not built_in:
            # A body may call it without its schema; what the server brings comes first there.
            found[key] = left
    return found
