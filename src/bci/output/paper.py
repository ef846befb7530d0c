"""Tables to put into a paper: LaTeX with caption and label, and Markdown as pandoc reads it."""

from __future__ import annotations

import re

from bci.output.about import about_line
from bci.output.matrix import table_and_notes
from bci.scores import Scores

#: What a label may hold in LaTeX and pandoc alike.
LABEL = re.compile(r"[A-Za-z][A-Za-z0-9:._-]*")

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
} | {sign: f"\\{sign}" for sign in "$&#%_"}


def latex(scores: Scores, caption: str, label: str) -> str:
    """A floating table with booktabs rules, its notes below it."""
    table, notes = table_and_notes(scores, "latex")
    lines = [
        "% needs \\usepackage{booktabs}",
        "\\begin{table}",
        "\\centering",
        f"\\caption{{{escaped_latex(caption or default_caption(scores))}}}",
        f"\\label{{{label}}}",
        table,
        *(f"\\par\\smallskip\\footnotesize {escaped_latex(note)}" for note in [*notes, about_line(scores)]),
        "\\end{table}",
    ]
    return "\n".join(lines) + "\n"


def markdown(scores: Scores, caption: str, label: str) -> str:
    """A table with the caption below it, its label as pandoc reads it, and its notes."""
    table, notes = table_and_notes(scores, "markdown")
    below = f"Table: {escaped_markdown(caption or default_caption(scores))} {{#{label}}}"
    return "\n\n".join([table, below, *map(escaped_markdown, [*notes, about_line(scores)])]) + "\n"


def default_caption(scores: Scores) -> str:
    """What the table shows."""
    words = [f"{word} from {edge:g}" for word, edge in scores.scheme.bands.items()]
    return f"Bilateral Cooperation Intensity, scheme {scores.scheme.name}. Bands: {', '.join(words)}."


def escaped_latex(text: str) -> str:
    r"""Text that LaTeX prints as it is.

    Examples
    --------
    >>> print(escaped_latex("50% of R&D_x"))
    50\% of R\&D\_x
    """
    return "".join(_LATEX.get(sign, sign) for sign in " ".join(text.split()))


def escaped_markdown(text: str) -> str:
    r"""Text that Markdown shows as it is.

    Examples
    --------
    >>> print(escaped_markdown("arms_trade *"))
    arms\_trade \*
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", " ".join(text.split()))
