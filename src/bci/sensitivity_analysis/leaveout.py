"""Leave one out: the scores, and the verdicts on what was published, without one member of the scheme."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bci.errors import InputError
from bci.model import bands
from bci.model.scheme import Scheme
from bci.replication.findings import Findings
from bci.replication.verdicts import check_findings
from bci.scoring.scores import ROW, Scores
from bci.scoring.scoring import score

VERDICTS = {True: "holds", False: "fails", None: "cannot tell"}


def without(scheme: Scheme, name: str) -> Scheme | None:
    """The scheme with one indicator or dimension weighing nothing; None where nothing would be left."""
    content = scheme.model_dump(by_alias=True)
    dimensions = content["dimensions"]
    for dimension, part in dimensions.items():
        if name == dimension or (name in part["indicators"] and len(scheme.tree[dimension]) == 1):
            part["weight"] = 0
        elif name in part["indicators"]:
            part["indicators"][name] = 0
    if not any(part["weight"] for part in dimensions.values()):
        return None
    return Scheme.model_validate(content | {"name": f"{scheme.name}-without-{name}"})


def leave_one_out(scores: Scores) -> pd.DataFrame:
    """Scores without each indicator and each dimension in turn.

    Returns
    -------
    pd.DataFrame
        A row a ``dropped`` member (with its ``level``), dyad, period and ``name``: the index, and the
        dimension the member stands in. ``score`` without it, ``difference`` to the score with everything
        in, ``band``, and whether that is another (``band_change``).
    """
    parts = []
    for level, name, reduced in _reduced(scores):
        home = next((d for d, members in scores.scheme.tree.items() if name in members), None)
        kept = [known for _, known in reduced.names]
        parts += [
            _difference(scores, reduced, level, name, parent)
            for parent in ("index", home)
            if parent is not None and parent in kept
        ]
    if not parts:
        raise InputError.at(
            f"scheme {scores.scheme.name}", "has a single indicator; there is nothing to leave out"
        )
    return pd.concat(parts, ignore_index=True)


def flipped_verdicts(scores: Scores, findings: Findings) -> pd.DataFrame:
    """Findings whose verdict changes without an indicator or a dimension.

    Returns
    -------
    pd.DataFrame
        A row a ``dropped`` member and finding: ``id``, ``class``, and ``before`` and ``after``, each
        ``holds``, ``fails`` or ``cannot tell``.
    """
    data = scores.panel if scores.panel is not None else scores.values
    before = check_findings(data, scores.scheme, findings).verdicts
    rows = [
        (level, name, was.finding.id, was.finding.class_, VERDICTS[was.holds], VERDICTS[now.holds])
        for level, name, reduced in _reduced(scores)
        for was, now in zip(before, check_findings(data, reduced.scheme, findings).verdicts, strict=True)
        if was.holds is not now.holds
    ]
    return pd.DataFrame(rows, columns=["level", "dropped", "id", "class", "before", "after"])


def _reduced(scores: Scores) -> Iterator[tuple[str, str, Scores]]:
    """The scores without each member that can be left out."""
    data = scores.panel if scores.panel is not None else scores.values
    dyads = ["-".join(dyad) for dyad in scores.dyads]
    for level, name in scores.names[1:]:
        scheme = without(scores.scheme, name)
        if scheme is not None:
            yield level, name, score(data, scheme, period=scores.periods, dyads=dyads)


def _difference(scores: Scores, reduced: Scores, level: str, name: str, parent: str) -> pd.DataFrame:
    old, new = (
        each.column("score")[:, [known for _, known in each.names].index(parent)]
        for each in (scores, reduced)
    )
    old_band, new_band = (bands.band(values, scores.scheme.edges) for values in (old, new))
    frame = pd.DataFrame(scores.row_labels, columns=ROW)
    frame.insert(0, "level", level)
    frame.insert(1, "dropped", name)
    frame["name"], frame["score"], frame["difference"] = parent, new, new - old
    frame["band"] = np.array([*scores.scheme.bands, None], dtype=object)[new_band]
    known = (old_band != bands.NO_BAND) & (new_band != bands.NO_BAND)
    frame["band_change"] = known & (old_band != new_band)
    return frame
