"""How much of a result rests on the choice of weights."""
