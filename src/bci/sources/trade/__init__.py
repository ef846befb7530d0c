"""Reports of trade -> flows between countries."""
