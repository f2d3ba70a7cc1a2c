"""When each cue is heard, and how fast, so that it fits its slot."""
