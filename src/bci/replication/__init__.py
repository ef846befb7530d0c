"""What was published, and what it leaves open.

`findings` reads the statements, `verdicts` checks them against scores. `claims` makes comparisons of scores
of them, from which `admissible` finds the weights that keep them (as inequalities: `linear`), and
`calibration` what they leave to chosen scales.
"""
