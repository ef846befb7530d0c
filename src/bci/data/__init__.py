"""What was observed: files of figures, read and checked."""
