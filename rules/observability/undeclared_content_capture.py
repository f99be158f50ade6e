"""The trace captures content that the plan keeps out of it.

Why it matters
--------------
A trace holds what no table does: the prompt with everything that was read for it, and the answer. One attribute too
many, and personal data lies unmasked in a system that far more people may read.

What it looks at
----------------
The store of the traces and its declared `content`, beside the attributes that the trace is said to carry: where the
content is `none`, or nothing is kept, no attribute may hold prompts, messages, completions or inputs.
Where traces are read (the connector `otlp`), whether spans really hold content, as each dialect writes it. Whether
content that is there is masked only a look at it could show: name the spans as a dataset.

How to fix it
-------------
Switch the capture of content off in the instrumentation, or declare `content: masked` and mask before the trace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Plan, Store
from lineage.rule import Evidence, Rule
from rules._traces import Traces, observed
from rules.observability import _trace as trace
from rules.plan._said import block, unknown, wrong

_CONTENT: Final = re.compile(
    r"(?:^|[._ ])(?:prompts?|completions?|messages?|content|bodies|body|system_instructions|(?:in|out)put(?:[._]value)?"
    r"|texts?|transcripts?|answers?|responses?|tool[._]call[._](?:arguments|result))$",
    re.IGNORECASE,
)
_NOTHING: Final = frozenset({"none", "no", "off", "metadata", "metadata only", "false", "never"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each store of traces by what the trace carries."""
    plan = evidence.plan
    captured = [one for one in trace.attributes(plan) if _CONTENT.search(one)]
    for store in _stores(plan):
        leaf = next(
            (leaf for key in ("content", "at", "keep") if (leaf := f"{store.path}.{key}") in plan.leaves), store.path
        )
        about = Subject(store=store.id)
        nothing = (store.content or "").strip().casefold() in _NOTHING or (store.keep is not None and store.keep.none)
        if captured and nothing:
            says = f"{store.id} keeps no content, and the trace carries {', '.join(captured)}"
            fix = "switch the capture of content off, or declare and mask what is kept"
            yield wrong(leaf, about, says, fix, (Operation(Op.DROP_STORE, store.id),))
        elif (store.content is not None or nothing) and (found := observed(evidence)) is not None:
            yield _shown(found, store, leaf, nothing=nothing)
        elif store.content is not None and not any(str(dataset.id) == store.at for dataset in plan.datasets()):
            # Where the store is a dataset of the plan, its content itself is looked at (privacy).
            says = f"content is said to be {store.content}, and no trace was read"
            yield unknown(leaf, about, says, trace.STORE)


def _shown(found: Traces, store: Store, leaf: str, *, nothing: bool) -> Judgement:
    about, content = Subject(store=store.id), found.content()
    if content and nothing:
        most = ", ".join(key for key, _ in content.most_common(3))
        says = f"{store.id} keeps no content, and {content.most_common(1)[0][1]:,} spans hold some: {most}"
        fix, drop = "switch the capture of content off, or declare and mask it", Operation(Op.DROP_STORE, store.id)
        return wrong(leaf, about, says, fix, (drop,), level=Level.OBSERVED)
    if content:
        says = f"content is said to be {store.content}, {content.most_common(1)[0][1]:,} spans hold some, not looked at"
        return unknown(leaf, about, says, "a look at it: name the spans of the store as a dataset of the plan")
    if found.whole and found.count("model"):
        return trace.seen(leaf, about, f"{found.told} were read, and hold no content")
    return unknown(leaf, about, "no content was found in traces that show no call, or were not read whole", trace.STORE)


def _stores(plan: Plan) -> Iterator[Store]:
    """Give the stores that hold traces: by name, or where the trace is said to be kept."""
    at = block(plan, "observability.trace").get("at") or plan.answer("observability.trace")
    for store in plan.stores.values():
        if re.search(r"trace|span|telemetry", store.id) or (store.at is not None and store.at == at):
            yield store


RULE = Rule(
    id="observability/undeclared-content-capture",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.DROP_STORE,),
)
