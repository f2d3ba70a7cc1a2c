"""One recording's way from its file to utterances in a folder of its own."""

import json
import re
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from voicekit.audio.denoise import filters
from voicekit.audio.features import SAMPLE_RATE, extract
from voicekit.audio.level import gain_for, level
from voicekit.audio.loudness import SILENCE_DB, rms_db, true_peak_db
from voicekit.core import plugins
from voicekit.core.documents import parse_json, read_document, shown
from voicekit.core.errors import ConfigError, MediaError
from voicekit.core.files import atomic, write_text
from voicekit.core.processes import parallel
from voicekit.core.reporter import SILENT, Reporter
from voicekit.dataset import background, chapter, recording
from voicekit.dataset.items import Item
from voicekit.dataset.manifest import Utterance, features_path, wav_path
from voicekit.dataset.recording import Recording, Segment, decode_and_analyse, read_segment
from voicekit.media import write_wav
from voicekit.media.sound import Sound
from voicekit.media.tracks import ALL, Wanted
from voicekit.recognition import text_check, transcribe
from voicekit.recognition.sphinx import resampled

#: An utterance with a larger share of clipped samples is useless: clipped peaks cannot be brought back.
MAX_CLIPPED = 0.005
#: Softer speech was recorded with the microphone off, or in another room.
MIN_SPEECH_DB = -60.0
_FADE_S = 0.005
#: What a second of a recording takes: to read it, to tell its speech; and one of its speech: to hear words that are known,
#: to guess them, to cut it, and to take its noise out.
_DECODING_S, _FINDING_S, _HEARING_S, _GUESSING_S, _CUTTING_S, _DENOISING_S = 0.005, 0.03, 0.15, 0.35, 0.02, 0.035


@dataclass(frozen=True)
class PrepareConfig:
    """How recordings are prepared. What is "" is found out.

    Attributes:
        corpus: name of the descriptor that says how a public corpus is laid out; "" for a folder of one's own.
        language: an espeak language code; else the corpus's, or "en-us".
        speaker: only this one of a corpus of many.
        transcriber: plug-in that listens to what has no text, and whether the texts there are are said; else the best
            there is.
        asr_model: the folder of its weights.
        track: which sound track is taken of files that have several: its number from 1, or "all"; else the default one.
        without: recordings to leave out, by their names, in which * stands for anything.
    """

    corpus: str = ""
    language: str = ""
    speaker: str = ""
    transcriber: str = ""
    asr_model: str = ""
    track: str = ""
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.track not in ("", ALL) and not re.fullmatch("[1-9][0-9]{0,3}", self.track):
            raise ConfigError(f"'track' is the number of a sound track, or '{ALL}', not {shown(self.track)}")

    @property
    def wanted_track(self) -> Wanted:
        return int(self.track) if self.track.isdecimal() else self.track or None

    @property
    def asr_folder(self) -> Path | None:
        return Path(self.asr_model).resolve() if self.asr_model else None


DEFAULTS = PrepareConfig()


@dataclass(frozen=True)
class Outcome:
    """What became of one recording.

    Attributes:
        rejected: what was dropped, with its problem; it ends where it starts if the file could not be opened.
        notes: what the person has to know of the file.
    """

    recording: str
    duration_s: float
    speech_db: float
    noise_floor_db: float
    clipped: float
    utterances: tuple[Utterance, ...]
    rejected: tuple[Segment, ...]
    notes: tuple[str, ...] = ()

    def save(self, path: Path) -> None:
        write_text(path, json.dumps(asdict(self), ensure_ascii=False))

    @classmethod
    def load(cls, path: Path) -> "Outcome":
        row = read_document(path, parse_json, most_bytes=1 << 28)
        utterances = tuple(Utterance(**{**u, "treatment": tuple(u["treatment"])}) for u in row.pop("utterances"))
        rejected = tuple(Segment(**segment) for segment in row.pop("rejected"))
        return cls(**{**row, "notes": tuple(row["notes"])}, utterances=utterances, rejected=rejected)


def cost_s(item: Item, jobs: int = 1) -> dict[str, float]:
    """What a second of the recording takes on two CPU cores, about, by task of `prepare_recording`."""
    of_speech = _speech_cost_s(item, jobs, is_noisy=True)
    return {f"{item.path.name}: decoding": _DECODING_S, f"{item.path.name}: finding speech": _FINDING_S, **of_speech}


def _speech_cost_s(item: Item, jobs: int, is_noisy: bool) -> dict[str, float]:
    """What a second of its speech takes."""
    words_s = _HEARING_S if item.text else _GUESSING_S
    cutting_s = _CUTTING_S + (_DENOISING_S if is_noisy else 0.0)
    return {_words_task(item): words_s / jobs, _cutting_task(item): cutting_s / jobs}


def _words_task(item: Item) -> str:
    return f"{item.name}: finding its words"


def _cutting_task(item: Item) -> str:
    return f"{item.name}: cutting"


def prepare_recording(
    item: Item, folder: Path, config: PrepareConfig, jobs: int = 1, reporter: Reporter = SILENT
) -> Outcome:
    """Decodes, analyses and segments one recording, finds its words, cleans and writes its utterances.

    Args:
        folder: where its utterances go; nobody else writes there.
        config: with a language.
        jobs: processes that work on it.

    Raises:
        VoicekitError: nothing can be written, or the language cannot be transcribed; no other recording would fare better.
    """
    if item.problem:
        return _unusable(item, item.problem)
    scratch = folder / "scratch.f32"
    try:
        try:
            found = decode_and_analyse(item.path, scratch, track=config.wanted_track, reporter=reporter)
        except MediaError as error:
            return _unusable(item, str(error))
        segments = _with_words(item, found, folder, config, jobs, reporter)
        segments = [_checked(segment, found) for segment in segments]
        utterances, rejected = _written(item, found, segments, folder, config, jobs, reporter)
        below = _below(item, found, utterances)
    finally:
        scratch.unlink(missing_ok=True)
    return Outcome(
        item.name,
        found.duration_s,
        round(found.speech_db, 1),
        round(found.noise_floor_db, 1),
        float(found.clipped.mean()),
        tuple(utterances),
        tuple(sorted(map(_rounded, rejected), key=lambda segment: segment.start_s)),
        tuple(named(item, note) for note in (*found.notes, *below)),
    )


def _below(item: Item, found: Recording, utterances: list[Utterance]) -> list[str]:
    """What to know of the music under the speech that is kept."""
    told = background.music_below(found) if utterances else None
    return [f"{item.name}: {told}"] if told else []


def _with_words(
    item: Item, found: Recording, folder: Path, config: PrepareConfig, jobs: int, reporter: Reporter
) -> list[Segment]:
    """The segments of the recording with what is said in each, from the text there is or by listening."""
    if problem := background.no_voice(found):
        return [Segment(0.0, found.duration_s, item.text or "", problem)]
    if found.speech_db < MIN_SPEECH_DB:
        problem = f"the speech is far too quiet ({found.speech_db:.0f} dB); record it closer to the microphone"
        return [Segment(0.0, found.duration_s, item.text or "", problem)]
    curves = found.speech, found.level_db, found.noise_floor_db
    whole = recording.whole(*curves) if item.text else None
    if item.text and whole and whole.duration_s <= recording.MAX_S:
        return [replace(whole, text=item.text, problem=_disagreement(item, found.scratch, whole, config))]
    segments = recording.segment(*curves)
    speech_s = sum(segment.duration_s for segment in segments)
    is_noisy = _reduction_db(found) > 0
    if segments:
        reporter.expect((task, each * speech_s) for task, each in _speech_cost_s(item, jobs, is_noisy).items())
    if item.text:
        text = chapter.Chapter.learn(item.text, config.language, folder)
        hear = partial(chapter.hear, folder, found.scratch)
        heard = parallel(hear, segments, jobs=jobs) if text.can_be_heard else ([] for _ in segments)
        said = reporter.track(zip(segments, heard, strict=True), _words_task(item), speech_s, lambda one: one[0].duration_s)
        return text.align(found.scratch, segments, [words for _, words in said])
    guessed = parallel(partial(_guessed, item, found.scratch, config), segments, jobs=jobs)
    return list(reporter.track(guessed, _words_task(item), speech_s, lambda segment: segment.duration_s))


def _guessed(item: Item, scratch: Path, config: PrepareConfig, segment: Segment) -> Segment:
    waveform = resampled(read_segment(scratch, segment), SAMPLE_RATE)
    guess = transcribe.guess(_listener(item, config), waveform)
    return replace(segment, text=" ".join(guess.text.split()), sureness=round(guess.sureness, 2))


def _disagreement(item: Item, scratch: Path, segment: Segment, config: PrepareConfig) -> str | None:
    asr = _listener(item, config) if item.listener else None
    return text_check.disagreement(read_segment(scratch, segment), SAMPLE_RATE, item.text or "", config.language, asr)


def _listener(item: Item, config: PrepareConfig) -> transcribe.Transcriber:
    return transcribe.load(item.listener, config.language, config.asr_folder)


def _checked(segment: Segment, found: Recording) -> Segment:
    """The segment, with a problem where its sound or its length is none to learn from."""
    if segment.problem:
        return segment
    clipped = float(found.within(found.clipped, segment).mean())
    problem = None
    if segment.duration_s < recording.MIN_S:
        problem = f"shorter than {recording.MIN_S:.0f} s"
    elif clipped > MAX_CLIPPED:
        problem = f"clipped: {clipped:.1%} of the samples are cut off at full scale; record it at a lower level"
    elif not segment.text:
        problem = "no words were found in it"
    return replace(segment, problem=problem)


def _written(
    item: Item,
    found: Recording,
    segments: list[Segment],
    folder: Path,
    config: PrepareConfig,
    jobs: int,
    reporter: Reporter,
) -> tuple[list[Utterance], list[Segment]]:
    """The utterances made of the segments, and the segments of which none was made."""
    good = [segment for segment in segments if segment.problem is None]
    rejected = [segment for segment in segments if segment.problem]
    if not good:
        return [], rejected
    powers = [np.mean(10 ** (found.within(found.level_db, segment) / 10)) for segment in good]
    make = partial(
        make_utterance,
        scratch=found.scratch,
        folder=folder,
        gain_db=gain_for(10 * np.log10(np.maximum(powers, 1e-12))),
        reduction_db=_reduction_db(found),
        restored=found.restored,
    )
    ids = [item.id] if len(good) == 1 else [f"{item.id}-{n:04d}" for n in range(1, len(good) + 1)]
    plans = [_plan(item, found, segment, each, config.language) for each, segment in zip(ids, good, strict=True)]
    each = zip(good, parallel(make, plans, good, jobs=jobs), strict=True)
    speech_s = sum(segment.duration_s for segment in good)
    utterances = []
    for segment, utterance in reporter.track(each, _cutting_task(item), speech_s, lambda one: one[0].duration_s):
        if utterance:
            utterances.append(utterance)
        else:
            rejected.append(replace(segment, problem="no gain brings it to the level rule; it is almost silent"))
    return utterances, rejected


def _reduction_db(found: Recording) -> float:
    """By how much its noise is to come down; 0 for none."""
    return filters.wanted_reduction_db(found.speech_db, found.noise_floor_db)


def _plan(item: Item, found: Recording, segment: Segment, utterance_id: str, language: str) -> Utterance:
    """The utterance before it is made: its levels are those of silence."""
    return Utterance(
        id=utterance_id,
        text=segment.text,
        language=language,
        split="train",  # which are held out is decided when all texts are known
        recording=item.name,
        start_s=round(segment.start_s, 3),
        end_s=round(min(segment.end_s, found.duration_s), 3),
        rms_db=SILENCE_DB,
        true_peak_db=SILENCE_DB,
        noise_floor_db=round(found.noise_floor_db, 1),
        speaker=item.speaker,
        heard_by="" if item.text else item.listener,
        sureness=segment.sureness,
    )


def make_utterance(
    plan: Utterance,
    segment: Segment,
    *,
    scratch: Path,
    folder: Path,
    gain_db: float,
    reduction_db: float,
    restored: tuple[str, ...],
) -> Utterance | None:
    """Cuts a segment from the recording, cleans it, sets its level, and writes it with its features into `folder`.

    Args:
        gain_db: what brings the whole recording to the level rule.
        reduction_db: of the noise; 0 for none.
        restored: what was repaired in the whole recording.

    Returns:
        The plan with its levels and treatment; None where no level meets the rule.

    Raises:
        VoicekitError: the disk is full.
    """
    waveform = read_segment(scratch, segment)
    treatment = [f"restore: {repair}" for repair in restored]
    if reduction_db > 0:
        waveform = _denoised(waveform, reduction_db)
        treatment.append(f"denoise {reduction_db:.0f} dB")
    levelled = level(_faded(waveform), SAMPLE_RATE, gain_db)
    if levelled is None:
        return None
    treatment.append(f"gain {levelled.gain_db:+.1f} dB")
    if levelled.limited_db > 0:
        treatment.append(f"limit {levelled.limited_db:.1f} dB")
    # From here on what lies on disk: the features must see the same rounding.
    stored = np.round(levelled.waveform * 32768) / np.float32(32768)
    _write(plan.id, stored, folder)
    return replace(
        plan, rms_db=round(rms_db(stored), 2), true_peak_db=round(true_peak_db(stored), 2), treatment=tuple(treatment)
    )


def _write(utterance_id: str, waveform: np.ndarray, folder: Path) -> None:
    write_wav(wav_path(folder, utterance_id), [waveform], SAMPLE_RATE)
    with atomic(features_path(folder, utterance_id)) as partial_path:
        extract(waveform).save(partial_path)


def _denoised(waveform: np.ndarray, reduction_db: float) -> np.ndarray:
    whole = Sound(SAMPLE_RATE, 1, len(waveform) / SAMPLE_RATE, lambda: iter([waveform[None]]))
    treatment = plugins.load("denoisers", plugins.DENOISER)(whole, reduction_db)
    return np.concatenate(list(treatment.apply(whole.read())), axis=1)[0]


def _faded(waveform: np.ndarray) -> np.ndarray:
    """Five milliseconds of fade at both ends, so that a cut in noise does not click."""
    n = min(round(_FADE_S * SAMPLE_RATE), len(waveform) // 2)
    ramp = np.linspace(0, 1, n, dtype=np.float32)
    return np.concatenate([waveform[:n] * ramp, waveform[n : len(waveform) - n], waveform[len(waveform) - n :] * ramp[::-1]])


def _rounded(segment: Segment) -> Segment:
    return replace(segment, start_s=round(segment.start_s, 3), end_s=round(segment.end_s, 3))


def _unusable(item: Item, reason: str) -> Outcome:
    dropped = Segment(0.0, 0.0, item.text or "", named(item, reason))
    return Outcome(item.name, 0.0, SILENCE_DB, SILENCE_DB, 0.0, (), (dropped,))


def named(item: Item, told: str) -> str:
    """What is told of a recording, with names as they are in its folder: where that lies is nobody's business."""
    folder = str(item.path).removesuffix(item.name)
    return told.replace(folder, "") if folder else told
