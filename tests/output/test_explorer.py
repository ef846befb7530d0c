"""The page to play with: small, whole, and nothing breaks out of it."""

import base64
import hashlib
import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from explorer_pages import parts, preset
from house import cases
from hypothesis import given
from hypothesis import strategies as st

import bci
from bci.data.panel import Panel
from bci.model.scheme import Scheme, load_weights, scheme_names
from bci.output import explorer
from bci.output.explorer import as_script, page, weighed
from bci.output.explorer.data import document
from bci.output.explorer.shown import is_address, sentence

ROOT = Path(explorer.__file__).parent


@pytest.fixture(scope="module")
def shipped_page(panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shipped indicators under the shipped schemes."""
    presets = [preset(panel, load_weights(name)) for name in scheme_names()]
    path = tmp_path_factory.mktemp("explorer") / "page.html"
    path.write_text(page(presets, bci.check_findings(panel)), encoding="utf-8")
    return path


def test_a_page_without_data_is_small(shipped_page):
    text = shipped_page.read_text(encoding="utf-8")
    _, style, script, data = parts(text)
    frame = (ROOT / "page.html.j2").read_bytes()
    assert len(frame) + len(style.encode()) + len(script.encode()) <= 85_000
    assert len(data.encode()) < 20_000


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(shipped_page):
    policy, style, script, _ = parts(shipped_page.read_text(encoding="utf-8"))
    digest = {
        name: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for name, text in (("style", style), ("script", script))
    }
    assert policy.split("; ")[0] == "default-src 'none'"
    assert f"script-src 'sha256-{digest['script']}'" in policy
    assert f"style-src 'sha256-{digest['style']}'" in policy
    assert "unsafe" not in policy


def test_a_page_names_no_file_but_the_sources_it_cites(shipped_page):
    text = shipped_page.read_text(encoding="utf-8")
    assert not re.search(r"<(img|link|iframe|object|embed|video|audio|source|base)\b", text)
    _, style, script, _ = parts(text)
    markup = text.replace(script, "")
    assert not re.search(r"\b(src|srcset|data|poster|action|formaction|background|style|on\w+)=", markup)
    assert "url(" not in style
    assert "@import" not in style
    assert set(re.findall(r"https?://[^\"' ]*", script)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize(
    "word",
    ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", "fetch(",
     "XMLHttpRequest", "localStorage", "sessionStorage", "cookie", "import(", "setAttribute(\"style\""],
)  # fmt: skip
def test_the_script_makes_no_markup_of_text_and_keeps_and_fetches_nothing(word):
    for path in ROOT.glob("*.js"):
        assert word not in path.read_text(encoding="utf-8"), path.name


@given(st.text())
def test_no_text_ends_the_element_that_the_data_stand_in(text):
    written = as_script({"title": text})
    assert not set(written) & set("<>&")
    assert json.loads(written) == {"title": text}


def test_hostile_titles_stay_text(panel):
    hostile = '</title></script><img src=x onerror="alert(1)">$policy {{ policy }} {% raw %}'
    text = page([preset(panel, load_weights())], None, hostile)
    assert "<img" not in text
    shown = re.search("<title>(.*?)</title>", text)
    assert shown
    assert html.unescape(shown[1]) == hostile
    assert json.loads(parts(text)[3])["title"] == hostile


@pytest.mark.parametrize(("place", "link"), cases("web_addresses"))
def test_only_web_addresses_become_links(place, link):
    assert is_address(place) == link


def test_sources_are_cited_with_their_links_and_no_markup_of_their_own(panel, tmp_path):
    folder = tmp_path / "indicators"
    shutil.copytree(panel.folder, folder)
    path = folder / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in (("africanews", "https://example.org/a?b=1&c=<i>"), ("am1", "javascript:alert(1)")):
        text = re.sub(rf"place: https://{old}\.\S*", f"place: '{new}'", text, count=1)
    path.write_text(text, encoding="utf-8")
    given = preset(bci.load_indicators(folder), load_weights())
    text = page([given])
    assert '<a href="https://example.org/a?b=1&amp;c=&lt;i&gt;" rel="noreferrer">' in text
    assert "javascript:alert(1)" in text
    assert 'href="javascript' not in text


def test_not_a_bit_is_lost_on_the_way_to_the_page(panel):
    given = preset(panel, load_weights(), period="annual", end=2023)
    found = document([given], "t")
    for i, name in enumerate(given.whole.scheme.indicators):
        column = found["columns"][found["presets"][0]["columns"][name]]
        mean = np.frombuffer(base64.b64decode(column["mean"]), "<f8")
        years = np.frombuffer(base64.b64decode(column["years"]), "<u2")
        np.testing.assert_array_equal(mean, given.whole.indicators.score[:, i])
        np.testing.assert_array_equal(years, given.whole.indicators.coverage[:, i])


def test_schemes_share_columns_but_not_those_on_other_scales(panel):
    names = ("papageorgiou-equal", "plain-scales")
    found = document([preset(panel, load_weights(name)) for name in names], "t")
    first, second = (each["columns"] for each in found["presets"])
    assert {name for name in first if first[name] != second[name]} == {"trade", "energy_trade"}
    assert len(found["columns"]) == 8


def test_what_weighs_nothing_has_its_figures_and_what_has_none_says_so(panel):
    content = load_weights().model_dump(by_alias=True)
    content["dimensions"]["economic"]["indicators"] |= {"trade": 0.0, "piracy": 0.0}
    scheme = Scheme.model_validate(content)
    whole = weighed(scheme, panel.definitions)
    assert whole.dimensions["economic"].indicators == {"trade": 1.0, "energy_trade": 1.0, "piracy": 0.0}
    columns = document([preset(panel, scheme)], "t")["presets"][0]["columns"]
    assert columns["trade"] is not None
    assert columns["piracy"] is None


def test_periods_that_were_asked_for_go_into_the_scheme_of_the_page(panel):
    def periods(**options: Any) -> Any:
        return document([preset(panel, load_weights(), **options)], "t")["presets"][0]["scheme"]["periods"]

    assert periods() == {"length": 4, "from": 1992, "to": 2019}
    assert periods(period="1992-1999,2000-2019") == [[1992, 1999], [2000, 2019]]


def test_a_missing_score_is_never_a_number(panel):
    text = page([preset(panel, load_weights(), period="1992-1992")], None)
    row = re.search(r'<th scope="row">energy_trade.*?</tr>', text)
    assert row
    assert re.findall(r"<td[^>]*>(.*?)</td>", row[0]) == ["n/a"]


def cells(text: str) -> list[str]:
    """What stands in the cells and heads of a table, without its names."""
    return re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", text)


def test_periods_that_would_not_fit_on_paper_are_printed_in_blocks_without_a_script(panel):
    text = page([preset(panel, load_weights(), period="annual")])
    found = re.search(r'id="strip">(.*?)</table>.*?id="paper"><noscript>(.*?)</noscript>', text, re.DOTALL)
    assert found
    tables = found[2].split("<table")[1:]
    assert len(tables) == 4  # 28 years, 7 a table
    rows = [[cells(row) for row in table.split("<tr")[1:]] for table in tables]
    joined = [[own[0][0], *(cell for part in own for cell in part[1:])] for own in zip(*rows, strict=True)]
    assert joined == [cells(row) for row in found[1].split("<tr")[1:]]
    assert '<table class="strip">' not in page([preset(panel, load_weights())])


def test_coverage_is_never_rounded_to_all(panel):
    content = load_weights().model_dump(by_alias=True)
    content["dimensions"]["economic"] |= {"weight": 0.01}
    found = bci.score(panel, Scheme.model_validate(content))
    # Energy trade has 1 of 4 years, and half of the economic weight of 0.01 of 2.01 in all.
    assert found.index.coverage[0, 0] == pytest.approx(1 - 0.75 * 0.005 / 2.01)
    told = sentence(found, ("CHN", "RUS"), (1992, 1995))
    assert told.endswith("Data stand behind 99.8% of the weight.")


def luminance(colour: str) -> float:
    """Relative luminance of a colour such as #0b4a85, or #fff, as WCAG 2.2 defines it."""
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("block", [0, 1, 2], ids=["light", "dark", "print"])
def test_text_stands_out_from_its_ground(block):
    roots = re.findall(r":root \{(.*?)\}", (ROOT.parent / "colours.css").read_text(), re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#\w+)", roots[block]))
    for i in range(4):
        assert contrast(colours[f"b{i}"], colours[f"t{i}"]) >= 6.6
    for name in ("text", "quiet", "accent", "warn", "other"):
        assert contrast(colours["ground"], colours[name]) >= 4.5
