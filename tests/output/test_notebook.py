"""docs/tour.ipynb does what it shows: its cells are run in order, without Jupyter, and its outputs compared.

To renew the stored outputs after a change: ``python tests/output/test_notebook.py``.
"""

import ast
import contextlib
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from house import ROOT, read
from made_up import default_scheme

import bci
from bci.numbers import between
from bci.results import Short, Shown

NOTEBOOK = ROOT / "docs" / "tour.ipynb"

Cell = dict[str, Any]


def notebook() -> dict[str, Any]:
    """Read the notebook as JSON."""
    content: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return content


def executed(cells: list[Cell]) -> Iterator[list[Cell]]:
    """Run the code cells in one namespace; the outputs of each, as Jupyter stores them."""
    space: dict[str, Any] = {"__name__": "__main__"}
    count = 0
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        count += 1
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            shown = _last(ast.parse("".join(cell["source"])), space)
        outputs: list[Cell] = []
        if said.getvalue():
            text = said.getvalue().splitlines(keepends=True)
            outputs.append({"name": "stdout", "output_type": "stream", "text": text})
        if shown is not None:
            data = {"text/plain": repr(shown).splitlines(keepends=True)}
            if hasattr(shown, "_repr_html_"):
                data = {"text/html": shown._repr_html_().splitlines(keepends=True)} | data
            outputs.append(
                {"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"}
            )
        yield outputs


def _last(tree: ast.Module, space: dict[str, Any]) -> Any:
    """Run the statements; the value of the last where it is an expression."""
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), space)
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), space)  # type: ignore[attr-defined]


def code(cells: list[Cell]) -> list[Cell]:
    """The cells that are run."""
    return [cell for cell in cells if cell["cell_type"] == "code"]


def is_large(output: Cell) -> bool:
    """Whether an output is a whole page, which is not stored."""
    return "<iframe" in "".join(output.get("data", {}).get("text/html", ""))


def stored(outputs: list[Cell]) -> list[Cell]:
    """The outputs as the notebook stores them: of a page, its text alone."""
    kept = json.loads(json.dumps(outputs))
    for output in filter(is_large, kept):
        del output["data"]["text/html"]
    return kept  # type: ignore[no-any-return]


def test_the_notebook_shows_what_it_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cells = notebook()["cells"]
    for cell, outputs in zip(code(cells), executed(cells), strict=True):
        assert cell["outputs"] == stored(outputs), "".join(cell["source"])


def test_a_cell_that_shows_something_else_would_be_seen():
    cells = [{"cell_type": "code", "source": ["a = 1\n", "print('x')\n", "a + 1"]}]
    (outputs,) = executed(cells)
    assert [output["output_type"] for output in outputs] == ["stream", "execute_result"]
    assert outputs[0]["text"] == ["x\n"]
    assert outputs[1]["data"] == {"text/plain": ["2"]}


def test_the_notebook_is_a_notebook():
    content = notebook()
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    assert set(content) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    ids = [cell["id"] for cell in content["cells"]]
    assert len(set(ids)) == len(ids)
    for number, cell in enumerate(code(content["cells"]), start=1):
        assert set(cell) == {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}
        assert cell["execution_count"] == number
    for cell in content["cells"]:
        if cell["cell_type"] == "markdown":
            assert set(cell) == {"cell_type", "id", "metadata", "source"}


def test_every_result_shows_itself_as_a_small_table(scores):
    results = {
        "scores": scores,
        "ranking": bci.rank(scores),
        "comparison": bci.compare(None, ["papageorgiou-equal", "political-first"], start=2016),
        "explanation": bci.explain(scores, "2016-2019"),
        "change": bci.explain(scores, "2016-2019", since="1992-1995"),
        "sensitivity": bci.sensitivity(scores),
        "verdicts": bci.check_findings(),
    }
    index = f"{scores.get('index', (2016, 2019)):.3f}"
    for name, result in results.items():
        shown = read(result._repr_html_())  # type: ignore[attr-defined]
        tags = [tag for tag, _ in shown.elements]
        assert {"table", "th", "td"} <= set(tags) <= {"table", "thead", "tbody", "tr", "th", "td", "p"}, name
        assert all(attributes.get("scope") for tag, attributes in shown.elements if tag == "th")
        assert tags.count("tr") <= 63
        assert any(index in word for word in shown.words) or name == "verdicts"


def test_missing_scores_are_missing_in_a_notebook(scores):
    early = bci.score(period="1992-1992")
    assert "<td>missing</td>" in early._repr_html_()
    sure = bci.sensitivity(bci.score(period="1992-1992", minimum_coverage=1))._repr_html_()
    assert "<td>missing</td><td>-</td>" in sure
    bounds = bci.score(weights=default_scheme(missing={"rule": "bounds"}))
    row = bounds.to_frame().iloc[0]
    assert f"<td>{between(row['low'], row['high'], 3)}</td>" in bounds._repr_html_()


def test_many_rows_are_counted_and_not_shown():
    shown = bci.compare(None, ["papageorgiou-equal", "military-first"], period="annual")._repr_html_()
    assert shown.count("<tr>") == 61
    assert "<p>220 more rows; to_frame() has them all.</p>" in shown


class Hostile(Shown):
    def short(self) -> Short:
        return Short(["<b>"], [["</table><script>x</script>"], ['"&']], "<i>")


def test_what_is_written_in_data_is_no_markup():
    shown = read(Hostile()._repr_html_())
    assert {tag for tag, _ in shown.elements} <= {"table", "thead", "tbody", "tr", "th", "td", "p"}
    assert "</table><script>x</script>" in shown.words


def test_every_result_fits_on_a_screen(scores):
    annual = bci.score(period="annual")
    for result in (
        scores,
        annual,
        bci.rank(scores),
        bci.explain(scores, "2016-2019"),
        bci.sensitivity(annual),
    ):
        lines = repr(result).splitlines()
        assert len(lines) <= 24
        assert all(len(line) <= 110 for line in lines[:-1])
    assert repr(annual).splitlines()[1].split()[:2] == ["China-Russia", "index"]
    assert " ...  " in repr(annual)


def test_the_page_stands_in_a_frame_of_its_own(scores, tmp_path):
    page = bci.explore(scores, "political-first", title='A "page" & more')
    (frame,) = read(page._repr_html_()).elements
    tag, attributes = frame
    assert tag == "iframe"
    assert attributes["srcdoc"] == page.html
    assert attributes["title"] == 'A "page" & more'
    assert attributes["sandbox"] == "allow-scripts allow-downloads"
    page.write(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text() == page.html
    with pytest.raises(bci.InputError, match="exists already"):
        page.write(tmp_path / "page.html")
    with pytest.raises(bci.InputError, match=r"no scheme 'politcal-first'\. Did you mean"):
        bci.explore(scores, "politcal-first")


def test_a_page_can_be_made_of_a_plain_frame(scores):
    frame = scores.values[list(scores.scheme.indicators)]
    assert "<title>" in bci.explore(bci.score(frame)).html


def _renew() -> None:
    content = notebook()
    for cell, (number, outputs) in zip(
        code(content["cells"]), enumerate(executed(content["cells"]), start=1), strict=True
    ):
        cell["outputs"], cell["execution_count"] = stored(outputs), number
    NOTEBOOK.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _renew()
