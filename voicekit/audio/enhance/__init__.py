"""Makes a voice sound as from a studio: evens out its level, corrects its tone, tames its sibilants, rebuilds its lost
treble."""

from voicekit.audio.enhance.step import Enhancement, enhance

__all__ = ["Enhancement", "enhance"]
