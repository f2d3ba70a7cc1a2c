"""Long texts, passage by passage: what is spoken once is kept, so that a run that was stopped goes on where it was."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path

import numpy as np

from voicekit.core.errors import ScriptError
from voicekit.core.files import check_writable, claimed
from voicekit.core.reporter import SILENT, NotesOnce, Reporter
from voicekit.media import check_format, write_sound
from voicekit.narration.cache import SpeechCache, writable
from voicekit.narration.speak import Speaker
from voicekit.speech.cast import NO_CAST, Cast
from voicekit.speech.engine import Engine
from voicekit.speech.language import tell_language
from voicekit.speech.prosody import CLAUSE_PAUSE_S, OWN_END_S, PARAGRAPH_PAUSE_S, SENTENCE_PAUSE_S
from voicekit.speech.say import say
from voicekit.speech.voices import Voice
from voicekit.text.book.book import HEADING, SCENE, Block
from voicekit.text.script.cue import Cue, has_word
from voicekit.text.script.marks import NO_MARKS, Marks, places
from voicekit.text.script.script import aloud
from voicekit.text.sentences import sentences

#: A longer paragraph is spoken in pieces, of whole sentences: so much is in memory, and lost where a run is stopped.
LONGEST = 1500
#: The silence after a heading, and where another scene begins.
HEADING_PAUSE_S, SCENE_PAUSE_S = 1.3, 2.2


@dataclass(frozen=True)
class Passage:
    """A paragraph, or so much of one as is spoken in one go, and the silence behind it at the voice's own pace.

    Attributes:
        cue: its words; its line is the number of the paragraph, from 1.
    """

    cue: Cue
    pause_s: float


def passages_of(blocks: Iterable[Block], language: str) -> tuple[Passage, ...]:
    """The passages of a text; what has no word is silent, and the last one ends without a pause."""
    found: list[Passage] = []
    for number, block in enumerate(blocks, start=1):
        if block.kind == SCENE or not has_word(block.text):
            if block.kind == SCENE and found:
                found[-1] = replace(found[-1], pause_s=max(found[-1].pause_s, SCENE_PAUSE_S))
            continue
        last_s = HEADING_PAUSE_S if block.kind == HEADING else PARAGRAPH_PAUSE_S
        found += _pieces(Cue(block.text.strip(), line=number, marks=block.marks), last_s, language)
    if found:
        found[-1] = replace(found[-1], pause_s=0.0)
    return tuple(found)


def paragraphs(text: str, marks: Marks) -> Iterator[Block]:
    """The paragraphs of a text, which a blank line parts, with the marks of their words."""
    n_words = 0
    for paragraph in re.split(r"\n[^\S\n]*\n", text):
        begin, n_words = n_words, n_words + len(paragraph.split())
        yield Block(paragraph.strip(), marks=marks.part(begin, n_words))


def _pieces(cue: Cue, last_s: float, language: str) -> Iterator[Passage]:
    """A paragraph, in pieces of whole sentences where it is long."""
    last_s = max(last_s, (cue.marks.pauses_s[-1] if cue.marks.pauses_s else 0.0) - OWN_END_S)
    if len(cue.text) <= LONGEST:
        yield Passage(cue, last_s)
        return
    piece: list[str] = []
    parts: list[tuple[str, float]] = []
    for sentence in sentences(cue.text, language):
        piece.append(sentence.text)
        n_signs = sum(map(len, piece))
        if n_signs >= LONGEST / 2 and (not sentence.goes_on or n_signs >= LONGEST):
            parts.append((" ".join(piece), CLAUSE_PAUSE_S if sentence.goes_on else SENTENCE_PAUSE_S))
            piece = []
    if piece:
        parts.append((" ".join(piece), 0.0))
    where = places((text for text, _ in parts), cue.text)
    for number, ((text, pause_s), (begin, end)) in enumerate(zip(parts, where, strict=True), start=1):
        marks = cue.marks.part(begin, end) if end - begin == len(text.split()) else NO_MARKS
        yield Passage(replace(cue, text=text, marks=marks), last_s if number == len(parts) else pause_s)


@dataclass(frozen=True)
class Recital:
    """Speaks passages, each of which it keeps."""

    speaker: Speaker
    pace: float = 1.0
    reporter: Reporter = SILENT

    @classmethod
    def of(cls, speaker: Speaker, pace: float, reporter: Reporter) -> "Recital":
        """One that tells each thing once, however often a passage is asked for."""
        return cls(speaker, pace, NotesOnce(reporter))

    @property
    def sample_rate(self) -> int:
        return self.speaker.engine.sample_rate

    def is_kept(self, passage: Passage) -> bool:
        """Whether it was spoken before."""
        return self.speaker.is_kept(passage.cue, self.pace)

    def tracked(self, passages: Sequence[Passage], reporter: Reporter) -> Iterator[Passage]:
        """The passages as they are to be spoken; tells how far that is, and how many were spoken before."""
        new = [not self.is_kept(passage) for passage in passages]
        if n_kept := new.count(False):
            reporter.say(f"{n_kept} of {len(passages)} passages were spoken before, and are kept")
        sizes = [1 + is_new * len(passage.cue.text) for passage, is_new in zip(passages, new, strict=True)]
        work = zip(passages, sizes, strict=True)
        for passage, _ in reporter.track(work, "speaking", total=sum(sizes), size=itemgetter(1)):
            yield passage

    def blocks(self, passages: Iterable[Passage]) -> Iterator[np.ndarray]:
        """The passages and the silence between them, float32 (1, samples) at the voice's own rate, one after the other.

        What a voice cannot pronounce is left out, a sentence at a time, and told.

        Raises:
            PluginError: what the engine made is no speech.
        """
        for passage in passages:
            yield self.waveform(passage)[None]

    def waveform(self, passage: Passage) -> np.ndarray:
        """A passage and the silence behind it, float32 (samples,); see `blocks`."""
        spoken = self._spoken(passage.cue)
        return np.concatenate([*spoken, self._silence(passage.pause_s)]) if spoken else np.zeros(0, np.float32)

    def _spoken(self, cue: Cue) -> list[np.ndarray]:
        try:
            return [self._take(cue)]
        except ScriptError as error:
            reason = error
        language = self.speaker.engine.language or "en-us"
        parts = [sentence.text for sentence in sentences(cue.text, language)]
        if len(parts) <= 1:
            self.reporter.note(f"left out: “{cue.text[:60]}”: {str(reason).split(': ', 1)[-1]}")
            return []
        pause = self._silence(SENTENCE_PAUSE_S)
        kept = [self._spoken(Cue(part, line=cue.line)) for part in parts]
        return [piece for spoken in kept if spoken for piece in (*spoken, pause)][:-1]

    def _take(self, cue: Cue) -> np.ndarray:
        take = self.speaker.speak(cue, self.pace)
        if take.faults:
            self.reporter.note(f"misheard in “{cue.text[:60]}”: {take.faults}")
        return take.waveform(self.speaker.cache, self.sample_rate)

    def _silence(self, pause_s: float) -> np.ndarray:
        return np.zeros(round(pause_s / self.pace * self.sample_rate), np.float32)


def say_long(
    text: str,
    out: Path,
    engine: Engine,
    pace: float = 1.0,
    name: str = "the text",
    reporter: Reporter = SILENT,
    language: str | None = None,
    cast: Cast = NO_CAST,
    narrator: Voice | None = None,
    cache_folder: Path | None = None,
) -> float:
    """As `speech.say.say`, for a text that takes minutes: each passage is kept, and a run that was stopped goes on there.

    A text for several voices is spoken by `say` itself, and starts again.

    Args:
        cache_folder: where speech is kept; None for the user's own.
    """
    if aloud(text, name, lambda told: None, language or engine.language)[1].voices:
        return say(text, out, engine, pace, name, reporter, language, cast, narrator)
    check_format(out, sample_rate=engine.sample_rate)
    check_writable(out)
    words, marks = aloud(text, name, reporter.note, language or engine.language)
    tell_language([words], engine, reporter)
    passages = passages_of(paragraphs(words, marks), engine.language or "en-us")
    if not passages:
        raise ScriptError(f"there is nothing to pronounce in {name}; write words")
    with writable(cache_folder, reporter) as cache, claimed(out):
        recital = Recital.of(Speaker(engine, SpeechCache(cache), reporter=reporter), pace, reporter)
        work = recital.tracked(passages, reporter)
        counted = _Counted(recital.blocks(work))
        write_sound(out, counted, engine.sample_rate)
    return counted.n_samples / engine.sample_rate


class _Counted:
    """Blocks (1, samples), and how many samples have passed."""

    def __init__(self, blocks: Iterator[np.ndarray]) -> None:
        self._blocks, self.n_samples = blocks, 0

    def __iter__(self) -> Iterator[np.ndarray]:
        for block in self._blocks:
            self.n_samples += block.shape[1]
            yield block
