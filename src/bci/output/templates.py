"""Texts from templates: what a template says is markup, what is put into it stays text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

SHADES = 4

_ADDRESS = re.compile(r"(https?://[^\s<>()\[\]\"]+[^\s<>()\[\]\".,;:])")
_MARKUP = re.compile(r"([\\`*\[\]|~])|(?<![^\W_])_|_(?![^\W_])")
_LEADING = re.compile(r"^(\d*)([#+.)-])(?=\s|\2|$)")


def html(path: Path, **content: Any) -> str:
    """A page from a template of HTML; every value is escaped but what is `markupsafe.Markup`."""
    return _environment(path).get_template(path.name).render(content)


def markdown(
    path: Path,
    content: Mapping[str, Any],
    escape: Callable[[str], str],
    filters: Mapping[str, Callable[..., Any]] | None = None,
) -> str:
    """A text from a template of Markdown; every value is escaped but what is `markupsafe.Markup`.

    Parameters
    ----------
    path
        The template.
    content
        What is put into it, by name.
    escape
        Makes a text one that Markdown shows as it is, on one line; the filter ``text`` of the template.
    filters
        Further filters.
    """
    from markupsafe import Markup

    def text(value: Any) -> Markup:
        return value if isinstance(value, Markup) else Markup(escape(str(value)))

    environment = _environment(path, finalize=text)
    environment.filters |= {"text": text, **(filters or {})}
    return environment.get_template(path.name).render(content)


def escaped(text: str) -> str:
    r"""Text that is no markup in Markdown, on one line; addresses stay whole and become links.

    Examples
    --------
    >>> escaped("a*b_c <b> | see https://x.org/a_b")
    'a\\*b_c &lt;b&gt; \\| see <https://x.org/a_b>'
    """
    parts = _ADDRESS.split(" ".join(text.split()))
    for i, part in enumerate(parts):
        if i % 2:
            parts[i] = f"<{part}>".replace("|", "%7C")
        else:
            safe = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            parts[i] = _MARKUP.sub(r"\\\g<0>", safe)
    return _LEADING.sub(r"\1\\\2", "".join(parts))


def hashed(text: str) -> str:
    """How the policy of a page allows a style or a script that stands in it: by its hash."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def shade(band: int, count: int) -> int:
    """Which of the colours of `colours.css` a band has, from the first for the lowest to the last."""
    return int(band * (SHADES - 1) / max(count - 1, 1) + 0.5)


def _environment(path: Path, finalize: Callable[[Any], Any] | None = None) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(path.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
