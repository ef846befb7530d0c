"""What a stranger reads first: the README of a folder of scores, and every column and indicator in words."""

from __future__ import annotations

import shlex
from pathlib import Path

from bci.data.panel import Panel
from bci.model.definitions import described
from bci.model.periods import label, spans
from bci.model.scheme import measure_of, scale_of
from bci.output.about import about_line, caveats
from bci.output.paper import escaped_markdown
from bci.output.stata_and_parquet import DESCRIPTIONS
from bci.output.templates import markdown
from bci.scoring.scores import Scores
from bci.version import __version__

HERE = Path(__file__).parent
#: More dyads than this are counted, not listed.
LISTED = 5


def readme(scores: Scores) -> str:
    """The text of ``README.md``: what the folder holds, how to check, repeat and cite it."""
    names = ["-".join(dyad) for dyad in scores.dyads]
    content = {
        "dyads": ", ".join(names) if len(names) <= LISTED else f"{len(names):,} dyads",
        "periods": f"{scores.periods[0][0]}-{scores.periods[-1][1]}",
        "about": about_line(scores)[:1].upper() + about_line(scores)[1:],
        "version": __version__,
        "command": command(scores),
        "notes": [line.removeprefix("note: ") for line in caveats(scores)],
    }
    return markdown(HERE / "readme.md.j2", content, escaped_markdown)


def command(scores: Scores) -> str:
    """The command that makes the scores again, run in the folder of the package."""
    words = ["bci", "score", "--indicators", "data/indicators"]
    words += ["--weights", f"schemes/{scores.scheme.name}.yaml"]
    years = int(scores.rows.year.min()), int(scores.rows.year.max())
    if tuple(spans(scores.scheme.periods, years)) != scores.periods:
        words += ["--period", ",".join(map(label, scores.periods))]
    if scores.dyads != scores.rows.dyads:
        words += [word for dyad in scores.dyads for word in ("--dyad", "-".join(dyad))]
    return shlex.join([*words, "--details", "--format", "csv", "--quiet"])


def codebook(scores: Scores, panel: Panel) -> str:
    """The text of ``codebook.md``, from the definitions in force."""
    scheme, indicators = scores.scheme, []
    for name, definition in panel.definitions.items():
        used = name in scheme.indicators
        measure = measure_of(scheme, scores.definitions, name) if used else definition.measure
        scale = scale_of(scheme, scores.definitions, name) if used else definition.scale
        indicators.append((name, definition, measure, scale))
    content = {
        "scheme": scheme,
        "columns": [(name, DESCRIPTIONS[name]) for name in scores.columns(details=True)],
        "bands": ", ".join(f"{word} from {edge:g}" for word, edge in scheme.bands.items()),
        "definitions": scores.definitions,
        "indicators": indicators,
    }
    return markdown(HERE / "codebook.md.j2", content, escaped_markdown, {"described": described})
