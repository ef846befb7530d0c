"""Tables to put into a paper: LaTeX with caption and label, and Markdown as pandoc reads it."""

from __future__ import annotations

import re

from bci.output.about import about_line
from bci.output.booktabs import escaped, is_long, printed, tables
from bci.output.screen.scores import blocks_and_notes, table_and_notes
from bci.scoring.scores import Scores

#: What a label may hold in LaTeX and pandoc alike.
LABEL = re.compile(r"[A-Za-z][A-Za-z0-9:._-]*")


def latex(scores: Scores, caption: str, label: str) -> str:
    """A table with its notes below it, which floats, or breaks over pages where it is long."""
    heads, blocks, notes = blocks_and_notes(scores)
    said = escaped(caption or _title(scores))
    above = [f"\\caption{{{said}}}", f"\\label{{{label}}}"]
    below = [
        "{\\footnotesize\\raggedright",
        *(f"\\par\\smallskip {printed(note)}" for note in [*notes, about_line(scores)]),
        "\\par}",
    ]
    if is_long(heads, blocks):
        needed, table = "booktabs,longtable", [tables(heads, blocks, "".join(above)), *below]
    else:
        needed, table = "booktabs", [tables(heads, blocks), *below]
        table = ["\\begin{table}", "\\centering", *above, "\\smallskip", *table, "\\end{table}"]
    return "\n".join([f"% needs \\usepackage{{{needed}}}", *table]) + "\n"


def markdown(scores: Scores, caption: str, label: str) -> str:
    """A table with the caption below it, its label as pandoc reads it, and its notes."""
    table, notes = table_and_notes(scores, "markdown")
    below = f"Table: {escaped_markdown(caption or default_caption(scores))} {{#{label}}}"
    return "\n\n".join([table, below, *map(escaped_markdown, [*notes, about_line(scores)])]) + "\n"


def default_caption(scores: Scores) -> str:
    """What the table with bands in words shows."""
    words = [f"{word} from {edge:g}" for word, edge in scores.scheme.bands.items()]
    return f"{_title(scores)} Bands: {', '.join(words)}."


def _title(scores: Scores) -> str:
    return f"Bilateral Cooperation Intensity, scheme {scores.scheme.name}."


def escaped_markdown(text: str) -> str:
    r"""Text that Markdown shows as it is.

    Examples
    --------
    >>> print(escaped_markdown("arms_trade *"))
    arms\_trade \*
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", " ".join(text.split()))
