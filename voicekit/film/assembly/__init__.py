"""Clips to a film: cuts on the beat, transitions, music."""
