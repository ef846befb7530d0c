"""What a folder of scores holds, as ``datapackage.json`` says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bci.data.dyads import KEY
from bci.data.observations import EVENT_COLUMNS
from bci.data.panel import FORMS, Panel
from bci.data.tables import first_rows
from bci.files import digest
from bci.model.definitions import GRADES, Indicator, Source
from bci.output.about import about, about_line
from bci.output.stata_and_parquet import DESCRIPTIONS
from bci.scoring.scores import Scores

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
INDICATORS = "data/indicators"

MEDIA = {
    "csv": "text/csv",
    "md": "text/markdown",
    "parquet": "application/vnd.apache.parquet",
    "yaml": "application/yaml",
}
MISSING = [{"value": "", "label": "missing: no data; never 0"}]
CODE = {"required": True, "pattern": "[A-Z]{3}"}

Json = dict[str, Any]


def descriptor(scores: Scores, panel: Panel, folder: Path) -> Json:
    """The descriptor of the files that stand in the folder already.

    References
    ----------
    Frictionless Data. Data Package, version 2: https://datapackage.org/standard/data-package.
    """
    names = ["-".join(dyad) for dyad in scores.dyads]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
    return {
        "$schema": PROFILE,
        "name": f"bci-{scores.scheme.name.lower()}",
        "title": f"Bilateral Cooperation Intensity, scheme {scores.scheme.name}",
        "description": f"{shown}. {about_line(scores)}.",
        "keywords": ["international relations", "dyads", "composite indicators"],
        "bci": about(scores),
        "resources": list(_resources(scores, panel, folder)),
    }


def _resources(scores: Scores, panel: Panel, folder: Path) -> Iterable[Json]:
    scheme = scores.scheme
    yield _table(folder, "data/scores.csv", "scores", "Scores", _scores_schema(scores))
    yield _table(folder, "data/values.csv", "values", "Values behind the scores", _values_schema(scores))
    sources = panel.sources if (folder / INDICATORS / "sources.yaml").exists() else {}
    for name, definition in panel.definitions.items():
        files = (f"{INDICATORS}/{name}{form}" for form in FORMS)
        figures = next(path for path in files if (folder / path).exists())
        schema = _in_order(_figures_fields(definition), folder / figures) | {"primaryKey": list(KEY)}
        said = _table(folder, figures, f"indicator_{name}", definition.title, schema)
        cited = _cited(panel, name, sources)
        yield {**said, "description": definition.definition, **({"sources": cited} if cited else {})}
        about_it = f"Definition of {name}"
        yield _file(folder, f"{INDICATORS}/{name}.yaml", f"definition_{name}", about_it)
        if definition.events is not None and (folder / INDICATORS / definition.events.file).exists():
            path, title = f"{INDICATORS}/{definition.events.file}", f"Events behind {name}"
            yield _table(folder, path, f"events_{name}", title, _in_order(_events_fields(), folder / path))
    others = {
        f"{INDICATORS}/sources.yaml": ("sources", "Sources of the figures"),
        f"schemes/{scheme.name}.yaml": ("scheme", f"Scheme {scheme.name}"),
        "codebook.md": ("codebook", "Codebook"),
        "findings.yaml": ("findings", "Published statements about the dyad, to check the scores against"),
    }
    for path, (name, title) in others.items():
        if (folder / path).exists():
            yield _file(folder, path, name, title)


def _file(folder: Path, path: str, name: str, title: str) -> Json:
    form = path.rpartition(".")[2]
    return {
        "name": name,
        "title": title,
        "path": path,
        "format": form,
        "mediatype": MEDIA[form],
        **({} if form == "parquet" else {"encoding": "utf-8"}),
        "bytes": (folder / path).stat().st_size,
        "hash": f"sha256:{digest(folder / path)}",
    }


def _table(folder: Path, path: str, name: str, title: str, schema: Json) -> Json:
    return {**_file(folder, path, name, title), "type": "table", "schema": schema}


def _field(name: str, kind: str, description: str, **others: Any) -> Json:
    return {"name": name, "type": kind, "description": description} | others


def _share(name: str, description: str, most: float = 1, **constraints: Any) -> Json:
    limits = {"minimum": 0, "maximum": most} | constraints
    return _field(name, "number", description, unit="share" if most == 1 else "per cent", constraints=limits)


def _scores_schema(scores: Scores) -> Json:
    bands = list(scores.scheme.bands)
    words = {"level": ["index", "dimension", "indicator"], "name": [name for _, name in scores.names]}
    fields = []
    for name in scores.columns(details=True):
        said = DESCRIPTIONS[name]
        match name:
            case "iso3_a" | "iso3_b":
                fields.append(_field(name, "string", said, constraints=CODE))
            case "period_start" | "period_end":
                fields.append(_field(name, "integer", said, unit="year", constraints={"required": True}))
            case "level" | "name":
                limits = {"required": True, "enum": words[name]}
                fields.append(_field(name, "string", said, constraints=limits))
            case "band":
                fields.append(_field(name, "string", said, categories=bands, categoriesOrdered=True))
            case "percentile":
                fields.append(_share(name, said, most=100))
            case "coverage":
                fields.append(_share(name, said, required=True))
            case _:
                fields.append(_share(name, said))
    key = ["iso3_a", "iso3_b", "period_start", "period_end", "level", "name"]
    return {"fields": fields, "missingValues": MISSING, "primaryKey": key}


def _values_schema(scores: Scores) -> Json:
    fields = [*_codes(CODE), _field("year", "integer", "Year", constraints={"required": True})]
    for name in scores.scheme.indicators:
        definition = scores.definitions[name]
        fields.append(_field(name, "number", definition.title, unit=definition.unit))
    return {"fields": fields, "missingValues": MISSING, "primaryKey": list(KEY)}


def _figures_fields(definition: Indicator) -> list[Json]:
    graded = "Quality: A a data file, B a table or sentence, C a single mention or lower bound"
    variables = definition.variables.items()
    return [
        *_codes({"required": True}),
        _field("year", "integer", "Year", constraints={"required": True}),
        *(_field(name, "number", variable.description, unit=variable.unit) for name, variable in variables),
        _field("source", "string", "Ids of sources.yaml, separated by semicolons"),
        _field("quality", "string", graded, constraints={"enum": list(GRADES)}),
        _field("note", "string", "What to know of the figure"),
    ]


def _events_fields() -> list[Json]:
    return [_field(name, "string", f"The event's {name}") for name in EVENT_COLUMNS]


def _in_order(fields: Iterable[Json], path: Path) -> Json:
    """The schema of a file whose columns people order as they like, and may add to."""
    known = {field["name"]: field for field in fields}
    _, header = first_rows(path, "", 1)[0]
    ordered = [{**known.get(name.strip(), {"type": "string"}), "name": name} for name in header]
    return {"fields": ordered, "missingValues": MISSING}


def _codes(constraints: Mapping[str, Any]) -> list[Json]:
    return [_field(name, "string", DESCRIPTIONS[name], constraints=dict(constraints)) for name in KEY[:2]]


def _cited(panel: Panel, name: str, sources: Mapping[str, Source]) -> list[Json]:
    """The sources that the figures of an indicator name."""
    named = {i for cell in panel.figures[name].provenance["source"].words for i in cell.split(";")}
    return [_source(sources[i]) for i in sorted(named & sources.keys())]


def _source(source: Source) -> Json:
    if source.place.startswith(("http://", "https://")) and not set(source.place) & set(" ;"):
        return {
            "title": f"{source.title}; {source.publisher}",
            "path": source.place,
            "version": source.vintage,
        }
    return {"title": f"{source.title}; {source.publisher}. {source.place}", "version": source.vintage}
