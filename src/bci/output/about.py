"""What stands beside every result: which scheme, which data, which version, which caveats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bci.model.scheme import scale_of
from bci.scoring.scores import Scores
from bci.version import __version__


def about(scores: Scores) -> dict[str, Any]:
    """Scheme, data, missing rule and version, for the head of a JSON document."""
    scheme = scores.scheme
    return {
        "bci_version": __version__,
        "scheme": {"name": scheme.name, "version": scheme.version, "sha256": scheme.digest},
        "data": {"sha256": scores.digest},
        "missing": scheme.missing.model_dump(mode="json"),
    }


def about_line(scores: Scores) -> str:
    """The same in one line, digests cut to twelve digits."""
    scheme, missing = scores.scheme, scores.scheme.missing
    bar = "" if missing.rule == "bounds" else f" from coverage {missing.minimum_coverage:g}"
    return (
        f"scheme {scheme.name} {scheme.version} ({scheme.digest[:12]}), data {scores.digest[:12]}, "
        f"missing: {missing.rule}{bar}, bci {__version__}"
    )


def caveats(scores: Scores) -> Iterator[str]:
    """What a reader must know of the years, the periods and the dyads that are scored here."""
    figures = {} if scores.panel is None else scores.panel.figures
    for name in scores.scheme.indicators:
        if name in figures and not len(figures[name].rows.year):
            yield f"note: {name} has no figures in this folder; it is missing for every dyad"
    for name, definition in scores.definitions.items():
        for caveat in definition.caveats:
            if any(start <= year <= end for start, end in scores.periods for year in caveat.years):
                years = ", ".join(map(str, caveat.years))
                yield f"note: {name} {years}: {caveat.text}"
    last = int(scores.rows.year.max())
    if any(end > last for _, end in scores.periods):
        yield f"note: the data end in {last}; what lies beyond is missing"
    yield from _calibrations(scores)


def calibrated(scores: Scores) -> dict[str, list[str]]:
    """Indicators that are read on calibrated scales, by the dyad they were calibrated to; "" where untold."""
    by_dyad: dict[str, list[str]] = {}
    for name in scores.scheme.indicators:
        scale = scale_of(scores.scheme, scores.definitions, name)
        if scale.basis == "calibrated" or scale.calibrated_to:
            by_dyad.setdefault(scale.calibrated_to, []).append(name)
    return by_dyad


def is_calibrated(scores: Scores, name: str) -> bool:
    """Whether an indicator is read on a calibrated scale."""
    return any(name in names for names in calibrated(scores).values())


def calibrated_lines(scores: Scores) -> list[str]:
    """The same for readers, whatever dyads are scored."""
    return [
        f"scales calibrated{f' to {dyad}' if dyad else ''}: {', '.join(names)}"
        for dyad, names in calibrated(scores).items()
    ]


def _calibrations(scores: Scores) -> Iterator[str]:
    """Scales that were calibrated to another dyad than those scored."""
    for dyad, names in calibrated(scores).items():
        if dyad and any("-".join(scored) != dyad for scored in scores.dyads):
            reading = f"the scales of {', '.join(names)} are calibrated to {dyad}"
            yield f"note: {reading}; other dyads are read on them"
