"""Verdicts as a list to read from top to bottom."""

from __future__ import annotations

import textwrap

from bci.replication.verdicts import WORDS, Verdict, Verdicts

INDENT = " " * 13


def listed(verdicts: Verdicts, width: int) -> str:
    """Verdict, statement, what was found, and where the form of the statement is our reading."""
    return "\n".join(_entry(verdict, min(width, 110)) for verdict in verdicts.verdicts)


def _entry(verdict: Verdict, width: int) -> str:
    finding = verdict.finding
    kind = finding.class_ + (", calibrated" if verdict.calibrated else "")
    parts = [f"{finding.statement} [{kind}]", f"found: {verdict.found}"]
    if finding.note:
        parts.append(f"note: {finding.note}")
    filled = [textwrap.fill(part, width, initial_indent=INDENT, subsequent_indent=INDENT) for part in parts]
    word = WORDS[verdict.holds] if verdict.holds is not False else WORDS[False].upper()
    return "\n".join([word.ljust(len(INDENT)) + filled[0].lstrip(), *filled[1:]])
