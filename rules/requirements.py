"""The points that a launch has to answer for, from `requirements.yaml`: the one place where points and rules meet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from lineage.requirement import Requirement


def _read() -> Iterator[Requirement]:
    table = yaml.load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    for section, points in table.items():
        for point_id, point in points.items():
            yield Requirement(
                id=point_id,
                section=section,
                point=point["point"],
                plan=point["plan"],
                evidence=point["evidence"],
                rules=tuple(point["rules"]),
                core=point.get("core", False),
            )


REQUIREMENTS: Final = tuple(_read())
