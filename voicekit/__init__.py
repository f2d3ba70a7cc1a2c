"""voicekit: clone your own voice and let it narrate your film, on your own machine."""

__version__ = "0.1.0"
