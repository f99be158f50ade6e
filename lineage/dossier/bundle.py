"""The dossier of a launch as one file: what was judged, on which facts, by which documents, each with its hash.

The same plan, snapshot, documents and moment give the same bytes. What the tool itself writes holds no value of a
source: it is searched for what looks like one before anything is kept.
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from lineage import __version__
from lineage.dossier.gate import GATES, checklist, gate_of
from lineage.errors import LineageError, SnapshotError
from lineage.facts import DocumentFact, PrincipalFact, Snapshot
from lineage.plan.documents import is_file_name
from lineage.plan.model import Plan
from lineage.reports import requirements as coverage
from lineage.reports import text_of
from lineage.reports.snapshot import lines
from lineage.requirement import Requirement, answered
from lineage.rule import Rule
from lineage.run import report_on
from lineage.waivers.model import Waiver

FORMAT: Final = "lineage-dossier/v1"
_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can name: a real one would make each file another."""
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_ACCOUNT: Final = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}\d{2}[0-9A-Z]{11,30}(?![0-9A-Za-z])")
_CARD: Final = re.compile(r"(?<![0-9A-Za-z.:-])\d{13,19}(?![0-9A-Za-z.:-])")


def dossier(
    plan: Plan,
    text: str,
    snapshot: Snapshot,
    rules: Sequence[Rule],
    points: Sequence[Requirement],
    now: datetime,
    waivers: Sequence[Waiver] = (),
) -> bytes:
    """Give the dossier of a plan as a zip file.

    Raises:
        SnapshotError: a document has changed since the snapshot was taken.
        LineageError: something that looks like a value of a source stands in what would be written.
    """
    written = _written(plan, text, snapshot, rules, points, now, waivers)
    signed = "\n".join(f"{waiver.by} {waiver.reason}" for waiver in waivers)
    if found := raw_values(written, "\n".join((text, _logins(snapshot), signed))):
        where = ", ".join(f"{name} ({kind})" for name, kind in found)
        raise LineageError(f"the dossier was not written: what looks like a value of a record stands in {where}")
    files = {"plan.yaml": text.encode(), **written, **dict(_documents(plan, snapshot))}
    manifest = {
        "format": FORMAT,
        "tool_version": __version__,
        "plan": {"id": plan.id, "version": plan.version, "status": plan.status, "sha256": plan.sha256},
        "as_of": now.isoformat(),
        "facts": {"taken_at": snapshot.taken_at.isoformat(), "sha256": _digest(written["facts.jsonl"])},
        "files": [{"path": name, "sha256": _digest(files[name]), "bytes": len(files[name])} for name in sorted(files)],
        "named_and_not_there": sorted(fact.name for fact in _named(snapshot) if fact.sha256 is None),
        "named_and_left_out": sorted(_left_out(plan)),
    }
    files["manifest.json"] = (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
    return _zipped(files)


def raw_values(files: Mapping[str, bytes], known: str) -> list[tuple[str, str]]:
    """Give the files in which something looks like a value of a record, and what it looks like; never the value.

    What is `known` (what the plan and its waivers say, the logins of the systems) is no value of a record.
    """
    found: dict[tuple[str, str], None] = {}
    for name, content in files.items():
        text = content.decode("utf-8", "replace")
        for kind, pattern, check in (
            ("e-mail", _MAIL, _any),
            ("account", _ACCOUNT, _is_account),
            ("card", _CARD, _is_card),
        ):
            for matched in pattern.finditer(text):
                if matched[0] not in known and check(matched[0]):
                    found[name, kind] = None
    return list(found)


def _logins(snapshot: Snapshot) -> str:
    """Give the accounts of the systems and who signed: names that can look like addresses, and are no values."""
    names = {fact.principal.name for fact in snapshot.facts if isinstance(fact, PrincipalFact)}
    names |= {fact.seen.identity for fact in snapshot.facts}
    return "\n".join(sorted(names))


def _any(_text: str) -> bool:
    return True


def _is_account(text: str) -> bool:
    turned = "".join(str(int(character, 36)) for character in text[4:] + text[:4])
    return int(turned) % 97 == 1


def _is_card(text: str) -> bool:
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(text)))
    return len(set(text)) > 1 and sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _written(
    plan: Plan,
    text: str,
    snapshot: Snapshot,
    rules: Sequence[Rule],
    points: Sequence[Requirement],
    now: datetime,
    waivers: Sequence[Waiver],
) -> dict[str, bytes]:
    report = report_on(text, plan.file, snapshot, rules, now=now, started_at=now, replayed=True, waivers=waivers)
    # The same facts at the same moment are the same report, whenever it is written and wherever the plan lies.
    report = replace(report, finished_at=now, plan_file=Path(plan.file).name)
    said = answered(points, report.assumptions, [rule.id for rule in rules])
    files = {
        "report.md": text_of(report, "markdown"),
        "report.json": text_of(report, "json"),
        "ledger.csv": text_of(report, "csv"),
        "coverage.csv": coverage.to_csv(said),
        "facts.jsonl": "".join(f"{line}\n" for line in lines(snapshot)),
    }
    for number in GATES:
        files[f"gate-{number}.md"] = checklist(gate_of(number, plan, snapshot, rules, points, now, waivers))
    return {name: content.encode() for name, content in files.items()}


def _named(snapshot: Snapshot) -> Iterable[DocumentFact]:
    return (fact for fact in snapshot.facts if isinstance(fact, DocumentFact) and is_file_name(fact.name))


def _left_out(plan: Plan) -> set[str]:
    """Give what is named and stays where it is: a directory is a list of persons."""
    directory = plan.answer("owners.directory")
    return {directory} if isinstance(directory, str) else set()


def _documents(plan: Plan, snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    folder = Path(plan.file).parent.resolve()
    for fact in _named(snapshot):
        if fact.sha256 is None or fact.name in _left_out(plan):
            continue
        path = (folder / fact.name).resolve()
        try:
            content = path.read_bytes() if path.is_relative_to(folder) else b""
        except OSError as e:
            raise SnapshotError(f"{fact.name}: cannot be read ({type(e).__name__}); scan again") from e
        if _digest(content) != fact.sha256:
            raise SnapshotError(f"{fact.name} has changed since the facts were taken; scan again")
        yield f"documents/{posixpath.normpath(fact.name).lstrip('./')}", content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    # Stored, not deflated: another version of zlib would write other bytes.
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return stream.getvalue()
