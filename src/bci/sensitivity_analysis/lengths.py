"""Other lengths of period, compared with the scheme's on the years they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from bci.errors import InputError
from bci.model.periods import Span
from bci.scoring.scores import NAMED_ROW, Scores
from bci.scoring.scoring import score_spans
from bci.sensitivity_analysis.multiverse import upper

_SHOWN = ["variant", *NAMED_ROW[:2], "year", *NAMED_ROW[2:], "score", "band"]


def by_year(base: Scores, lengths: Mapping[str, Sequence[Span]], place: str) -> pd.DataFrame:
    """Each variant of periods beside the scheme, on the years that lie in a period of every one of them.

    Parameters
    ----------
    base
        The scores under the scheme.
    lengths
        Periods by variant.
    place
        The file that they stand in.

    Returns
    -------
    pd.DataFrame
        As `bci.sensitivity_analysis.chosen.Choices.period_lengths`.

    Raises
    ------
    InputError
        If the variants share no year.
    """
    held = [{year for start, end in spans for year in range(start, end + 1)} for spans in lengths.values()]
    years = sorted(set.intersection(*held)) if held else []
    if held and not years:
        raise InputError.at(place, "the variants of periods share no year")
    own = _by_year(base, base.periods, years)
    parts = []
    for variant, spans in (lengths or {"": base.periods}).items():
        part = _by_year(base, spans, years).assign(variant=variant)[_SHOWN]
        part["score_scheme"], part["band_scheme"] = own["score"], own["band"]
        part["difference"] = part["score"] - part["score_scheme"]
        known = part["band"].notna() & part["band_scheme"].notna()
        part["band_change"] = (part["band"] != part["band_scheme"]).astype(object).where(known, None)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _by_year(base: Scores, spans: Sequence[Span], years: Sequence[int]) -> pd.DataFrame:
    """The scores of the periods that hold the years, dyad by dyad and year by year."""
    held = [(year, *span) for year in years for span in spans if span[0] <= year <= span[1]]
    table = upper(score_spans(replace(base, grades=None), spans))
    merged = table.merge(pd.DataFrame(held, columns=["year", *NAMED_ROW[2:4]], dtype=int))
    return merged.sort_values([*NAMED_ROW[:2], "year"], kind="stable", ignore_index=True)
