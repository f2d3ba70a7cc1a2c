"""Makes a voice sound as from a studio: evens its level, corrects its tone, tames sibilants, rebuilds lost treble."""

from voicekit.audio.enhance.step import Enhancement, enhance

__all__ = ["Enhancement", "enhance"]
