"""Figures for papers, drawn with matplotlib: an extra, loaded only when a figure is drawn.

The figures hold what was computed elsewhere, and no state of pyplot: text in DejaVu Sans, nothing that hue
alone tells, gaps where data are missing, and below each what its numbers rest on.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bci.errors import InputError, suggestion

if TYPE_CHECKING:
    from bci.output.plots.layout import Drawing
    from bci.scoring.scores import Scores

#: What a figure can be written as.
FORMATS = ("svg", "pdf", "png")

#: Kinds of figures, and what each shows; each is a function in the file of its name.
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

#: Kinds that share a file.
_FILES = {"index": "lines", "schemes": "lines"}

#: Narrower leaves no room for the marks; wider is no page.
NARROWEST, WIDEST = 3.0, 20.0
#: Most partners of a figure.
MOST = 60


@dataclass(frozen=True)
class Options:
    """What a reader may choose for a figure.

    Attributes
    ----------
    width
        In inches; the height follows from what there is to show. A column of a journal is about 3.5, a page
        about 6.5.
    title
        Instead of the figure's own.
    others
        Scores of further schemes, for `schemes`.
    country, by, top
        Whose partners, by which score and how many, for `partners`.
    within
        Half-width of the box around each weight, for the ranges of `index`.
    """

    width: float = 6.5
    title: str | None = None
    others: tuple[Scores, ...] = ()
    country: str | None = None
    by: str = "index"
    top: int = 20
    within: float = 0.5

    def __post_init__(self) -> None:
        if not NARROWEST <= self.width <= WIDEST:
            message = f"is {self.width:g}; give {NARROWEST:g} to {WIDEST:g} inches"
            raise InputError.at("width", message)
        if not 1 <= self.top <= MOST:
            raise InputError.at("top", f"is {self.top}; give 1 to {MOST}")


def plot(scores: Scores, kind: str = "index", **options: Any) -> Drawing:
    """Draw a figure.

    Parameters
    ----------
    scores
        What `bci.score` returned.
    kind
        One of `KINDS`. All but ``index`` and ``partners`` are of one dyad; ``tornado`` and ``partners`` show
        the last period with a score, ``change`` leads from the first such period to the last.
    options
        See `Options`.

    Returns
    -------
    Drawing
        A figure of matplotlib, without pyplot; save it with ``figure.savefig("figure.pdf")``.

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
    from bci.output.plots.style import settings

    known = [field.name for field in fields(Options)]
    for name in options:
        if name not in known:
            near = suggestion(name, known)
            raise InputError.at("plot", f"{name!r} is no option.{near} There are {', '.join(known)}")
    module = import_module(f"bci.output.plots.{_FILES.get(kind, kind)}")
    with settings():
        figure: Drawing = getattr(module, kind)(scores, Options(**options))
    return figure
