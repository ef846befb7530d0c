"""Scores as a Stata file: labelled variables, bands as labelled codes, missing as Stata's missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bci.files import whole_file
from bci.output.about import about_line
from bci.output.columns import DESCRIPTIONS
from bci.scoring.scores import Scores

if TYPE_CHECKING:
    import pandas as pd

#: Signs of the label of a file.
LONGEST = 80


def write_stata(scores: Scores, path: Path, *, force: bool = False) -> None:
    """Write tidy scores with details as a ``.dta`` file of version 118 (Stata 14 and later).

    The bands are whole numbers from 1, the lowest, with the words of all bands as value labels, whether any
    score lies in them or not. The name of the scheme stands in the label of the file.

    Raises
    ------
    InputError
        If the file exists and `force` is not given, or cannot be written.
    """
    frame = _coded(scores)
    bands: dict[float, str] = dict(enumerate(scores.scheme.bands, start=1))
    with whole_file(path, force=force) as beside:
        frame.to_stata(
            beside,
            version=118,
            write_index=False,
            compression=None,
            data_label=about_line(scores)[:LONGEST],
            variable_labels={str(name): DESCRIPTIONS[str(name)] for name in frame},
            value_labels={"band": bands},
        )


def _coded(scores: Scores) -> pd.DataFrame:
    """Tidy scores with the band as the number of its place among all bands."""
    frame = scores.to_frame(details=True)
    code = {word: float(number) for number, word in enumerate(scores.scheme.bands, start=1)}
    return frame.assign(band=frame["band"].map(code).astype("float32"))
