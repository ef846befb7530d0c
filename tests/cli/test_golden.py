"""The whole outputs of commands are those that were read and kept (see ``golden.py``)."""

import pytest
from golden import CASES, FOLDER, output


@pytest.mark.parametrize("name", CASES)
def test_a_command_says_what_it_said(name):
    assert output(CASES[name]) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_no_output_is_kept_of_a_command_that_is_not_run():
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(CASES)
