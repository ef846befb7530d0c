"""Scores as Parquet: tidy, with what they rest on in the metadata of the schema."""

from __future__ import annotations

import json
from pathlib import Path

from bci.data.tables import write_typed
from bci.files import whole_file
from bci.output.about import about
from bci.scoring.scores import Scores


def write_parquet(scores: Scores, path: Path, *, force: bool = False) -> None:
    """Write tidy scores with details; the metadata hold, as JSON under ``bci``, what `about` says.

    Raises
    ------
    InputError
        If the file exists and `force` is not given, or cannot be written.
    """
    said = {"bci": json.dumps(about(scores), ensure_ascii=False)}
    with whole_file(path, force=force) as beside:
        write_typed(beside, scores.columns(details=True), said, place=str(path))
