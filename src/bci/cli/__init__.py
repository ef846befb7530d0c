"""The command line: each command a short file of its own, loaded only when it is called."""

from __future__ import annotations

#: Commands and what they do, so that help need not load them.
COMMANDS = {
    "score": "Score dyads: index, dimensions, indicators; band and coverage.",
    "compare": "Put several schemes side by side on the same data.",
    "explain": "Take one score apart, or the change between two periods.",
    "replicate": "Check the published findings against a scheme.",
    "sensitivity": "Say how sure every score is under other weights and choices.",
    "explore": "Write one HTML page to play with the weights.",
    "validate": "Check a folder of indicators and scheme files.",
    "indicators": "List the indicators, or show one in full.",
    "ingest": "Make indicators of raw files as they are downloaded.",
    "codes": "Explain how names and codes of countries are read.",
    "plot": "Draw a figure for a paper: SVG, PDF or PNG.",
    "export": "Write scores for Excel, Stata, a paper, an archive, a network.",
    "report": "Write a readable account: result, robustness, data, limits.",
    "verify": "Run a recorded command again and say what differs.",
    "init": "Write a commented starter for a dyad of your own.",
    "schema": "Print the JSON Schema of a YAML format, for editors.",
}

HELP = f"""\
Usage: bci COMMAND [OPTIONS] [ARGS]...

  Bilateral Cooperation Intensity: how intensely two states cooperate, and how
  sure that is.

Commands:
{"".join(f"  {name:<11} {sentence}{chr(10)}" for name, sentence in COMMANDS.items())}
Options:
  --version   Show the version and exit.
  -h, --help  Show this message and exit; after a command, show its own.

Examples:
  bci score
  bci compare papageorgiou-equal political-first
  bci explain --help
"""


def main() -> None:
    """Run a command, or say in one line that its help cannot be written."""
    import errno
    import sys

    try:
        _run(sys.argv[1:])
    except OSError as error:
        # What commands print and files they name are told where they fail; help has no such place.
        if error.filename is not None:
            raise
        from bci.files import discard

        discard(sys.stdout)
        silent = error.errno == errno.EPIPE
        sys.exit(1 if silent else f"Error: stdout cannot be written: {error.strerror}")


def _run(words: list[str]) -> None:
    """Help is answered before anything is loaded, since people ask for it often."""
    if words in (["--help"], ["-h"]):
        print(HELP, end="", flush=True)
        return
    import gc

    # A command is short-lived: looking for garbage less often makes its start noticeably faster.
    gc.set_threshold(100_000)
    from bci.cli.group import group

    group(prog_name="bci")
