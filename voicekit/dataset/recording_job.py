"""Prepares one recording, from file to utterances in a folder of its own."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from voicekit.audio import level, loudness
from voicekit.audio.denoise import filters
from voicekit.audio.features import SAMPLE_RATE
from voicekit.core.errors import MediaError
from voicekit.core.files import write_text
from voicekit.dataset import chapter, segment
from voicekit.dataset.manifest import Utterance
from voicekit.dataset.recording import Recording, Sound, measure
from voicekit.dataset.segment import Span
from voicekit.dataset.transcripts import Item
from voicekit.dataset.utterance import Cut, Job, cut
from voicekit.media.tracks import Wanted
from voicekit.recognition import text_check, transcribe

#: An utterance with a larger share of clipped samples is of no use: what was cut off cannot be brought back.
MAX_CLIPPED = 0.005
#: Speech below this was recorded with the microphone off, or in another room.
MIN_SPEECH_DB = -60.0

#: Applies a function to the argument tuples, here or in other processes; results come in order.
Run = Callable[[Callable, Iterable[tuple]], Iterator[Any]]


@dataclass(frozen=True)
class Rejected:
    """Sound that was dropped, and why; `end_s` is `start_s` where the file could not be opened."""

    recording: str
    start_s: float
    end_s: float
    reason: str
    text: str = ""


@dataclass(frozen=True)
class Piece:
    """A span with its words, before it is cut; `problem` says why it will not be."""

    span: Span
    text: str
    problem: str | None = None


@dataclass(frozen=True)
class Prepared:
    """What became of one recording; `notes` is what the person has to know of its file."""

    recording: str
    duration_s: float
    speech_db: float
    noise_floor_db: float
    clipped: float
    utterances: tuple[Utterance, ...]
    rejected: tuple[Rejected, ...]
    notes: tuple[str, ...] = ()

    def save(self, path: Path) -> None:
        write_text(path, json.dumps(asdict(self), ensure_ascii=False))

    @classmethod
    def load(cls, path: Path) -> "Prepared":
        row = json.loads(path.read_text(encoding="utf-8"))
        utterances = tuple(Utterance(**{**u, "treatment": tuple(u["treatment"])}) for u in row.pop("utterances"))
        rejected = tuple(Rejected(**r) for r in row.pop("rejected"))
        return cls(**{**row, "notes": tuple(row["notes"])}, utterances=utterances, rejected=rejected)


@dataclass(frozen=True)
class Task:
    """A recording to prepare.

    Attributes:
        id: of its utterance; several get "-0001" and so on behind it.
        folder: where its utterances go; nobody else writes there.
        transcriber: name of the plug-in that is asked where there is no text, and that checks the text where there is
            one; "" where nobody can.
        asr_model: the folder of its weights, where the person named one.
        track: which sound track, of a file that has several.
    """

    item: Item
    id: str
    language: str
    folder: Path
    transcriber: str
    asr_model: Path | None = None
    track: Wanted = None


def here(function: Callable, arguments: Iterable[tuple]) -> Iterator[Any]:
    """Runs in this process."""
    return (function(*each) for each in arguments)


def prepare_recording(task: Task, run: Run = here, tick: Callable[[float], None] = lambda share: None) -> Prepared:
    """Measures, cuts, finds the words of, cleans and writes one recording. What cannot be used is among the rejected.

    Args:
        tick: told what share of the work has been done since the last time.

    Raises:
        VoicekitError: nothing can be written, or the language cannot be transcribed; no other recording would fare better.
    """
    item, scratch = task.item, task.folder / "scratch.f32"
    if item.problem:
        return _unusable(item, item.problem)
    try:
        (recording,) = run(partial(measure, track=task.track), [(item.path, scratch)])
    except MediaError as error:
        scratch.unlink(missing_ok=True)
        return _unusable(item, str(error))
    tick(0.3)
    try:
        return _prepare_measured(task, recording, run, tick)
    finally:
        scratch.unlink(missing_ok=True)


def _prepare_measured(task: Task, recording: Recording, run: Run, tick: Callable[[float], None]) -> Prepared:
    item = task.item
    problem = None
    if recording.speech_db <= loudness.SILENCE_DB:
        problem = "no speech was found in it, only silence or noise; check the microphone"
    elif recording.speech_db < MIN_SPEECH_DB:
        problem = f"the speech is far too quiet ({recording.speech_db:.0f} dB); record it closer to the microphone"
    if problem:
        pieces = [Piece(Span(0.0, recording.duration_s), item.text or "", problem)]
    else:
        pieces = [_checked(piece, recording) for piece in _words(task, recording, run)]
    tick(0.35)
    good = [piece for piece in pieces if piece.problem is None]
    cuts = run(cut, [(job,) for job in _jobs(task, recording, good)])
    utterances, rejected = [], [_rejected(item, p, p.problem) for p in pieces if p.problem]
    for piece, job_id, result in zip(good, _ids(task, good), cuts, strict=True):
        tick(0.35 / len(good))
        if result is None:
            rejected.append(_rejected(item, piece, "no gain brings it to the level rule; it is almost silent"))
        else:
            utterances.append(_utterance(task, recording, piece, job_id, result))
    return Prepared(
        item.name,
        recording.duration_s,
        round(recording.speech_db, 1),
        round(recording.noise_floor_db, 1),
        float(recording.clipped.mean()),
        tuple(utterances),
        tuple(sorted(rejected, key=lambda r: r.start_s)),
        recording.notes,
    )


def _words(task: Task, recording: Recording, run: Run) -> list[Piece]:
    """Cuts the recording and says what is said in each span, from the text there is or by listening."""
    item = task.item
    curves = recording.speech, recording.level_db, recording.noise_floor_db
    if item.text:
        span = segment.whole(*curves)
        if span is None or span.duration_s > segment.MAX_S:
            return _words_of_chapter(task, recording, segment.segment(*curves), run)
        (problem,) = run(_disagreement, [(recording.sound, span, item.text, task)])
        return [Piece(span, item.text, problem)]
    spans = segment.segment(*curves)
    texts = run(_transcribe, [(recording.sound, span, task) for span in spans])
    return [Piece(span, text) for span, text in zip(spans, texts, strict=True)]


def _words_of_chapter(task: Task, recording: Recording, spans: list[Span], run: Run) -> list[Piece]:
    found = chapter.align(recording.sound, spans, task.item.text, task.language, task.folder, run)
    pieces = [Piece(s.span, found.text(s.first, s.last), s.problem) for s in found.stretches]
    # Where the text says something that is not heard there is no sound to drop, but the person should know.
    for first, last in found.unheard:
        before = [s.span.end_s for s in found.stretches if 0 < s.last <= first]
        at_s = max(before, default=0.0)
        pieces.append(Piece(Span(at_s, at_s), found.text(first, last), "these words of the text were not heard"))
    return pieces


def _transcribe(sound: Sound, span: Span, task: Task) -> str:
    waveform = soxr.resample(sound.read(span), SAMPLE_RATE, transcribe.SAMPLE_RATE)
    return " ".join(_transcriber(task).transcribe(waveform).split())


def _disagreement(sound: Sound, span: Span, text: str, task: Task) -> str | None:
    ears = _transcriber(task) if task.transcriber else None
    return text_check.disagreement(sound.read(span), SAMPLE_RATE, text, task.language, ears)


def _transcriber(task: Task) -> transcribe.Transcriber:
    return transcribe.load(task.transcriber, task.language, task.asr_model)


def _checked(piece: Piece, recording: Recording) -> Piece:
    """The piece, with a problem where its sound or its length is none to learn from."""
    if piece.problem:
        return piece
    clipped = float(recording.within(recording.clipped, piece.span).mean())
    problem = None
    if piece.span.duration_s < segment.MIN_S:
        problem = f"shorter than {segment.MIN_S:.0f} s"
    elif clipped > MAX_CLIPPED:
        problem = f"clipped: {clipped:.1%} of the samples are cut off at full scale; record it at a lower level"
    elif not piece.text:
        problem = "no words were found in it"
    return Piece(piece.span, piece.text, problem)


def _ids(task: Task, pieces: list[Piece]) -> list[str]:
    return [task.id] if len(pieces) == 1 else [f"{task.id}-{n:04d}" for n in range(1, len(pieces) + 1)]


def _jobs(task: Task, recording: Recording, pieces: list[Piece]) -> list[Job]:
    if not pieces:
        return []
    powers = [np.mean(10 ** (recording.within(recording.level_db, piece.span) / 10)) for piece in pieces]
    gain_db = level.gain_for(10 * np.log10(np.maximum(powers, 1e-12)))
    reduction_db = filters.wanted_reduction_db(recording.speech_db, recording.noise_floor_db)
    return [
        Job(job_id, recording.sound, piece.span, gain_db, reduction_db, recording.restored, task.folder)
        for job_id, piece in zip(_ids(task, pieces), pieces, strict=True)
    ]


def _utterance(task: Task, recording: Recording, piece: Piece, utterance_id: str, result: Cut) -> Utterance:
    return Utterance(
        id=utterance_id,
        text=piece.text,
        language=task.language,
        split="train",  # which are held out is decided when all texts are known
        recording=task.item.name,
        start_s=round(piece.span.start_s, 3),
        end_s=round(min(piece.span.end_s, recording.duration_s), 3),
        rms_db=result.rms_db,
        true_peak_db=result.true_peak_db,
        noise_floor_db=round(recording.noise_floor_db, 1),
        treatment=result.treatment,
        speaker=task.item.speaker,
    )


def _rejected(item: Item, piece: Piece, reason: str) -> Rejected:
    return Rejected(item.name, round(piece.span.start_s, 3), round(piece.span.end_s, 3), reason, piece.text)


def _unusable(item: Item, reason: str) -> Prepared:
    dropped = Rejected(item.name, 0.0, 0.0, reason, item.text or "")
    return Prepared(item.name, 0.0, loudness.SILENCE_DB, loudness.SILENCE_DB, 0.0, (), (dropped,))
