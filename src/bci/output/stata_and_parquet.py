"""Scores for statistics programs: Stata and Parquet files, labelled with what each column means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from bci.data.tables import write_typed
from bci.files import whole_file
from bci.model.definitions import GRADES
from bci.output.about import about, about_line
from bci.scoring.scores import Scores

if TYPE_CHECKING:
    import pandas as pd

#: In few enough signs for the label of a variable in Stata, which holds 80.
DESCRIPTIONS = {
    "iso3_a": "First country, ISO 3166 alpha-3",
    "iso3_b": "Second country, ISO 3166 alpha-3",
    "period_start": "First year of the period",
    "period_end": "Last year of the period",
    "level": "Level: index, dimension or indicator",
    "name": "Name of the index, dimension or indicator",
    "score": "Score, 0 to 1, higher is more intense cooperation",
    "band": "Band of the score",
    "coverage": "Share of the weight that rests on data, 0 to 1",
    "low": "Lowest score over everything the missing data could be",
    "high": "Highest score over everything the missing data could be",
    "percentile": "Share of other dyads that score lower, ties half, in per cent",
    "above_edge": "Distance of the score down to the edge of its band",
    "to_next": "Distance of the score up to the next band",
} | {f"quality_{grade.lower()}": f"Share of the score on data of quality {grade}" for grade in GRADES}

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


def write_parquet(scores: Scores, path: Path, *, force: bool = False) -> None:
    """Write tidy scores with details; the metadata hold, as JSON under ``bci``, what `about` says.

    Raises
    ------
    InputError
        If the file exists and `force` is not given, or cannot be written.
    """
    metadata = {"bci": json.dumps(about(scores), ensure_ascii=False)}
    with whole_file(path, force=force) as beside:
        write_typed(beside, scores.columns(details=True), metadata, place=str(path))
