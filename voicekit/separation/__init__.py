"""Speech apart from everything else, on streams of any length: the isolator and demucs."""
