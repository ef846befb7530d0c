"""The index of one dyad under several schemes."""

from __future__ import annotations

from matplotlib.figure import Figure

from bci.errors import InputError
from bci.output.plots.caption import about_several, countries
from bci.output.plots.lines import SCORE, line_of, lines_figure
from bci.output.plots.options import Options
from bci.output.plots.style import STROKES, clean
from bci.scoring.scores import Scores


def schemes(scores: Scores, options: Options) -> Figure:
    """A line a scheme, on the ground of the first scheme's bands."""
    every = (scores, *options.others)
    dyad = scores.dyad(None)
    names = [each.scheme.name for each in every]
    if not 2 <= len(every) <= len(STROKES) or len(set(names)) < len(names):
        message = f"draws 2 to {len(STROKES)} schemes of different names (found {', '.join(names)})"
        raise InputError.at("schemes", message)
    for each in every[1:]:
        if (each.dyads, each.periods) != (scores.dyads, scores.periods):
            message = f"scheme {each.scheme.name} is scored for other dyads or periods than {names[0]}"
            raise InputError.at("schemes", message)
    lines = [
        line_of(each, clean(each.scheme.name, 80), stroke)
        for each, stroke in zip(every, STROKES, strict=False)
    ]
    edges = {tuple(each.scheme.bands.items()) for each in every}
    further = ["The bands are those of the first scheme; others have their own."] if len(edges) > 1 else []
    title = f"{countries(dyad)} under {len(every)} schemes of weights"
    further += about_several(every[1:])
    return lines_figure([(f"Index ({SCORE})", lines)], scores, options, title, None, further)
