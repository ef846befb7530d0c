"""A readable account of scores: question, result, robustness, data, limits; as HTML or Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bci.numbers import listed, number, signed
from bci.output.report.context import MOST_DYADS, Study, context, percent, plain, study
from bci.output.report.html import to_html
from bci.output.templates import escaped, markdown

__all__ = ["MOST_DYADS", "Study", "report", "study"]

TEMPLATE = Path(__file__).parent / "report.md.j2"


def report(study: Study, form: str = "html", title: str = "") -> str:
    """A report on some scores.

    Parameters
    ----------
    study
        What `study` made of the scores; every number of the report is taken from it.
    form
        ``html`` (one file that asks for no other) or ``markdown``; both say the same.
    title
        What to call it; the dyads and years where empty.
    """
    content = context(study)
    content["title"] = title or content["title"]
    content["page"] = form == "html"
    filters: dict[str, Callable[..., Any]] = {
        "plain": plain,
        "listed": listed,
        "signed": signed,
        "number": number,
        "percent": percent,
    }
    filters |= {name: content[name] for name in ("titled", "named")}
    written = markdown(TEMPLATE, content, escaped, filters)
    # Paragraphs run over several lines in the template. No value holds a line end, so none begins a line.
    joined = re.sub(r"(?<=\S)[ \t]*\n[ \t]*(?=\S)(?![|#]|- )", " ", written)
    text = re.sub(r"\n\s*\n", "\n\n", joined).strip() + "\n"
    return to_html(text, content) if content["page"] else text
