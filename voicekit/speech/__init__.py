"""Voices on disk, the Engine contract, and our own engine that speaks."""
