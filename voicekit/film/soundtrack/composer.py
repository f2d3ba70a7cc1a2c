"""Music of no composer, by mood, as long as the film: played bar by bar, so that an hour takes no more memory than a minute.

The same parts give the same music. No bar is copied: what is played is chosen anew for each phrase, after the film's form.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from voicekit.film.soundtrack.form import CHORDS, MOODS, Bar, Part, bars_of
from voicekit.film.soundtrack.instruments import (
    RATE,
    bass,
    brass,
    brush,
    flute,
    forget,
    glockenspiel,
    keys,
    marimba,
    pluck,
    room,
    staccato,
    stereo,
    strings,
    swell,
    taiko,
)

#: What rings on behind a bar at most.
_RING_S = 5.0
#: How loud the moods are beside each other, so that each is about −20 LUFS.
_LEVEL = {"calm": 0.19, "epic": 0.18, "tense": 0.24, "playful": 0.42}
#: How wide it is: what both sides share is not to be lost where a film is heard on one loudspeaker.
_WIDTH = 0.6
#: The last chord dies away within this time, at the end of its bar.
_DYING_S = 1.5
#: How much of the hall is heard.
_HALL = {"calm": 0.45, "epic": 0.5, "tense": 0.55, "playful": 0.22}
#: Patterns of arpeggios: which note of the chord (4: the root above) on each half beat; −1 for a rest.
_ARPEGGIOS = (
    (0, 1, 2, 3, 2, 1, 2, 1), (0, 2, 1, 2, 3, 2, 1, 2), (0, -1, 2, 1, 3, -1, 2, 1), (0, 1, 2, 1, 3, 1, 2, -1),
    (3, 2, 1, 0, 1, 2, 1, 2), (0, 2, 3, 2, 1, 2, 3, -1),
)  # fmt: skip
#: Rhythms of melodies: the beats on which a note begins.
_RHYTHMS = ((0.0, 1.5, 2.0), (0.0, 2.0, 3.0), (0.5, 1.0, 2.5), (0.0, 1.0, 1.5, 3.0), (1.0, 2.0, 3.5), (0.0, 3.0))


class _Desk:
    """The sound of a bar and of what rings on behind it, to which instruments add their notes."""

    def __init__(self) -> None:
        self.dry = np.zeros((2, 0))
        self.hall = np.zeros((2, 0))

    def add(self, waveform: np.ndarray, at_s: float, level: float, side: float = 0.0, hall: float = 0.4) -> None:
        start = max(0, round(at_s * RATE))
        sound = level * stereo(waveform, side)[:, : self.dry.shape[1] - start]
        self.dry[:, start : start + sound.shape[1]] += sound
        self.hall[:, start : start + sound.shape[1]] += hall * sound

    def taken(self, n: int) -> np.ndarray:
        """The first `n` samples, with their hall; the rest moves to the front."""
        from scipy.signal import oaconvolve

        wet = oaconvolve(self.hall[:, :n], room(), axes=1)
        out = self.dry[:, :n].copy()
        self.dry, self.hall = self.dry[:, n:], self.hall[:, n:]
        out += wet[:, :n]
        middle, side = (out[0] + out[1]) / 2, _WIDTH * (out[0] - out[1]) / 2
        out = np.stack([middle + side, middle - side])
        ringing = wet[:, n : n + self.dry.shape[1]]
        self.dry[:, : ringing.shape[1]] += ringing
        return out

    def clear(self) -> None:
        self.dry, self.hall = np.zeros((2, 0)), np.zeros((2, 0))

    def reach(self, n: int) -> None:
        """Makes room for so many samples."""
        missing = max(0, n - self.dry.shape[1])
        self.dry, self.hall = (np.pad(one, ((0, 0), (0, missing))) for one in (self.dry, self.hall))


def compose(parts: Sequence[Part]) -> Iterator[np.ndarray]:
    """The music of a film, float32 (2, samples) at RATE in blocks of a bar, from the film's start to its end.

    Args:
        parts: one behind the other, from 0 s to the film's end.
    """
    try:
        yield from _played(parts)
    finally:
        forget()


def _played(parts: Sequence[Part]) -> Iterator[np.ndarray]:
    desk, done = _Desk(), 0
    total = round(parts[-1].end_s * RATE) if parts else 0
    for bar in bars_of(parts):
        begin, end = round(bar.start_s * RATE), min(total, round((bar.start_s + bar.length_s) * RATE))
        yield from _rest(desk, begin - done)
        desk.reach(end - begin + round(_RING_S * RATE))
        _play(bar, desk)
        sound = desk.taken(end - begin)
        if bar.is_last:
            desk.clear()
            dying = min(round(_DYING_S * RATE), sound.shape[1])
            sound[:, sound.shape[1] - dying :] *= np.cos(np.linspace(0, np.pi / 2, dying)) ** 2
        yield sound.astype(np.float32)
        done = end
    yield from _rest(desk, total - done)


def _rest(desk: _Desk, n: int) -> Iterator[np.ndarray]:
    """What rings on while nothing is played."""
    while n > 0:
        count = min(n, RATE)
        desk.reach(count)
        yield desk.taken(count).astype(np.float32)
        n -= count


class _Player:
    """One bar, with the chances of its own and those that hold for its phrase."""

    def __init__(self, bar: Bar, desk: _Desk) -> None:
        self.bar, self.desk = bar, desk
        self.level = _LEVEL[bar.mood] * (0.7 + 0.3 * bar.energy)
        self.hall = _HALL[bar.mood]
        self.rng = np.random.default_rng([0, 1, bar.number])
        self.of_phrase = np.random.default_rng([0, 2, bar.number - bar.place % 4])
        root, steps = CHORDS[bar.chord]
        self.root = root
        self.chord = tuple(root + 12 + step for step in steps)
        self.scale = MOODS[bar.mood].scale

    def play(self, waveform: np.ndarray, beat: float, level: float, side: float = 0.0) -> None:
        """A note on a beat, a little early or late and louder or softer, as people play."""
        at_s = beat * self.bar.beat_s + float(self.rng.uniform(0, 0.008))
        self.desk.add(waveform, at_s, level * self.level * float(self.rng.uniform(0.85, 1.1)), side, self.hall)

    def pad(self, level: float, notes: tuple[int, ...], bright: float = 1.0) -> None:
        length_s = round(self.bar.length_s + 0.7, 2)
        self.desk.add(strings(notes, length_s, round(bright, 1)), 0.0, level * self.level, hall=self.hall)

    def note_near(self, wanted: int, on_chord: bool) -> int:
        """The note of the chord or of the scale that is nearest to `wanted`."""
        allowed = {note % 12 for note in self.chord} if on_chord else set(self.scale)
        return min(range(wanted - 6, wanted + 7), key=lambda note: (note % 12 not in allowed, abs(note - wanted)))

    def melody(self, instrument, centre: int, level: float, side: float = 0.2) -> None:
        """A line of its own: its rhythm holds for two bars of a phrase, its notes walk."""
        rhythms = self.of_phrase.permutation(len(_RHYTHMS))
        rhythm = _RHYTHMS[rhythms[(self.bar.place % 4) // 2]]
        note = centre + int(self.rng.integers(-4, 5))
        beats = [beat for beat in rhythm if beat < self.bar.beats]
        for at, beat in enumerate(beats):
            until = beats[at + 1] if at + 1 < len(beats) else self.bar.beats
            note = self.note_near(note + int(self.rng.integers(-4, 5)), on_chord=beat % 2 == 0)
            note = min(max(note, centre - 9), centre + 9)
            self.play(instrument(note, round((until - beat) * self.bar.beat_s + 0.25, 2)), beat, level, side)

    def arpeggio(
        self, instrument, octave: int, level: float, seconds: float, every: float = 0.5, spread: float = 0.4
    ) -> None:
        first, second = self.of_phrase.choice(len(_ARPEGGIOS), 2, replace=False)
        pattern = _ARPEGGIOS[(first, second)[self.bar.place % 2]]
        notes = (*self.chord, self.chord[0] + 12)
        for at in range(int(self.bar.beats / every)):
            if (step := pattern[at % 8]) >= 0:
                accent = 1.0 if at % round(1 / every) == 0 else 0.75
                self.play(
                    instrument(notes[step] + octave, seconds), at * every, level * accent, spread * np.sin(2.1 * at + step)
                )


def _play(bar: Bar, desk: _Desk) -> None:
    player = _Player(bar, desk)
    if bar.leads or (bar.place % 8 == 7 and bar.energy > 0.5 and not bar.is_last):
        rise_s = min(bar.length_s, 2.0)
        desk.add(swell(round(rise_s, 3)), bar.length_s - rise_s, 0.12 * player.level * (1.4 if bar.mood == "epic" else 0.8))
    if bar.is_last:
        _end(player)
    else:
        {"calm": _calm, "epic": _epic, "tense": _tense, "playful": _playful}[bar.mood](player)


def _end(player: _Player) -> None:
    """The last chord, which rings until the music is over."""
    seconds = round(player.bar.length_s + 0.2, 3)
    low = (player.root, player.root + 12, *player.chord)
    mood = player.bar.mood
    if mood == "playful":
        for at, note in enumerate((*player.chord, player.chord[0] + 12)):
            player.play(marimba(note, seconds), 0.0, 0.4)
            player.play(glockenspiel(note + 12, seconds), 0.06 * at, 0.12)
        player.play(pluck(player.root, seconds), 0.0, 0.7)
        return
    player.pad(0.9 if mood == "epic" else 0.7, low, 0.9 if mood != "tense" else 0.6)
    if mood == "epic":
        player.play(taiko(1.0), 0.0, 1.6)
        player.play(taiko(0.7), 0.0, 0.8, -0.3)
        for note in player.chord:
            player.play(brass(note, seconds), 0.0, 0.35)
    else:
        for at, note in enumerate(low):
            player.play(keys(note, seconds), 0.04 * at, 0.6)


def _calm(player: _Player) -> None:
    bar, energy = player.bar, player.bar.energy
    player.pad(0.35 + 0.25 * energy, player.chord, 0.75)
    player.play(keys(player.root, 3.0), 0.0, 0.7)
    if energy > 0.2:
        player.arpeggio(keys, 0, 0.35 + 0.2 * energy, 1.8, every=0.5 if energy > 0.55 else 1.0)
    if energy > 0.5 and bar.phrase % 3 != 1:
        player.melody(flute if bar.phrase % 2 else keys, 76, 0.32 if bar.phrase % 2 else 0.6)
    if energy > 0.6:
        player.play(bass(player.root, bar.beats * bar.beat_s * 0.9), 0.0, 0.6)
        if bar.beats >= 4:
            player.play(bass(player.root + 7, bar.beat_s), bar.beats - 1, 0.3)
    if energy > 0.75:
        for at in range(2 * bar.beats):
            player.play(brush("shaker"), at / 2, 0.05 if at % 2 else 0.09, 0.3)


def _epic(player: _Player) -> None:
    bar, energy = player.bar, player.bar.energy
    player.pad(0.55, (player.root, *player.chord), 0.8 + 0.2 * energy)
    if energy > 0.2:
        player.arpeggio(staccato, 0, 0.55 + 0.25 * energy, 0.4, every=0.25 if energy > 0.8 else 0.5, spread=0.5)
    if energy > 0.4:
        drums = [0.0, 1.5, 2.0, 3.0, 3.5] if bar.phrase % 2 else [0.0, 2.0, 2.75, 3.5]
        for at, beat in enumerate(beat for beat in drums if beat < bar.beats):
            player.play(taiko(1.0 if at == 0 else 0.75), beat, 1.3 if at == 0 else 0.7, 0.0 if at == 0 else 0.35)
        player.play(bass(player.root - 12, 1.5), 0.0, 0.7)
    if energy > 0.55 and bar.phrase % 3 != 2:
        player.melody(brass, 62, 0.55, -0.25)
    if energy > 0.7:
        player.pad(0.3, tuple(note + 12 for note in player.chord), 1.0)
    if bar.place % 4 == 0 and energy > 0.5:
        player.play(swell(0.02), 0.0, 0.14)


def _tense(player: _Player) -> None:
    bar, energy = player.bar, player.bar.energy
    player.pad(0.5, (33, 45, 52), 0.55)
    for at in range(2 * bar.beats):  # a pulse that does not rest
        accent = 1.0 if at % 4 == 0 else 0.55
        player.play(bass(player.root - 12 if at % 8 < 6 else player.root - 11, 0.5), at / 2, (0.5 + 0.3 * energy) * accent)
    if energy > 0.3:
        for beat in range(bar.beats):
            player.play(brush("tick"), beat + (0.5 if bar.phrase % 2 else 0.0), 0.25, 0.5 if beat % 2 else -0.5)
    if energy > 0.4:  # notes that rub against each other, in tremolo
        for at in range(4 * bar.beats):
            note = player.chord[at % 2] + 12 + (at + bar.number) % 2
            player.play(staccato(note, 0.25), at / 4, 0.16 + 0.14 * energy, 0.5 * np.cos(note))
    else:
        player.melody(keys, 62, 0.5, -0.3)
    if bar.place % 2 == 0:
        player.play(taiko(1.1), 0.0, 0.9)
    if energy > 0.6:
        player.melody(brass, 57, 0.4, -0.3)
        player.play(taiko(0.8), bar.beats - 0.5, 0.5, 0.3)


def _playful(player: _Player) -> None:
    bar, energy = player.bar, player.bar.energy
    for beat in range(bar.beats):
        low = player.root if beat % 2 == 0 else player.root + 7 - 12 * (player.root > 47)
        player.play(pluck(low, 0.6), beat, 0.85 if beat % 2 == 0 else 0.5)
        for note in player.chord:
            player.play(pluck(note, 0.35), beat + 0.5, 0.28, -0.35)
    if energy > 0.2:
        player.melody(marimba, 74, 0.75, 0.25)
    if energy > 0.5 and bar.phrase % 2:
        player.arpeggio(marimba, 12, 0.28, 0.4, every=0.5, spread=0.6)
    if energy > 0.45:
        for at in range(2 * bar.beats):
            player.play(brush("shaker"), at / 2, 0.2 if at % 2 else 0.12, 0.4)
    if energy > 0.65:
        for beat in range(1, bar.beats, 2):
            player.play(brush("clap"), beat, 0.22, -0.1)
        player.melody(glockenspiel, 88, 0.16, 0.5)
