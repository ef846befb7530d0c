"""What a reader may choose for a figure."""

from __future__ import annotations

from dataclasses import dataclass

from bci.errors import InputError
from bci.scoring.scores import Scores

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
