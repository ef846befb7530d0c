"""A report as one HTML file: no script, no request, made to be read, printed and listened to."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from bci.files import read_text
from bci.output.report.blocks import Block, Cell, Chart, Heading, Points, Table, Text

_ADDRESS = re.compile(r"(https?://[^\s<>()\[\]\"]+[^\s<>()\[\]\".,;:])")

WIDE, HIGH, LEFT, BESIDE, BELOW = 800.0, 240.0, 40.0, 110.0, 32.0


def to_html(title: str, blocks: Iterable[Block]) -> str:
    """The page. Its style is allowed by its hash; everything else is forbidden by the page's own policy."""
    style = read_text(Path(__file__).parent / "report.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    body = "\n".join(_block(block) for block in blocks)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        f'<h1 dir="auto">{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n'
    )


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Text(text, lead):
            return f'<p class="lead">{escape(text)}</p>' if lead else f"<p>{_linked(text)}</p>"
        case Points(items):
            return "<ul>" + "".join(f'<li dir="auto">{_linked(item)}</li>' for item in items) + "</ul>"
        case Table():
            return _table(block)
        case Chart():
            return "".join(_chart(block))


def _linked(text: str) -> str:
    """Text with its web addresses as links, and nothing else as markup."""
    parts = _ADDRESS.split(text)
    for i, part in enumerate(parts):
        safe = escape(part)
        parts[i] = f'<a href="{safe}" rel="noreferrer">{safe}</a>' if i % 2 else safe
    return "".join(parts)


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' if head else "<td></td>" for head in table.heads)
    rows = "".join(
        f'<tr><th scope="row" dir="auto">{escape(first.text)}</th>{"".join(map(_cell, cells))}</tr>'
        for first, *cells in table.rows
    )
    kind = ' class="words"' if table.words else ""
    caption = escape(table.caption)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{caption}"><table{kind}>'
        f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(cell: Cell) -> str:
    kind = (
        "" if cell.shade is None else ' class="missing"' if cell.shade < 0 else f' class="band{cell.shade}"'
    )
    score, _, band = cell.text.partition(" ")
    if cell.shade is None or cell.shade < 0 or not band:
        return f"<td{kind}>{escape(cell.text)}</td>"
    return f"<td{kind}>{escape(score)} <span>{escape(band)}</span></td>"


def _chart(chart: Chart) -> Iterator[str]:
    caption = escape(chart.caption)
    whole = WIDE - LEFT - BESIDE
    yield f'<figure><div class="wide" role="region" tabindex="0" aria-label="{caption} Chart">'
    yield f'<svg viewBox="0 0 {WIDE:g} {HIGH + BELOW:g}" role="img" aria-label="{caption}">'
    words, edges = [word for word, _ in chart.bands], [edge for _, edge in chart.bands]
    for i, (word, low) in enumerate(zip(words, edges, strict=True)):
        high = edges[i + 1] if i + 1 < len(edges) else 1.0
        shade = int(i * 3 / max(len(words) - 1, 1) + 0.5)
        yield (
            f'<rect class="back{shade}" x="{LEFT:g}" y="{_y(high):.1f}" width="{whole:g}" '
            f'height="{_y(low) - _y(high):.1f}"/>'
        )
        yield f'<text x="{LEFT + whole + 8:g}" y="{(_y(low) + _y(high)) / 2 + 4:.1f}">{escape(word)}</text>'
        yield f'<text x="{LEFT - 6:g}" y="{_y(low):.1f}" text-anchor="end">{low:g}</text>'
    yield f'<text x="{LEFT - 6:g}" y="{_y(1) + 10:.1f}" text-anchor="end">1</text>'
    width = whole / len(chart.dots)
    places = [LEFT + width * (i + 0.5) for i in range(len(chart.dots))]
    every = -(-len(chart.dots) * 76 // int(whole))
    for i, (x, dot) in enumerate(zip(places, chart.dots, strict=True)):
        if i % every == 0:
            yield f'<text x="{x:.1f}" y="{HIGH + 20:g}" text-anchor="middle">{escape(dot.period)}</text>'
        if dot.low is not None and dot.high is not None and dot.high > dot.low:
            low, high = _y(dot.low), _y(dot.high)
            yield f'<line class="reach" x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>'
    for points in _runs(chart, places):
        yield f'<polyline class="line" points="{" ".join(f"{x:.1f},{_y(y):.1f}" for x, y in points)}"/>'
        for x, y in points:
            yield f'<circle class="dot" cx="{x:.1f}" cy="{_y(y):.1f}" r="4"/>'
    yield f"</svg></div><figcaption>{caption}</figcaption></figure>"


def _runs(chart: Chart, places: list[float]) -> Iterator[list[tuple[float, float]]]:
    """Neighbouring periods with a score; a line never crosses a gap."""
    run: list[tuple[float, float]] = []
    for x, dot in zip(places, chart.dots, strict=True):
        if dot.score is None:
            if run:
                yield run
            run = []
        else:
            run.append((x, dot.score))
    if run:
        yield run


def _y(score: float) -> float:
    return HIGH - score * (HIGH - 8)
