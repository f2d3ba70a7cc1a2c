"""What was made of each cue, as JSON, page and picture."""
