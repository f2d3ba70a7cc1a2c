"""Sound as numbers: features, loudness, treatments. Streams of any length."""
