"""The sample plans that the tests here change copies of."""

from __future__ import annotations

from pathlib import Path

import pytest

PLANS = Path(__file__).parent / "plans"


@pytest.fixture(scope="session")
def minimal() -> str:
    return (PLANS / "minimal.yaml").read_text("utf-8")


@pytest.fixture(scope="session")
def whole() -> str:
    return (PLANS / "whole.yaml").read_text("utf-8")
