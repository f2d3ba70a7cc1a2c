"""Captions of what was said, broken into lines."""
