"""The formulas on arrays, and the formats in which they are asked for."""
