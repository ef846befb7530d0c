"""What the columns of tidy scores mean, for the formats that carry their own explanation."""

from __future__ import annotations

from bci.model.definitions import GRADES

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
