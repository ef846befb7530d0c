"""What a report tells of: scores, how sure they are, what stands behind them, what was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bci.countries import dyad as read_dyad
from bci.data.dyads import Dyad
from bci.errors import InputError
from bci.model.periods import Span
from bci.replication.findings import Findings, load_findings
from bci.replication.verdicts import Verdicts, check_findings
from bci.results import records
from bci.scoring.explanation import MOST_INDICATORS, Explanation, explain
from bci.scoring.scores import Scores
from bci.sensitivity_analysis.summary import Sensitivity, sensitivity

#: More dyads than this are no reading; they are a table.
MOST_DYADS = 8

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that a report says a number of.

    Attributes
    ----------
    scores, sure
        The scores, and what other weights could make of them.
    verdicts, findings
        What was published about one of the dyads, and whether it holds; None where nothing was.
    rows
        The tidy scores with details, by dyad and period, in the order of the names.
    sureness
        The rows of `sure` on the index, by dyad and period.
    matters
        By dyad and period, the weights that move the index most between being halved and doubled; several
        where they move it equally, none where no weight can.
    behind
        By dyad, the explanation of its last period with an index.
    changes
        By dyad, the explanation of the change from its first period with an index to its last.
    """

    scores: Scores
    sure: Sensitivity
    verdicts: Verdicts | None
    findings: Findings | None
    rows: Mapping[tuple[Dyad, Span], list[Row]]
    sureness: Mapping[tuple[Dyad, Span], Row]
    matters: Mapping[tuple[Dyad, Span], list[str]]
    behind: Mapping[Dyad, list[Row]]
    changes: Mapping[Dyad, list[Row]]

    def index(self, dyad: Dyad, span: Span) -> Row:
        """The row of the index."""
        return self.rows[dyad, span][0]

    def scored(self, dyad: Dyad) -> list[Span]:
        """The periods in which the dyad has an index."""
        return [span for span in self.scores.periods if self.index(dyad, span)["score"] is not None]

    def settled(self, dyad: Dyad, span: Span) -> bool:
        """Whether data are missing or refused here, so that the scheme's own weights settle which count.

        Under bounds nothing has a score that lacks data, so there is nothing to settle.
        """
        return self.scores.index.low is None and any(
            row["coverage"] <= 1 - 1e-12 for row in self.rows[dyad, span]
        )


def study(scores: Scores, *, within: float = 0.5, findings: Findings | None = None) -> Study:
    """All that a report tells of some scores.

    Parameters
    ----------
    scores
        Of at most eight dyads.
    within
        Half-width of the box around each weight, as for `bci.sensitivity`.
    findings
        What was published; the shipped statements where None. They are checked where their dyad is among
        the scores, and those of a panel.

    Raises
    ------
    InputError
        If there are more dyads than can be read about.
    """
    if len(scores.dyads) > MOST_DYADS:
        message = (
            f"would be on {len(scores.dyads):,} dyads, and takes at most {MOST_DYADS}; choose with "
            "--dyad A-B, or let bci score --top N or --country NAME rank them"
        )
        raise InputError.at("report", message)
    rows: dict[tuple[Dyad, Span], list[Row]] = {}
    for row in records(scores.columns(details=True)):
        rows.setdefault(key_of(row), []).append(row)
    sure = sensitivity(scores, within=within)
    sureness = {key_of(row): row for row in records(sure.to_frame()) if row["level"] == "index"}
    findings = load_findings() if findings is None else findings
    own = scores.panel is not None and read_dyad(findings.dyad) in scores.dyads
    verdicts = check_findings(scores.panel, scores.scheme, findings) if own else None
    matters = _matters(sure)
    told = Study(scores, sure, verdicts, findings if own else None, rows, sureness, matters, {}, {})
    behind: dict[Dyad, list[Row]] = {}
    changes: dict[Dyad, list[Row]] = {}
    for dyad in scores.dyads:
        scored = told.scored(dyad)
        if scored and len(scores.scheme.indicators) <= MOST_INDICATORS:
            behind[dyad] = _rows(explain(scores, scored[-1], dyad=dyad))
            if len(scored) > 1:
                change = explain(scores, scored[-1], since=scored[0], dyad=dyad)
                changes[dyad] = _rows(change)
    return replace(told, behind=behind, changes=changes)


def _matters(sure: Sensitivity) -> dict[tuple[Dyad, Span], list[str]]:
    found: dict[tuple[Dyad, Span], list[Row]] = {}
    for row in records(sure.weights().query("name == 'index'")):
        if row["swing"] is not None:
            found.setdefault(key_of(row), []).append(row)
    most = {key: max(row["swing"] for row in rows) for key, rows in found.items()}
    # Sums of the same weights in another order differ in the last bits.
    return {
        key: [row["weight"] for row in rows if row["swing"] >= most[key] - 1e-12]
        for key, rows in found.items()
    }


def _rows(explanation: Explanation) -> list[Row]:
    return [*records(explanation.to_frame())]


def key_of(row: Row) -> tuple[Dyad, Span]:
    """Dyad and period of a row."""
    return (row["iso3_a"], row["iso3_b"]), (row["period_start"], row["period_end"])
