"""What the numbers rest on, what they do not measure, and whom to cite."""

from __future__ import annotations

from collections.abc import Iterator

from bci.data.dyads import Dyad
from bci.model.definitions import GRADES
from bci.model.periods import label
from bci.output.about import about_line, caveats
from bci.output.report.blocks import Block, Heading, Points, Table, Text, by_period
from bci.output.report.study import Study
from bci.output.report.wording import of, share, title

ARTICLE = (
    "Papageorgiou, M., and Vysotskaya Guedes Vieira, A. (2023). Assessing the Changing Sino-Russian "
    "Relationship: A Longitudinal Analysis of Bilateral Cooperation in the Post-Cold War Period. Europe-Asia "
    "Studies 76 (4), 632-658. https://doi.org/10.1080/09668136.2023.2276677"
)


def data(study: Study) -> Iterator[Block]:
    """Coverage, quality, caveats and sources."""
    yield Heading("How good are the data?")
    zeros = "" if study.scores.panel is None else "What a zero rests on, the notes of the sources say. "
    yield Text(
        f"A missing year stays missing; nothing is filled in. {zeros}Coverage is the share of the years (of "
        "an indicator) or of the weight (of the index) that rests on data."
    )
    for dyad in study.scores.dyads:
        yield from _coverage(study, dyad)
    if study.scores.index.quality is not None:
        yield Text("Quality A is a data file, B a table or a sentence, C a single mention or a lower bound.")
        for dyad in study.scores.dyads:
            yield from _quality(study, dyad)
    notes = [note.removeprefix("note: ") for note in caveats(study.scores)]
    if notes:
        yield Text("To bear in mind:")
        yield Points(tuple(notes))


def _coverage(study: Study, dyad: Dyad) -> Iterator[Table]:
    rows = []
    for place, (level, name) in enumerate(study.scores.names):
        if level != "dimension":
            cells = [study.rows[dyad, span][place]["coverage"] for span in study.scores.periods]
            rows.append([title(study.scores, name), *map(share, cells)])
    return by_period(f"Coverage of {of(dyad)}", [*map(label, study.scores.periods)], rows)


def _quality(study: Study, dyad: Dyad) -> Iterator[Table]:
    rows = []
    for grade in GRADES:
        cells = [study.index(dyad, span)[f"quality_{grade.lower()}"] for span in study.scores.periods]
        rows.append([f"quality {grade}", *map(share, cells)])
    caption = f"Share of the index of {of(dyad)} by quality of the data"
    return by_period(caption, [*map(label, study.scores.periods)], rows)


def _sources(study: Study) -> Iterator[Block]:
    """The sources behind the years and dyads of the report, each once, with their terms."""
    panel, scores = study.scores.panel, study.scores
    if panel is None:
        yield Text("The values were given as a table; it names no sources.")
        return
    ids: set[str] = set()
    for name in scores.scheme.indicators:
        frame = panel.observations[name]
        a, b, year = (frame.index.get_level_values(part) for part in range(3))
        for (start, end), dyad in ((span, dyad) for span in scores.periods for dyad in scores.dyads):
            cells = frame["source"][(a == dyad[0]) & (b == dyad[1]) & (year >= start) & (year <= end)]
            ids |= {one for cell in set(cells) for one in cell.split(";") if one}
    described = panel.sources if (panel.folder / "sources.yaml").exists() else {}
    yield Heading("Sources of the figures", 3)
    by_licence: dict[str, list[str]] = {}
    for one in sorted(ids & set(described)):
        source = described[one]
        told = f"{source.title}. {source.publisher}. {source.place} ({source.vintage})"
        by_licence.setdefault(source.licence, []).append(told)
    for licence, items in sorted(by_licence.items()):
        yield Text(f"Terms: {licence}")
        yield Points(tuple(items))
    if unknown := sorted(ids - set(described)):
        yield Text("Not described in the folder of the data:")
        yield Points(tuple(unknown))
    if not ids:
        yield Text("The figures name no sources.")


def limits(study: Study) -> Iterator[Block]:
    """What the index is silent on, in general and indicator by indicator."""
    yield Heading("What this does not measure")
    yield Text(
        "The index counts what is counted. It says nothing of the content of an exercise, a treaty or a "
        "visit, of trust, of intent, or of what two governments keep quiet. It does not weigh cooperation "
        "against conflict: two states can score high and quarrel. A band is a word for a range of scores, "
        "not a finding of its own, and a score compares with another only under the same scheme and scales."
    )
    items = []
    for name in study.scores.scheme.indicators:
        definition = study.scores.definitions.get(name)
        if definition is not None and definition.limits:
            items.append(f"{definition.title}: {definition.limits}")
        elif definition is None:
            items.append(
                f"{title(study.scores, name)}: no definition is at hand, so its limits are not known."
            )
    if items:
        yield Text("Of each indicator, its definition says:")
        yield Points(tuple(items))


def references(study: Study) -> Iterator[Block]:
    """Literature, published statements, and what made this report."""
    yield Heading("References")
    definitions = study.scores.definitions.values()
    cited = {" ".join(text.split()): None for definition in definitions for text in definition.references}
    # The article stands in the definitions in their own style, so it is not listed a second time.
    own = [text for text in cited if "10.1080/09668136.2023.2276677" not in text]
    yield Points((ARTICLE, *sorted(own)))
    if study.findings is not None:
        yield Heading("Where the published statements were read", 3)
        yield Points(tuple(f"{s.title}. {s.place} ({s.read})" for s in study.findings.sources.values()))
    yield from _sources(study)
    yield Heading("How this report was made")
    yield Text(
        f"By bci report: {about_line(study.scores)}. The same data and scheme give the same report. The "
        "index is that of the article above; formulas, weights, scales and bands are a reconstruction."
    )
