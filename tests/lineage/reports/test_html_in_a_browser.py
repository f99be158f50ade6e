"""The page as a browser shows it: looked at in headless Chromium, which must not ask anybody for anything.

`LINEAGE_SCREENSHOTS` names a folder in which the pictures are kept.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lineage.reports.html import written
from tests.lineage.reports.sample import everywhere, report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
HOSTILE = "<script>document.title='taken'</script>\"'><img src=x onerror=\"document.title='taken'\">"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: the page is not looked at")

Browse = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    def opened(file: Path, *options: str) -> subprocess.CompletedProcess[str]:
        command = [CHROMIUM or "", *QUIET, f"--user-data-dir={tmp_path / 'profile'}", *options, file.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=90)

    return opened


@pytest.mark.parametrize(
    ("name", "width", "height"), [("desktop", 1440, 900), ("narrow", 500, 900), ("whole", 1440, 3200)]
)
def test_the_page_is_drawn(tmp_path: Path, browse: Browse, name: str, width: int, height: int) -> None:
    file = tmp_path / "report.html"
    file.write_text(written(report(), 3), encoding="utf-8")
    kept = Path(os.environ.get("LINEAGE_SCREENSHOTS") or tmp_path)
    picture = kept / f"report-{name}.png"
    kept.mkdir(parents=True, exist_ok=True)

    browse(file, f"--window-size={width},{height}", f"--screenshot={picture}")

    head = picture.read_bytes()
    assert head.startswith(b"\x89PNG")
    assert struct.unpack(">II", head[16:24]) == (width, height)
    assert len(head) > 20_000  # an empty page is a few kB


def test_the_script_runs_under_the_policy_and_offers_the_filters(tmp_path: Path, browse: Browse) -> None:
    file = tmp_path / "report.html"
    file.write_text(written(report(), 3), encoding="utf-8")

    shown = browse(file, "--dump-dom", "--enable-logging=stderr").stdout

    assert "4 of 4 shown" in shown
    assert 'id="filters" hidden' not in shown


def test_a_hostile_name_runs_nothing(tmp_path: Path, browse: Browse) -> None:
    file = tmp_path / "report.html"
    file.write_text(written(everywhere(HOSTILE)), encoding="utf-8")

    shown = browse(file, "--dump-dom").stdout

    assert "<title>taken" not in shown
    assert "<img" not in shown


def test_no_request_leaves_the_browser(tmp_path: Path, browse: Browse) -> None:
    file, log = tmp_path / "report.html", tmp_path / "net.json"
    file.write_text(written(everywhere("http://evil.example/x.png"), 3), encoding="utf-8")

    browse(file, "--dump-dom", f"--log-net-log={log}", "--net-log-capture-mode=Everything")

    events = json.loads(log.read_text(encoding="utf-8", errors="replace"))["events"]
    asked = [str(event.get("params", {}).get("url", "")) for event in events]
    assert not [url for url in asked if "evil.example" in url]
