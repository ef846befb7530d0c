"""What the tests of the page share: presets to make it of, and its parts."""

import re
from typing import Any

import bci
from bci.data.panel import Panel
from bci.model.scheme import Scheme
from bci.output.explorer import Preset, weighed


def preset(panel: Panel, scheme: Scheme, **options: Any) -> Preset:
    whole = weighed(scheme, panel.definitions)
    return Preset(bci.score(panel, scheme, **options), bci.score(panel, whole, **options))


def parts(text: str) -> tuple[str, str, str, str]:
    """Policy, style, script and data of a page."""
    found = [
        re.search(r'Content-Security-Policy" content="([^"]*)"', text),
        re.search(r"<style>(.*?)</style>", text, re.DOTALL),
        re.search(r"<script>(.*?)</script>", text, re.DOTALL),
        re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL),
    ]
    policy, style, script, data = (match[1] for match in found if match)
    return policy, style, script, data
