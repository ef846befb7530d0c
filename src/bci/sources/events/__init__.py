"""Lists of events and of leaders' travel -> yearly counts."""
