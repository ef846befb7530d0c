"""A scheme as the text of a file."""

from __future__ import annotations

from bci.model.scheme import Scheme
from bci.yamltext import flow


def scheme_text(scheme: Scheme) -> str:
    """A scheme as the text of a YAML file that `bci.load_weights` reads back as the same scheme."""
    content = scheme.model_dump(mode="json", by_alias=True)
    lines = [f"{part}: {flow(content[part])}" for part in ("name", "version", "description", "periods")]
    for part in ("dimensions", "scales", "measures"):
        if content[part]:
            lines += [f"{part}:", *(f"  {name}: {flow(value)}" for name, value in content[part].items())]
    lines += [f"{part}: {flow(content[part])}" for part in ("aggregation", "missing", "bands")]
    return "\n".join(lines) + "\n"
