"""Evaluation of a bundle as it is served, beyond the questions of `refrag eval`: one module per table, one JSON line per system."""
