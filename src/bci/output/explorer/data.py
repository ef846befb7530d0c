"""What the page computes with: schemes, periods, and the mean and the years of every indicator."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bci.arrays import Array
from bci.countries import name as country_name
from bci.files import shipped
from bci.model.periods import spans
from bci.model.scheme import Scheme, scale_of
from bci.scoring.scores import Scores
from bci.version import __version__


@dataclass(frozen=True, eq=False)
class Preset:
    """A scheme that a reader of the page can start from.

    Attributes
    ----------
    scores
        The scores under the scheme.
    whole
        The same data under the scheme with every member weighed (see `weighed`): what weighs nothing now may
        be given weight on the page.
    """

    scores: Scores
    whole: Scores


def weighed(scheme: Scheme, at_hand: Collection[str]) -> Scheme:
    """The scheme with a weight of 1 instead of 0 for every member there are data for.

    Examples
    --------
    >>> from bci.model.scheme import load_weights
    >>> scheme = load_weights()
    >>> weighed(scheme, ["trade"]) == scheme
    True
    """
    content = scheme.model_dump(by_alias=True)
    for part in content["dimensions"].values():
        known = {name: weight or float(name in at_hand) for name, weight in part["indicators"].items()}
        part["indicators"] = known
        part["weight"] = part["weight"] or float(any(name in at_hand for name in known))
    return Scheme.model_validate(content)


def document(presets: Sequence[Preset], title: str, options: str | None = None) -> dict[str, Any]:
    """What the page's script reads, as plain values.

    Scores stand in ``columns``, each one indicator on some scale and periods, dyad by dyad: the ``mean`` of
    the years with data (NaN without any) and the number of these ``years``, as little-endian numbers of 8
    and 2 bytes in base64, so that not a bit is lost. Presets point to their columns.

    Parameters
    ----------
    presets
        The schemes, all on the same dyads.
    title
        What the page is called.
    options
        Further options of ``bci score``; those of the first scores where None.
    """
    columns: list[dict[str, str]] = []
    first = presets[0].scores
    return {
        "v": 1,
        "title": title,
        "version": __version__,
        "data": first.digest,
        "options": _options(first) if options is None else options,
        "dyads": [{"code": "-".join(dyad), "name": dyad_name(dyad)} for dyad in first.dyads],
        "presets": [_preset(preset, columns) for preset in presets],
        "columns": columns,
        "titles": {
            name: definition.title
            for preset in presets
            for name, definition in preset.whole.definitions.items()
        },
    }


def _options(scores: Scores) -> str | None:
    """What ``bci score`` needs to read the same data; None where they are values that it cannot read.

    Where a folder lies is the business of its owner: the page names it only as the user did.
    """
    if scores.panel is None:
        return None
    if scores.panel.folder == shipped("indicators"):
        return ""
    return shlex.join(["--indicators", "the folder this page was made from"])


def dyad_name(dyad: tuple[str, str]) -> str:
    """``China and Russia``."""
    return " and ".join(map(country_name, dyad))


def _preset(preset: Preset, columns: list[dict[str, str]]) -> dict[str, Any]:
    scheme = preset.scores.scheme
    places: dict[str, int | None] = {
        name: None for part in scheme.dimensions.values() for name in part.indicators
    }
    for i, name in enumerate(preset.whole.scheme.indicators):
        column = _column(preset.whole, i)
        if column not in columns:
            columns.append(column)
        places[name] = columns.index(column)
    return {
        "scheme": _content(preset.scores),
        "digest": scheme.digest,
        "periods": [list(span) for span in preset.scores.periods],
        "columns": places,
        "calibrated": {
            name: scale_of(preset.whole.scheme, preset.whole.definitions, name).calibrated_to
            for name in preset.whole.scheme.indicators
            if scale_of(preset.whole.scheme, preset.whole.definitions, name).basis == "calibrated"
        },
    }


def _content(scores: Scores) -> dict[str, Any]:
    """The scheme as its YAML says it, with the periods that are shown where others were asked for."""
    scheme = scores.scheme
    content: dict[str, Any] = scheme.model_dump(mode="json", by_alias=True)
    for part in ("scales", "measures"):
        content[part] = {
            name: each.model_dump(mode="json", exclude_defaults=True)
            for name, each in getattr(scheme, part).items()
        }
        if not content[part]:
            del content[part]
    years = (int(scores.rows.year.min()), int(scores.rows.year.max()))
    if tuple(spans(scheme.periods, years)) != scores.periods:
        content["periods"] = [list(span) for span in scores.periods]
    return content


def _column(scores: Scores, i: int) -> dict[str, str]:
    """One indicator of the dyad-periods: means of the years with data, and the numbers of these years."""
    coverage = scores.indicators.coverage[:, i]
    mean = scores.indicators.score[:, i]
    if scores.indicators.low is not None:
        # Under this rule an indicator short of data has no score; its lowest counts the missing years as 0.
        partial = np.isnan(mean) & (coverage > 0)
        low = scores.indicators.low[:, i]
        mean = np.divide(low, coverage, out=mean.copy(), where=partial)
    lengths = np.tile([end - start + 1 for start, end in scores.periods], len(scores.dyads))
    return {"mean": _encoded(mean, "<f8"), "years": _encoded(np.rint(coverage * lengths), "<u2")}


def _encoded(numbers: Array, kind: str) -> str:
    return base64.b64encode(numbers.astype(kind).tobytes()).decode("ascii")
