"""What stands in addresses of the web: their escapes undone, and what they ask for as columns of its own.

`/cart?name=Anna%20Brandt&page=2` holds a name under a header that says so, and a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from rules.privacy._kernel import kernel

_SIGNS: Final = (("%40", "@"), ("%20", " "), ("%3A", ":"), ("%3a", ":"), ("%2F", "/"), ("%2f", "/"))
"""Escapes of what is looked for in every value; the others are undone in those that are read."""
_ESCAPED: Final = "%(?:40|20|3[Aa]|2[Ff])"
_ASKED: Final = r"(?:^|[?&;])[\w.\[\]-]{1,40}=[^&;\s]"
_PART: Final = r"^(?P<key>[\w.\[\]-]{1,40})=(?P<value>.*)$"
_KEYS: Final = 40
"""Beyond it the keys are data, and are looked at together."""
_ADDRESS: Final = r"^[^\s\"'<>{}]*[?][^\s\"'<>{}]*$|^(?:[\w.\[\]-]{1,40}=[^&\s]*)(?:&[\w.\[\]-]{1,40}=[^&\s]*)+$"


def unescaped(array: Any) -> Any:
    """Give an array of texts with the signs that addresses of the web escape."""
    import pyarrow.compute as pc

    if not _holds(array, b"%") or not pc.any(pc.match_substring_regex(array, _ESCAPED)).as_py():
        return array
    for code, sign in _SIGNS:
        array = pc.replace_substring(array, code, sign)
    return array


def plain(value: str) -> str:
    """Give a value with all its escapes undone."""
    return unquote(value) if "%" in value else value


def asked(array: Any) -> Iterator[tuple[str, Any]]:
    """Give by key what the addresses of an array of texts ask for, escapes undone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return
    if not _holds(array, b"=") or not (_holds(array, b"?") or _holds(array, b"&")):
        return
    addresses = array.filter(pc.match_substring_regex(array, _ADDRESS))
    if not len(addresses) or not pc.any(pc.match_substring_regex(addresses, _ASKED)).as_py():
        return
    parts = pc.list_flatten(pc.split_pattern_regex(addresses, r"[?&;#]"))
    found = pc.extract_regex(parts, _PART).drop_null()
    # A sign that a value begins with is a phone number's; elsewhere it stands for a space.
    keys, values = found.field("key"), pc.replace_substring_regex(found.field("value"), r"([^+])[+]", r"\1 ")
    values = unescaped(values)
    for code, sign in (("%2B", "+"), ("%2b", "+")):
        values = pc.replace_substring(values, code, sign)
    often = pc.value_counts(keys).sort("descending").field("values") if len(keys) else pa.array([], keys.type)
    told = often.slice(0, _KEYS).to_pylist()
    for key in told:
        yield key, values.filter(pc.equal(keys, key))
    if len(often) > _KEYS:
        yield "", values.filter(pc.invert(pc.is_in(keys, value_set=pa.array(told, keys.type))))


def _holds(array: Any, sign: bytes) -> bool:
    """Whether any text of an array holds a sign."""
    _, _, data = array.buffers()
    return data is not None and bool(kernel().sketch_holds(data.address, data.size, sign[0]))
