"""The compiled part of the privacy rules: it is loaded, or what is missing is told; packages hold it."""

from __future__ import annotations

import runpy
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from lineage.errors import PluginError
from rules.privacy import _kernel

ROOT = Path(__file__).parents[3]
C_FILES = {path.relative_to(ROOT).as_posix() for path in (ROOT / "rules/privacy/_kernel").glob("*.[ch]")}


def test_arrays_that_do_not_lie_in_one_piece_are_refused() -> None:
    import numpy as np

    with pytest.raises(ValueError, match="in one piece"):
        _kernel.at(np.arange(10)[::2])


def test_a_kernel_that_is_not_built_stops_before_anything_is_read(tmp_path: Path) -> None:
    alone = str(shutil.copy(_kernel.__file__, tmp_path))

    with pytest.raises(PluginError, match="is not built; install the package again"):
        runpy.run_path(alone)


def test_a_kernel_for_another_machine_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kernel.so").write_bytes(b"a library of another platform")
    monkeypatch.setattr(_kernel, "_LIBRARY", tmp_path / "kernel.so")

    with pytest.raises(PluginError, match="cannot be loaded; install the package again"):
        _kernel.kernel.__wrapped__()


def test_a_kernel_of_other_sources_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_kernel, "_EDITION", -1)

    with pytest.raises(PluginError, match="was built from other sources"):
        _kernel.kernel.__wrapped__()


def test_the_sources_and_the_wheel_hold_what_a_kernel_takes(tmp_path: Path) -> None:
    """Build from the packed sources, as an installer does where there is no wheel for it."""
    packed = next(SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    with tarfile.open(packed) as sources:
        sources.extractall(tmp_path, filter="data")
    unpacked = Path(packed.removesuffix(".tar.gz"))
    wheel = next(WheelBuilder(str(unpacked)).build(directory=str(tmp_path), versions=["standard"]))
    shutil.rmtree(unpacked)

    held = set(zipfile.ZipFile(wheel).namelist())
    assert "rules/privacy/_kernel/kernel.so" in held
    assert C_FILES
    assert held.isdisjoint(C_FILES)
    assert Path(wheel).name.rpartition("-")[2] != "any.whl"
    assert "-py3-none-" in Path(wheel).name
