"""Voices that tests make, of several engines: each a tone of its own, at a rate and a level of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from voicekit.core import plugins
from voicekit.speech.engine import Engine, Speech, Word
from voicekit.text.script.marks import NO_MARKS, Marks


@dataclass(frozen=True)
class Sound:
    """What a voice sounds like."""

    hz: float
    level: float
    engine: str = "tones"
    sample_rate: int = 24_000
    language: str = "en-us"


VOICES = {
    "me": Sound(500, 0.1),
    "anna": Sound(1000, 0.5),
    "ben": Sound(1500, 0.02, "bells", 16_000),
    "carl": Sound(2000, 0.2, "pipes", 48_000),
}
WORD_S, PAUSE_S, EDGE_S = 0.3, 0.05, 0.1


class Tone(Engine):
    """Says a tone a word; what it was asked is in `said`."""

    def __init__(self, name: str, sound: Sound) -> None:
        self.name, self.sound, self.said = name, sound, []
        self.sample_rate, self.language, self.fingerprint = sound.sample_rate, sound.language, f"tone of {name}"

    def stream(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS, seed: int = 0) -> Iterator[Speech]:
        assert not marks.voices, "no engine is told who speaks"
        self.said.append((text, pace, marks))
        rate, words = self.sample_rate, text.split()
        levels = [10 ** (style.level_db / 20) for style in marks.styles] or [1.0] * len(words)
        length, step_s = round(WORD_S / pace * rate), (WORD_S + PAUSE_S) / pace
        tone = self.sound.level * np.sin(2 * np.pi * self.sound.hz * np.arange(length) / rate)
        waveform = np.zeros(round((2 * EDGE_S + len(words) * step_s) * rate))
        timed = []
        for n, (word, level) in enumerate(zip(words, levels, strict=True)):
            at = round((EDGE_S + n * step_s) * rate)
            waveform[at : at + length] = tone * level
            timed.append(Word(word, at / rate, (at + length) / rate))
        yield Speech(waveform.astype(np.float32), rate, tuple(timed))


@dataclass
class Troupe:
    """The voices that were loaded so far, in this order."""

    loaded: list[Tone] = field(default_factory=list)

    def __getitem__(self, name: str) -> Tone:
        return next(one for one in self.loaded if one.name == name)

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.loaded]


def gather(folder: Path, monkeypatch) -> Troupe:
    """Puts VOICES into `folder`/voices, and their engines among the plug-ins."""
    troupe, load = Troupe(), plugins.load

    def tone(folder: Path, device: str) -> Tone:
        troupe.loaded.append(Tone(folder.name, VOICES[folder.name]))
        return troupe.loaded[-1]

    for name, sound in VOICES.items():
        (folder / "voices" / name).mkdir(parents=True)
        about = f'engine = "{sound.engine}"\nlanguage = "{sound.language}"\n'
        (folder / "voices" / name / "voice.toml").write_text(about, encoding="utf-8")
    engines = {sound.engine for sound in VOICES.values()}
    monkeypatch.chdir(folder)
    monkeypatch.setattr(plugins, "load", lambda kind, name: tone if name in engines else load(kind, name))
    return troupe
