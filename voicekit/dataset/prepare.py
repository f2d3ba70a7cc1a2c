"""Recordings in, a dataset out. Reads top-down as the steps: find, prepare each, hold some back, publish, sum up."""

import json
import os
import re
import secrets
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from voicekit.core import plugins
from voicekit.core.errors import DatasetError, MediaError
from voicekit.core.files import alone, atomic, digest, explain_os_error, write_text
from voicekit.core.processes import parallel
from voicekit.core.reporter import SILENT, Reporter
from voicekit.dataset import corpora
from voicekit.dataset.manifest import Utterance, features_path, wav_path, write_manifest
from voicekit.dataset.recording import Segment
from voicekit.dataset.recording_job import DEFAULTS, Outcome, PrepareConfig, prepare_recording
from voicekit.dataset.transcripts import Item, find_items, safe_name, unique_ids
from voicekit.media import probe
from voicekit.recognition import text_check, transcribe
from voicekit.text.phonemes.phonemise import check_language

#: Part of what decides whether a recording must be prepared again; raise it when the outcome changes.
VERSION = 3
#: Recordings longer than this are worked on by all processes together, one after the other.
_LONG_S = 120.0
_WORK = ".work"
#: The suffix of a recording's folder while it is worked on.
_BEGUN = ".begun"
#: Professional voice cloning asks for this much.
_LEAST_MINUTES = 30
_BEST_MINUTES = 180
#: If the texts of a larger share of recordings do not match, something is wrong with all of them.
_SUSPICIOUS = 1 / 3
_WRONG_TEXTS = "many texts do not match: is the language right (--language de, …), and each text beside its own recording?"


@dataclass(frozen=True)
class Summary:
    """A prepared dataset in figures.

    Attributes:
        minutes_recorded: of all recordings that could be opened, with their pauses.
        minutes_dropped: of speech that was found and not kept.
        rms_range_db: of the kept utterances, softest and loudest.
        speech_db, noise_floor_db: of the recordings as they came in, the median.
        clipped: share of clipped samples in the recordings.
        clipped_recordings: how many have more than a trace of it.
        reasons: (why, how many) of what was dropped from recordings that were kept in part, the most frequent first.
        unusable: (recording, why) of those of which nothing was kept.
    """

    dataset: Path
    recordings: int
    utterances: int
    held_out: int
    minutes_recorded: float
    minutes_kept: float
    minutes_dropped: float
    rms_range_db: tuple[float, float]
    true_peak_db: float
    speech_db: float
    noise_floor_db: float
    clipped: float
    clipped_recordings: int
    denoised: int
    reasons: tuple[tuple[str, int], ...]
    unusable: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()

    @property
    def how_far(self) -> str:
        """How much more the person should record, in words."""
        minutes = self.minutes_kept
        if minutes < _LEAST_MINUTES:
            return f"{minutes / _LEAST_MINUTES:.0%} of the {_LEAST_MINUTES} minutes that a professional clone takes at least"
        if minutes < _BEST_MINUTES:
            return f"enough for a professional clone; {minutes / _BEST_MINUTES:.0%} of the 3 hours that are best"
        return "all that a professional clone can use"


def prepare(
    recordings: Path,
    out: Path = Path("datasets"),
    name: str | None = None,
    config: PrepareConfig = DEFAULTS,
    jobs: int = 1,
    reporter: Reporter = SILENT,
) -> Summary:
    """Makes `out/name` from all sound below `recordings`; goes on where an earlier run was stopped.

    Args:
        name: of the dataset; the folder's name when None.
        jobs: processes.
        reporter: told, before any work, where the texts are from and what was guessed or is left out.

    Raises:
        DatasetError: nothing to prepare, or no recording among them is usable.
        VoicekitError: the dataset cannot be written.

    Example:
        >>> prepare(Path("recordings"), name="me")  # doctest: +SKIP
    """
    recordings = Path(recordings)
    dataset = Path(out) / (name or safe_name(recordings.resolve().name))
    items, config = _find(recordings, Path(out), config, reporter)
    check_language(config.language)
    checker, transcriber = _listeners(items, config)
    items = [
        replace(item, id=utterance_id, listener=checker if item.text else transcriber)
        for item, utterance_id in zip(items, unique_ids(items), strict=True)
    ]
    _claim(dataset, recordings)
    with alone(dataset / _WORK):
        for abandoned in (dataset / _WORK).glob(f"*{_BEGUN}"):
            shutil.rmtree(abandoned, ignore_errors=True)
        folders = [dataset / _WORK / _key(item, config) for item in items]
        _prepare_each(items, folders, config, jobs, reporter)
        outcomes = [Outcome.load(_outcome_path(folder)) for folder in folders]
        utterances = hold_out([utterance for outcome in outcomes for utterance in outcome.utterances])
        summary = _summarise(dataset, outcomes, utterances, _notes(items, outcomes, transcriber, checker, config.language))
        if not utterances:
            raise DatasetError(_nothing_kept(recordings, summary))
        _publish(dataset, folders, outcomes, utterances)
    return summary


def hold_out(utterances: list[Utterance]) -> list[Utterance]:
    """Marks about one in twenty as held out: those whose text has the lowest hash, so that a text is never in both
    splits and the choice hardly changes when recordings are added."""
    count = held_out_count(len(utterances))
    digests = [digest(_plain(u.text)) for u in utterances]
    held = set(sorted(set(digests))[:count])
    split = ["held-out" if digest in held else "train" for digest in digests]
    return [replace(u, split=s) for u, s in zip(utterances, split, strict=True)]


def held_out_count(n: int) -> int:
    """How many texts of `n` utterances to hold out: 5 %, at least 5 of 50, at most 50, none of fewer than 20."""
    if n < 20:
        return 0
    return min(50, max(round(0.05 * n), 5 if n >= 50 else 1))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _find(folder: Path, out: Path, config: PrepareConfig, reporter: Reporter) -> tuple[list[Item], PrepareConfig]:
    """The recordings with the texts there are, and the settings with a language."""
    if config.corpus:
        corpus = corpora.load(config.corpus)
        items = corpora.find_items(folder, corpus)
        config = replace(config, language=config.language or corpus.language)
    else:
        items = find_items(folder, out, config.language or None, reporter)
        config = replace(config, language=config.language or "en-us")
    if not config.speaker:
        return items, config
    chosen = [item for item in items if item.speaker == config.speaker]
    if not chosen:
        known = ", ".join(sorted({item.speaker for item in items if item.speaker})[:12]) or "none"
        raise DatasetError(f"no recordings of speaker '{config.speaker}'; the corpus has: {known}")
    return chosen, config


def _listeners(items: list[Item], config: PrepareConfig) -> tuple[str, str]:
    """Who checks the texts there are, and who writes those that are missing; "" for nobody."""
    wanted = config.transcriber or None, config.language, config.asr_folder
    checker = transcribe.find_checker(*wanted) or ""
    if any(item.text is None and item.problem is None for item in items):
        return checker, transcribe.choose(*wanted)
    return checker, config.transcriber


def _notes(items: list[Item], outcomes: list[Outcome], transcriber: str, checker: str, language: str) -> tuple[str, ...]:
    """What was found of the files, and what to know of the texts that nobody wrote, or that were not found to be said.

    Of recordings that nobody could listen to there is nothing to know.
    """
    found = tuple(note for outcome in outcomes for note in outcome.notes)
    dropped = (segment for outcome in outcomes for segment in outcome.rejected)
    mismatches = sum((segment.problem or "").startswith(text_check.MISMATCH) for segment in dropped)
    if mismatches and not checker:
        get = plugins.load("transcribers", transcribe.PREFERRED[0]).missing(language)
        found += (f"{mismatches} texts were compared with the sounds alone; words are heard where Whisper is: {get}",)
    guessed = sum(item.text is None and bool(outcome.utterances) for item, outcome in zip(items, outcomes, strict=True))
    note = plugins.load("transcribers", transcriber).note if guessed else None
    which = "1 recording has" if guessed == 1 else f"{guessed} recordings have"
    return (*found, f"{which} no text; {note}") if note else found


def _claim(dataset: Path, recordings: Path) -> None:
    """Makes the dataset's folder, and sees to it that nothing lies there but what was prepared from these recordings."""
    source, ours = dataset / _WORK / "source.json", json.dumps(str(recordings.resolve()))
    try:
        if not source.is_file():
            if dataset.is_dir() and any(path.name != _WORK for path in dataset.iterdir()):
                raise DatasetError(f"{dataset} exists, and voicekit did not make it; give the dataset another --name")
            write_text(source, ours)
        before = source.read_text(encoding="utf-8")
    except OSError as error:
        raise explain_os_error(error, dataset) from error
    if before != ours:
        raise DatasetError(
            f"{dataset} was prepared from {before}; give another --name, or delete it to prepare {recordings} under this one"
        )


def _key(item: Item, config: PrepareConfig) -> str:
    """A name that changes when the recording, its text or the settings do."""
    try:
        stat = item.path.stat()
        state = (stat.st_size, stat.st_mtime_ns)
    except OSError:
        state = (0, 0)
    known = (item.name, item.text, item.speaker, item.problem, item.listener)
    parts = (VERSION, *state, *known, config.language, config.asr_folder, config.track)
    return digest(repr(parts))[:16]


def _outcome_path(folder: Path) -> Path:
    return folder / "outcome.json"


def _is_done(folder: Path) -> bool:
    """Whether an earlier run prepared the recording and all of its files are still there."""
    try:
        outcome = Outcome.load(_outcome_path(folder))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False
    return all(path(folder, u.id).is_file() for u in outcome.utterances for path in (wav_path, features_path))


def _prepare_each(items: list[Item], folders: list[Path], config: PrepareConfig, jobs: int, reporter: Reporter) -> None:
    """Short recordings one a process, many at a time; long ones one after the other, with all processes on each."""
    pending = [(item, folder) for item, folder in zip(items, folders, strict=True) if not _is_done(folder)]
    durations_s = {folder: _duration_s(item) for item, folder in pending}
    short = [each for each in pending if durations_s[each[1]] <= _LONG_S]
    long = [each for each in pending if durations_s[each[1]] > _LONG_S]
    saved = chain(
        parallel(partial(_prepare_and_save, config=config), short, jobs=jobs),
        map(partial(_prepare_and_save, config=config, jobs=jobs, reporter=reporter), long),
    )
    for _ in reporter.track(saved, "preparing recordings", sum(durations_s.values()), size=durations_s.__getitem__):
        pass


def _duration_s(item: Item) -> float:
    """How long the recording is; a second for what cannot be opened, which is reported when its turn comes."""
    try:
        return max(1.0, probe(item.path).duration_s)
    except MediaError:
        return 1.0


def _prepare_and_save(pending: tuple[Item, Path], config: PrepareConfig, jobs: int = 1, reporter: Reporter = SILENT) -> Path:
    """Works in a folder that takes its name when all is in it: processes of a killed run may still work, in their own."""
    item, folder = pending
    begun = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}{_BEGUN}")
    try:
        begun.mkdir(parents=True)
        prepare_recording(item, begun, config, jobs, reporter).save(_outcome_path(begun))
        shutil.rmtree(folder, ignore_errors=True)
        begun.rename(folder)
    except OSError as error:
        raise explain_os_error(error, folder) from error
    finally:
        shutil.rmtree(begun, ignore_errors=True)
    return folder


def _summarise(dataset: Path, outcomes: list[Outcome], utterances: list[Utterance], notes: tuple[str, ...] = ()) -> Summary:
    """The figures of a dataset, from what became of each recording."""
    opened = [outcome for outcome in outcomes if outcome.duration_s > 0]
    heard = [outcome for outcome in opened if outcome.speech_db > -100]
    levels = [u.rms_db for u in utterances] or [0.0]
    # A recording of which nothing was kept is named with its own reason; the others are counted.
    unusable = [(o.recording, o.rejected[0].problem or "") for o in outcomes if not o.utterances and o.rejected]
    reasons = Counter(_general(s.problem or "") for o in outcomes if o.utterances for s in o.rejected)
    total_s = sum(outcome.duration_s for outcome in opened)
    if sum(reason.startswith(text_check.MISMATCH) for _, reason in unusable) > _SUSPICIOUS * len(outcomes):
        notes = (*notes, _WRONG_TEXTS)
    return Summary(
        dataset=dataset,
        recordings=len(outcomes),
        utterances=len(utterances),
        held_out=sum(u.split == "held-out" for u in utterances),
        minutes_recorded=total_s / 60,
        minutes_kept=sum(u.duration_s for u in utterances) / 60,
        minutes_dropped=sum(segment.duration_s for outcome in outcomes for segment in outcome.rejected) / 60,
        rms_range_db=(min(levels), max(levels)),
        true_peak_db=max((u.true_peak_db for u in utterances), default=0.0),
        speech_db=float(np.median([r.speech_db for r in heard])) if heard else 0.0,
        noise_floor_db=float(np.median([r.noise_floor_db for r in heard])) if heard else 0.0,
        clipped=sum(r.clipped * r.duration_s for r in opened) / total_s if total_s else 0.0,
        clipped_recordings=sum(r.clipped > 1e-5 for r in opened),
        denoised=sum(any(step.startswith("denoise") for step in u.treatment) for u in utterances),
        reasons=tuple(reasons.most_common()),
        unusable=tuple(unusable),
        notes=notes,
    )


def _general(reason: str) -> str:
    """A reason without the figures that differ from case to case, for counting."""
    return reason.split(":")[0] if reason.startswith(("clipped", text_check.MISMATCH)) else reason


def _publish(dataset: Path, folders: list[Path], outcomes: list[Outcome], utterances: list[Utterance]) -> None:
    """Puts the utterances where people look for them. The manifest comes last: a folder without one is no dataset yet."""
    try:
        for file in ("manifest.jsonl", "metadata.csv", "rejected.jsonl"):
            (dataset / file).unlink(missing_ok=True)
        published = {
            _place(path(folder, utterance.id), path(dataset, utterance.id))
            for folder, outcome in zip(folders, outcomes, strict=True)
            for utterance in outcome.utterances
            for path in (wav_path, features_path)
        }
        for path in chain((dataset / "wavs").iterdir(), (dataset / "features").iterdir()):
            if path not in published:
                path.unlink()
        for folder in (dataset / _WORK).iterdir():
            if folder.is_dir() and folder not in folders:
                shutil.rmtree(folder)
    except OSError as error:
        raise explain_os_error(error, dataset) from error
    rejected = [_rejected_line(outcome.recording, segment) for outcome in outcomes for segment in outcome.rejected]
    write_text(dataset / "rejected.jsonl", "".join(rejected))
    write_manifest(dataset, utterances)


def _rejected_line(recording: str, segment: Segment) -> str:
    row = {"recording": recording, "start_s": segment.start_s, "end_s": segment.end_s}
    return json.dumps({**row, "reason": segment.problem, "text": segment.text}, ensure_ascii=False) + "\n"


def _place(made: Path, final: Path) -> Path:
    """A second name for the same file, which costs no room; a copy on disks that know no links."""
    if not (final.exists() and final.samefile(made)):
        with atomic(final) as partial:
            try:
                os.link(made, partial)
            except OSError:
                shutil.copyfile(made, partial)
    return final


def _nothing_kept(recordings: Path, summary: Summary) -> str:
    name, reason = summary.unusable[0] if summary.unusable else ("", "no speech was found")
    reason = reason if str(recordings / name) in reason else f"{recordings / name}: {reason}"
    reason = reason if summary.recordings == 1 else f"none of the {summary.recordings} recordings can be used; {reason}"
    return "; ".join((reason, *summary.notes))
