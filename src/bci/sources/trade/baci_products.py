"""Products in BACI: codes of the Harmonized System, and the years that hold only some of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bci.errors import NoFigures, Problem
from bci.sources.raw import Piece, Raw

Numbers = NDArray[np.int64]

_PRODUCT = re.compile(r"[0-9]{5,6}|[0-9]{4}[A-Z]{2}")
#: One more than the largest number of a product, and the products of a chapter.
PRODUCTS, _CHAPTER = 36**6, 36**4
#: What stands for all products that a file does not tell apart.
REST = "000000"


@dataclass
class Products:
    """The products met in a file: number by code, and chapters by year."""

    number: dict[str, int] = field(default_factory=dict)
    chapters: dict[int, set[int]] = field(default_factory=dict)

    def of_rows(self, piece: Piece, name: str, asked: Sequence[str]) -> Numbers:
        """The products of a column as numbers; whatever is no code of a product is refused."""
        texts = piece.columns[name]
        number_of = {}
        for text in set(texts):
            code = text.zfill(6)
            if _PRODUCT.fullmatch(text):
                number_of[text] = self.number[code] = int(code, 36)
                parts = [product for product in asked if len(product) > 2 and product[:2] == code[:2]]
                if code.endswith("0000") and code != REST and parts:
                    message = (
                        f"{text} is all of chapter {code[:2]} and does not tell {', '.join(parts)} apart"
                    )
                    piece.refuse(texts.index(text), name, f"{message}; give a file with the products")
        numbers = np.array([number_of.get(text, -1) for text in texts], dtype=np.int64)
        for row in np.flatnonzero(numbers < 0).tolist():
            piece.refuse(row, name, f"{texts[row]!r} is no product; give the six digits of its code")
        return numbers

    def chosen(self, beginnings: tuple[str, ...]) -> list[int]:
        """The products whose codes begin so."""
        return [number for code, number in self.number.items() if code.startswith(beginnings)]

    def note_chapters(self, year: Numbers, product: Numbers) -> None:
        """Note which chapters each year holds."""
        for both in np.unique(year * _CHAPTER + product // _CHAPTER).tolist():
            self.chapters.setdefault(both // _CHAPTER, set()).add(both % _CHAPTER)

    def refuse_rest(self, raw: Raw, asked: Iterable[str]) -> None:
        """Refuse a file in which a product that is asked for may be part of the rest."""
        unknown = [code for code in asked if code.ljust(6, "0") not in self.number]
        if REST in self.number and unknown:
            message = f"{REST} is all products that the file does not tell apart, and may hold"
            found = f"{message} {', '.join(unknown)}; give a file with the products"
            raw.refuse(raw.header_line, 1, found)

    def refuse_one_chapter(self, raw: Raw) -> None:
        """Refuse to take one chapter for all trade.

        Raises
        ------
        NoFigures
            With every year whose products all lie in one chapter, unless the file also holds the rest.
        """
        only = {year: min(found) for year, found in sorted(self.chapters.items()) if len(found) == 1}
        if REST not in self.number and only:
            raise NoFigures(
                Problem(
                    raw.place,
                    raw.header_line + 1,
                    raw.header.index(_product_column(raw)) + 1,
                    f"all products of {year} are of chapter {_digits(chapter)}, which is not all trade; "
                    "give a file of all products, or ask for energy trade only",
                )
                for year, chapter in only.items()
            )


def _product_column(raw: Raw) -> str:
    return next(name for name in raw.header if name.casefold() == "k")


def _digits(chapter: int) -> str:
    first, second = divmod(chapter, 36)
    return f"{first}{second}"
