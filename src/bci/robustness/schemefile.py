"""A scheme as the text of a file."""

from __future__ import annotations

import json
from typing import Any

from bci.weights import Scheme


def scheme_text(scheme: Scheme) -> str:
    """A scheme as the text of a YAML file that `bci.load_weights` reads back as the same scheme."""
    content = scheme.model_dump(mode="json", by_alias=True)
    lines = [f"{part}: {_flow(content[part])}" for part in ("name", "version", "description", "periods")]
    for part in ("dimensions", "scales", "measures"):
        if content[part]:
            lines += [f"{part}:", *(f"  {name}: {_flow(value)}" for name, value in content[part].items())]
    lines += [f"{part}: {_flow(content[part])}" for part in ("aggregation", "missing", "bands")]
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inside)}" for key, inside in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
