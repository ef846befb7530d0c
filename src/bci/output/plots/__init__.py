"""Figures for papers, drawn with matplotlib: an extra, loaded only when a figure is drawn.

The figures hold what was computed elsewhere, and no state of pyplot: text in DejaVu Sans, nothing that hue
alone tells, gaps where data are missing, and below each what its numbers rest on.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bci.errors import InputError, suggestion

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bci.scoring.scores import Scores

#: What a figure can be written as.
FORMATS = ("svg", "pdf", "png")

#: Kinds of figures, and what each shows.
KINDS = {
    "index": "index and dimensions over time, with ranges",
    "contributions": "what each indicator adds to the index",
    "indicators": "every score in every period, as a strip",
    "tornado": "which weight matters most",
    "bands": "share of all weightings that give each band",
    "schemes": "the index under several schemes",
    "change": "what moved the index from first to last period",
    "partners": "dyads, or partners of a country, by score",
}

_HOME = {
    "index": "lines",
    "contributions": "stacks",
    "indicators": "strip",
    "tornado": "tornado",
    "bands": "shares",
    "schemes": "schemes",
    "change": "change",
    "partners": "partners",
}


def plot(scores: Scores, kind: str = "index", **options: Any) -> Figure:
    """Draw a figure.

    Parameters
    ----------
    scores
        What `bci.score` returned.
    kind
        One of `KINDS`. All but ``index`` and ``partners`` are of one dyad; ``tornado`` and ``partners`` show
        the last period with a score, ``change`` leads from the first such period to the last.
    options
        See `bci.output.plots.options.Options`.

    Returns
    -------
    Figure
        Of matplotlib, without pyplot; save it with ``figure.savefig("figure.pdf")``.

    Raises
    ------
    InputError
        If matplotlib is not installed, there is no such kind or option, or the scores are not such as the
        kind shows.
    """
    if kind not in KINDS:
        message = f"{kind!r} is no kind of figure.{suggestion(kind, KINDS)} There are {', '.join(KINDS)}"
        raise InputError.at("kind", message)
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        message = "needs matplotlib; install it with: pip install matplotlib"
        raise InputError.at("plot", message) from None
    from bci.output.plots.options import Options
    from bci.output.plots.style import settings

    unknown = [name for name in options if name not in Options.__dataclass_fields__]
    if unknown:
        known = ", ".join(Options.__dataclass_fields__)
        near = suggestion(unknown[0], Options.__dataclass_fields__)
        raise InputError.at("plot", f"{unknown[0]!r} is no option.{near} There are {known}")
    module = import_module(f"bci.output.plots.{_HOME[kind]}")
    with settings():
        figure: Figure = getattr(module, kind)(scores, Options(**options))
        # Whatever is made only when it is drawn is made under the settings.
        figure.draw_without_rendering()
    return figure
