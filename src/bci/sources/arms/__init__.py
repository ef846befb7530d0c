"""SIPRI's arms transfers -> flows between countries."""
