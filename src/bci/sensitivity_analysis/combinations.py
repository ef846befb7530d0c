"""Every combination of choices, scored; what several of them share is computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
import pandas as pd

from bci.arrays import Array
from bci.errors import InputError
from bci.model import bands, scales
from bci.model.definitions import Measure, options
from bci.model.scheme import Scheme, scale_of
from bci.scoring.scores import NAMED_ROW, Scores, score_spans
from bci.sensitivity_analysis.variants import BANDS, Factor, merged
from bci.yamlfile import Location

Numbers = tuple[int, ...]
Mask = tuple[bool, ...]
Progress = Callable[[int, int], None]


def upper(scores: Scores) -> pd.DataFrame:
    """The index and the dimensions in a tidy frame."""
    tidy = scores.to_frame()
    return tidy.loc[tidy["level"] != "indicator", [*NAMED_ROW, "score", "band"]].reset_index(drop=True)


class Multiverse:
    """Combinations of choices, each by the numbers of the variants chosen.

    Values depend on the measures alone, annual scores on measures and scales, and everything above them on
    the annual scores and the rest of the scheme.
    """

    def __init__(self, base: Scores, factors: Sequence[Factor]) -> None:
        # Shares of quality are not asked for, and take half of the time.
        self.base, self.factors = replace(base, grades=None), factors
        self.content = base.scheme.model_dump(by_alias=True)
        self.sizes = tuple(len(factor.variants) for factor in factors)
        self.banding = self._mask(lambda at: at == BANDS)
        self.scoring = self._mask(lambda at: at != BANDS)
        self.merging = self._mask(lambda at: at[0] not in ("bands", "scales", "measures"))
        self.reading = {
            name: self._mask({("scales", name), ("measures", name)}.__contains__)
            for name in base.scheme.indicators
        }
        self._schemes: dict[Numbers, Scheme] = {}
        self._values: dict[tuple[str, Measure], Array] = {}
        self._annual: dict[tuple[str, Numbers], Array] = {}

    @property
    def to_score(self) -> int:
        """How many combinations differ in more than the edges of the bands."""
        return prod(_only(self.sizes, self.scoring, 1))

    def frame(self, progress: Progress | None = None) -> pd.DataFrame:
        """Score and band under every combination, as `multiverse.Choices` holds them."""
        labels = upper(self.base)[NAMED_ROW]
        table = np.empty((*self.sizes, len(labels)))
        for done, numbers in enumerate(self._distinct(self.scoring), start=1):
            table[_all_like(numbers, self.scoring)] = self.score(numbers)
            if progress:
                progress(done, self.to_score)
        in_bands = np.empty(table.shape, dtype=np.int8)
        for numbers in self._distinct(self.banding):
            alike = _all_like(numbers, self.banding)
            edges = self._changes(numbers).get(BANDS, self.content["bands"])
            in_bands[alike] = bands.band(table[alike], np.array(list(edges.values()), dtype=float))
        chosen = np.indices(self.sizes).reshape(len(self.sizes), -1)
        columns: dict[str, Any] = {
            factor.name: np.array(factor.variants, dtype=object)[numbers].repeat(len(labels))
            for factor, numbers in zip(self.factors, chosen, strict=True)
        }
        columns["changed"] = (chosen > 0).sum(axis=0).repeat(len(labels))
        columns |= {name: np.tile(labels[name].to_numpy(), prod(self.sizes)) for name in NAMED_ROW}
        words = self.base.scheme.words(in_bands.ravel())
        return pd.DataFrame(columns | {"score": table.ravel(), "band": words})

    def score(self, numbers: Numbers) -> Array:
        """Scores of the index and the dimensions, dyad-period by dyad-period."""
        annual = np.stack([self._column(name, numbers) for name in self.base.scheme.indicators], axis=1)
        scores = replace(self.base, scheme=self._scheme(numbers), annual=annual)
        scores = score_spans(scores, self.base.periods)
        return np.concatenate([scores.index.score, scores.dimensions.score], axis=1).ravel()

    def _scheme(self, numbers: Numbers) -> Scheme:
        key = _only(numbers, self.merging)
        if key not in self._schemes:
            self._schemes[key] = Scheme.model_validate(merged(self.content, self._changes(key)))
        return self._schemes[key]

    def _column(self, name: str, numbers: Numbers) -> Array:
        """Annual scores of an indicator."""
        key = _only(numbers, self.reading[name])
        if (name, key) not in self._annual:
            changes, scheme = self._changes(key), self.base.scheme
            scale = changes.get(("scales", name), scale_of(scheme, self.base.definitions, name))
            values = self._measured(name, changes.get(("measures", name)))
            try:
                annual = scales.fit(scale.method, values, **options(scale))(values)
            except ValueError as error:
                message = f"{self._named(key)}: scale {scale.method} of {name} {error}"
                raise InputError.at(f"scheme {scheme.name}", message) from None
            self._annual[name, key] = annual
        return self._annual[name, key]

    def _measured(self, name: str, measure: Measure | None) -> Array:
        if measure is None or self.base.panel is None:
            return self.base.values[name].to_numpy()
        if (name, measure) not in self._values:
            self._values[name, measure] = self.base.panel.values({name: measure})[name].to_numpy()
        return self._values[name, measure]

    def _changes(self, numbers: Numbers) -> dict[Location, Any]:
        chosen = zip(self.factors, numbers, strict=True)
        return {at: value for factor, number in chosen for at, value in factor.changes[number].items()}

    def _named(self, numbers: Numbers) -> str:
        chosen = zip(self.factors, numbers, strict=True)
        return ", ".join(f"{factor.name}={factor.variants[number]}" for factor, number in chosen if number)

    def _mask(self, wanted: Callable[[Location], bool]) -> Mask:
        """Which factors change something that is wanted."""
        return tuple(any(wanted(at) for change in f.changes for at in change) for f in self.factors)

    def _distinct(self, mask: Mask) -> Iterator[Numbers]:
        return iter(np.ndindex(*_only(self.sizes, mask, 1)))


def _only(numbers: Numbers, mask: Mask, other: int = 0) -> Numbers:
    return tuple(number if counts else other for number, counts in zip(numbers, mask, strict=True))


def _all_like(numbers: Numbers, mask: Mask) -> tuple[int | slice, ...]:
    return tuple(number if counts else slice(None) for number, counts in zip(numbers, mask, strict=True))
