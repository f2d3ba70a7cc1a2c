"""Somebody's speech in another voice, with its timing and melody kept."""
