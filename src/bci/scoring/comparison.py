"""The same data under several schemes, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bci import numbers
from bci.data.panel import Panel, load_indicators
from bci.errors import InputError
from bci.model.periods import Span, label
from bci.model.scheme import Scheme, load_weights
from bci.results import Result, Short, records
from bci.scoring.scores import NAMED_ROW
from bci.scoring.scoring import score


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Result):
    """Scores of several schemes side by side.

    The frame has one row a dyad, period and name, with ``score_<scheme>`` and ``band_<scheme>`` for each
    scheme; for each but the first also ``difference_<scheme>``, its score less the first scheme's, and
    ``band_change_<scheme>``, whether the two bands differ (missing where either has no band).

    Attributes
    ----------
    schemes
        Names of the schemes, the one the others are compared with first.
    """

    schemes: tuple[str, ...]

    def band_changes(self) -> pd.DataFrame:
        """Every score whose band is not the same under all schemes."""
        changed = self._frame[[f"band_change_{name}" for name in self.schemes[1:]]]
        return self._frame[changed.isin([True]).any(axis=1)].copy()

    def short(self, *, changes: bool = False) -> Short:
        """Periods, names, and a column of score and band a scheme; a changed band is told.

        Parameters
        ----------
        changes
            Only the scores whose band changes.
        """
        rows = []
        for row in records(self.band_changes() if changes else self._frame):
            cells = [f"{row['iso3_a']}-{row['iso3_b']}", label((row["period_start"], row["period_end"]))]
            cells.append(row["name"])
            for name in self.schemes:
                cells.append(numbers.score(row[f"score_{name}"], row[f"band_{name}"]))
                if name != self.schemes[0]:
                    other = " other band" if row[f"band_change_{name}"] is True else ""
                    cells.append(numbers.signed(row[f"difference_{name}"]) + other)
            rows.append(cells)
        first, *others = self.schemes
        columns = [head for name in others for head in (name, f"difference {name}")]
        note = f"{len(self.band_changes())} of {len(self)} scores change their band."
        return Short(["dyad", "period", "name", first, *columns], rows, note)


def compare(
    data: Panel | pd.DataFrame | None,
    schemes: Sequence[Scheme | str | Path],
    *,
    period: str | Sequence[Span] | None = None,
    start: int | None = None,
    end: int | None = None,
    dyads: Iterable[str] | None = None,
) -> Comparison:
    """Score the same data under several schemes.

    Parameters
    ----------
    data, period, start, end, dyads
        As for `bci.score`. Where no `period` is given, the periods of the first scheme are used for all.
    schemes
        Two or more schemes, names or paths; the others are compared with the first.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If there are fewer than two schemes, or two of one name; and as `bci.score`.

    Examples
    --------
    >>> comparison = compare(None, ["papageorgiou-equal", "political-first"])
    >>> comparison.band_changes()[["period_start", "name"]].to_numpy().tolist()
    [[1992, 'index'], [2004, 'index'], [2008, 'index']]
    """
    read = [scheme if isinstance(scheme, Scheme) else load_weights(scheme) for scheme in schemes]
    names = tuple(scheme.name for scheme in read)
    if len(set(names)) < len(names) or len(names) < 2:
        raise InputError.at(
            "compare", f"needs two or more schemes of different names (found {', '.join(names)})"
        )
    data = load_indicators() if data is None else data
    first = score(data, read[0], period=period, start=start, end=end, dyads=dyads)
    results = [first, *(score(data, scheme, period=first.periods, dyads=dyads) for scheme in read[1:])]
    frames = [
        scores.to_frame().set_index(NAMED_ROW)[["score", "band"]].add_suffix(f"_{name}")
        for scores, name in zip(results, names, strict=True)
    ]
    together = pd.concat(frames, axis=1)
    for name in names[1:]:
        bands = together[[f"band_{names[0]}", f"band_{name}"]]
        together[f"difference_{name}"] = together[f"score_{name}"] - together[f"score_{names[0]}"]
        changed = (bands.iloc[:, 0] != bands.iloc[:, 1]).astype(object)
        together[f"band_change_{name}"] = changed.where(bands.notna().all(axis=1), None)
    return Comparison(together.reset_index(), names)
