"""E-mail addresses whose form leaves nothing to doubt: Presidio says the same of them, at a hundred times the cost.

What is written in any other way is Presidio's to decide.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tldextract import TLDExtract

_PLAIN: Final = re.compile(
    r"[A-Za-z0-9_](?:[A-Za-z0-9_.+-]*[A-Za-z0-9_])?@((?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*\.)+[A-Za-z]{2,24})"
)
PRIVATE_NAMES: Final = frozenset(
    ("corp", "example", "home", "internal", "intranet", "invalid", "lan", "local", "localhost", "private", "test")
)
"""Top-level names that no registry gives out (RFC 2606, RFC 6762, ICANN's `.internal`): mail goes there too."""
_STARS: Final = re.compile(r"[*•●]")
_REMOTE_PATH: Final = re.compile(r"@[^\s@:]+:[\w~./-]+/")
"""`git@host:team/app`: a login at a machine and a path there."""
_HEX_NAME: Final = re.compile(r"(?<![\w.])[0-9a-f]{24,}@", re.IGNORECASE)


def plain_email(text: str) -> bool:
    """Whether the whole text is an address in the plainest form, at a domain that can exist."""
    match = _PLAIN.fullmatch(text)
    return match is not None and known_domain(match[1].lower())


@lru_cache(maxsize=4_096)
def known_domain(domain: str) -> bool:
    """Whether a domain stands below a public suffix, as installed, or below a name that networks of their own use."""
    return domain.rpartition(".")[2] in PRIVATE_NAMES or bool(_suffixes()(domain).fqdn)


@cache
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def in_the_open(text: str) -> bool:
    """Whether some address in the text is neither masked nor the password part of a connection address."""
    return any(
        "@" in word
        and not _STARS.search(word)
        and not _HEX_NAME.search(word)
        and ("://" not in word or "mailto" in word or _beyond_host(word))
        and not _REMOTE_PATH.search(word)
        for word in text.split()
    )


def _beyond_host(word: str) -> bool:
    """Whether an address stands in what a link asks for; before its host stand a login and a password."""
    return "@" in _HOST.sub("", word, count=1)


_HOST: Final = re.compile(r"^.*?://[^/?#]*")
