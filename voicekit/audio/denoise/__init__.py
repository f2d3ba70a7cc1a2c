"""Noise reduction: DeepFilterNet 3 by default, noisereduce and FFmpeg's afftdn by name."""
