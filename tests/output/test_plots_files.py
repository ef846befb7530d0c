"""Figures as files: the same bytes every time, text as text, and what the command says of mistakes."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import matplotlib as mpl
import pytest
from house import cases, run
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

import bci
from bci.output.about import about_line
from bci.output.plots import FORMATS, KINDS, style
from bci.output.plots.layout import strange_letters, written
from bci.output.plots.text import caption, clean, width_of, wrapped


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run some code in a fresh interpreter, with the package under test."""
    environment = {**os.environ, "PYTHONPATH": str(Path(bci.__file__).parents[1])}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("ending", FORMATS)
def test_same_input_gives_same_bytes_whatever_the_reader_has_set(ending, scores):
    expected = written(bci.plot(scores, "change"), ending)
    own = {"font.size": 30.0, "svg.fonttype": "path", "axes.facecolor": "red", "text.parse_math": True}
    with mpl.rc_context(own):
        before = dict(mpl.rcParams)
        assert written(bci.plot(scores, "change"), ending) == expected
        assert dict(mpl.rcParams) == before


def test_drawn_or_saved_by_hand_it_keeps_its_settings(scores, tmp_path):
    figure = bci.plot(scores, "change", title="$a")
    figure.draw_without_rendering()
    figure.savefig(tmp_path / "a.svg")
    assert "$a</text>" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_text_is_text_and_fonts_are_truetype(scores):
    figure = bci.plot(scores, "index")
    tree = ElementTree.fromstring(written(figure, "svg"))
    texts = " ".join("".join(each.itertext()) for each in tree.iter("{http://www.w3.org/2000/svg}text"))
    assert about_line(scores)[1:] in texts
    pdf = written(figure, "pdf")
    assert b"/CIDFontType2" in pdf
    assert b"/Type3" not in pdf
    assert b"CreationDate" not in pdf


def test_caption_names_scheme_data_version_and_calibrated_scales(scores):
    first, scales, last = caption(scores, "One.", "", "Two.")
    assert first == "One. Two."
    assert last == "S" + about_line(scores)[1:] + "."
    assert scales == (
        "Scales calibrated to the published results for CHN-RUS: Military exercises, Overall trade "
        "interdependence, Energy trade interdependence, UN voting similarity, Official visits."
    )


def test_in_grey_nothing_looks_alike():
    ramp = [style.lightness(colour) for colour in style.steps(4)]
    assert all(after < 0.75 * before for before, after in pairwise(ramp))
    for sign in ("marker", "linestyle"):
        assert len({str(look[sign]) for look in style.STROKES}) == len(style.STROKES)
    areas = style.fills({"a": ["b", "c"], "d": ["e", "f"], "g": ["h"]})
    assert len({look["hatch"] for look in areas.values()}) == 3
    shades = {name: style.lightness(look["facecolor"]) for name, look in areas.items()}
    assert shades["c"] > shades["b"] + 0.3
    assert shades["f"] > shades["e"] + 0.3


@given(st.floats(0, 1))
def test_digits_can_be_read_on_every_shade(score):
    ground = style.shade(score)
    both = sorted(style.lightness(colour) for colour in (ground, style.readable_on(ground)))
    # Contrast as WCAG 2 defines it; 3 is its least for what is large, and the shades stand between.
    assert (both[1] + 0.05) / (both[0] + 0.05) >= 4


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_every_label_can_be_held_by_every_format(text):
    label = clean(text)
    assert ElementTree.fromstring(f"<a>{escape(label)}</a>").text in (label, None)
    assert "\n" not in label
    assert clean(label) == label
    assert len(clean(text, 10)) <= 10


@given(st.text("aWi $_\\é مש", max_size=60), st.sampled_from([0.3, 1.0, 3.0]))
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    with style.settings():
        lines = wrapped(text, style.LABEL, width).split("\n")
        assert all(width_of(line, style.LABEL) <= width for line in lines if line)
        assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")
        few = wrapped(text, style.LABEL, width, 2).split("\n")
        assert all(width_of(line, style.LABEL) <= width for line in few if line)
    if len(lines) <= 2:
        assert few == lines
    else:
        assert len(few) <= 2
        assert few[-1].endswith("…")
        assert clean(text).replace(" ", "").startswith("".join(few).replace(" ", "")[:-1])


def test_letters_without_a_shape_are_told_once(tmp_path):
    result = run("plot", "change", "-o", tmp_path / "a.svg", "--title", "中国 and Россия", "-q")
    assert (result.exit_code, result.stderr) == (0, "")
    result = run("plot", "change", "-o", tmp_path / "b.svg", "--title", "中国 and Россия")
    assert "the font has no shape for 中国; boxes are drawn instead" in result.stderr
    assert "中国 and Россия" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_command_writes_what_the_library_draws(scores, tmp_path):
    path = tmp_path / "a.PNG"
    result = run("plot", "tornado", "-o", path, "--width", "4")
    assert result.stdout == ""
    assert about_line(scores) in result.stderr
    assert path.read_bytes() == written(bci.plot(scores, "tornado", width=4.0), "png")


@pytest.mark.parametrize(("args", "code", "message"), cases("refused_plots"))
def test_mistakes_are_told(args, code, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("there.svg").write_text("mine")
    result = run("plot", *args)
    assert (result.exit_code, message in result.stderr) == (code, True), result.stderr
    assert Path("there.svg").read_text() == "mine"
    assert Path("a.svg").exists() is (code == 0)


def test_without_matplotlib_one_line_says_what_to_install(tmp_path):
    hidden = "import sys; sys.modules['matplotlib'] = None; "
    command = "sys.argv = ['bci', 'plot', 'index', '-o', 'a.svg']; from bci.cli import main; main()"
    done = python(hidden + command, tmp_path)
    assert done.returncode == 3
    assert done.stderr.splitlines()[0] == ("plot: needs matplotlib; install it with: pip install matplotlib")
    assert list(tmp_path.iterdir()) == []


def test_nothing_but_a_figure_loads_matplotlib_and_nothing_pyplot(tmp_path):
    code = (
        "import sys, bci.cli.plot, bci; scores = bci.score(); assert 'matplotlib' not in sys.modules\n"
        "bci.plot(scores, 'change'); assert 'matplotlib.pyplot' not in sys.modules"
    )
    done = python(code, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"schemes"}))
def test_figures_are_drawn_in_one_font_and_as_wide_as_asked(kind, scores):
    figure = bci.plot(scores, kind, width=3.5)
    assert figure.get_figwidth() == 3.5
    assert {each.get_fontname() for each in figure.findobj(Text) if each.get_text()} == {"DejaVu Sans"}
    assert strange_letters(figure) == ""


@pytest.mark.parametrize(("kind", "options", "message"), cases("refused_figures"))
def test_wrong_wishes_are_refused(kind, options, message, scores):
    with pytest.raises(bci.InputError, match=message):
        bci.plot(scores, kind, **options)
