"""Brings a sound to the level that a preset asks for, without its peaks passing a ceiling, as a stream."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from voicekit.audio.expand import expand, needed_reduction_db
from voicekit.audio.limiter import limited
from voicekit.audio.loudness import LoudnessStats, LoudnessTrack, analyse
from voicekit.audio.presets import FIGURES, Preset, shown
from voicekit.audio.treatment import Treatment
from voicekit.media.sound import Blocks, Layout, Sound

TARGET_LUFS = -16.0
#: Lossy coding moves peaks; limited this far below what is allowed, they stay allowed.
LOSSY_ROOM_DB = 1.0
CEILING_DB = -1.0 - LOSSY_ROOM_DB
#: No sound is amplified by more: what is softer is mostly noise.
MAX_GAIN_DB = 30.0
#: A softer sound counts as silence.
_SILENT_DB = -70.0
#: A level this close to the target is not corrected again.
_NEAR_DB = 0.1
_MAX_ROUNDS = 4

#: A preset may allow a wide range of levels. Its softer part is chosen where the target would need limiting or would raise
#: the noise too far, but never within this of the lower limit: coding moves levels a little.
_SAFE_DB = 1.0
#: A larger gain reduction is audible.
_HEARD_DB = 10.0
#: The noise between words is lowered to this far below what the preset allows.
_NOISE_ROOM_DB = 0.5


@dataclass(frozen=True)
class Mastering:
    """What was found out about a sound, and what to do to it.

    Attributes:
        gain_db: to apply before the limiter.
        before, after: the figures as it came, and after gain and limiter.
    """

    gain_db: float
    ceiling_db: float
    before: LoudnessStats
    after: LoudnessStats

    @property
    def before_lufs(self) -> float:
        return self.before.integrated_lufs

    @property
    def loudness_lufs(self) -> float:
        return self.after.integrated_lufs

    @property
    def true_peak_db(self) -> float:
        return self.after.true_peak_db

    @property
    def gain_reduction_db(self) -> float:
        """How far the limiter takes the highest peak down."""
        return max(0.0, self.before.true_peak_db + self.gain_db - self.ceiling_db)


def master(sound: Sound, preset: Preset, find_dialogue: Callable[[Sound], np.ndarray] | None = None) -> Treatment:
    """Finds what brings `sound` to the level that `preset` wants, its peaks and its noise between the words below the rules.

    Args:
        find_dialogue: says in which hops (`loudness.HOP_S`) of a sound somebody speaks, bool (hops,). It is asked where the
            rule is about dialogue; without it the rule for sounds without dialogue holds.
    """
    speech = find_dialogue(sound) if find_dialogue and preset.without_dialogue else None
    track = analyse(sound.read(), sound.sample_rate, sound.layout)
    before = track.measured(speech)
    level = preset.level_of(before)
    said = [f"found {_summary(preset, before)}"]
    if getattr(before, level.figure) <= _SILENT_DB:
        return Treatment((*said, "silent, or too short to have a loudness: left as it is"))
    if all(rule.is_met(before) for rule in preset.mended(before)):
        return Treatment((*said, f"level and peaks are what {preset.name} wants: left as they are", *_notes(preset, before)))

    ceiling_db = preset.peak.high - LOSSY_ROOM_DB
    target = _target(preset, before, ceiling_db)
    reduction_db = None
    if preset.noise:
        quiet_db = preset.noise.high - _NOISE_ROOM_DB - (target - getattr(before, level.figure))  # before the gain
        reduction_db = needed_reduction_db(track.power, quiet_db) if before.noise_floor_db > quiet_db else None

    def cleaned(blocks: Blocks) -> Blocks:
        return expand(blocks, sound.sample_rate, before.noise_floor_db, reduction_db) if reduction_db else blocks

    mastering = measure(
        lambda: cleaned(sound.read()),
        sound.sample_rate,
        target,
        ceiling_db,
        figure=level.figure,
        speech=speech,
        track=None if reduction_db else track,
        layout=sound.layout,
    )
    if reduction_db:
        said.append(f"noise between the words lowered by {reduction_db:.1f} dB")
    pressed = f", peaks lowered by up to {mastering.gain_reduction_db:.1f} dB" if mastering.gain_reduction_db else ""
    said.append(f"gain {mastering.gain_db:+.1f} dB{pressed}: now {_summary(preset, mastering.after)}")
    if mastering.gain_reduction_db > _HEARD_DB:
        said.append("so much limiting may be heard; level or compress the sound first, or take a softer preset")
    return Treatment(
        (*said, *_notes(preset, mastering.after)),
        lambda blocks: limited(cleaned(blocks), sound.sample_rate, mastering.gain_db, mastering.ceiling_db),
    )


def _target(preset: Preset, before: LoudnessStats, ceiling_db: float) -> float:
    """The level to aim at."""
    level = preset.level_of(before)
    if preset.noise is None:
        return level.middle
    gain_db = min(preset.noise.high - _NOISE_ROOM_DB - before.noise_floor_db, ceiling_db - before.true_peak_db)
    return min(max(getattr(before, level.figure) + gain_db, level.low + _SAFE_DB), level.middle)


def _summary(preset: Preset, measured: LoudnessStats) -> str:
    return ", ".join(f"{FIGURES[rule.figure][0]} {shown(rule.figure, measured)}" for rule in preset.mended(measured))


def _notes(preset: Preset, measured: LoudnessStats) -> list[str]:
    """A line for each rule that is not met."""
    return [
        f"{FIGURES[rule.figure][0]} is {shown(rule.figure, measured)}, {preset.name} wants {rule.wanted}"
        + ("; take the noise out first, with denoise" if rule == preset.noise else "")
        for rule in preset.rules(measured)
        if not rule.is_met(measured)
    ]


def measure_for(sound: Sound, preset: Preset, find_dialogue: Callable[[Sound], np.ndarray] | None = None) -> Mastering:
    """Finds the gain that brings a mix to the middle of what `preset` allows; noise between the words is left as it is.

    Args:
        find_dialogue: see `master`.
    """
    speech = find_dialogue(sound) if find_dialogue and preset.without_dialogue else None
    track = analyse(sound.read(), sound.sample_rate, sound.layout)
    level = preset.level_of(track.measured(speech))
    return measure(
        sound.read,
        sound.sample_rate,
        level.middle,
        preset.peak.high - LOSSY_ROOM_DB,
        figure=level.figure,
        speech=speech,
        track=track,
        layout=sound.layout,
    )


def measure(
    read: Callable[[], Blocks],
    sample_rate: int,
    target: float = TARGET_LUFS,
    ceiling_db: float = CEILING_DB,
    *,
    figure: str = "integrated_lufs",
    speech: np.ndarray | None = None,
    track: LoudnessTrack | None = None,
    layout: Layout = (),
) -> Mastering:
    """Finds the gain that, limiter included, brings a sound to `target`. Silence keeps its level.

    Args:
        read: gives the sound from its start, in blocks (channels, samples); called one to five times.
        figure: of `LoudnessStats`, what is brought to `target`.
        speech: see `LoudnessTrack.measured`.
        track: of what `read` gives, where it is known already.
        layout: see `Sound`.
    """
    track = track or analyse(read(), sample_rate, layout)
    before = track.measured(speech)
    level = getattr(before, figure)
    if level <= _SILENT_DB:
        return Mastering(0.0, ceiling_db, before, before)
    gain_db = min(target - level, MAX_GAIN_DB)
    slope, step_db = 1.0, 0.0  # the limiter takes loudness away: of a gain only a part arrives
    for rounds_left in reversed(range(_MAX_ROUNDS)):
        if before.true_peak_db + gain_db <= ceiling_db:
            after = track.amplified(gain_db).measured(speech)  # the limiter has nothing to do
        else:
            after = analyse(limited(read(), sample_rate, gain_db, ceiling_db), sample_rate, layout).measured(speech)
        if step_db:
            slope = min(max((getattr(after, figure) - level) / step_db, 0.25), 1.0)
        level = getattr(after, figure)
        step_db = (target - level) / slope
        if abs(target - level) < _NEAR_DB or gain_db + step_db > MAX_GAIN_DB or not rounds_left:
            break
        gain_db += step_db
    return Mastering(gain_db, ceiling_db, before, after)
