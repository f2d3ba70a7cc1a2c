"""From an idea to the finished film: storyboard, stills, clips, film, narration, a chain of stages."""

from voicekit.produce.produce import Planned, Production
from voicekit.produce.recipe import Recipe

__all__ = ["Planned", "Production", "Recipe"]
