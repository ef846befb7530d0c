"""How a report says names and numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bci.countries import name as country_name
from bci.data.dyads import Dyad
from bci.numbers import percent
from bci.output.report.blocks import Cell
from bci.scoring.scores import Scores

MISSING = "n/a"
REFUSED = "refused"
#: A change that is printed as nothing is none.
LEAST = 0.0005
#: More periods than this are counted, not listed, in a sentence.
MOST_LISTED = 6
SHADES = 4


def of(dyad: Dyad) -> str:
    """The countries of a dyad, e.g. ``China and Russia``."""
    return " and ".join(map(country_name, dyad))


def all_of(dyads: Sequence[Dyad]) -> str:
    """Several dyads in a sentence, e.g. ``China-Russia and India-Russia``; one alone as `of` has it."""
    if len(dyads) == 1:
        return of(dyads[0])
    return listed(["-".join(map(country_name, dyad)) for dyad in dyads])


def plain(name: str) -> str:
    """A word of a scheme as a reader knows it."""
    return name.replace("_", " ")


def number(value: float | None, digits: int = 3) -> str:
    """A number as it is printed, or ``n/a``."""
    return MISSING if value is None else f"{value:.{digits}f}"


def share(value: float | None) -> str:
    """A share in per cent, or ``n/a``."""
    return MISSING if value is None else percent(round(value, 12))


def signed(value: float | None) -> str:
    """A change, or ``n/a``."""
    return MISSING if value is None else f"{value:+z.3f}"


def ends(low: float, high: float, digits: int = 2) -> tuple[str, str]:
    """A range, rounded outwards: it holds every number that it stands for.

    Examples
    --------
    >>> ends(0.1267, 0.5712)
    ('0.12', '0.58')
    >>> ends(0.1 + 0.2, 1.0)
    ('0.30', '1.00')
    """
    # What is a round number but for the last bits of its sum stays where it is.
    down, up = (round(end * 10**digits, 9) for end in (low, high))
    return f"{math.floor(down) / 10**digits:.{digits}f}", f"{math.ceil(up) / 10**digits:.{digits}f}"


def between(low: float, high: float, digits: int = 2) -> str:
    """A range in a sentence, e.g. ``between 0.12 and 0.58``."""
    return "between {} and {}".format(*ends(low, high, digits))


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def score_cell(row: Mapping[str, Any], scores: Scores) -> Cell:
    """A score with its band; a star where it rests on partial data; its reach where that is all there is."""
    if row["score"] is None:
        if scores.index.low is not None and row.get("low") is not None:
            return Cell(" to ".join(ends(row["low"], row["high"], 3)), -1)
        return Cell(MISSING, -1)
    words = list(scores.scheme.bands)
    shade = int(words.index(row["band"]) * (SHADES - 1) / max(len(words) - 1, 1) + 0.5)
    star = "" if row["coverage"] > 1 - 1e-12 else "*"
    return Cell(f"{row['score']:.3f}{star} {plain(row['band'])}", shade)


def title(scores: Scores, name: str) -> str:
    """The title of an indicator; of anything without one of its own, the name."""
    titles = [definition.title for definition in scores.definitions.values()]
    own = scores.definitions[name].title if name in scores.definitions else ""
    return own if own and titles.count(own) == 1 else plain(name)


def named(scores: Scores, name: str) -> str:
    """The same inside a sentence."""
    if name in scores.scheme.tree:
        return f"the {plain(name)} dimension"
    words = title(scores, name)
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
