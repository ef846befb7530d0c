"""How much of a result rests on the choice of weights, of methods, and of calibrated numbers.

The answer: `summary` (what `bci.sensitivity` returns), from `ends` (lowest and highest), `spaces` (band
shares and tipping points as frames) and `seen` (what the weights see where something is missing).

Exact formulas on arrays: `exact` (ranges, flat shares), `nested` (shares on two levels), `tipping`.

One at a time: `perturb` (a weight from nothing to everything), `leaveout`.

Draws: `weightings` (draw), `samplers`, `limits` (orders and constraints as text), `hitandrun`; `draws`
(distribution, movements, ranks), `outcomes`, `drawn` (as frames), `inputs`, `streaming`, `worker`.

Choices of method: `variants` (the YAML), `fitting`, `multiverse` (every combination), `choices`, `chosen`
(the result), `importance` and `sobol` (indices), `lengths` (period lengths).

What the literature leaves open: `claims` and `forms` (findings as linear statements), `regions` and
`conflicts` (linear programmes), `allowed`, `schemefile`; `calibration` and `grid`.
"""
