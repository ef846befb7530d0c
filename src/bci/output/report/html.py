"""A report as one HTML file: no script, no request, made to be read, printed and listened to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bci.files import read_text
from bci.model.scheme import Scheme
from bci.output.report.context import plain
from bci.output.templates import hashed, html, shade

if TYPE_CHECKING:
    from markdown_it.token import Token

HERE = Path(__file__).parent
WIDE, HIGH, LEFT, BESIDE, BELOW = 800, 240, 40, 110, 32


def to_html(text: str, content: Mapping[str, Any]) -> str:
    """The page. Its style is allowed by its hash; everything else is forbidden by the page's own policy.

    Parameters
    ----------
    text
        The report in Markdown, where an image of ``#chart-0`` is the chart of the first account.
    content
        What it was written from: `bci.output.report.context.context`.
    """
    style = "".join(read_text(path) for path in (HERE.parent / "colours.css", HERE / "report.css"))
    return html(
        HERE / "report.html.j2",
        title=content["title"],
        style=style,
        policy=f"default-src 'none'; style-src {hashed(style)}; base-uri 'none'; form-action 'none'",
        blocks=_blocks(text, content),
    )


def _blocks(text: str, content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Text as HTML, tables and charts as what the template makes them of, in the order of reading."""
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.normalizeLinkText = str  # type: ignore[assignment, method-assign]  # shown as given
    tokens = parser.parse(text)
    accounts, scheme = content["accounts"], content["scheme"]
    shaded = {caption for caption, *_ in chain(content["side_by_side"], *(a["scores"] for a in accounts))}
    shades = {plain(word): shade(i, len(scheme.bands)) for i, word in enumerate(scheme.bands)}
    first = 0
    for i, token in enumerate(tokens):
        children = token.children or []
        if token.type == "list_item_open" or (token.tag == "h1" and token.nesting == 1):
            token.attrSet("dir", "auto")
        for child in children:
            if child.type == "link_open":
                child.attrSet("rel", "noreferrer")
        # A table has its caption in the paragraph above it; a chart is the whole of a paragraph.
        if token.type == "table_open":
            start, end = i - 3, next(j for j in range(i, len(tokens)) if tokens[j].type == "table_close") + 1
            caption = _plain(tokens[i - 2])
            drawn = _table(caption, tokens[i:end], shades if caption in shaded else {})
        elif children and children[0].type == "image":
            account = accounts[int(str(children[0].attrs["src"]).removeprefix("#chart-"))]
            drawn, start, end = _chart(account["periods"], scheme), i - 1, i + 2
            drawn["caption"] = _plain(children[0])
        else:
            continue
        yield {"text": Markup(parser.renderer.render(tokens[first:start], parser.options, {}))}
        yield drawn
        first = end
    yield {"text": Markup(parser.renderer.render(tokens[first:], parser.options, {}))}


def _table(caption: str, tokens: Sequence[Token], shades: Mapping[str, int]) -> dict[str, Any]:
    """Caption, heads and rows of cells: text, kind and band; scores are shaded where shades are given."""
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_plain(token))
    words = not any("right" in str(token.attrs.get("style")) for token in tokens)
    cells = [[_cell(cell, shades) for cell in row] for row in rows[1:]]
    return {"caption": caption, "heads": rows[0], "rows": cells, "words": words}


def _cell(text: str, shades: Mapping[str, int]) -> tuple[str, str, str]:
    score, _, band = text.partition(" ")
    if band in shades:
        return score, f"band{shades[band]}", band
    return text, "missing" if shades else "", ""


def _plain(token: Token) -> str:
    """The words of a piece of text, without markup."""
    return "".join(child.content for child in token.children or [])


def _chart(periods: Sequence[Mapping[str, Any]], scheme: Scheme) -> dict[str, Any]:
    """Scores over periods before the bands, as places on the sheet; nothing that a table does not say."""
    words, edges = [plain(word) for word in scheme.bands], [*scheme.bands.values()]
    width = (WIDE - LEFT - BESIDE) / len(periods)
    # As many names of periods as stand side by side.
    every = -(-len(periods) * 76 // (WIDE - LEFT - BESIDE))
    dots: list[dict[str, Any]] = []
    runs: list[list[tuple[float, float]]] = [[]]
    for i, period in enumerate(periods):
        x, reach = LEFT + width * (i + 0.5), None
        if period["coverage"] > 0 and period["low"] is not None and period["high"] > period["low"]:
            reach = _y(period["low"]), _y(period["high"])
        dots.append({"x": x, "period": "" if i % every else period["period"], "reach": reach})
        # A line never crosses a gap.
        if period["score"] is None:
            runs.append([])
        else:
            runs[-1].append((x, _y(period["score"])))
    bands = [
        {"word": word, "edge": f"{low:g}", "bottom": _y(low), "top": _y(high), "shade": shade(i, len(words))}
        for i, (word, low, high) in enumerate(zip(words, edges, [*edges[1:], 1.0], strict=True))
    ]
    size = {"wide": WIDE, "high": HIGH, "left": LEFT, "right": WIDE - BESIDE, "below": BELOW, "one": _y(1)}
    return {"bands": bands, "dots": dots, "runs": [run for run in runs if run], **size}


def _y(score: float) -> float:
    return HIGH - score * (HIGH - 8)
