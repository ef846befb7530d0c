"""What has no part in an index, and why, when a change between two periods is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bci.model.periods import Span, label

#: Columns of an explained change, the earlier period first.
STAGES = ("score_before", "score")


def absences(rows: Iterable[Mapping[str, Any]], spans: Sequence[Span]) -> dict[str, list[str]]:
    """Why an indicator does not count in a period of a change, by indicator; empty where it counts in both.

    Parameters
    ----------
    rows
        The rows of `bci.explain` of a change, in its order, missing as None.
    spans
        Its two periods.

    Returns
    -------
    dict[str, list[str]]
        For example ``no data in 2023``, or ``refused in 2023`` where there are data, but the dimension has
        no score. Such an indicator contributes by joining the index or by leaving it.
    """
    found: dict[str, list[str]] = {}
    above: Mapping[str, Any] = {}
    for row in rows:
        if row["level"] == "dimension":
            above = row
        elif row["level"] == "indicator":
            found[row["name"]] = [
                f"{'no data' if row[stage] is None else 'refused'} in {label(span)}"
                for stage, span in zip(STAGES, spans, strict=True)
                if row[stage] is None or above[stage] is None
            ]
    return found
