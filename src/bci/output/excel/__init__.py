"""Scores as a workbook whose formulas can be followed and whose weights can be changed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from bci.errors import InputError
from bci.files import whole_file
from bci.output.excel.cells import HEAD
from bci.scoring.scores import Scores

#: Rows of a sheet of Excel, and rows of formulas that it still opens in reasonable time.
SHEET_ROWS, MOST_ROWS = 1_048_576, 200_000

LEVELS: tuple[Literal["indicators"], Literal["dimensions"]] = ("indicators", "dimensions")

#: A power mean nearer to the geometric mean than this loses its digits in the formulas of a sheet.
LEAST_EXPONENT = 1e-4


def write_excel(
    scores: Scores,
    path: Path,
    *,
    force: bool = False,
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> None:
    """Write scores as an Excel workbook whose weights can be changed.

    The sheet Index holds formulas over the sheets Periods and Weights, stored with their values, so that
    programs that do not calculate show them too. Values, annual scores and means of periods are numbers.

    Parameters
    ----------
    scores
        Of dyads, periods and a scheme; scales stay as they were fitted to all the data.
    path
        The ``.xlsx`` file.
    force
        Replace it if it exists.
    progress
        Told the rows of formulas that are written, and how many there are.

    Raises
    ------
    InputError
        If there are too many rows, a mean that a sheet cannot calculate, no XlsxWriter, or the file exists
        or cannot be written.
    """
    place = str(path)
    years = int((scores.rows.only(scores.dyads).number >= 0).sum())
    periods = len(scores.dyads) * len(scores.periods)
    advice = "choose dyads with --dyad, or longer periods with --period; or write --as parquet or stata"
    if max(years, periods) > SHEET_ROWS - HEAD:
        message = f"{max(years, periods):,} rows are more than the {SHEET_ROWS:,} of a sheet; {advice}"
        raise InputError.at(place, message)
    if periods > MOST_ROWS:
        message = f"{periods:,} rows of formulas are more than {MOST_ROWS:,}, the most that is written"
        raise InputError.at(place, f"{message}; {advice}")
    for level in LEVELS:
        mean = scores.scheme.mean(level)
        if not isinstance(mean, str) and 0 < abs(mean) < LEAST_EXPONENT:
            message = (
                f"a power mean of exponent {mean:g} of {level} loses its digits in a sheet; use geometric"
            )
            raise InputError.at(place, message)
    try:
        from xlsxwriter.exceptions import FileCreateError
    except ImportError:
        message = "needs XlsxWriter; install it with: pip install XlsxWriter"
        raise InputError.at(place, message) from None
    from bci.output.excel.book import fill

    done = itertools.count(1)
    with whole_file(path, force=force) as beside:
        try:
            fill(beside, scores, lambda: progress(next(done), periods))
        except FileCreateError as error:
            raise InputError.at(place, f"cannot be written: {error}") from None
