"""One HTML file to play with: weights on sliders, the index at once, all of it readable without a script."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from bci.files import read_text, write_text
from bci.model.means import MEANS
from bci.model.scheme import Scheme, load_weights
from bci.output.explorer.data import Preset, document, dyad_name, weighed
from bci.output.explorer.shown import content
from bci.output.templates import hashed, html
from bci.replication.verdicts import Verdicts
from bci.scoring.scores import Scores
from bci.scoring.scoring import score

__all__ = ["Page", "Preset", "explore", "page", "weighed"]

HERE = Path(__file__).parent
SCRIPTS = ("model", "exact", "answers", "scheme", "tables", "charts", "sliders", "page")


@dataclass(frozen=True)
class Page:
    """An HTML page; a notebook shows it in a frame of its own, apart from everything else.

    Attributes
    ----------
    title
        What it is called.
    html
        The whole page; it asks for no other file.
    """

    title: str
    html: str = field(repr=False)

    def write(self, path: str | Path, *, force: bool = False) -> None:
        """Write it to a file, which must not exist yet unless `force` is given."""
        write_text(Path(path), self.html, force=force)

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{escape(self.title)}" srcdoc="{escape(self.html)}" width="100%" height="800" '
            'sandbox="allow-scripts allow-downloads" style="border:0"></iframe>'
        )


def explore(scores: Scores, *others: Scheme | str, title: str = "") -> Page:
    """A page on which the weights of some scores can be moved.

    Parameters
    ----------
    scores
        What is shown first.
    others
        Further schemes to start from, on the same dyads and periods.
    title
        What to call the page.

    Returns
    -------
    Page

    Raises
    ------
    InputError
        If a further scheme cannot be scored on these data.
    """
    data = scores.values if scores.panel is None else scores.panel
    at_hand: Collection[str] = (
        scores.scheme.indicators if scores.panel is None else scores.panel.definitions.keys()
    )

    def under(scheme: Scheme) -> Scores:
        dyads = ["-".join(dyad) for dyad in scores.dyads]
        return score(data, scheme, period=list(scores.periods), dyads=dyads)

    presets = [Preset(scores, under(weighed(scores.scheme, at_hand)))]
    for other in others:
        scheme = other if isinstance(other, Scheme) else load_weights(other)
        presets.append(Preset(under(scheme), under(weighed(scheme, at_hand))))
    return Page(title or f"Scores under {scores.scheme.name}", page(presets, None, title))


def page(
    presets: Sequence[Preset],
    verdicts: Verdicts | None = None,
    title: str = "",
    options: str | None = None,
) -> str:
    """A page that explores scores: one file that asks for no other.

    Parameters
    ----------
    presets
        The schemes to start from, all on the same dyads; the first is shown, and printed without a script.
    verdicts
        What was published, checked against the first scheme; None where nothing was.
    title
        What to call the page; the dyads where empty.
    options
        What ``bci score`` must be given beside scheme and dyad to make the same scores, as a shell reads it;
        found out from the first scores where None.

    Returns
    -------
    str
        HTML. Its script makes the same numbers as the package; the style and the script are allowed by their
        hashes, everything else is forbidden by the page's own policy.
    """
    dyads = presets[0].scores.dyads
    title = (
        title
        or f"Bilateral cooperation of {dyad_name(dyads[0]) if len(dyads) == 1 else f'{len(dyads)} dyads'}"
    )
    style = "".join(read_text(path) for path in (HERE.parent / "colours.css", HERE / "style.css"))
    # JSON but for -Infinity, which scripts know.
    means = f"const MEANS = {json.dumps(dict(MEANS))};\n"
    script = '"use strict";\n' + means + "".join(read_text(HERE / f"{name}.js") for name in SCRIPTS)
    return html(
        HERE / "page.html.j2",
        title=title,
        policy=(
            f"default-src 'none'; script-src {hashed(script)}; style-src {hashed(style)}; "
            "img-src data: blob:; base-uri 'none'; form-action 'none'"
        ),
        style=style,
        script=script,
        data=as_script(document(presets, title, options)),
        **content(presets, verdicts),
    )


def as_script(data: Any) -> str:
    r"""JSON that cannot end the script element it stands in.

    Examples
    --------
    >>> as_script("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
