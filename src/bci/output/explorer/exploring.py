"""Scores as a page to play with: one HTML file, shown in a notebook or written to disk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from bci.files import write_text
from bci.model.scheme import Scheme, load_weights
from bci.output.explorer import Preset, page, weighed
from bci.scoring.scores import Scores
from bci.scoring.scoring import score


@dataclass(frozen=True)
class Page:
    """An HTML page; a notebook shows it in a frame of its own, apart from everything else.

    Attributes
    ----------
    title
        What it is called.
    html
        The whole page; it asks for no other file.
    """

    title: str
    html: str = field(repr=False)

    def write(self, path: str | Path, *, force: bool = False) -> None:
        """Write it to a file, which must not exist yet unless `force` is given."""
        write_text(Path(path), self.html, force=force)

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{escape(self.title)}" srcdoc="{escape(self.html)}" width="100%" height="800" '
            'sandbox="allow-scripts allow-downloads" style="border:0"></iframe>'
        )


def explore(scores: Scores, *others: Scheme | str, title: str = "") -> Page:
    """A page on which the weights of some scores can be moved.

    Parameters
    ----------
    scores
        What is shown first.
    others
        Further schemes to start from, on the same dyads and periods.
    title
        What to call the page.

    Returns
    -------
    Page

    Raises
    ------
    InputError
        If a further scheme cannot be scored on these data.
    """
    data = scores.values if scores.panel is None else scores.panel
    at_hand: Collection[str] = (
        scores.scheme.indicators if scores.panel is None else scores.panel.definitions.keys()
    )

    def under(scheme: Scheme) -> Scores:
        dyads = ["-".join(dyad) for dyad in scores.dyads]
        return score(data, scheme, period=list(scores.periods), dyads=dyads)

    presets = [Preset(scores, under(weighed(scores.scheme, at_hand)))]
    for other in others:
        scheme = other if isinstance(other, Scheme) else load_weights(other)
        presets.append(Preset(under(scheme), under(weighed(scheme, at_hand))))
    return Page(title or f"Scores under {scores.scheme.name}", page(presets, None, title))
