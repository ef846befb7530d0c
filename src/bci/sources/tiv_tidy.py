"""A tidy table of SIPRI's flows: one row a supplier, recipient and year with deliveries.

The layout is that of 360info's ``sipri-exports-processed.csv``: ``supplier``, ``recipient``, ``year`` and
``count``, which holds million TIV, beside columns that are not read. A column named ``tiv`` is read likewise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from bci.definitions import FIRST_YEAR, LAST_YEAR
from bci.sources import sipri
from bci.sources.formats import Format, Rows, header_with
from bci.sources.ingested import Ingested
from bci.sources.raw import Raw
from bci.sources.rules import Rules

AMOUNTS = ("tiv", "count")


def find_header(rows: Rows) -> int | None:
    """Recognise the table by supplier, recipient, year and a column of TIV in its first row."""
    places = [header_with("supplier", "recipient", "year", amount)(rows) for amount in AMOUNTS]
    return next((place for place in places if place is not None), None)


def ingest(indicator: str, raws: Sequence[Raw], companions: Sequence[Raw], rules: Rules) -> Ingested:
    """Tidy tables of flows -> arms trade.

    A table is read as the whole of the flows between the suppliers and the recipients that it names, from its
    first year to its last: what it does not list between them is 0. Nothing is known of the exports of a
    country that it never names as a supplier, nor of the imports of one that is never a recipient. Totals
    are the sums over all rows, those of non-state and unknown parties included.

    Raises
    ------
    InputError
        With every problem in any file.
    """
    nameless: set[str] = set()
    parts = [_read(raw, rules, nameless) for raw in raws]
    sipri.raise_problems(raws)
    listings = [listing for listing, *_ in parts]
    totals = [total for _, *pair in parts for total in pair]
    years = sorted({year for listing in listings for year in listing.years})
    remarks = [
        f"the table is read as whole from {years[0]} to {years[-1]}: 0 where it lists nothing between a "
        "supplier and a recipient that it names",
        *sipri.left_out(nameless),
    ]
    basis = "Totals are the sums of the rows, each rounded, and can miss those of SIPRI by a few units."
    return sipri.ingested(FORMAT.name, listings, totals, rules, vintage="", basis=basis, remarks=remarks)


def _read(raw: Raw, rules: Rules, nameless: set[str]) -> tuple[sipri.Listing, sipri.Totals, sipri.Totals]:
    spelled = {name.casefold(): name for name in reversed(raw.header)}
    supplier, recipient, year_name = (spelled[name] for name in ("supplier", "recipient", "year"))
    found = [spelled[name] for name in AMOUNTS if name in spelled]
    if len(found) > 1:
        raw.refuse(raw.header_line, 1, f"has both {' and '.join(found)}; keep the column that holds the TIV")
    tiv: dict[tuple[int, str, str], float] = defaultdict(float)
    exports: dict[tuple[int, str], float] = defaultdict(float)
    imports: dict[tuple[int, str], float] = defaultdict(float)
    seen: set[tuple[str, str, int]] = set()
    for piece in raw.pieces([supplier, recipient, year_name, found[0]]):
        senders = piece.countries(supplier, sipri.country, rules)
        receivers = piece.countries(recipient, sipri.country, rules)
        years = piece.whole(year_name, FIRST_YEAR, LAST_YEAR).tolist()
        amounts = piece.numbers(found[0])
        names = zip(piece.columns[supplier], piece.columns[recipient], years, strict=True)
        for row, (key, a, b, amount) in enumerate(zip(names, senders, receivers, amounts, strict=True)):
            if key in seen:
                piece.refuse(row, supplier, f"{key[0]} to {key[1]} stands twice in {key[2]}; keep one row")
            seen.add(key)
            if np.isnan(amount):
                piece.refuse(row, found[0], "is empty; write the TIV, or take the row out")
                continue
            year = key[2]
            tiv[year, a, b] += float(amount)
            nameless |= {name for name, code in zip(key[:2], (a, b), strict=True) if not code}
            if a:
                exports[year, a] += float(amount)
            if b:
                imports[year, b] += float(amount)
    if not seen:
        raw.refuse(raw.header_line, 1, "holds no rows below its header; download it again")
    covered = range(min(y for *_, y in seen), max(y for *_, y in seen) + 1) if seen else range(0)
    suppliers, recipients = (frozenset(code for _, code in part) for part in (exports, imports))
    return (
        sipri.Listing(raw, suppliers, recipients, covered, tiv),
        sipri.Totals(raw, "exports", suppliers, covered, exports),
        sipri.Totals(raw, "imports", recipients, covered, imports),
    )


FORMAT = Format(
    name="tiv_tidy",
    indicators=("arms_trade",),
    looks="supplier, recipient, year, count or tiv",
    source=sipri.SOURCE.model_copy(
        update={
            "title": "SIPRI Arms Transfers Database, all flows in a tidy table",
            "publisher": "SIPRI, e.g. via 360info report-arms-trade",
        }
    ),
    find_header=find_header,
    ingest=ingest,
)
