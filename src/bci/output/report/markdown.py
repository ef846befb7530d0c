"""A report as Markdown (GitHub's kind, with tables)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bci.output.report.blocks import Block, Chart, Heading, Points, Table, Text

_ADDRESS = re.compile(r"(https?://[^\s<>()\[\]\"]+[^\s<>()\[\]\".,;:])")
_MARKUP = re.compile(r"([\\`*\[\]|~])|(?<![^\W_])_|_(?![^\W_])")
_LEADING = re.compile(r"^(\d*)([#+.)-])(?=\s|\2|$)")


def to_markdown(title: str, blocks: Iterable[Block]) -> str:
    """The blocks one after the other; a chart is left out, since its numbers stand in the tables."""
    parts = [f"# {escaped(title)}", *(_block(block) for block in blocks if not isinstance(block, Chart))]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {escaped(text)}"
        case Text(text, lead):
            return f"**{escaped(text)}**" if lead else escaped(text)
        case Points(items):
            return "\n".join(f"- {escaped(item)}" for item in items)
        case Table():
            return _table(block)
        case _:
            raise TypeError(block)


def _table(table: Table) -> str:
    edge = "---" if table.words else "---:"
    lines = [
        table.heads,
        (":---", *(edge for _ in table.heads[1:])),
        *(tuple(escaped(cell.text) for cell in row) for row in table.rows),
    ]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"*{escaped(table.caption)}*\n\n{body}"


def escaped(text: str) -> str:
    r"""Text that is no markup, on one line; addresses stay whole and become links.

    Examples
    --------
    >>> escaped("a*b_c <b> | see https://x.org/a_b")
    'a\\*b_c &lt;b&gt; \\| see <https://x.org/a_b>'
    """
    parts = _ADDRESS.split(" ".join(text.split()))
    for i, part in enumerate(parts):
        if i % 2:
            parts[i] = f"<{part}>".replace("|", "%7C")
        else:
            safe = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            parts[i] = _MARKUP.sub(r"\\\g<0>", safe)
    return _LEADING.sub(r"\1\\\2", "".join(parts))
