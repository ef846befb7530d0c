"""Public raw files -> indicators: one file a source."""
