"""Results as text, for a terminal: a file a command."""
