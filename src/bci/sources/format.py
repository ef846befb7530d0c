"""What a raw format is: how its header is recognised, what can be made of it, and by which function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bci.model.definitions import Source
from bci.sources.figures import Ingested
from bci.sources.raw import Raw
from bci.sources.rules import Rules

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Format:
    """One raw format.

    Attributes
    ----------
    name
        Its id, also that of its source where no other is given, e.g. ``cow_trade``.
    indicators
        What can be made of it; empty for a companion, a file that only explains another (codes of
        countries, dates of roll calls).
    looks
        How its header looks, for messages.
    source
        What it is, who publishes it, on what terms.
    find_header
        From the first rows of a file to the position of the header among them, or None if it is not of this
        format.
    ingest
        All files of this format (and companions) -> figures of one indicator. None for a companion.
    belongs
        The indicator that a file is meant for, where its header leaves that open; None elsewhere.
    companions
        Formats that may stand beside it.
    encoding
        What it is read as where it is not UTF-8; empty where nothing else is allowed.
    loose_end
        Whether its rows may end in a comma that the header lacks.
    """

    name: str
    indicators: tuple[str, ...]
    looks: str
    source: Source
    find_header: Callable[[Rows], int | None]
    ingest: Callable[[str, Sequence[Raw], Sequence[Raw], Rules], Ingested] | None = None
    belongs: Callable[[Raw], str] | None = None
    companions: tuple[str, ...] = ()
    encoding: str = "cp1252"
    loose_end: bool = False


def header_with(*names: str) -> Callable[[Rows], int | None]:
    """Recognise a file whose first row holds all these names, whatever their case."""
    wanted = {name.casefold() for name in names}

    def find(rows: Rows) -> int | None:
        return 0 if rows and wanted <= {cell.strip().casefold() for cell in rows[0]} else None

    return find
