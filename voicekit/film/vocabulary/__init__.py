"""What the words of a clip name that can be drawn."""
