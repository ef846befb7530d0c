"""What stands beside every result: which scheme, which data, which version, which caveats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bci import __version__
from bci.scores import Scores


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
    rule = (
        f"{missing.rule} from coverage {missing.minimum_coverage:g}"
        if missing.rule == "reweight"
        else missing.rule
    )
    return (
        f"scheme {scheme.name} {scheme.version} ({scheme.digest[:12]}), data {scores.digest[:12]}, "
        f"missing: {rule}, bci {__version__}"
    )


def caveats(scores: Scores) -> Iterator[str]:
    """What the definitions say of years that are scored here."""
    for name, definition in scores.definitions.items():
        for caveat in definition.caveats:
            if any(start <= year <= end for start, end in scores.periods for year in caveat.years):
                years = ", ".join(map(str, caveat.years))
                yield f"note: {name} {years}: {caveat.text}"
