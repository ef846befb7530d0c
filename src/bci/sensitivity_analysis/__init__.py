"""How much of a result rests on the choice of weights, of methods, and of calibrated numbers.

`summary` is the answer (`bci.sensitivity`), made of the formulas in `exact`, `nested` and `tipping`.
`one_at_a_time` moves a single weight, or leaves one member out.
`montecarlo` scores draws of weights from `sampling` (`constraints` reads what they must keep, `hit_and_run`
draws within it); `kernel` is its numerical core.
`multiverse` scores every combination (`combinations`) of the choices in a file (`variants`) and asks which
matters most (`sobol`).
"""
