"""A connection is not configured as a production system needs it.

Why it matters
--------------
The connection that is open in the launch week stays open for years. What crosses the network in the clear, or to
whoever answers under that name, is read by others than the workflow.

What it looks at
----------------
The settings of each source's connector, and of its address where it stands in the plan: whether transport is encrypted
and the other side's certificate checked (`sslmode`, `ssl_verify_cert`, `http://`), unless the system is on the same
machine. How a network source was really reached the connectors do not tell yet, so an address that is kept in the
environment is unverified.

How to fix it
-------------
Ask for encryption and check the certificate: `sslmode: verify-full`, `https://`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Source
from lineage.rule import Evidence, Rule
from rules.plan._said import held, unknown, wrong

_NETWORK: Final = frozenset(
    {"postgresql", "pgvector", "mysql", "mariadb", "redis", "kafka", "mongodb", "qdrant", "http"}
)
_OPEN: Final = {
    "sslmode": ("disable", "allow", "prefer"),
    "ssl_mode": ("disabled", "preferred"),
    "ssl_verify_cert": ("false", "0", "no"),
    "verify": ("false", "0", "no"),
    "tls": ("false", "0", "no", "off"),
    "ssl": ("false", "0", "no", "off"),
    "security_protocol": ("plaintext", "sasl_plaintext"),
}
_CLOSED: Final = {
    "sslmode": ("verify-full", "verify-ca"),
    "ssl_mode": ("verify_identity", "verify_ca"),
    "ssl_verify_cert": ("true", "1", "yes"),
    "security_protocol": ("ssl", "sasl_ssl"),
}
_ENVIRON: Final = re.compile(r"\$\{[^}]*\}")
_HERE: Final = re.compile(r"(?:localhost|127(?:\.\d+){3}|::1|)$")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the connection of each source."""
    for source in evidence.plan.sources.values():
        address = next((str(source.settings[key]) for key in ("url", "path") if source.settings.get(key)), "")
        hidden = "${" in address
        parts = _parts(address)
        settings = {key.casefold(): str(value).casefold() for key, value in source.settings.items()}
        settings |= {key.casefold(): values[-1].casefold() for key, values in parse_qs(parts.query).items()}
        if source.kind not in _NETWORK and parts.scheme not in {"http", "https"}:
            continue
        yield _judged(source, settings, parts.scheme, parts.hostname or "", hidden=hidden)


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(_ENVIRON.sub("", address) if address.startswith("$") else _ENVIRON.sub("x", address))
    except ValueError:
        return urlsplit("")


def _judged(source: Source, settings: dict[str, str], scheme: str, host: str, *, hidden: bool) -> Judgement:
    leaf, about = f"{source.path}.connector", Subject(source=source.id)
    drop = (Operation(Op.DROP_SOURCE, source.id),)
    open_ = next((key for key, words in _OPEN.items() if settings.get(key) in words), None)
    here = not hidden and _HERE.fullmatch(host) is not None
    if not here and (open_ or scheme == "http"):
        why = f"{open_}: {settings[open_]}" if open_ else "http"
        says = f"{source.id} may be reached without encryption or without a check of its certificate ({why})"
        return wrong(leaf, about, says, "ask for encryption, and check the certificate", drop, level=Level.CONFIGURED)
    if here:
        return held(leaf, about, "the system is on the same machine", Level.CONFIGURED)
    if scheme == "https" or any(settings.get(key) in words for key, words in _CLOSED.items()):
        return held(leaf, about, "encryption and a check of the certificate are asked for", Level.CONFIGURED)
    return unknown(
        leaf, about, "whether the connection is encrypted was not seen", "say it as a setting: sslmode: verify-full"
    )


RULE = Rule(id="dossier/misconfigured-connection", severity=Severity.HIGH, check=check, operations=(Op.DROP_SOURCE,))
