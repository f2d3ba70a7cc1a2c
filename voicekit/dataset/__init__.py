"""Recordings to utterances: read top-down from prepare."""
