"""Every invariant of the documentation is tried by tests that are named after it."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT

NUMBERS = [f"{number:02}" for number in range(1, 26)]
NAMED = re.compile(r"^def test_inv_(\d\d)_\w+\(", re.MULTILINE)
PAGE = (ROOT / "docs" / "rights.md").read_text("utf-8")


@pytest.fixture(scope="module")
def tried() -> set[str]:
    tests = (ROOT / "tests").rglob("test_*.py")
    return {number for test in tests for number in NAMED.findall(test.read_text())}


@pytest.mark.parametrize("number", NUMBERS)
def test_an_invariant_is_tried_and_told(number: str, tried: set[str]) -> None:
    assert number in tried
    assert f"| INV-{number} |" in PAGE


def test_no_test_is_named_after_an_invariant_that_is_not_told(
    tried: set[str],
) -> None:
    assert tried <= set(NUMBERS)
