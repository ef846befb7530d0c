"""Results as text. Nothing here computes a score, and rounding happens nowhere else."""
