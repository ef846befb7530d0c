"""What was made of raw files, in lines to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from bci.sources.figures import Ingested


def account(results: Sequence[Ingested], absent: Iterable[str] = ()) -> Iterator[str]:
    """For every indicator and source: dyads, the years covered, rows, gaps, and what is to be known."""
    for result in results:
        gaps = np.any([np.isnan(column) for column in result.columns.values()], axis=0).sum()
        span = result.definition["coverage"]
        with_gaps = f", {gaps:,} of them with a gap" if gaps else ""
        yield (
            f"{result.indicator} from {result.source_id}: {len(np.unique(result.rows.number)):,} dyads, "
            f"covers {span['from']}-{span['to']}, {len(result.rows.year):,} dyad-years{with_gaps}"
        )
        yield from (f"  {remark}" for remark in result.remarks)
    for name in absent:
        yield f"{name}: no raw file; written without figures, missing for every dyad"
