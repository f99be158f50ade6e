"""Secrets do not belong in a plan: settings that look secret are `${ENV}`, and `${ENV}` stands nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lineage.yamlsource import Located, Problem, Scalar

VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SETTING: Final = re.compile(r"sources\.[^.]+\.connector\.(?!type$).+")
_SECRET_WORDS: Final = frozenset(
    {"password", "passwd", "pwd", "passphrase", "pass", "token", "secret", "key", "apikey"}
    | {"credential", "credentials", "authorization", "auth", "cookie", "bearer", "signature"}
)
_NO_SECRET: Final = re.compile(r"(?:partition|primary|foreign|sort|public|order|group)_key|key_(?:column|field|path)s?")
_AROUND: Final = re.compile(r"\s*(?:Bearer|Basic|Token)?\s*", re.IGNORECASE)
_URL_PASSWORD: Final = re.compile(r"://[^/?#\s@:]*:(?!\d+/)(\S+)@|https?://([^/\s@:]+)@", re.IGNORECASE)
_URL_OPTION: Final = re.compile(r"[?&;](?:[^=&?;\s]*(?:password|passwd|pwd|token|secret|key))=([^&\s]+)", re.IGNORECASE)
_LONGEST: Final = 5_000
_WAY_OUT: Final = 'write it as "${NAME}" and set NAME in the environment'


def check_secrets(places: Mapping[str, Located]) -> Iterator[Problem]:
    """Give a problem for each secret written out, and for each `${ENV}` outside connector settings."""
    for path, located in places.items():
        node = located.node
        if not isinstance(node, Scalar):
            continue
        setting = _SETTING.fullmatch(path) is not None
        place = node.start
        if not setting and "${" in node.text:
            message = "'${...}' is allowed in connector settings only"
            yield Problem(place.line, place.column, message, "write the value out")
        if _holds_secret(path, node.text, setting=setting):
            message = f"{_name(path)} may hold a secret, written out"
            yield Problem(place.line, place.column, message, _WAY_OUT, secret=True, last_line=node.end.line)
        elif setting and "${" in VARIABLE.sub("", node.text):
            message = "a variable is written '${NAME}', with letters, digits and _"
            yield Problem(place.line, place.column, message, "close the brace, or check the name")


def _holds_secret(path: str, text: str, *, setting: bool) -> bool:
    text = text[:_LONGEST]
    rest = VARIABLE.sub("", text)
    if setting and _is_secret_name(path):
        return _AROUND.fullmatch(rest) is None
    # A variable becomes `$`, so that `user:${PW}@` is seen as a password that is not written out.
    marked = VARIABLE.sub("$", text)
    found = [*_URL_PASSWORD.finditer(marked), *_URL_OPTION.finditer(marked)]
    return any(part and part.strip("$") for match in found for part in match.groups())


def _is_secret_name(path: str) -> bool:
    name = _NO_SECRET.sub("", path.partition(".connector.")[2].lower())
    return any(word in _SECRET_WORDS for word in re.split(r"[^a-z0-9]+", name))


def _name(path: str) -> str:
    return f"'{path.rpartition('.')[2]}'"
