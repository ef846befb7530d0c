"""The index: scores, and the questions asked of them."""
