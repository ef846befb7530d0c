"""A tidy table of SIPRI's flows: one row a supplier, recipient and year with deliveries.

The layout is that of 360info's ``sipri-exports-processed.csv``: ``supplier``, ``recipient``, ``year`` and
``count``, which holds million TIV, beside columns that are not read. A column named ``tiv`` is read likewise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bci.model.definitions import FIRST_YEAR, LAST_YEAR
from bci.sources.arms import sipri
from bci.sources.figures import Ingested
from bci.sources.formats import Format, Rows, header_with
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
    are the sums over all rows, those of non-state and unknown parties included. Where one country is part of
    every row, the table is cut down to it: totals of all others, and flows among them, are missing.

    Raises
    ------
    InputError
        With every problem in any file.
    """
    nameless: set[str] = set()
    parts = [_read(raw, rules, nameless) for raw in raws]
    sipri.raise_problems(raws)
    cut_to = [(listing, _in_every_row(listing)) for listing, *_ in parts]
    listings = [one for listing, only in cut_to for one in _listed(listing, only)]
    totals = [
        _known(total, only) for (_, *both), (_, only) in zip(parts, cut_to, strict=True) for total in both
    ]
    years = sorted({year for listing in listings for year in listing.years})
    remarks = [
        f"the table is read as whole from {years[0]} to {years[-1]}: 0 where it lists nothing between a "
        "supplier and a recipient that it names",
        *sipri.left_out(nameless),
        *(
            f"{listing.raw.path.name}: every row has {' and '.join(sorted(only))} in it, "
            f"so that other totals are missing"
            for listing, only in cut_to
            if only
        ),
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
            if row in piece.wrong:
                continue
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
    if not seen and not raw.problems:
        raw.refuse(raw.header_line, 1, "holds no rows below its header; download it again")
    covered = range(min(y for *_, y in seen), max(y for *_, y in seen) + 1) if seen else range(0)
    suppliers, recipients = (frozenset(code for _, code in part) for part in (exports, imports))
    return (
        sipri.Listing(raw, suppliers, recipients, covered, tiv),
        sipri.Totals(raw, "exports", suppliers, covered, exports),
        sipri.Totals(raw, "imports", recipients, covered, imports),
    )


def _in_every_row(listing: sipri.Listing) -> frozenset[str]:
    """The countries that are supplier or recipient in every row of a table."""
    return frozenset.intersection(*(frozenset(pair) for _, *pair in listing.tiv)) - {""}


def _listed(listing: sipri.Listing, only: frozenset[str]) -> list[sipri.Listing]:
    """What a table lists all flows of: between all it names, or what is from and what is to `only` these."""
    if not only:
        return [listing]
    suppliers, recipients = (only & (ends or only) for ends in (listing.suppliers, listing.recipients))
    exported = {key: amount for key, amount in listing.tiv.items() if key[1] in only}
    imported = {key: amount for key, amount in listing.tiv.items() if key[2] in only}
    return [
        replace(listing, suppliers=suppliers, tiv=exported),
        replace(listing, recipients=recipients, tiv=imported),
    ]


def _known(total: sipri.Totals, only: frozenset[str]) -> sipri.Totals:
    """Totals without those that a table cut down to `only` these countries cannot tell; a pair has none."""
    if not only:
        return total
    countries = total.countries & only if len(only) == 1 else frozenset[str]()
    tiv = {(year, code): amount for (year, code), amount in total.tiv.items() if code in countries}
    return replace(total, countries=countries, tiv=tiv)


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
