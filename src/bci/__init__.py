"""Bilateral Cooperation Intensity: score pairs of states from sourced series.

Read figures and judgements with `load_indicators` and `load_weights`; `score` them; `rank` dyads,
`compare` schemes, `explain` a score or a change, and check what was published with `check_findings`. Whatever
is wrong with what you give is an `InputError` that lists every problem with its place.

>>> import bci
>>> scores = bci.score()
>>> round(scores.get("index", (2016, 2019)), 3)
0.648
"""

from __future__ import annotations

# Importing bci must stay cheap, so typing is not imported and names come in with their first use.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from bci.comparing import Comparison, compare
    from bci.errors import InputError
    from bci.explaining import Explanation, explain
    from bci.findings import load_findings
    from bci.indicators import Panel, load_indicators
    from bci.ranking import Ranking, rank
    from bci.replication import Verdicts, check_findings
    from bci.robustness.summary import Sensitivity, sensitivity
    from bci.scores import Scores
    from bci.scoring import score
    from bci.weights import Scheme, load_weights

__version__ = "0.1.0"

_HOME = {
    "Comparison": "bci.comparing",
    "Explanation": "bci.explaining",
    "InputError": "bci.errors",
    "Panel": "bci.indicators",
    "Ranking": "bci.ranking",
    "Scheme": "bci.weights",
    "Scores": "bci.scores",
    "Sensitivity": "bci.robustness.summary",
    "Verdicts": "bci.replication",
    "check_findings": "bci.replication",
    "compare": "bci.comparing",
    "explain": "bci.explaining",
    "load_findings": "bci.findings",
    "load_indicators": "bci.indicators",
    "load_weights": "bci.weights",
    "rank": "bci.ranking",
    "score": "bci.scoring",
    "sensitivity": "bci.robustness.summary",
}

__all__ = [
    "Comparison",
    "Explanation",
    "InputError",
    "Panel",
    "Ranking",
    "Scheme",
    "Scores",
    "Sensitivity",
    "Verdicts",
    "check_findings",
    "compare",
    "explain",
    "load_findings",
    "load_indicators",
    "load_weights",
    "rank",
    "score",
    "sensitivity",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'bci' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
