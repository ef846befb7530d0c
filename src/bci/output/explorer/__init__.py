"""One HTML file to play with: weights on sliders, the index at once, all of it readable without a script."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

from bci.files import read_text
from bci.output.explorer.data import Preset, document, weighed
from bci.output.explorer.report import report
from bci.replication.verdicts import Verdicts

__all__ = ["Preset", "page", "weighed"]

HERE = Path(__file__).parent
#: A text between quotes, or a sign of the script that needs no space around it.
SPACED = re.compile(r'("(?:\\.|[^"\\])*")| *([{}()\[\]=<>?:,;&|*!]+) *')
SCRIPTS = ("model", "exact", "answers", "scheme", "tables", "charts", "sliders", "page")


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
    first = presets[0].scores
    title = title or f"Bilateral cooperation of {_named(first.dyads)}"
    style = re.sub(r"\s*([{};,])\s*|(?<=\w:) ", r"\1", read_text(HERE / "style.css"))
    script = '"use strict";\n' + _dense("".join(read_text(HERE / f"{name}.js") for name in SCRIPTS))
    return Template(read_text(HERE / "page.html")).substitute(
        title=html.escape(title),
        policy=_policy(script, style),
        style=style,
        script=script,
        data=as_script(document(presets, title, options)),
        **report(presets, verdicts),
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


def _dense(text: str) -> str:
    """The script without indentation, empty lines, comments and spaces around signs; no text in it changes.

    A page is sent around, its parts are not. Lines with a template are left alone: their text may hold signs.
    """
    text = re.sub(r"^\s*(//.*)?\n|^ +|(?<=;) +// .*$", "", text, flags=re.MULTILINE)
    text = "\n".join(
        line if "`" in line else SPACED.sub(lambda found: found[1] or found[2], line)
        for line in text.split("\n")
    )
    # A line that ends or begins so goes on, and ends nothing that a new line would have to end.
    return re.sub(r"(?<=[;,{(\[])\n|\n(?=[)\]}?:])", "", text).replace(";}", "}")


def _policy(script: str, style: str) -> str:
    digests = [
        base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode() for text in (script, style)
    ]
    return (
        f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _named(dyads: Sequence[tuple[str, str]]) -> str:
    from bci.output.explorer.data import dyad_name

    return dyad_name(dyads[0]) if len(dyads) == 1 else f"{len(dyads)} dyads"
