"""Plain values as the text of a YAML file that `bci.yamlfile` reads back as the same values."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any

WIDTH = 100

_WORD = re.compile(r"[a-z][a-z0-9_]*")
#: Words that YAML, or an older YAML, takes for something else than text.
_NO_TEXT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def flow(value: Any) -> str:
    """A value in one line; text in quotes."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(inside)}" for key, inside in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    # YAML counts some signs as ends of lines that JSON leaves as they are.
    written = json.dumps(value, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in written)


def block(content: Mapping[str, Any], indent: str = "") -> str:
    """Keys and values, one key a line, long text folded.

    Examples
    --------
    >>> print(block({"id": "trade", "coverage": {"from": 1992, "to": 2020}, "limits": "None."}), end="")
    id: trade
    coverage: {from: 1992, to: 2020}
    limits: "None."
    """
    return "".join(f"{indent}{key}:{_after_key(value, indent)}\n" for key, value in content.items())


def _after_key(value: Any, indent: str) -> str:
    inside = indent + "  "
    if isinstance(value, str):
        return " " + _text(value, inside)
    line = flow(value)
    if len(line) + len(inside) <= WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
        return f" {line}"
    if isinstance(value, Mapping):
        return "\n" + block(value, inside).rstrip("\n")
    items = (_text(item, inside + "  ") if isinstance(item, str) else flow(item) for item in value)
    return "".join(f"\n{inside}- {item}" for item in items)


def _text(text: str, indent: str) -> str:
    """Text as a plain word, folded over several lines where it is long, else in quotes."""
    if _WORD.fullmatch(text) and text not in _NO_TEXT:
        return text
    # Folding joins lines by one space, so only text with no other space between words comes back the same.
    if len(text) + len(indent) <= WIDTH or text != " ".join(text.split()) or not text.isprintable():
        return flow(text)
    lines = textwrap.wrap(text, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    return ">-" + "".join(f"\n{indent}{line}" for line in lines)
