"""Every leaf of a plan: what kind it is, where it stands, who owns it.

A list of plain values is one leaf (`values: [free, silver, gold]` is one assumption).
A leaf is a claim where a system can contradict it, a question where only an answer can be looked for, else a label.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lineage.plan.model import Answer, Leaf, LeafKind, Mark
from lineage.plan.schema import ANSWER_BLOCKS
from lineage.yamlsource import Located, MappingNode, Node, Scalar, SequenceNode

_CLAIM: Final = re.compile(
    r"sources\.[^.]+\.(?:functions\..+|identity|application|mapped_to|connector\.(?:url|path)"
    r"|datasets\.[^.]+\.(?:reads|key|where|through|copy_of|version|effective|embedding\..+|key_back\.[^.]+"
    r"|fresh\.(?:clock|within|zone|per|share)|canary\.[^.]+|keep\.(?:limit|since|by|floor|changed)"
    r"|fields\.[^.]+\.(?:need|type|values|complete|sensitive|mask\.(?:to|of)|joins|orphans|made_from)))"
    r"|segments\.[^.]+\.where"
    r"|steps\.[^.]+\.(?:trace_to|templates)"
    r"|constraints\.(?:denied_sources|regions|purposes|commitments\.[^.]+\.where|holds\.[^.]+\.(?:of|where|listed|until))"
    r"|stores\.[^.]+\.(?:content|keep\.(?:limit|since|by|floor|changed))"
    r"|actions\.[^.]+\.allowed"
    r"|rollout\.[^.]+\.people_max"
)
_QUESTION: Final = re.compile(
    r"sources\.[^.]+\.datasets\.[^.]+\.(?:fresh\.when_stale|fields\.[^.]+\.when_stale|keep\.because)"
    r"|stores\.[^.]+\.(?:keep\.because|right)"
    r"|constraints\.(?:regulations|commitments\.[^.]+\.effect).*"
    r"|steps\.[^.]+\.(?:autonomy|eval)"
    r"|actions\.[^.]+\.(?:cost_of_error|approval\..+|audit)"
    r"|outputs\..+|owners\..+|scope\..+|meta\.include"
)


def leaves_of(places: Mapping[str, Located]) -> tuple[dict[str, Leaf], tuple[Answer, ...]]:
    """Give every leaf by its path and the answers among them, in the order of the plan."""
    leaves: dict[str, Leaf] = {}
    answers: list[Answer] = []
    owners = _owners(places)
    for path, located in places.items():
        text = leaf_text(located.node)
        if text is None or (isinstance(located.parent, SequenceNode) and leaf_text(located.parent) is not None):
            continue
        mark = Mark(located.place.line, located.place.column)
        kind = kind_of(path)
        leaves[path] = Leaf(path, kind, mark, text, _owner(path, owners))
        if kind is LeafKind.QUESTION:
            answers.append(Answer(path, text, mark))
    return leaves, tuple(answers)


def kind_of(path: str) -> LeafKind:
    """Give the kind of the leaf at a path."""
    if path.partition(".")[0] in ANSWER_BLOCKS or _QUESTION.fullmatch(path):
        return LeafKind.QUESTION
    return LeafKind.CLAIM if _CLAIM.fullmatch(path) else LeafKind.LABEL


def leaf_text(node: Node) -> str | None:
    """Give the text of a leaf as the plan writes it; None where the node is no leaf."""
    match node:
        case Scalar():
            return node.text
        case SequenceNode():
            texts = [item.text for item in node.items if isinstance(item, Scalar)]
            return f"[{', '.join(texts)}]" if len(texts) == len(node.items) else None
        case MappingNode():
            return None if node.entries else "{}"


def _owners(places: Mapping[str, Located]) -> dict[str, str]:
    found = {}
    for path, located in places.items():
        block, _, key = path.rpartition(".")
        if key == "owner" and isinstance(located.node, Scalar) and isinstance(located.parent, MappingNode):
            found["" if path == "meta.owner" else block] = located.node.text
    return found


def _owner(path: str, owners: Mapping[str, str]) -> str | None:
    while path:
        if path in owners:
            return owners[path]
        path = path.rpartition(".")[0]
    return owners.get("")
