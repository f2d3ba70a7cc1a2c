"""The step: analyses a recording once, reports what it will do about the voice in it, and does it in a second reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from voicekit.audio.enhance.extend import extender
from voicekit.audio.enhance.level import levelling
from voicekit.audio.enhance.sibilance import deesser
from voicekit.audio.enhance.tone import toning
from voicekit.audio.enhance.voice_profile import profile_voice
from voicekit.audio.limiter import limited
from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Blocks, Sound

#: No peak is higher afterwards, unless it was before.
CEILING_DB = -1.0


@dataclass(frozen=True)
class Enhancement:
    """How much is done to a voice, and what.

    Attributes:
        amount: 0 is nothing, 1 all that does a recording good.
        level: loud and soft passages come nearer to each other.
        tone: dull, thin, boomy and sharp voices sound more like most voices do; rumble goes.
        deess: sibilants that stick out are tamed.
        extend: treble that was cut off is rebuilt.
    """

    amount: float = 1.0
    level: bool = True
    tone: bool = True
    deess: bool = True
    extend: bool = True


class Part(Protocol):
    """One thing that is done: `said` in a line, and done to a stream, as many samples out as in, none shifted."""

    @property
    def said(self) -> str: ...

    def apply(self, blocks: Blocks) -> Iterator[np.ndarray]: ...


def enhance(sound: Sound, settings: Enhancement = Enhancement()) -> Treatment:
    """Finds out what the voice in `sound` lacks, in one reading. Without a voice in it, nothing is done."""
    amount = settings.amount
    if amount == 0:
        return Treatment(("nothing to do at amount 0",))
    profile = profile_voice(sound)
    if not profile.has_voice:
        return Treatment(("no voice stands out from the noise: left as it is (a noisy recording: denoise it first)",))
    level = levelling(profile, amount) if settings.level else None
    extend = extender(profile, amount)
    tone = toning(profile, extend.cutoff_hz if extend else None, amount) if settings.tone else None
    deess = deesser(profile, tone, amount) if settings.deess else None
    parts: list[Part] = [part for part in (level, tone, extend if settings.extend else None, deess) if part]
    if not parts:
        return Treatment(("the voice sounds good; left as it is",))
    ceiling_db = max(CEILING_DB, profile.peak_db)

    def apply(blocks: Blocks) -> Iterator[np.ndarray]:
        for part in parts:
            blocks = part.apply(blocks)
        return limited(blocks, sound.sample_rate, 0.0, ceiling_db)

    return Treatment(tuple(part.said for part in parts), apply)
