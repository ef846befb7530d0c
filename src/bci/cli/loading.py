"""Reading what a command is given: everything first, so that all mistakes are told at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bci.cli.recording import keep_panel
from bci.errors import InputError, Problem

if TYPE_CHECKING:
    from bci.data.panel import Panel
    from bci.model.scheme import Scheme


def load(indicators: str | None, weights: Sequence[str]) -> tuple[Panel, list[Scheme]]:
    """A panel and schemes, or every problem of all their files."""
    from bci.data.panel import load_indicators
    from bci.model.scheme import load_weights

    problems: list[Problem] = []
    panel, schemes = None, []
    try:
        panel = load_indicators(indicators)
    except InputError as error:
        problems += error.problems
    for name in weights:
        try:
            schemes.append(load_weights(name))
        except InputError as error:
            problems += error.problems
    if problems or panel is None:
        raise InputError(problems)
    keep_panel(panel)
    return panel, schemes
