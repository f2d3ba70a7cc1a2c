"""From a book to an audiobook: speak what is not kept yet, bring each chapter into form, write."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from voicekit.audio.check import check as check_rules
from voicekit.audio.loudness import from_db, measure_sound
from voicekit.audio.master import master
from voicekit.core.documents import parse_json, read_document
from voicekit.core.errors import ConfigError
from voicekit.core.files import alone, claimed, digest, write_text
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.wording import some
from voicekit.media import open_sound, write_sound
from voicekit.media.sound import Sound, resampled
from voicekit.media.tags import Tags
from voicekit.media.write import told_tags
from voicekit.narration.audiobook.job import DEFAULTS, AudiobookJob, AudiobookOptions, Track, check
from voicekit.narration.cache import SpeechCache, writable
from voicekit.narration.recital import Recital
from voicekit.narration.speak import Speaker, about_listening, listener_for
from voicekit.speech.engine import Engine
from voicekit.speech.language import tell_language
from voicekit.text.book.book import SIGNS_PER_S

#: Room tone before each chapter and behind it: within what ACX asks for.
HEAD_S, TAIL_S = 0.75, 2.0
#: It lies so far below the noise that the preset allows: silence itself sounds as if the player had stopped.
_TONE_BELOW_DB = 12.0
#: How many seconds a second of speech takes to be spoken, to be spoken and listened to, to be written, and
#: to be written at a level, about.
_SPEAKING, _LISTENING, _WRITING, _LEVELLING = 0.03, 0.2, 0.005, 0.025
#: Looking for what was spoken before.
_LOOKING_S = 0.1
#: ACX takes no longer file.
_LONGEST_FILE_S = 7200.0
#: The language is told by so much of the book.
_SAMPLE_SIGNS = 20_000
#: What a folder holds, and what each file was made of.
LIST_NAME = "audiobook.json"


@dataclass(frozen=True)
class Audiobook:
    """What was made.

    Attributes:
        files: in order.
        chapters: (start, end, title) in seconds; from the beginning of its own file where each has one.
        failing: files that do not meet the rules of the preset, with what is wrong; of a folder only.
    """

    files: tuple[Path, ...]
    chapters: tuple[tuple[float, float, str], ...]
    failing: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        return sum(end_s - start_s for start_s, end_s, _ in self.chapters)


def make_audiobook(
    path: Path | str,
    out: Path | str,
    engine: Engine,
    options: AudiobookOptions = DEFAULTS,
    reporter: Reporter = SILENT,
) -> Audiobook:
    """Speaks a book: EPUB, Word, OpenDocument, HTML, Markdown or plain text.

    Each passage is kept in the speech cache once it is spoken, so that a run that was stopped goes on where it was.

    Args:
        out: a sound file (.m4b, .m4a, .mp3 …), which gets chapter marks, or a folder, which gets an MP3 a chapter.

    Raises:
        VoicekitError: see `check`; or what the engine made is no speech, the disk is full.

    Example:
        >>> make_audiobook("book.epub", "book.m4b", load_voice("me"))  # doctest: +SKIP
    """
    job = check(Path(path), Path(out), engine, options, reporter.note)
    _tell(job, engine, reporter)
    held = alone(job.out) if job.is_folder else claimed(job.out)  # a lock a chapter would be too many open files
    with writable(options.cache_folder, reporter) as cache, held:
        listen = listener_for(engine) if options.verify else None
        if listen and (trusted := about_listening(engine)):
            reporter.note(trusted)
        speaker = Speaker(engine, SpeechCache(cache), listen, reporter)
        speaking = Recital.of(speaker, options.pace, reporter)
        reporter.expect(_expected(job, speaking))
        lengths_s = _speak(job, speaking, reporter)
        recital = Recital.of(replace(speaker, listen=None), options.pace, SILENT)  # all has been told
        write = _write_folder if job.is_folder else _write_file
        return write(job, recital, lengths_s, reporter)


def _tell(job: AudiobookJob, engine: Engine, reporter: Reporter) -> None:
    texts, n_signs = [], 0
    for track in job.tracks:
        for passage in track.passages:
            if n_signs < _SAMPLE_SIGNS:
                texts.append(passage.cue.text)
                n_signs += len(passage.cue.text)
    tell_language(texts, engine, reporter, job.book.language)
    chapters = () if job.is_folder else ((0.0, 0.05, "1"),)
    for line in told_tags(job.files[0], replace(job.tags, chapters=chapters)):
        reporter.note(line)


def _expected(job: AudiobookJob, recital: Recital) -> list[tuple[str, float]]:
    """The tasks; see `Reporter.expect`. What was spoken before takes hardly any time."""
    new = [passage for track in job.tracks for passage in track.passages if not recital.is_kept(passage)]
    sound_s = sum(track.n_signs for track in job.tracks) / SIGNS_PER_S
    new_s = sum(len(passage.cue.text) for passage in new) / SIGNS_PER_S
    return [
        ("speaking", _LOOKING_S + new_s * (_LISTENING if job.options.verify else _SPEAKING)),
        ("writing", sound_s * (_LEVELLING if job.preset else _WRITING)),
    ]


def _speak(job: AudiobookJob, recital: Recital, reporter: Reporter) -> list[float]:
    """Speaks what is not kept yet; how long each track is, in seconds."""
    waiting = recital.tracked([passage for track in job.tracks for passage in track.passages], reporter)
    lengths_s = []
    for track in job.tracks:
        n_samples = sum(len(recital.waveform(passage)) for passage in islice(waiting, len(track.passages)))
        lengths_s.append(HEAD_S + n_samples / recital.sample_rate + TAIL_S)
    next(waiting, None)  # so that the task is over
    return lengths_s


def _write_file(job: AudiobookJob, recital: Recital, lengths_s: Sequence[float], reporter: Reporter) -> Audiobook:
    ends_s = np.cumsum(lengths_s).tolist()
    chapters = tuple(zip([0.0, *ends_s], ends_s, (track.title for track in job.tracks), strict=False))

    def blocks() -> Iterator[np.ndarray]:
        for track, length_s in zip(job.tracks, lengths_s, strict=True):
            yield from _in_form(job, _sound(job, track, recital, length_s))

    total = sum(lengths_s) * job.sample_rate
    watched = reporter.track(blocks(), "writing", total=total, size=lambda block: block.shape[1])
    tags = replace(job.tags, chapters=chapters)
    write_sound(job.out, watched, job.sample_rate, tags=tags, mp3_bit_rate=job.preset.mp3_bit_rate if job.preset else 0)
    return Audiobook((job.out,), chapters)


def _write_folder(job: AudiobookJob, recital: Recital, lengths_s: Sequence[float], reporter: Reporter) -> Audiobook:
    """Raises ConfigError where a file that is not ours would be overwritten."""
    known = _known_files(job.out)
    if foreign := [file for file in job.files if file.exists() and file.name not in known]:
        raise ConfigError(f"{foreign[0]} is there already, and not of an earlier run; name another folder with -o")
    made: dict[str, str] = {}
    failing: list[str] = []
    n_kept = 0
    numbered = list(enumerate(zip(job.tracks, job.files, lengths_s, strict=True), start=1))
    for number, (track, file, length_s) in reporter.track(numbered, "writing", sum(lengths_s), lambda one: one[1][2]):
        tags = _of_track(job, number, track)
        made_from = _made_from(job, track, tags, recital)
        if known.get(file.name) == made_from and file.exists():
            n_kept += 1
        else:
            sound = _sound(job, track, recital, length_s)
            rate = job.preset.mp3_bit_rate if job.preset else 0
            write_sound(file, _in_form(job, sound), job.sample_rate, tags=tags, mp3_bit_rate=rate)
        made[file.name] = made_from
        failing += _failing(job, file, length_s)
        write_text(job.out / LIST_NAME, json.dumps(known | made, indent=1, ensure_ascii=False))
    write_text(job.out / LIST_NAME, json.dumps(made, indent=1, ensure_ascii=False))
    if n_kept:
        reporter.say(f"{n_kept} of {len(job.files)} files are as they were, and are kept")
    if old := sorted(name for name in known if name not in made and (job.out / name).exists()):
        reporter.note(
            f"{job.out} has files of an earlier run that are no longer part of the book: {some(old, 3)}; remove them"
        )
    chapters = tuple((0.0, length_s, track.title) for track, length_s in zip(job.tracks, lengths_s, strict=True))
    return Audiobook(job.files, chapters, tuple(failing))


def _known_files(folder: Path) -> dict[str, str]:
    """The files of an earlier run, and what each was made of."""
    with suppress(OSError, ValueError):
        known = read_document(folder / LIST_NAME, parse_json)
        if isinstance(known, dict):
            return {str(name): str(made_from) for name, made_from in known.items()}
    return {}


def _of_track(job: AudiobookJob, number: int, track: Track) -> Tags:
    own = {"title": track.title, "track": f"{number}/{len(job.tracks)}"}
    return replace(job.tags, texts=tuple((dict(job.tags.texts) | own).items()))


def _made_from(job: AudiobookJob, track: Track, tags: Tags, recital: Recital) -> str:
    """The same where a file would be the same."""
    spoken = [(one.cue.text, repr(one.cue.marks), one.pause_s) for one in track.passages]
    covers = [digest(picture) for _, picture in tags.covers]
    told = [
        recital.speaker.engine.fingerprint,
        recital.pace,
        spoken,
        tags.texts,
        covers,
        job.options.preset,
        job.sample_rate,
    ]
    return digest(json.dumps([*told, HEAD_S, TAIL_S]))


def _sound(job: AudiobookJob, track: Track, recital: Recital, length_s: float) -> Sound:
    """A track with silence around it, at the rate at which it is written."""
    rate = recital.sample_rate

    def read() -> Iterator[np.ndarray]:
        yield np.zeros((1, round(HEAD_S * rate)), np.float32)
        yield from recital.blocks(track.passages)
        yield np.zeros((1, round(TAIL_S * rate)), np.float32)

    if rate == job.sample_rate:
        return Sound(rate, 1, length_s, read)
    return Sound(job.sample_rate, 1, length_s, lambda: resampled(read(), rate, job.sample_rate))


def _in_form(job: AudiobookJob, sound: Sound) -> Iterator[np.ndarray]:
    """A track at the level that the preset wants, with room tone where it wants little noise."""
    if not job.preset:
        return sound.read()
    treatment = master(sound, job.preset)
    blocks = treatment.apply(sound.read()) if treatment.apply else sound.read()
    if not job.preset.noise:
        return blocks
    tone = np.random.default_rng(0)
    level = np.float32(from_db(job.preset.noise.high - _TONE_BELOW_DB))
    return (block + level * tone.standard_normal(block.shape, np.float32) for block in blocks)


def _failing(job: AudiobookJob, file: Path, length_s: float) -> list[str]:
    """The rules that a file does not meet, as it is heard by those who take it."""
    if not job.preset:
        return []
    rows = check_rules(measure_sound(open_sound(file)), job.preset)
    wrong = [f"{row.rule} is {row.measured}, not {row.wanted}" for row in rows if row.passed is False]
    if length_s > _LONGEST_FILE_S and job.preset.noise:
        wrong.append(
            f"it lasts {length_s / 60:.0f} min, and ACX takes at most {_LONGEST_FILE_S / 60:.0f} min: part the chapter"
        )
    return [f"{file.name}: {', '.join(wrong)}"] if wrong else []
