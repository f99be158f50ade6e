"""Keys of a store as datasets: a pattern is what a plan writes, or what may be told of keys that no plan names.

A key can hold personal data (`session:anna.schmidt`, `anna:cart`), and counts alone cannot say what is a person's: a
shop of three customers shares each name among hundreds of keys. So of keys that no plan names a part is told only where
it is a word that software calls its records by, many keys share it in that place, and few words stand there; or where
the plan itself writes it there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

_PARTS: Final = re.compile(r"([:/|])")
_WORD: Final = re.compile(r"[a-z]+(?:[_.-][a-z]+)*")
_FEW: Final = 50
"""So many words in a place can be kinds of keys; more are a list of something."""
_MANY: Final = 20
"""So many keys share a kind: distinct as they are, five beginnings or five rests at least are among them."""
_MOST_PARTS: Final = 8
_KINDS: Final = frozenset(
    """
    access account action agent alert analytics answer api app archive article asset attempt attribute audit auth backup
    basket batch blob bucket budget cache call campaign cart catalog category channel chat checkout checkpoint chunk
    click client command comment company completion config consumer contact context conversation cookie count counter
    credential customer dashboard data dataset deal default delivery device digest dialog document download draft email
    embedding entity entry error event example experiment export fact failure feature feed feedback file filter flag
    flow folder form group heartbeat history hook idempotency image import inbox index input invite invoice item job
    label lead ledger lease limit list load location lock log login mail media member memory message meta metadata
    metric migration model node note notification object offer offset order otp outbox output package partition
    password payment pending permission ping plan policy pool preference presence product profile prompt quota query
    queue quote rate raw recent recommendation record refresh refund region registry reply report request reset result
    retry review role route rule run schedule schema score search secret segment sequence server service session
    setting shard shipment signup snapshot source state stat status step stream subscriber subscription summary
    support sync system table tag task template tenant text thread ticket timeline token tool topic trace transaction
    transcript trigger upload url usage user vector version visit visitor webhook widget worker workflow workspace
    """.split()  # noqa: SIM905 - one a line, they would be two pages
)
"""What records are called, in the singular; no word of these is a usual name of a person."""
_SHORT: Final = frozenset({"acl", "auth", "cfg", "ctx", "id", "ids", "msg", "prefs", "tmp", "ttl", "by", "of", "to"})


def matching(keys: Iterable[str], reads: str) -> tuple[str, ...]:
    """Give the keys that a plan's `reads` names: one key, or a pattern with `*` and `?`; `*` crosses separators."""
    pattern = reads.replace("[", "[[]")
    return tuple(key for key in keys if key == reads or fnmatchcase(key, pattern))


def patterns_of(keys: Sequence[str], named: Collection[str] = ()) -> Mapping[str, tuple[str, ...]]:
    """Group keys by a pattern that they can be told by; `named` are the plan's own patterns."""
    told = spelt(keys, named, _MOST_PARTS)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[re.sub(r"\*(?:[:/|]\*)+$", "*", told[key])].append(key)
    return {pattern: tuple(groups[pattern]) for pattern in sorted(groups)}


def spelt(keys: Sequence[str], named: Collection[str] = (), parts_at_most: int = 0) -> Mapping[str, str]:
    """Spell each key by what may be told of it, with `*` for every other part; 0: as many parts as it has."""
    parts = {key: _PARTS.split(key, maxsplit=parts_at_most) for key in keys}
    written = [_PARTS.split(pattern) for pattern in named]
    told: dict[str, str] = dict.fromkeys(keys, "")
    depth = 0
    left = list(keys)
    while left:
        below: defaultdict[str, list[str]] = defaultdict(list)
        for key in left:
            below[told[key]].append(key)
        for prefix, group in below.items():
            words = _kinds(parts[key][depth] for key in group) | _written(written, prefix, depth)
            for key in group:
                word = parts[key][depth]
                told[key] = prefix + (word if word in words or depth % 2 else "*")
        depth += 1
        left = [key for key in left if len(parts[key]) > depth]
    return told


def is_kind(word: str) -> bool:
    """Say whether a word is one that software calls its records by."""
    return bool(_WORD.fullmatch(word)) and all(
        part in _SHORT or part in _KINDS or part.removesuffix("s") in _KINDS for part in re.split(r"[_.-]", word)
    )


def _kinds(standing: Iterable[str]) -> frozenset[str]:
    """Give the words in a place that name a kind of key."""
    counts: defaultdict[str, int] = defaultdict(int)
    for word in standing:
        if _WORD.fullmatch(word):
            counts[word] += 1
    few = len(counts) <= _FEW
    return frozenset(word for word, count in counts.items() if few and count >= _MANY and is_kind(word))


def _written(written: Iterable[Sequence[str]], prefix: str, depth: int) -> frozenset[str]:
    """Give the words that the plan's patterns write in a place, behind the same beginning."""
    return frozenset(
        one[depth]
        for one in written
        if len(one) > depth and "".join(one[:depth]) == prefix and not set("*?") & set(one[depth])
    )
