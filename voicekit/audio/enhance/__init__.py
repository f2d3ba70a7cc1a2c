"""A voice as from a studio: its level evened out, its tone mended, its sibilants tamed, its lost treble rebuilt."""

from voicekit.audio.enhance.step import Enhancement, enhance

__all__ = ["Enhancement", "enhance"]
