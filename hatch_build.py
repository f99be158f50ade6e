"""Builds the C files of `rules/privacy/_kernel` into one library, for wheels and for editable installs.

The library needs no C library and no version of Python, so a wheel is for a platform and for any Python 3.
A C compiler that the machine has (`cc`) does it in a second or two. Where there is none, the one in the wheel
`ziglang` does: 10 seconds and 411 MB of the build's own environment, nothing of the installed program.
`python hatch_build.py` builds in place, after a change to a C file.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
FOLDER = ROOT / "rules/privacy/_kernel"
LIBRARY = FOLDER / "kernel.so"
"""One name on every platform: nothing but our own loader looks for it."""
ZIG = "ziglang==0.17.1"
_FLAGS = ("-std=c99", "-O3", "-ffreestanding", "-fPIC", "-fvisibility=hidden", "-shared", "-s")
_OWN = ("-mmacosx-version-min=11.0",) if sys.platform == "darwin" else ("-nostdlib",)
"""A Mac's own linker asks for the system's library in every other one."""


class KernelHook(BuildHookInterface[Any]):
    """Build the library before a wheel, or an editable install, is put together."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Name the compiler where the machine has none that builds the library."""
        return [] if _by_cc() else [ZIG]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build, and say what the wheel is for."""
        build()
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{_platform()}"
        build_data["artifacts"].append(f"/{LIBRARY.relative_to(ROOT).as_posix()}")


def build() -> None:
    """Build the library in place by the first compiler that can."""
    if not _by_cc():
        with tempfile.TemporaryDirectory() as cache_folder:
            caches = dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), cache_folder)
            told = _compiled([sys.executable, "-m", "ziglang", "cc", "-nostdlib"], caches)
        if told is not None:
            raise SystemExit(f"no C compiler could build {LIBRARY.name}; install one, or {ZIG}: {told}")


@cache
def _by_cc() -> bool:
    return _compiled(["cc", *_OWN], {}) is None


def _compiled(compiler: list[str], environment: dict[str, str]) -> str | None:
    """Build with a compiler; give what it said where it could not."""
    sources = sorted(map(str, FOLDER.glob("*.c")))
    # Beside the library, and moved: a running process keeps the one that it has loaded.
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        made = Path(folder) / LIBRARY.name
        command = [*compiler, *_FLAGS, "-o", str(made), *sources]
        try:
            done = subprocess.run(  # noqa: S603 - a compiler, on our own files
                command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
            )
        except OSError as error:
            return f"{compiler[0]}: {error.strerror}"
        if done.returncode:
            return done.stderr.strip()
        made.replace(LIBRARY)
        return None


def _platform() -> str:
    told = sysconfig.get_platform()
    if told.startswith("linux-"):
        # It calls nothing of any C library: the oldest that wheels know will do.
        machine = told.removeprefix("linux-")
        return f"manylinux_2_17_{machine}.musllinux_1_1_{machine}"
    if told.startswith("macosx-"):
        return f"macosx_11_0_{platform.machine()}"  # what Python tells may be two of them
    return told.replace("-", "_").replace(".", "_")


if __name__ == "__main__":
    build()
