"""Frozen tables: what `compare`, `explain` and `check_findings` return."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True, eq=False)
class Result:
    """A table that does not change: a copy of it on request, itself in a notebook."""

    _frame: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """The table as a tidy frame of the caller's own."""
        return self._frame.copy()

    def __len__(self) -> int:
        return len(self._frame)

    def _repr_html_(self) -> str:
        return self._frame.to_html(index=False, na_rep="", float_format="{:.3f}".format, max_rows=60)
