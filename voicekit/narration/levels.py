"""Brings those who speak in a film to one loudness, so that nobody shouts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from voicekit.audio.loudness import SILENCE_DB, from_db, integrated_lufs
from voicekit.core.reporter import Reporter
from voicekit.narration.cache import SpeechCache
from voicekit.narration.job import Job
from voicekit.narration.speak import RenderedCue
from voicekit.speech.cast import Role

#: Enough to measure by, and to hear: voices differ by octaves, and not by what lies above.
_RATE = 24_000
#: A smaller change of a level is not told.
_WORTH_TELLING_DB = 1.0


def levelled(cues: Sequence[RenderedCue], job: Job, cache: SpeechCache, reporter: Reporter) -> tuple[RenderedCue, ...]:
    """Cues with the gain that makes all who speak as loud as the softest of them, each over all that they say.

    What the script wants loud or soft stays so: it is not counted.
    """
    spoken: dict[Role, list[RenderedCue]] = {}
    for one in cues:
        spoken.setdefault(job.roles[one.cue], []).append(one)
    if len(spoken) < 2:
        return tuple(cues)
    lufs = {role: integrated_lufs(_as_if_plain(own, cache), _RATE) for role, own in spoken.items()}
    heard = [level for level in lufs.values() if level > SILENCE_DB]
    gains_db = {role: min(heard) - level if level > SILENCE_DB else 0.0 for role, level in lufs.items()}
    changed = [
        f"{spoken[role][0].cue.speaker or 'the narrator'} {gain_db:.1f} dB".replace("-", "−")
        for role, gain_db in gains_db.items()
        if gain_db < -_WORTH_TELLING_DB
    ]
    if changed:
        reporter.note(f"all who speak are equally loud: {', '.join(changed)}")
    return tuple(replace(one, gain_db=gains_db[job.roles[one.cue]]) for one in cues)


def _as_if_plain(cues: Sequence[RenderedCue], cache: SpeechCache) -> Iterator[np.ndarray]:
    """What somebody says one after another, (1, samples), without what marks make louder or softer."""
    for one in cues:
        yield one.take.waveform(cache, _RATE)[None] * np.float32(from_db(-one.cue.marks.level_db))
