"""Right answers to all exercises, written out."""
