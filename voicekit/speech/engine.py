"""What a speech engine is: text in, a waveform with the times of its words out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from voicekit.core.errors import PluginError
from voicekit.core.reporter import Reporter
from voicekit.text.phonemes.lexicon import Lexicon
from voicekit.text.script.marks import NO_MARKS, Marks


@dataclass(frozen=True)
class Word:
    """One spoken word and when it is heard, in seconds from the start of its speech."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Speech:
    """What an engine said.

    Attributes:
        waveform: float32, shape (samples,), in [−1, 1], mono.
        sample_rate: in Hz.
        words: in the order spoken, as they are written; times lie within the waveform and do not overlap.
        notes: what a person should know of how it came about, such as that its engine had to be started again.
    """

    waveform: np.ndarray
    sample_rate: int
    words: tuple[Word, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        return len(self.waveform) / self.sample_rate


@runtime_checkable
class Engine(Protocol):
    """A loaded voice that speaks. Built by the `voicekit.engines` entry point `load(folder, device)`.

    Only `stream` must be written; a class that derives from this one has the rest.
    """

    sample_rate: int
    #: The language it speaks, such as "en-us"; "" where it does not tell.
    language: str = ""
    #: Changes whenever the same text would sound different; part of the key of cached speech.
    fingerprint: str

    def stream(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS, seed: int = 0) -> Iterator[Speech]:
        """Speaks `text` sentence by sentence, each as soon as it is spoken; they follow one another without a gap.

        Args:
            text: a blank line ends a paragraph.
            pace: 1.2 is 20 % faster, with pitch kept, in [0.5, 2].
            marks: how single words are to be said; what an engine cannot do it leaves.
            seed: another one gives another take of the same text; the same always the same.

        Raises:
            ScriptError: there is nothing to pronounce in `text`; with the first sentence, before anything is heard.
        """
        ...

    def synthesize(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS, seed: int = 0) -> Speech:
        """All that `stream` says, at once; raises what it raises."""
        return join(self.stream(text, pace=pace, marks=marks, seed=seed))

    def timing(self, text: str, *, pace: float = 1.0, marks: Marks = NO_MARKS) -> tuple[Word, ...]:
        """When `synthesize` would say which word, or about; an engine that can tell without speaking does.

        Raises what `stream` raises.
        """
        return self.synthesize(text, pace=pace, marks=marks).words

    def leaves(self, marks: Marks = NO_MARKS) -> tuple[str, ...]:
        """What of `marks`, and of its lexicon, this voice cannot do and leaves, each in a few words for a person."""
        return ()

    def with_lexicon(self, lexicon: Lexicon) -> "Engine":
        """This voice saying the words of `lexicon` as it says; those of its own lexicon stay where they are not in it.

        Raises:
            PluginError: the engine cannot.
        """
        raise PluginError(f"the engine of this voice ({type(self).__name__}) takes no lexicon; leave it out")


def tell_left(marks: Iterable[Marks], engine: Engine, reporter: Reporter, name: str = "this voice") -> None:
    """Notes, once each, what of a script's marks its voice cannot do and leaves; `name`: what it is called."""
    for left in dict.fromkeys(left for own in marks for left in engine.leaves(own)):
        reporter.note(f"{name} leaves out {left}")


def telling(speeches: Iterable[Speech], reporter: Reporter) -> Iterator[Speech]:
    """The same; what a person should know of each is told as it passes."""
    for speech in speeches:
        for note in speech.notes:
            reporter.note(note)
        yield speech


def join(pieces: Iterable[Speech]) -> Speech:
    """Pieces of speech, at least one, put together."""
    waveforms, words, samples, sample_rate = [], [], 0, 0
    notes: list[str] = []
    for piece in pieces:
        sample_rate = piece.sample_rate
        gone_s = samples / sample_rate
        words += [Word(word.text, gone_s + word.start_s, gone_s + word.end_s) for word in piece.words]
        notes += piece.notes
        waveforms.append(piece.waveform)
        samples += len(piece.waveform)
    return Speech(np.concatenate(waveforms), sample_rate, tuple(words), tuple(notes))
