"""The part of a report about assumptions: what stayed unverified, and every one by verdict and evidence level."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from rich.text import Text

from lineage.finding import Assumption
from lineage.model import Level, Verdict
from lineage.report import Report
from lineage.reports.lines import Lines
from lineage.reports.words import counted, plain

ORDER: Final = (Verdict.HELD, Verdict.BROKEN, Verdict.UNVERIFIED)
"""The verdicts, as the ledger lists them."""

_LEAVES_SHOWN: Final = 3


def write_unverified(lines: Lines, report: Report) -> None:
    """Write what is unverified and in no finding; what the same thing would settle is told once."""
    said = {found.judgement.leaf for found in report.findings if found.judgement.verdict is Verdict.UNVERIFIED}
    draft = report.plan_status == "draft"
    groups: defaultdict[str, list[Assumption]] = defaultdict(list)
    for line in report.assumptions:
        asked = draft and line.kind == "question"
        if line.verdict is Verdict.UNVERIFIED and line.leaf not in said and not asked:
            groups[line.settle].append(line)
    if groups:
        lines.head(f"Unverified, and in no finding ({sum(map(len, groups.values()))})")
    for settle, found in sorted(groups.items(), key=lambda group: -len(group[1])):
        _group(lines, settle, found)


def _group(lines: Lines, settle: str, found: Sequence[Assumption]) -> None:
    first = found[0]
    if len(found) == 1:
        lines.text(f"{plain(first.leaf)}: {plain(first.says)}")
        lines.row("to settle", plain(settle))
        return
    others = sum(line.says != first.says for line in found)
    more = f"; {others} more for the like" if others else ""
    lines.text(f"{counted(len(found), 'assumption')}: {plain(first.says)}{more}")
    lines.row("to settle", plain(settle))
    more = f" and {len(found) - _LEAVES_SHOWN} more" if len(found) > _LEAVES_SHOWN else ""
    lines.row("namely", ", ".join(plain(line.leaf) for line in found[:_LEAVES_SHOWN]) + more)


def write_ledger(lines: Lines, report: Report) -> None:
    """Write how many assumptions there are of each verdict and evidence level, then each of them."""
    counts = Counter((line.verdict, line.level) for line in report.assumptions)
    lines.head(f"Ledger ({counted(len(report.assumptions), 'assumption')})")
    lines.whole(Text(f"  {'':10}" + "".join(f"{level.value:>12}" for level in Level) + f"{'all':>8}", "dim"))
    for verdict in ORDER:
        of = [counts[verdict, level] for level in Level]
        cells = "".join(f"{number or '-':>12}" for number in of)
        lines.whole(Text(f"  {verdict.value:10}{cells}{sum(of):>8}"))
    if report.open_questions:
        gate = ", gate closed" if report.plan_status == "draft" else ""
        lines.text(f"{counted(report.open_questions, 'question')} open{gate}")
    for verdict in ORDER:
        for level in Level:
            found = [line.leaf for line in report.assumptions if (line.verdict, line.level) == (verdict, level)]
            if found:
                lines.text(Text(f"{verdict.value}, {level.value} ({len(found)})", "bold"))
            for block, leaves in _by_block(found).items():
                lines.text(f"{plain(block)}: {', '.join(plain(leaf) for leaf in leaves)}", indent=4)


def _by_block(leaves: Sequence[str]) -> dict[str, list[str]]:
    """Give leaves by the dataset, source or block that they stand in, without what the block's name says already."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for leaf in leaves:
        parts = leaf.split(".")
        if parts[0] == "sources" and len(parts) > 4 and parts[2] == "datasets":
            found[f"{parts[1]}.{parts[3]}"].append(".".join(parts[4:]).removeprefix("fields."))
        elif parts[0] == "sources" and len(parts) > 2:
            found[parts[1]].append(".".join(parts[2:]))
        else:
            found[parts[0]].append(".".join(parts[1:]) or parts[0])
    return found
