"""Scores on one screen: names down, periods across, a dyad at a time."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

import numpy as np
from tabulate import tabulate

from bci import bands
from bci.countries import name as country_name
from bci.output.tables import STYLES, number
from bci.periods import label
from bci.scores import Dyad, Scores

INDENT = {"index": "", "dimension": "", "indicator": "  "}
CELL = 7

Paint = Callable[[str, int, int], str]


def matrix(scores: Scores, width: int, paint: Paint) -> str:
    """Every score with the initial of its band, as many periods side by side as fit in `width` columns."""
    initials = _initials(list(scores.scheme.bands))
    blocks = []
    for dyad in scores.dyads:
        rows = [scores.row(dyad, period) for period in scores.periods]
        cells = _cells(scores, rows, initials, paint)
        names = [INDENT[level] + name for level, name in scores.names]
        heads = [_short(label(period)) for period in scores.periods]
        blocks.append("\n".join([_title(scores, dyad), *_side_by_side(names, heads, cells, width)]))
        blocks += [textwrap.fill(line, width) for line in _partial(scores, scores.column("coverage")[rows])]
        blocks += [textwrap.fill(line, width) for line in _refused(scores, rows)]
    return "\n\n".join([*blocks, textwrap.fill(_legend(scores, initials), width)])


def flat(scores: Scores, style: str) -> str:
    """The same for a paper: one table of all dyads, bands in words."""
    words = list(scores.scheme.bands)
    rows = []
    for dyad in scores.dyads:
        score = scores.column("score")[[scores.row(dyad, period) for period in scores.periods]]
        number_of = bands.band(score, scores.scheme.edges)
        for n, (level, name) in enumerate(scores.names):
            cells = [
                f"{number(s)} {words[b]}" if b >= 0 else "missing"
                for s, b in zip(score[:, n], number_of[:, n], strict=True)
            ]
            rows.append(["-".join(dyad), level, name, *cells])
    heads = ["dyad", "level", "name", *map(label, scores.periods)]
    return tabulate(rows, headers=heads, tablefmt=STYLES[style], disable_numparse=True)


def _title(scores: Scores, dyad: Dyad) -> str:
    return f"{' and '.join(map(country_name, dyad))} ({'-'.join(dyad)}), scheme {scores.scheme.name}"


def _cells(scores: Scores, rows: list[int], initials: list[str], paint: Paint) -> list[list[str]]:
    """A row a name, a cell a period."""
    score, coverage = scores.column("score")[rows], scores.column("coverage")[rows]
    reach = (
        (scores.column("low")[rows], scores.column("high")[rows]) if scores.index.low is not None else None
    )
    number_of = bands.band(score, scores.scheme.edges)
    table = []
    for n in range(len(scores.names)):
        cells = []
        for p in range(len(rows)):
            if not np.isnan(score[p, n]):
                mark = " " if coverage[p, n] > 1 - 1e-12 else "*"
                cell = f"{_digits(score[p, n], 3)} {initials[number_of[p, n]]}".rjust(CELL - 1)
                cells.append(paint(cell, number_of[p, n], len(initials)) + mark)
            elif reach is not None:
                cells.append("-".join(_digits(end[p, n], 2) for end in reach).rjust(CELL))
            else:
                cells.append(("/  " if coverage[p, n] else "-  ").rjust(CELL))
        table.append(cells)
    return table


def _digits(score: float, digits: int) -> str:
    """Scores cannot exceed 1, so the leading zero is left out, as is the custom in tables of such numbers."""
    shown = f"{score:.{digits}f}"
    return shown[1:] if shown.startswith("0") else shown[: digits + 1]


def _short(period: str) -> str:
    start, _, end = period.partition("-")
    return f"{start}-{end[2:]}" if end and end[:2] == start[:2] else period


def _side_by_side(names: list[str], heads: list[str], cells: list[list[str]], width: int) -> Iterator[str]:
    longest = max(map(len, names))
    fit = max(1, (width - longest) // (CELL + 1))
    for first in range(0, len(heads), fit):
        part = slice(first, first + fit)
        if first:
            yield ""
        yield " ".join([" " * longest, *(head.rjust(CELL) for head in heads[part])]).rstrip()
        for name, row in zip(names, cells, strict=True):
            yield " ".join([name.ljust(longest), *row[part]]).rstrip()


def _partial(scores: Scores, coverage: np.ndarray) -> Iterator[str]:
    """Indicators without data in every year, and where."""
    parts = []
    for n, (level, name) in enumerate(scores.names):
        where = [
            f"{coverage[p, n]:.0%} in {label(period)}"
            for p, period in enumerate(scores.periods)
            if coverage[p, n] < 1 - 1e-12
        ]
        if level == "indicator" and where:
            parts.append(f"{name} {', '.join(where)}")
    if parts:
        yield f"* rests on partial data: {'; '.join(parts)}"


def _refused(scores: Scores, rows: list[int]) -> Iterator[str]:
    """Dimensions and indices that have data, but too little for a score."""
    if scores.index.low is not None:
        yield "Two numbers: the lowest and the highest score over everything the missing data could be"
        return
    score, coverage = scores.column("score")[rows], scores.column("coverage")[rows]
    where = [
        f"{name} {coverage[p, n]:.0%} in {label(period)}"
        for n, (_, name) in enumerate(scores.names)
        for p, period in enumerate(scores.periods)
        if np.isnan(score[p, n]) and coverage[p, n]
    ]
    if where:
        yield f"/ has data, but too little for a score ({scores.scheme.missing.rule}): {', '.join(where)}"


def _legend(scores: Scores, initials: list[str]) -> str:
    (lowest, _), *others = scores.scheme.bands.items()
    edges = [
        f"{i} {word} from {edge:g}".replace(" 0.", " .")
        for i, (word, edge) in zip(initials[1:], others, strict=True)
    ]
    return ", ".join([f"{initials[0]} {lowest}", *edges])


def _initials(words: list[str]) -> list[str]:
    """The shortest beginnings that tell the bands apart."""
    length = next(n for n in range(1, 100) if len({word[:n] for word in words}) == len(words))
    return [word[:length].upper() for word in words]
