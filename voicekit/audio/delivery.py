"""Brings a sound into the form that a preset asks for: sample rate, channels, room tone around it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from voicekit.audio.loudness import HOP_S, ROOM_TONE_BELOW_DB, LoudnessTrack, analyse, quietest
from voicekit.audio.presets import Preset, Rule
from voicekit.media.channels import mixed
from voicekit.media.sound import Blocks, Layout, Sound, resampled

#: Room tone is made this long where it is too short, and this long where it is too long; both of them with room to spare.
_ADDED_S, _LEFT_S = 0.75, 2.0
#: Of the recording's own room tone so much is taken, from its quietest place.
_TONE_S = 0.5
#: The recording is faded in and out over this long where room tone is joined to it, so that nothing clicks.
_JOIN_S = 0.005
#: Limiting peaks brings soft sounds nearer to the level: room tone that is to stay it is softer by so much more.
_SPARE_DB = 6.0


@dataclass(frozen=True)
class Form:
    """How many channels a sound has, where they belong (() for the usual places), and its rate in Hz."""

    channels: int
    sample_rate: int
    layout: Layout = ()


def form_for(preset: Preset | None, form: Form) -> Form:
    """The form that `preset` asks for of a sound of that form."""
    rules = preset.form_rules if preset else {}
    if (rule := rules.get("channels")) and form.channels > rule.high:
        form = replace(form, channels=int(rule.high), layout=())
    if (rule := rules.get("sample_rate")) and not rule.low <= form.sample_rate <= rule.high:
        form = replace(form, sample_rate=int(rule.high))
    return form


def delivered(sound: Sound, preset: Preset) -> tuple[Sound, tuple[str, ...]]:
    """The sound in the form that `preset` asks for, and a line for each thing that was changed.

    Too little room tone at the head or tail is lengthened with the recording's own, too much is cut. Where the recording has
    no pause to take it from, the head and tail stay as they are.
    """
    rules = preset.form_rules
    form = form_for(preset, Form(sound.channels, sound.sample_rate, sound.layout))
    said: list[str] = []
    if form.channels != sound.channels:
        said.append(f"{sound.channels} channels mixed to {form.channels}")
        sound = mixed(sound, form.channels)
        said += sound.notes
    if form.sample_rate != sound.sample_rate:
        said.append(f"resampled from {sound.sample_rate} Hz to {form.sample_rate} Hz")
        sound = _at_rate(sound, form.sample_rate)
    if "lead_s" in rules and "tail_s" in rules:
        sound, told = _with_room_tone(sound, rules["lead_s"], rules["tail_s"])
        said += told
    return sound, tuple(said)


def _at_rate(sound: Sound, rate: int) -> Sound:
    return replace(sound, sample_rate=rate, read=lambda: resampled(sound.read(), sound.sample_rate, rate))


def _with_room_tone(sound: Sound, lead: Rule, tail: Rule) -> tuple[Sound, list[str]]:
    track = analyse(sound.read(), sound.sample_rate, sound.layout)
    measured = track.measured()
    # Where all of the room is nearly as loud as room tone may be, there is nothing softer to ask for.
    spare_db = _SPARE_DB if measured.noise_floor_db < measured.rms_db - ROOM_TONE_BELOW_DB - _SPARE_DB else 0.0
    sure_s = track.room_tone_s(ROOM_TONE_BELOW_DB + spare_db)
    edges = {
        "start": (_change_s(lead, measured.lead_s, sure_s[0]), lead, measured.lead_s),
        "end": (_change_s(tail, measured.tail_s, sure_s[1]), tail, measured.tail_s),
    }
    if not any(change_s for change_s, _, _ in edges.values()) or measured.lead_s >= measured.duration_s:
        return sound, []
    said = []
    lacks = any(change_s > 0 for change_s, _, _ in edges.values())
    tone = _room_tone(sound, track) if lacks and measured.noise_floor_db < measured.rms_db - ROOM_TONE_BELOW_DB else None
    for where, (change_s, rule, has_s) in edges.items():
        if change_s > 0 and tone is not None:
            said.append(f"room tone at the {where} was {has_s:.1f} s, {change_s:.1f} s of the recording's own added")
        elif change_s > 0:
            said.append(
                f"room tone at the {where} is {has_s:.1f} s, not {rule.wanted}, and there is no pause to take it from"
            )
        elif change_s < 0:
            said.append(f"room tone at the {where} was {has_s:.1f} s, {-change_s:.1f} s of it cut")
    changes_s = [change_s if change_s < 0 or tone is not None else 0.0 for change_s, _, _ in edges.values()]
    n_head, n_tail = (round(change_s * sound.sample_rate) for change_s in changes_s)
    around = _Around(tone, n_head, n_tail, track.n_samples)
    duration_s = sound.duration_s + sum(changes_s)
    return replace(sound, duration_s=duration_s, read=lambda: around.apply(sound)), said


def _change_s(rule: Rule, has_s: float, sure_s: float) -> float:
    """How much longer room tone has to be; negative where some has to go.

    Args:
        has_s: how long it is.
        sure_s: how much of that will be room tone still when peaks have been limited.
    """
    if has_s > rule.high - HOP_S:
        return _LEFT_S - has_s
    return min(_ADDED_S - sure_s, rule.high - HOP_S - has_s) if sure_s < rule.low + HOP_S else 0.0


def _room_tone(sound: Sound, track: LoudnessTrack) -> np.ndarray:
    """float32 (channels, samples): the quietest half second of a sound."""
    begin = round(quietest(track.power) * track.hop_s * sound.sample_rate)
    return np.concatenate(list(_part(sound.read(), begin, begin + round(_TONE_S * sound.sample_rate))), axis=1)


def _part(blocks: Blocks, begin: int, end: int) -> Iterator[np.ndarray]:
    """The samples from `begin` to `end` of a stream."""
    at = 0
    for block in blocks:
        if at >= end:
            return
        yield block[:, max(begin - at, 0) : max(end - at, 0)]
        at += block.shape[1]


@dataclass(frozen=True)
class _Around:
    """What becomes of a sound's head and tail.

    Attributes:
        tone: float32 (channels, samples) of room tone; None where none is added.
        head, tail: samples to add; negative ones are cut.
        n_samples: of the sound.
    """

    tone: np.ndarray | None
    head: int
    tail: int
    n_samples: int

    def apply(self, sound: Sound) -> Iterator[np.ndarray]:
        """The sound with its new head and tail."""
        if self.head > 0:
            yield self._lasting(self.head)[:, ::-1]  # backwards, so that it ends where a repetition would begin
        begin, end = max(-self.head, 0), self.n_samples - max(-self.tail, 0)
        fade = max(round(_JOIN_S * sound.sample_rate), 1)
        at = begin
        for block in _part(sound.read(), begin, end):
            place = np.arange(at, at + block.shape[1])
            gain = np.ones(len(place), np.float32)
            if self.head > 0:
                gain = np.minimum(gain, (place - begin + 1) / fade)
            if self.tail > 0:
                gain = np.minimum(gain, (end - place) / fade)
            yield block * gain.astype(np.float32)
            at += block.shape[1]
        if self.tail > 0:
            yield self._lasting(self.tail)

    def _lasting(self, count: int) -> np.ndarray:
        """Room tone, forwards and backwards by turns, so that it goes on without a jump."""
        assert self.tone is not None
        there_and_back = np.concatenate([self.tone, self.tone[:, ::-1]], axis=1)
        return np.tile(there_and_back, (1, -(-count // there_and_back.shape[1])))[:, :count]
