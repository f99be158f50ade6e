"""`lineage review` at a terminal: it asks, takes answers that are typed, and the next walk asks only what is open."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

from lineage.review import read_decisions
from tests.lineage.test_review import PLAN, world

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PATIENCE = 60.0
"""Seconds to wait for a question on a busy machine."""


class Terminal:
    """A command at a terminal of its own."""

    def __init__(self, folder: Path, environ: dict[str, str], *command: str) -> None:
        """Start it."""
        self.screen = ""
        self.here, there = pty.openpty()
        env = {**os.environ, **environ, "TERM": "xterm", "COLUMNS": "200"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lineage", *command],
            stdin=there,
            stdout=there,
            stderr=there,
            cwd=folder,
            env=env,
            start_new_session=True,
        )
        os.close(there)

    def answer(self, question: str, text: str) -> None:
        """Type an answer once a question stands there."""
        self._read_until(question)
        self.screen = ""
        os.write(self.here, f"{text}\n".encode())

    def ended(self) -> tuple[int, str]:
        """Give the exit code and what stood on the screen since the last answer."""
        self._read_until(None)
        code = self.process.wait(PATIENCE)
        os.close(self.here)
        return code, self.screen

    def _read_until(self, question: str | None) -> None:
        end = time.monotonic() + PATIENCE
        waiting = select.poll()  # `select` takes no descriptor beyond 1,023, and a long run opens many
        waiting.register(self.here, select.POLLIN)
        while question is None or question not in self.screen:
            if time.monotonic() > end:
                self.process.kill()
                raise AssertionError(f"no {question!r} on the screen: {self.screen[-2_000:]!r}")
            if not waiting.poll(1_000):
                continue
            try:
                read = os.read(self.here, 4_096)
            except OSError:  # the other end was closed
                read = b""
            if not read:
                assert question is None, f"ended before {question!r}: {self.screen!r}"
                return
            self.screen += _COLOURS.sub("", read.decode("utf-8", "replace"))


def test_a_reviewer_walks_once_and_is_not_asked_again(tmp_path: Path) -> None:
    made = world(tmp_path, 30)
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")

    walk = Terminal(tmp_path, made.environ, "review", "plan.yaml")
    walk.answer("decide [", "perhaps")
    walk.answer("decide [", "not personal")
    walk.answer("who decides", "dpo@acme.example")
    walk.answer("because", "made up by the team")
    code, _ = walk.ended()

    assert code == 0
    (fact,) = read_decisions(tmp_path / "labels.yaml")
    assert (fact.decision, fact.by) == ("not_personal", "dpo@acme.example")

    again = Terminal(tmp_path, made.environ, "review", "plan.yaml")
    code, told = again.ended()

    assert code == 0
    assert "nothing to decide" in told
    assert len(read_decisions(tmp_path / "labels.yaml")) == 1
