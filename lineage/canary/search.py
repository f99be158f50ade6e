"""Looks for a test subject where no connector writes: in files, indexes and stores, record by record in this process.

Every text of a record is searched for the subject's own texts, since what was copied into a text keeps no field of its
own; the key is compared as one that leads back. Nothing is kept but how many records there were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lineage.compare_keys import canonical
from lineage.connector import Column, Connector, Relation, Stream
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import UnseenFact
from lineage.hand import Act

if TYPE_CHECKING:
    from lineage.catalog import Catalog
    from lineage.plan.model import Dataset

_NO_TEXT: Final = (
    *("vector", "halfvec", "sparsevec", "float", "double", "real", "bool", "int", "bigint", "smallint", "tinyint"),
    *("mediumint", "numeric", "decimal", "number", "date", "time", "uuid", "bit", "blob", "bytea", "binary"),
    *("varbinary", "geometry", "serial"),
)
"""Types that hold no text, by how they begin: embeddings are long, and show nothing."""


_TEXTS: Final = (str, list, tuple, dict)


@dataclass(slots=True)
class Seeker:
    """Counts the records that are the subject's."""

    key: bytes | None = field(repr=False)
    """What the first field holds in the subject's records; None: no field leads back."""
    texts: tuple[str, ...] = field(repr=False)
    found: int = 0
    ended: bool = False

    def __call__(self, rows: Sequence[Sequence[object]]) -> None:
        """Look through some records and let go of them."""
        self.found += sum(self._is_the_subjects(row) for row in rows)

    def end(self) -> None:
        """Take note that these were all."""
        self.ended = True

    def _is_the_subjects(self, row: Sequence[object]) -> bool:
        if self.key is not None and canonical(row[0]) == self.key:
            return True
        return any(text in str(value) for value in row if isinstance(value, _TEXTS) for text in self.texts)


def relation_of(catalog: Catalog, dataset: Dataset, act: Act) -> Relation:
    """Give what of a dataset is read to look for the subject: the field that leads back first, then its texts."""
    there = catalog.fields.get(act.name, {})
    paths = dict.fromkeys((*([act.key[0]] if act.key is not None else []), *act.texts))
    columns = {f"f{number}": Column(path, there[path].type) for number, path in enumerate(paths)}
    return Relation(dataset.id, act.name, columns)


def texts_of(catalog: Catalog, dataset: Dataset) -> tuple[tuple[str, ...], ...]:
    """Give the fields of a dataset that may hold texts, whether the plan names them or not."""
    name = catalog.physical(dataset.id)
    there = catalog.fields.get(name, {}) if name is not None else {}
    return tuple(path for path, fact in there.items() if not fact.type.casefold().startswith(_NO_TEXT))


def looked_for(
    connector: Connector, settings: Mapping[str, object], act: Act, relation: Relation, context: Context
) -> int:
    """Count the records of a dataset that are the subject's, by reading all of them.

    Raises:
        ConnectorError: not all of them could be read.
    """
    seeker = Seeker(canonical(act.key[1]) if act.key is not None else None, act.sought)
    stream = Stream(relation, tuple(relation.columns), whole=True)
    told = list(connector.read(connector.settings.model_validate(settings), (stream,), replace(context, sink=seeker)))
    if seeker.ended:
        return seeker.found
    why = next((fact for fact in told if isinstance(fact, UnseenFact)), None)
    reason = why.reason if why is not None else f"the connector {connector.kind} hands no records over"
    raise ConnectorError(f"{context.source}: cannot look for the test subject ({reason}); look for it by hand")
