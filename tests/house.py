"""What many tests share: where things lie."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CASES = TESTS / "cases"
RAW = CASES / "raw"
BROKEN = CASES / "broken"
ORACLES = CASES / "oracles"
