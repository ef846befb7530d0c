"""Roll calls of the General Assembly -> joint counts of votes."""
