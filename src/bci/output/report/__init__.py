"""A readable account of scores: question, result, robustness, data, limits; as HTML or Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from bci.output.report.blocks import Block
from bci.output.report.ground import data, limits, references
from bci.output.report.markdown import to_markdown
from bci.output.report.question import question
from bci.output.report.result import result
from bci.output.report.study import MOST_DYADS, Study, study
from bci.output.report.sureness import replication, robustness
from bci.output.report.web import to_html
from bci.output.report.wording import all_of

__all__ = ["FORMS", "MOST_DYADS", "Study", "blocks", "report", "study"]

FORMS = {"html": to_html, "markdown": to_markdown}


def report(told: Study, form: str = "html", title: str = "") -> str:
    """A report on some scores.

    Parameters
    ----------
    told
        What `study` made of the scores; every number of the report is taken from it.
    form
        ``html`` (one file that asks for no other) or ``markdown``; both say the same.
    title
        What to call it; the dyads and years where empty.
    """
    return FORMS[form](title or _title(told), blocks(told))


def blocks(told: Study) -> Iterator[Block]:
    """The sections of a report in the order of reading."""
    for section in (question, result, robustness, replication, data, limits, references):
        yield from section(told)


def _title(told: Study) -> str:
    periods, dyads = told.scores.periods, told.scores.dyads
    who = all_of(dyads) if len(dyads) <= 2 else f"{len(dyads)} pairs of states"
    return f"Bilateral cooperation of {who}, {periods[0][0]}-{periods[-1][1]}"
