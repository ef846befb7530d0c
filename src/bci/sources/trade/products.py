"""Which codes of the Harmonized System stand for the products asked for, so that nothing counts twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bci.errors import InputError, NoFigures, Problem
from bci.sources.trade.reported import Report, Reports


def separate(products: Sequence[str]) -> tuple[str, ...]:
    """Products asked for, none of them part of another."""
    for product in products:
        if not (product.isascii() and product.isdecimal()):
            raise InputError.at(
                "products", f"{product!r} is no code of the Harmonized System; give digits, as in 27"
            )
        for other in products:
            if other is not product and other.startswith(product):
                raise InputError.at("products", f"{other} is part of {product}; give one of them")
    return tuple(products)


def chosen_codes(asked: Sequence[str], there: Collection[str], place: str) -> dict[str, tuple[str, ...]]:
    """For each product asked for, itself where the files hold it, else the codes that begin with it."""
    chosen, problems = {}, []
    for product in asked:
        codes = (product,) if product in there else tuple(sorted(c for c in there if c.startswith(product)))
        if not codes:
            problems.append(f"holds no rows of {product}; download them, or ask for what it holds")
        elif len({len(code) for code in codes}) > 1:
            found = f"holds no rows of {product} but codes of several lengths below ({', '.join(codes[:8])})"
            problems.append(f"{found}, which overlap; ask for some that do not, with --product")
        chosen[product] = codes
    if problems:
        refused = InputError if any(chosen.values()) else NoFigures
        raise refused(Problem(place, 0, 0, problem) for problem in problems)
    return chosen


def complete_reports(
    reports: Reports, asked: Sequence[str], chosen: Mapping[str, Sequence[str]]
) -> tuple[dict[Report, tuple[str, ...]], int]:
    """The codes to add up in each report that has all products asked for, and how many reports have not."""
    of_product = {code: product for product, codes in chosen.items() for code in codes}
    found: dict[Report, set[str]] = {}
    for report in reports:
        if report.product in of_product:
            found.setdefault(report._replace(product=""), set()).add(of_product[report.product])
    whole = {report for report, products in found.items() if products == set(asked)}
    return dict.fromkeys(sorted(whole), tuple(of_product)), len(found) - len(whole)
