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
        score, coverage = scores.column("score")[rows], scores.column("coverage")[rows]
        number_of = bands.band(score, scores.scheme.edges)
        cells = [
            [_cell(score[p, n], coverage[p, n], number_of[p, n], initials, paint) for p in range(len(rows))]
            for n in range(len(scores.names))
        ]
        names = [INDENT[level] + name for level, name in scores.names]
        heads = [_short(label(period)) for period in scores.periods]
        blocks.append("\n".join([_title(scores, dyad), *_side_by_side(names, heads, cells, width)]))
        blocks += _partial(scores, coverage, width)
    return "\n\n".join([*blocks, _legend(scores, initials)])


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


def _cell(score: float, coverage: float, band: int, initials: list[str], paint: Paint) -> str:
    if np.isnan(score):
        return "-  ".rjust(CELL)
    # Scores cannot exceed 1, so the leading zero is left out, as is the custom in tables of such numbers.
    shown = f"{score:.3f}".removeprefix("0") if score < 0.9995 else "1.00"
    cell = f"{shown} {initials[band]}".rjust(CELL - 1)
    mark = " " if coverage > 1 - 1e-12 else "*"
    return paint(cell, band, len(initials)) + mark


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


def _partial(scores: Scores, coverage: np.ndarray, width: int) -> Iterator[str]:
    """What does not rest on data in every year."""
    parts = []
    for n, (level, name) in enumerate(scores.names):
        where = [
            f"{coverage[p, n]:.0%} in {label(period)}"
            for p, period in enumerate(scores.periods)
            if 0 < coverage[p, n] < 1 - 1e-12
        ]
        if level == "indicator" and where:
            parts.append(f"{name} {', '.join(where)}")
    if parts:
        yield textwrap.fill(f"* rests on partial data: {'; '.join(parts)}", width)


def _legend(scores: Scores, initials: list[str]) -> str:
    edges = scores.scheme.bands.items()
    return ", ".join(f"{i} {word} from {edge:g}" for i, (word, edge) in zip(initials, edges, strict=True))


def _initials(words: list[str]) -> list[str]:
    """The shortest beginnings that tell the bands apart."""
    length = next(n for n in range(1, 100) if len({word[:n] for word in words}) == len(words))
    return [word[:length].upper() for word in words]
