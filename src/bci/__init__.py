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
from bci.version import __version__ as __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bci.data.panel import Panel, load_indicators
    from bci.errors import InputError
    from bci.model.scheme import Scheme, load_weights
    from bci.replication.findings import load_findings
    from bci.replication.verdicts import Verdicts, check_findings
    from bci.scoring.comparison import Comparison, compare
    from bci.scoring.explanation import Explanation, explain
    from bci.scoring.ranking import Ranking, rank
    from bci.scoring.scores import Scores
    from bci.scoring.scoring import score
    from bci.sensitivity_analysis.summary import Sensitivity, sensitivity

_HOME = {
    "Comparison": "bci.scoring.comparison",
    "Explanation": "bci.scoring.explanation",
    "InputError": "bci.errors",
    "Page": "bci.output.explorer",
    "Panel": "bci.data.panel",
    "Ranking": "bci.scoring.ranking",
    "Scheme": "bci.model.scheme",
    "Scores": "bci.scoring.scores",
    "Sensitivity": "bci.sensitivity_analysis.summary",
    "Verdicts": "bci.replication.verdicts",
    "check_findings": "bci.replication.verdicts",
    "compare": "bci.scoring.comparison",
    "explain": "bci.scoring.explanation",
    "explore": "bci.output.explorer",
    "load_findings": "bci.replication.findings",
    "load_indicators": "bci.data.panel",
    "load_weights": "bci.model.scheme",
    "plot": "bci.output.plots",
    "rank": "bci.scoring.ranking",
    "score": "bci.scoring.scoring",
    "sensitivity": "bci.sensitivity_analysis.summary",
}

__all__ = [
    "Comparison",
    "Explanation",
    "InputError",
    "Page",
    "Panel",
    "Ranking",
    "Scheme",
    "Scores",
    "Sensitivity",
    "Verdicts",
    "check_findings",
    "compare",
    "explain",
    "explore",
    "load_findings",
    "load_indicators",
    "load_weights",
    "plot",
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
