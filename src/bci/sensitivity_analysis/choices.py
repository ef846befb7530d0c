"""Every combination of the choices that could have been made otherwise, and which choice matters most.

A file of variants names factors of choice and, for each, its variants; `choices` scores the whole product of
the factors. A factor of periods stands apart: each of its variants is compared with the scheme on the years
they share (`bci.sensitivity_analysis.chosen.Choices.period_lengths`).

References
----------
Saisana, M., Saltelli, A. and Tarantola, S. (2005). Uncertainty and sensitivity analysis techniques as tools
for the quality assessment of composite indicators. Journal of the Royal Statistical Society A 168(2),
307-323.
Steegen, S., Tuerlinckx, F., Gelman, A. and Vanpaemel, W. (2016). Increasing transparency through a multiverse
analysis. Perspectives on Psychological Science 11(5), 702-712.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from bci.data.panel import Panel
from bci.errors import InputError
from bci.model.periods import Span
from bci.model.scheme import DEFAULT, Scheme
from bci.scoring.scoring import score
from bci.sensitivity_analysis.chosen import Choices
from bci.sensitivity_analysis.fitting import fit
from bci.sensitivity_analysis.lengths import by_year
from bci.sensitivity_analysis.multiverse import Multiverse, Progress
from bci.sensitivity_analysis.variants import Variants, load_variants

LIMIT = 10_000
#: Scores that a result may hold; more would not fit into the memory of an ordinary computer.
MOST_SCORES = 20_000_000


def choices(
    data: Panel | pd.DataFrame | str | Path | None = None,
    scheme: Scheme | str | Path = DEFAULT,
    variants: Variants | str | Path | Mapping[str, Any] | None = None,
    *,
    limit: int = LIMIT,
    progress: Progress | None = None,
    period: str | Sequence[Span] | None = None,
    start: int | None = None,
    end: int | None = None,
    dyads: str | Iterable[str] | None = None,
) -> Choices:
    """Score every combination of choices.

    Parameters
    ----------
    data, scheme, period, start, end, dyads
        As for `bci.score`. A plain frame holds values already, so that no measure of it can be changed.
    variants
        The factors of choice: read, a path, a mapping, or the shipped ones where None.
    limit
        Combinations to score at most.
    progress
        Called with the number of combinations scored and to score, after each. Those that differ in the edges
        of the bands alone have one score and count once.

    Returns
    -------
    Choices

    Raises
    ------
    InputError
        If there are more combinations than `limit`, with their number and the time they would take; if a
        variant does not fit the scheme or the data, or leaves the scheme as it is; and as `bci.score`.

    Examples
    --------
    >>> means = {"arithmetic": {}, "geometric": {"aggregation": {"dimensions": "geometric"}}}
    >>> edges = {"limited": 0, "moderate": 0.3, "enhanced": 0.5, "comprehensive": 0.7}
    >>> bands = {"quarters": {}, "other": {"bands": edges}}
    >>> found = choices(variants={"factors": {"means": means, "bands": bands}})
    >>> len(found.band_changes().query("name == 'index' and changed == 1"))
    2
    """
    chosen = variants if isinstance(variants, Variants) else load_variants(variants)
    base = score(data, scheme, period=period, start=start, end=end, dyads=dyads)
    known = data.columns if isinstance(data, pd.DataFrame) else base.panel.definitions if base.panel else ()
    factors, lengths = fit(chosen, base, frozenset(known), start, end)
    multiverse, place = Multiverse(base, factors), chosen.document.place
    if chosen.combinations > limit:
        raise InputError.at(place, _too_many(chosen.combinations, multiverse, limit))
    width = len(base.index.score) * (1 + len(base.scheme.tree))
    if chosen.combinations * width > MOST_SCORES:
        message = (
            f"{chosen.combinations:,} combinations of {width:,} scores are more than the {MOST_SCORES:,} that"
            " fit; choose some of the dyads or factors"
        )
        raise InputError.at(place, message)
    names = {factor.name: factor.variants for factor in factors}
    return Choices(multiverse.frame(progress), base, chosen, names, by_year(base, lengths, place))


def _too_many(count: int, multiverse: Multiverse, limit: int) -> str:
    last = tuple(size - 1 for size in multiverse.sizes)
    # Once before, since what combinations share is computed with the first of them.
    multiverse.score(last)
    begun = perf_counter()
    multiverse.score(last)
    seconds = (perf_counter() - begun) * multiverse.to_score
    return (
        f"{count:,} combinations are more than the limit of {limit:,} and would take about {_time(seconds)}; "
        f"allow them with a limit of {count}, or take fewer factors"
    )


def _time(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{max(seconds, 1):.0f} seconds"
