"""What many tests share: the shipped panel, its scores, and the larger reference files."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

import bci
from bci.data.panel import Panel
from bci.scoring.scores import Scores

# A stranger's run must not depend on chance; `--hypothesis-profile default` searches further.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="session")
def panel() -> Panel:
    """The shipped indicators."""
    return bci.load_indicators()


@pytest.fixture(scope="session")
def scores(panel: Panel) -> Scores:
    """The shipped indicators under the default scheme."""
    return bci.score(panel)


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of published tables and outside oracles that are too large, or not ours, to ship."""
    folder = os.environ.get("BCI_REFERENCE")
    if not folder:
        pytest.skip("BCI_REFERENCE is not set: it names the folder with the published tables and oracles")
    return Path(folder)
