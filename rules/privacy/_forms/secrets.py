"""Formats of keys and credentials: prefixes that providers publish, tokens, private keys, addresses with passwords.

Written from the providers' own descriptions of their formats; each is specific enough that one hit counts.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from typing import Final

FORMATS: Final = {
    "AWS access key": r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
    "GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}\b",
    "GitHub fine-grained token": r"\bgithub_pat_[A-Za-z0-9_]{60,}\b",
    "GitLab token": r"\bgl(?:pat|dt|rt|soat|cbt|ptt|ft)-[A-Za-z0-9_-]{20,}",
    "Slack token": r"\bxox[abeprs]-[A-Za-z0-9-]{10,}",
    "Slack app token": r"\bxapp-[0-9]-[A-Z0-9]+-[0-9]+-[a-z0-9]+",
    "Slack webhook": r"https://hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20,}",
    "Stripe key": r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
    "Stripe webhook secret": r"\bwhsec_[A-Za-z0-9+/=]{24,}",
    "Google API key": r"\bAIza[A-Za-z0-9_-]{35}",
    "Google OAuth secret": r"\bGOCSPX-[A-Za-z0-9_-]{28}",
    "Google OAuth token": r"\bya29\.[A-Za-z0-9_-]{20,}",
    "OpenAI key": r"\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,}",
    "Anthropic key": r"\bsk-ant-[A-Za-z0-9_-]{24,}",
    "Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}\b",
    "SendGrid key": r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}",
    "Mailgun key": r"\bkey-[0-9a-f]{32}\b",
    "Mailchimp key": r"\b[0-9a-f]{32}-us[0-9]{1,2}\b",
    "Twilio key": r"\bSK[0-9a-f]{32}\b",
    "npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "PyPI token": r"\bpypi-[A-Za-z0-9_-]{50,}",
    "DigitalOcean token": r"\bdo[opr]_v1_[0-9a-f]{64}\b",
    "Shopify token": r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b",
    "Square token": r"\b(?:sq0atp|sq0csp)-[A-Za-z0-9_-]{22,}",
    "Databricks token": r"\bdapi[0-9a-f]{32}\b",
    "Linear key": r"\blin_api_[A-Za-z0-9]{32,}",
    "Notion token": r"\b(?:secret|ntn)_[A-Za-z0-9]{40,}\b",
    "Telegram bot token": r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b",
    "Vault token": r"\bhv[sbr]\.[A-Za-z0-9_-]{24,}",
    "Terraform token": r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}",
    "Azure storage key": r"AccountKey=[A-Za-z0-9+/]{80,}={0,2}",
    "age secret key": r"AGE-SECRET-KEY-1[A-Z0-9]{50,}",
    "JSON web token": r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    "private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "address with a password": r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/:@]+:[^\s/@]{3,}@[^\s/@]+",
    "password hash": r"\$(?:2[abxy]|argon2(?:id|i|d)|scrypt|pbkdf2(?:-sha(?:256|512))?|[56])\$[^\s]{20,}"
    r"|\bpbkdf2_sha(?:1|256)\$[0-9]+\$[^\s]{20,}",
}
"""Name -> pattern, in what RE2 and `re` both understand."""

ANY: Final = "|".join(f"(?:{pattern})" for pattern in FORMATS.values())
"""One pattern for all of them: the flag that a kernel runs over a column."""

HINT: Final = (
    r"A(?:KIA|SIA|BIA|CCA|Iza|GE-S|ccountKey=)|gh[pousr]_|github_pat_|gl[a-z]{2,4}-|xox[a-z]-|xapp-|hooks\.slack"
    r"|[sr]k_(?:live|test)|whsec_|GOCSPX|ya29\.|sk-|hf_|SG\.|key-|-us[0-9]|SK[0-9a-f]|npm_|pypi-|do[opr]_v1"
    r"|shp[acps][ats]_|sq0|dapi|lin_api|secret_|ntn_|:AA|hv[sbr]\.|atlasv1|eyJ|PRIVATE|://[^\s/:@]+:"
    r"|\$(?:2|a|s|p|5|6)|pbkdf2"
)
"""What every key holds: a pattern that compiles twenty times faster than the formats, and lets more through."""

_WORDISH: Final = re.compile(r"[a-z]+|[A-Z][a-z]+|[A-Z]+|[0-9]{1,4}")


def random_looking(text: str) -> bool:
    """Whether a text could be a generated key or password: one word, mixed, more disorder than language has."""
    size = len(text)
    if not 8 <= size <= 400 or text.split() != [text] or _mixed(text) < 2:
        return False
    terms = _terms(size)
    bits = sum([terms[count] for count in Counter(text).values()])
    return bits >= min(3.2, math.log2(size) * 0.8) and not _WORDISH.fullmatch(text)


def _mixed(text: str) -> int:
    """Give how many kinds of characters a text has: small letters, capitals, digits, signs."""
    if text.isascii():
        digits = _DIGIT.search(text) is not None
        return (text != text.upper()) + (text != text.lower()) + digits + (not text.isalnum())
    kinds = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
    return sum(any(kind(character) for character in text) for kind in kinds)


_DIGIT: Final = re.compile("[0-9]")


@cache
def _terms(size: int) -> tuple[float, ...]:
    """Give what a character that stands so often in a text of this size adds to its disorder."""
    return (0.0, *(-count / size * math.log2(count / size) for count in range(1, size + 1)))
