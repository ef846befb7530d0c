"""The commands, and the help that lists them."""

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
