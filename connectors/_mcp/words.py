"""What a tool does, by the words of its name: for servers that say nothing of their tools, as half of them do.

The words are a list of our own, so that nothing of a description can leave: it may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

_READS: Final = (
    "get list read search find show view describe lookup look retrieve select explain inspect analyze analyse "
    "summarize compare validate calculate convert parse extract status diff history info returns display"
)
_CHANGES: Final = (
    "create add insert update set put patch write edit modify append move rename upload commit push merge assign "
    "unassign close reopen archive restore import enable disable approve refund pay charge transfer save register "
    "grant apply deploy provision rotate replace upsert hset lpush rpush sadd zadd xadd toggle change"
)
_DESTROYS: Final = (
    "delete remove drop destroy erase purge truncate wipe reset clear cancel kill terminate del flush revoke unlink "
    "uninstall"
)
_SENDS: Final = "send publish notify broadcast tweet forward invite submit export"
_BRINGS: Final = "fetch browse crawl scrape download navigate"
_RUNS: Final = "execute run exec eval invoke"
_MESSAGES: Final = "email mail post reply message comment share sms call dm"
_NOUNS: Final = "issue book schedule store tag label mark copy link checkout start stop"
_LOOKS: Final = "query log count check open browse tree"
_SHELLS: Final = "shell bash command script sql"
_PEOPLE_WRITE: Final = (
    "email emails mail mails inbox message messages comment comments issue issues ticket tickets review reviews reply "
    "replies thread threads web website webpage page pages url feed rss conversation conversations"
)
_CLEAR: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_READS.split(), ("reads",)),
    **dict.fromkeys(_CHANGES.split(), ("changes",)),
    **dict.fromkeys(_DESTROYS.split(), ("changes", "destroys")),
    **dict.fromkeys(_SENDS.split(), ("changes", "sends")),
    **dict.fromkeys(_BRINGS.split(), ("reads", "brings")),
    **dict.fromkeys(_RUNS.split(), ("runs",)),
}
"""Words that are what is done, wherever in a name they stand."""
_UNCLEAR: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_MESSAGES.split(), ("changes", "sends")),
    **dict.fromkeys(_NOUNS.split(), ("changes",)),
    **dict.fromkeys(_LOOKS.split(), ("reads",)),
    **dict.fromkeys(_SHELLS.split(), ("runs",)),
}
"""Words that are what is done only where no other of the name is."""
_OF_OTHERS: Final = frozenset(_PEOPLE_WRITE.split())
"""What people outside write."""
_PLACES: Final = frozenset({"url", "uri", "urls", "endpoint", "webhook", "webhookurl", "href", "address"})
_PEOPLE: Final = frozenset({"to", "recipient", "recipients", "cc", "bcc"})
_ANYTHING: Final = frozenset({"sql", "command", "cmd", "code", "script", "statement"})
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_FIRST_WORDS: Final = 4
_ORDER: Final = ("reads", "changes", "destroys", "sends", "brings", "runs")


def acts(name: str, description: str, inputs: Collection[str]) -> tuple[str, ...]:
    """Give what a tool does, as its words tell; nothing where none of them is known."""
    words = words_of(name)
    found = {kind for word in words for kind in _CLEAR.get(word, ())}
    found = found or next((set(_UNCLEAR[word]) for word in words if word in _UNCLEAR), set())
    found = found or _described(description)
    given = {re.sub(r"[\W_]", "", one).casefold() for one in inputs}
    if given & _ANYTHING:
        found.add("runs")
    # An address that the caller chooses is a way out, whatever comes back on it.
    if given & _PLACES:
        found |= {"sends", "brings"}
    if given & _PEOPLE and "reads" not in found:
        found |= {"changes", "sends"}
    if "reads" in found and _OF_OTHERS & set(words):
        found.add("brings")
    return tuple(kind for kind in _ORDER if kind in found)


def words_of(name: str) -> tuple[str, ...]:
    """Give the words of a name: `createIssue`, `create-issue` and `create_issue` have the same."""
    return tuple(word.casefold() for word in _WORD.findall(name))


def _described(description: str) -> set[str]:
    """Give what the first words of a sentence say that it does: `Creates a ticket`."""
    for word in words_of(description[:200])[:_FIRST_WORDS]:
        for base in (word, word.removesuffix("s"), word.removesuffix("es")):
            if base in _CLEAR:
                return set(_CLEAR[base])
    return set()
