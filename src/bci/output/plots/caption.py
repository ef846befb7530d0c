"""What stands below a figure: what its marks mean, and what its numbers rest on."""

from __future__ import annotations

from collections.abc import Iterator

from bci.countries import name as country_name
from bci.data.dyads import Dyad
from bci.model.bands import is_partial
from bci.output.about import about_line, calibrated
from bci.output.plots.style import clean
from bci.output.screen.sensitivity import SETTLED
from bci.scoring.scores import Scores


def caption(scores: Scores, *sentences: str) -> list[str]:
    """The sentences about this figure, then scales, scheme, data and version."""
    about_figure = " ".join(sentence for sentence in sentences if sentence)
    return [line for line in (about_figure, *_calibrated(scores), about(scores)) if line]


def about(scores: Scores) -> str:
    """The sentence of scheme, data and version."""
    line = about_line(scores).replace(scores.scheme.name, clean(scores.scheme.name, 80))
    return line[0].upper() + line[1:] + "."


def _calibrated(scores: Scores) -> Iterator[str]:
    """Scales whose numbers rest on published results of a dyad, not on a definition or the literature."""
    for dyad, names in calibrated(scores).items():
        to = f" to the published results for {dyad}" if dyad else ""
        yield f"Scales calibrated{to}: {', '.join(indicator_title(scores, name) for name in names)}."


def settled(scores: Scores) -> str:
    """What has to be said beside shares and reaches over all weightings, where data are missing or refused.

    Under bounds nothing has a score that lacks data, so there is nothing to settle.
    """
    return SETTLED if scores.index.low is None and is_partial(scores.column("coverage")).any() else ""


def indicator_title(scores: Scores, name: str) -> str:
    """The title of an indicator, or its id where there is no definition or another has that title."""
    definitions = scores.definitions
    if name not in definitions:
        return name
    title = clean(definitions[name].title)
    alike = [other for other in definitions.values() if clean(other.title) == title]
    return title if title and len(alike) == 1 else name


def plain_name(scores: Scores, level: str, name: str) -> str:
    """A name as a reader knows it."""
    if level == "indicator":
        return indicator_title(scores, name)
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def countries(dyad: Dyad) -> str:
    """``China and Russia``."""
    return " and ".join(map(country_name, dyad))
