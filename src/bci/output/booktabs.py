r"""Tables in LaTeX that fit a page: names down, periods across, as many side by side as fit.

Needs booktabs, and longtable where a table is longer than a page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: The width of the text of an article (345 pt, the narrower of A4 and letter), and the space on both sides
#: of a column, in digits of `\footnotesize` (4.25 pt).
WIDTH, SPACE = 81.0, 1.2

#: Small, with the space of columns that goes with that width.
LOOK = r"\footnotesize\setlength{\tabcolsep}{2.5pt}\setlength{\parindent}{0pt}"

#: Signs of the narrowest column of scores.
CELL = 7

#: Rows of a table that floats; a longer one breaks over pages.
MOST_ROWS = 40

_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
} | {sign: f"\\{sign}" for sign in "$&#%_"}


@dataclass(frozen=True)
class Block:
    """Rows under one title.

    Attributes
    ----------
    title
        What they are about.
    rows
        Names, indented by spaces, with a cell a period: ``.219 L*``, or one word.
    """

    title: str
    rows: Sequence[tuple[str, Sequence[str]]]


def escaped(text: str) -> str:
    r"""Text that LaTeX prints as it is.

    Examples
    --------
    >>> print(escaped("50% of R&D_x"))
    50\% of R\&D\_x
    """
    return "".join(_SIGNS.get(sign, sign) for sign in " ".join(text.split()))


def printed(text: str) -> str:
    """The same, with spans of numbers as printers set them.

    Examples
    --------
    >>> print(printed("CHN-RUS 1992-95"))
    CHN-RUS 1992--95
    """
    return re.sub(r"(?<=\d)-(?=[\d.])", "--", escaped(text))


def is_long(heads: Sequence[str], blocks: Sequence[Block]) -> bool:
    """Whether the table is too long to float."""
    return len(_parts(heads, blocks)) * sum(1 + len(block.rows) for block in blocks) > MOST_ROWS


def tables(heads: Sequence[str], blocks: Sequence[Block], caption: str = "") -> str:
    r"""The rows under the heads of the periods, in as many parts as it takes for each to fit a page.

    A score and what follows it stand in two columns, so that scores stand below each other.

    Parameters
    ----------
    heads
        Of the periods.
    blocks
        What stands below them.
    caption
        Ready ``\caption`` and ``\label`` of a table that breaks over pages.
    """
    long, parts = is_long(heads, blocks), _parts(heads, blocks)
    shown = []
    for n, part in enumerate(parts):
        # A longtable counts as a table of its own; its parts here are one.
        shown += ["\\addtocounter{table}{-1}"] if long and n else []
        shown += [_part(heads[part], blocks, part, caption if not n else "", long=long)]
    gap = "\n" if long else "\n\\par\\medskip\n"
    return f"{{{LOOK}%\n{gap.join(shown)}\n\\par}}"


def _parts(heads: Sequence[str], blocks: Sequence[Block]) -> list[slice]:
    """The periods that stand side by side, in parts of about as many."""
    rows = [row for block in blocks for row in block.rows]
    names = max(len(name) for name, _ in rows) + SPACE
    cell = max(CELL, *map(len, heads), *(len(cell) for _, cells in rows for cell in cells)) + SPACE
    parts = math.ceil(len(heads) / max(1, int((WIDTH - names) / cell)))
    fit = math.ceil(len(heads) / parts)
    return [slice(first, first + fit) for first in range(0, len(heads), fit)]


def _part(heads: Sequence[str], blocks: Sequence[Block], part: slice, caption: str, *, long: bool) -> str:
    kind, columns = "longtable" if long else "tabular", "l" + "r@{\\,}l" * len(heads)
    spanned = [f"\\multicolumn{{2}}{{c}}{{{printed(head)}}}" for head in heads]
    top = ["\\toprule", _row("", spanned), "\\midrule"]
    if long and caption:
        top = [f"{caption} \\\\", *top, "\\endfirsthead", *top]
    # A longtable is told its lowest rule before its rows.
    body = list(_body(blocks, part, 1 + 2 * len(heads)))
    rows = ["\\endhead", "\\bottomrule", "\\endfoot", *body] if long else [*body, "\\bottomrule"]
    return "\n".join([f"\\begin{{{kind}}}{{{columns}}}", *top, *rows, f"\\end{{{kind}}}"])


def _body(blocks: Sequence[Block], part: slice, columns: int) -> Iterator[str]:
    for n, block in enumerate(blocks):
        if n:
            yield "\\addlinespace"
        yield f"\\multicolumn{{{columns}}}{{l}}{{{printed(block.title)}}} \\\\*"
        for name, cells in block.rows:
            indent = "\\enspace " if name.startswith(" ") else ""
            yield _row(indent + printed(name), [_cell(cell) for cell in cells[part]])


def _cell(text: str) -> str:
    score, _, mark = text.partition(" ")
    return f"{score} & {printed(mark)}" if mark else f"\\multicolumn{{2}}{{c}}{{{printed(score)}}}"


def _row(name: str, cells: Sequence[str]) -> str:
    return f"{' & '.join([name, *cells])} \\\\"
