"""What scoring gives: every stage from values to the index, frozen, and as tidy frames."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bci import numbers
from bci.arrays import Array, frozen
from bci.countries import name as country_name
from bci.data.dyads import Dyad, DyadYears, chosen_dyads
from bci.data.panel import Panel
from bci.errors import InputError, suggestion
from bci.model import bands
from bci.model.definitions import GRADES, Indicator
from bci.model.periods import Span, label, single
from bci.model.scheme import Scheme
from bci.results import Short, Shown, records
from bci.scoring.levels import Levels, reach_of, stages_of
from bci.scoring.ranks import percentiles

if TYPE_CHECKING:
    import pandas as pd

#: What labels a row of scores.
ROW = ["iso3_a", "iso3_b", "period_start", "period_end"]
NAMED_ROW = [*ROW, "level", "name"]


@dataclass(frozen=True, eq=False, repr=False)
class Scores(Shown):
    """What `score` returns: every stage from values to the index, and what it rests on.

    Rows are dyad-periods, dyad by dyad; names are the index, its dimensions and their indicators.

    Attributes
    ----------
    scheme
        The scheme that made them.
    definitions
        Definitions of the scheme's indicators, where there are any.
    dyads, periods
        Pairs of ISO3 codes; pairs of first and last year.
    rows
        Dyad and year of each row of the next.
    matrix, annual, grades
        Values, annual scores and numbers of quality grades (-1 where there is none; None for a plain frame),
        one row a dyad-year of the data, one column an indicator.
    indicators, dimensions, index
        The stages on the periods, each of ``len(dyads) * len(periods)`` rows.
    panel
        The panel they were computed from, or None for a plain frame of values.
    """

    scheme: Scheme
    definitions: Mapping[str, Indicator] = field(repr=False)
    dyads: tuple[Dyad, ...]
    periods: tuple[Span, ...]
    rows: DyadYears = field(repr=False)
    matrix: Array = field(repr=False)
    annual: Array = field(repr=False)
    grades: NDArray[np.int8] | None = field(repr=False)
    indicators: Levels = field(repr=False)
    dimensions: Levels = field(repr=False)
    index: Levels = field(repr=False)
    panel: Panel | None = field(repr=False, default=None)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Level and name of every column of scores: the index, then each dimension and its indicators."""
        tree = self.scheme.tree
        below = [
            pair
            for dimension, members in tree.items()
            for pair in [("dimension", dimension), *(("indicator", name) for name in members)]
        ]
        return (("index", "index"), *below)

    @property
    def row_labels(self) -> list[tuple[str, str, int, int]]:
        """Dyad and period of every row of scores."""
        return [(*dyad, *period) for dyad in self.dyads for period in self.periods]

    def column(self, stage: str) -> Array:
        """One stage of all names side by side, e.g. ``column("score")``, in the order of `names`."""
        place = {"index": 0}
        place |= {name: 1 + i for i, name in enumerate(self.scheme.tree)}
        place |= {name: 1 + len(self.scheme.tree) + i for i, name in enumerate(self.scheme.indicators)}
        parts = [getattr(levels, stage) for levels in (self.index, self.dimensions, self.indicators)]
        order = [place[name] for _, name in self.names]
        together: Array = np.concatenate(parts, axis=1)[:, order]
        return together

    def __post_init__(self) -> None:
        for array in (self.matrix, self.annual, self.grades):
            if array is not None:
                frozen(array)

    @property
    def values(self) -> pd.DataFrame:
        """Values with their labels, a copy: one row a dyad-year, one column an indicator."""
        import pandas as pd

        return pd.DataFrame(self.matrix.copy(), self.rows.labels(), list(self.scheme.indicators))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the data: of the files of a panel, or of a frame's values and labels."""
        if self.panel is not None:
            return self.panel.digest
        import pandas as pd

        return hashlib.sha256(pd.util.hash_pandas_object(self.values).to_numpy().tobytes()).hexdigest()

    def get(
        self, name: str = "index", period: Span | str | None = None, dyad: Dyad | str | None = None
    ) -> float:
        """One score.

        Parameters
        ----------
        name
            ``index``, a dimension or an indicator.
        period, dyad
            E.g. ``(1992, 1995)`` or ``"1992-1995"``, ``"CHN-RUS"``; may be left out where there is only one.

        Raises
        ------
        InputError
            If there is no such score, or more than one is meant.
        """
        return float(self.column("score")[self.row(dyad, period), self.place(name)])

    def place(self, name: str) -> int:
        """Which of `names` is meant."""
        names = [known for _, known in self.names]
        if name not in names:
            near = suggestion(name, names)
            raise InputError.at(
                "name", f"{name!r} is not among the scores.{near} There are {', '.join(names)}"
            )
        return names.index(name)

    def row(self, dyad: Dyad | str | None = None, period: Span | str | None = None) -> int:
        """Number of the row of a dyad and a period, given as for `get`."""
        return self.dyads.index(self.dyad(dyad)) * len(self.periods) + self.periods.index(self.period(period))

    def dyad(self, wanted: Dyad | str | None = None) -> Dyad:
        """The dyad that is meant: the only one, or one of those scored, by names or codes in either order."""
        text = wanted if isinstance(wanted, str) or wanted is None else "-".join(wanted)
        chosen = chosen_dyads(self.dyads, None if text is None else [text])
        if len(chosen) > 1:
            raise InputError.at("dyad", f"is needed: there are {len(chosen)} dyads")
        return chosen[0]

    def period(self, wanted: Span | str | None = None) -> Span:
        """The period that is meant: the only one, or one of those scored."""
        if wanted is None and len(self.periods) > 1:
            raise InputError.at("period", f"is needed: there are {', '.join(map(label, self.periods))}")
        span = self.periods[0] if wanted is None else single(wanted)
        if span not in self.periods:
            known = ", ".join(map(label, self.periods))
            raise InputError.at("period", f"{label(span)} is not among the scores, which are of {known}")
        return span

    def to_frame(self, *, details: bool = False) -> pd.DataFrame:
        """Tidy frame, one row a dyad, period and name.

        Parameters
        ----------
        details
            Add the reach of each score over everything the missing data could be (``low``, ``high``); where
            the data hold more than one dyad, its ``percentile`` among all of them (see `bci.rank`); the
            distances to the band edges (``above_edge``, ``to_next``); and, where the data carry grades, the
            shares of the score that rest on each (``quality_a`` ...).

        Returns
        -------
        pd.DataFrame
            Columns ``iso3_a, iso3_b, period_start, period_end, level, name, score, band, coverage``; under
            the rule ``bounds`` also ``low, high``.
        """
        import pandas as pd

        return pd.DataFrame(self.columns(details=details))

    def columns(self, *, details: bool = False) -> dict[str, NDArray[Any]]:
        """The columns of `to_frame`."""
        reach = bounded(self) if details else self
        score, edges = self.column("score"), self.scheme.edges
        per_row = len(self.names)
        dyads = np.array(self.dyads, dtype=object).reshape(-1, 2).repeat(len(self.periods) * per_row, axis=0)
        periods = np.tile(np.array(self.periods).repeat(per_row, axis=0), (len(self.dyads), 1))
        names = np.tile(np.array(self.names, dtype=object), (len(score), 1))
        table = {
            "iso3_a": dyads[:, 0],
            "iso3_b": dyads[:, 1],
            "period_start": periods[:, 0],
            "period_end": periods[:, 1],
            "level": names[:, 0],
            "name": names[:, 1],
            "score": score.ravel(),
            "band": self.scheme.words(bands.band(score, edges)).ravel(),
            "coverage": self.column("coverage").ravel(),
        }
        if reach.index.low is not None:
            table["low"], table["high"] = reach.column("low").ravel(), reach.column("high").ravel()
        if details:
            if len(self.rows.dyads) > 1:
                table["percentile"] = percentiles_of(self).ravel()
            table["above_edge"] = bands.above_edge(score, edges).ravel()
            table["to_next"] = bands.to_next(score, edges).ravel()
            if self.index.quality is not None:
                quality = self.column("quality")
                for i, grade in enumerate(GRADES):
                    table[f"quality_{grade.lower()}"] = quality[..., i].ravel()
        return table

    def to_wide(self) -> pd.DataFrame:
        """Scores alone: one row a dyad-period, one column a name."""
        import pandas as pd

        labels = pd.MultiIndex.from_tuples(
            self.row_labels, names=["iso3_a", "iso3_b", "period_start", "period_end"]
        )
        return pd.DataFrame(self.column("score"), index=labels, columns=[name for _, name in self.names])

    def short(self) -> Short:
        """Names down, periods across, bands in words."""
        rows: dict[tuple[str, str], list[str]] = {}
        for row in records(self.columns()):
            dyad = f"{country_name(row['iso3_a'])}-{country_name(row['iso3_b'])}"
            rows.setdefault((dyad, row["name"]), [dyad, row["name"]]).append(score_or_range(row))
        heads = ["dyad", "name", *map(label, self.periods)]
        return Short(heads, [*rows.values()], f"Scheme {self.scheme.name}; * rests on partial data.")


def score_or_range(row: Mapping[str, Any]) -> str:
    """A score with its band, or the range of what it can be where that is all there is."""
    if row["score"] is None and row.get("low") is not None:
        return numbers.between(row["low"], row["high"], digits=3)
    if row["score"] is None:
        return "missing"
    return numbers.score(row["score"], row["band"], partial=bool(bands.is_partial(row["coverage"])))


def score_spans(scores: Scores, periods: Sequence[Span]) -> Scores:
    """The same dyads under the same scheme and scales on other periods, which may overlap."""
    return _again(scores, scores.dyads, tuple(periods))


def score_dyads(scores: Scores, dyads: Sequence[Dyad]) -> Scores:
    """Other dyads of the same data under the same scheme and scales, on the same periods."""
    return _again(scores, tuple(dyads), scores.periods)


def _again(scores: Scores, dyads: tuple[Dyad, ...], periods: tuple[Span, ...]) -> Scores:
    rows = scores.rows.only(dyads)
    indicators, dimensions, index = stages_of(scores.scheme, scores.annual, scores.grades, rows, periods)
    return replace(
        scores, dyads=dyads, periods=periods, indicators=indicators, dimensions=dimensions, index=index
    )


def bounded(scores: Scores) -> Scores:
    """The same scores with the reach of each (see `levels.reach_of`), whatever the missing rule."""
    rows, stages = scores.rows.only(scores.dyads), (scores.indicators, scores.dimensions, scores.index)
    indicators, dimensions, index = reach_of(scores.scheme, scores.annual, rows, scores.periods, stages)
    return replace(scores, indicators=indicators, dimensions=dimensions, index=index)


def percentiles_of(scores: Scores) -> Array:
    """Percentile of every score among all dyads of the data: shape ``(dyad-periods, names)``."""
    share, _ = percentiles_among(scores, slice(None))
    return share.reshape(-1, len(scores.names))


def percentiles_among(scores: Scores, place: int | slice) -> tuple[Array, NDArray[np.int64]]:
    """Percentiles of shape ``(dyads, periods)``, or with names behind, and how many have a score in each."""
    everyone = scores
    if scores.dyads != scores.rows.dyads:
        # The scores of the dyads that were not chosen, too; how good their sources are does not matter here.
        everyone = score_dyads(replace(scores, grades=None), scores.rows.dyads)
    number = {dyad: i for i, dyad in enumerate(everyone.dyads)}
    chosen = [number[dyad] for dyad in scores.dyads]
    score = everyone.column("score")[:, place]
    by_dyad = score.reshape(len(everyone.dyads), -1)
    shares = percentiles(by_dyad)[chosen].reshape(len(chosen), len(scores.periods), *score.shape[1:])
    return shares, (~np.isnan(by_dyad)).sum(axis=0)
