"""What a stranger must know of a folder of scores: what it holds, how to check, repeat and cite it."""

from __future__ import annotations

import shlex

from bci.model.periods import label, spans
from bci.output.about import about_line, caveats
from bci.output.paper import escaped_markdown
from bci.scoring.scores import Scores
from bci.version import __version__

README = """# Bilateral Cooperation Intensity: {dyads}, {periods}

{about}

- `data/scores.csv`: scores, bands and coverage, one row a dyad, period and name
- `data/values.csv`: the values behind them, one row a dyad and year
- `data/indicators/`: the figures and what each is, lists of events, and `sources.yaml`
- `schemes/`: weights, means, missing rule and bands
- `codebook.md`: every column and every indicator in words
- `datapackage.json`: the same for programs (Data Package, version 2, https://datapackage.org)
- `CHECKSUMS`: check them with `sha256sum -c CHECKSUMS`

An empty cell is missing, never 0.

## Make the scores again

With bci {version} installed, in this folder:

    {command} > again.csv

The result is `data/scores.csv`, byte for byte.

## Cite

The bci-index authors. bci: Bilateral Cooperation Intensity, version {version}.

Papageorgiou, Maria, and Alena Vysotskaya Guedes Vieira. 2023. Assessing the Changing Sino-Russian
Relationship: A Longitudinal Analysis of Bilateral Cooperation in the Post-Cold War Period. Europe-Asia
Studies 76 (4): 632-658. doi:10.1080/09668136.2023.2276677.
(The index is theirs; this package reconstructs it.)

The sources of the figures, each on its own terms: `data/indicators/sources.yaml`.
{notes}"""

#: More dyads than this are counted, not listed.
LISTED = 5


def readme(scores: Scores) -> str:
    """The text of ``README.md``."""
    names = ["-".join(dyad) for dyad in scores.dyads]
    notes = [f"- {escaped_markdown(line.removeprefix('note: '))}\n" for line in caveats(scores)]
    return README.format(
        dyads=", ".join(names) if len(names) <= LISTED else f"{len(names):,} dyads",
        periods=f"{scores.periods[0][0]}-{scores.periods[-1][1]}",
        about=escaped_markdown(about_line(scores)[:1].upper() + about_line(scores)[1:]) + ".",
        version=__version__,
        command=command(scores),
        notes="\n## Notes\n\n" + "".join(notes) if notes else "",
    )


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
