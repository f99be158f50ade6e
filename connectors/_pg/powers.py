"""Who may read what the server keeps for itself: password hashes, samples of every table, files, others' logins.

PostgreSQL grants these to nobody. A grant that somebody made since is no grant on a dataset, and opens more than any:
it is told as an attribute of its holder, spelt as what would be revoked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from lineage.model import PUBLIC

if TYPE_CHECKING:
    from connectors._pg.session import Database

_COLUMNS: Final = {
    "pg_authid": "^rolpassword$",
    "pg_shadow": "^passwd$",
    "pg_statistic": "^stavalues",
    "pg_statistic_ext_data": "^stxd(mcv|expr)$",
    "pg_largeobject": "^data$",
    "pg_user_mapping": "^umoptions$",
    "pg_subscription": "^subconninfo$",
}
"""Relation of the server's own -> which of its columns hold what is kept."""
_FUNCTIONS: Final = ("pg_read_file", "pg_read_binary_file", "lo_import", "lo_export")
"""Functions that reach the server's files."""
_POWERS: Final = """
WITH kept(relation, fields) AS (SELECT * FROM unnest(%(relations)s::text[], %(fields)s::text[])),
lists(what, owner, acl) AS (
  SELECT 'select on ' || c.relname, c.relowner, c.relacl
  FROM kept k JOIN pg_class c ON c.relname = k.relation AND c.relnamespace = 'pg_catalog'::regnamespace
  UNION ALL
  SELECT 'select (' || a.attname || ') on ' || c.relname, c.relowner, a.attacl
  FROM kept k JOIN pg_class c ON c.relname = k.relation AND c.relnamespace = 'pg_catalog'::regnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname ~ k.fields
  UNION ALL
  SELECT 'execute on ' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')', p.proowner, p.proacl
  FROM pg_proc p WHERE p.proname = ANY(%(functions)s) AND p.pronamespace = 'pg_catalog'::regnamespace)
SELECT DISTINCT CASE WHEN x.grantee = 0 THEN NULL ELSE r.rolname END, l.what
FROM lists l CROSS JOIN LATERAL aclexplode(l.acl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE x.privilege_type IN ('SELECT', 'EXECUTE') AND x.grantee <> l.owner AND (x.grantee = 0 OR r.oid IS NOT NULL)
ORDER BY 1 NULLS FIRST, 2"""


def powers(database: Database) -> Mapping[str, frozenset[str]]:
    """Give (principal, rights on what the server keeps for itself) for all that was granted of it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    asked = {"relations": [*_COLUMNS], "fields": [*_COLUMNS.values()], "functions": [*_FUNCTIONS]}
    for holder, what in database.rows(_POWERS, asked):
        found[holder or PUBLIC].add(what)
    return {holder: frozenset(held) for holder, held in found.items()}
