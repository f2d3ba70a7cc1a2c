"""Recordings in, a dataset out. Reads top-down as the steps: find, prepare each, hold some back, publish, sum up."""

import hashlib
import json
import os
import re
import secrets
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from voicekit.core import plugins
from voicekit.core.errors import DatasetError, MediaError
from voicekit.core.files import alone, atomic, explain_os_error, write_text
from voicekit.dataset import corpora
from voicekit.dataset.manifest import Utterance, features_path, wav_path, write_manifest
from voicekit.dataset.recording_job import Prepared, Task, here, prepare_recording
from voicekit.dataset.summary import Summary, summarise
from voicekit.dataset.transcripts import Item, find_items
from voicekit.media.tracks import Wanted
from voicekit.recognition import text_check, transcribe
from voicekit.text.phonemes.phonemise import check_language

#: Part of what decides whether a recording must be prepared again; raise it when the outcome changes.
VERSION = 2
#: Recordings longer than this are worked on by all processes together, one after the other.
_LONG_S = 120.0
_WORK = ".work"
#: Ends the name of a recording's folder while it is worked on.
_BEGUN = ".begun"
#: Disks take names of 255 bytes, a letter takes up to four, and there is more to a file's name than its id.
_LONGEST_NAME = 50


@dataclass(frozen=True)
class _Pending:
    """A recording not prepared yet."""

    task: Task
    duration_s: float


def prepare(
    recordings: Path,
    out: Path = Path("datasets"),
    name: str | None = None,
    corpus: str | None = None,
    language: str | None = None,
    speaker: str | None = None,
    transcriber: str | None = None,
    asr_model: Path | None = None,
    jobs: int = 1,
    track: Wanted = None,
    on_progress: Callable[[float], None] = lambda share: None,
    say: Callable[[str], None] = lambda line: None,
) -> Summary:
    """Makes `out/name` from all sound below `recordings`; goes on where an earlier run was stopped.

    Args:
        name: of the dataset; the folder's name when None.
        corpus: name of the descriptor that says how a public corpus is laid out.
        language: an espeak language code; the corpus's, or "en-us", when None.
        speaker: only this speaker of a corpus of many.
        transcriber: plug-in that listens to what has no text, and whether the texts there are are said; the best there is
            when None.
        asr_model: the folder of its weights.
        jobs: processes.
        track: which sound track is taken of files that have several; None for the default one.
        on_progress: told the share of the work that is done, 0…1.
        say: told, before any work, where the texts are from and what was guessed or is left out.

    Raises:
        DatasetError: nothing to prepare, or no recording among them is usable.
        VoicekitError: the dataset cannot be written.
    """
    recordings = Path(recordings)
    dataset = Path(out) / (name or safe_name(recordings.resolve().name))
    descriptor = corpora.load(corpus) if corpus else None
    items = corpora.find_items(recordings, descriptor) if descriptor else find_items(recordings, Path(out), say, language)
    if speaker:
        items = _of_speaker(items, speaker)
    language = language or (descriptor.language if descriptor else "en-us")
    check_language(language)
    asr_model = asr_model.resolve() if asr_model else None
    checker = transcribe.find_checker(transcriber, language, asr_model) or ""
    if any(item.text is None and item.problem is None for item in items):
        transcriber = transcribe.choose(transcriber, language, asr_model)
    _claim(dataset, recordings)
    tasks = [
        _task(item, utterance_id, language, dataset, checker if item.text else transcriber or "", asr_model, track)
        for item, utterance_id in zip(items, unique_ids(items), strict=True)
    ]
    with alone(dataset / _WORK):
        for abandoned in (dataset / _WORK).glob(f"*{_BEGUN}"):
            shutil.rmtree(abandoned, ignore_errors=True)
        _prepare_all([task for task in tasks if not _is_done(task)], jobs, on_progress)
        results = [Prepared.load(_result_path(task)) for task in tasks]
        utterances = hold_out([utterance for result in results for utterance in result.utterances])
        summary = summarise(dataset, results, utterances, _notes(items, transcriber, checker, language, results))
        if not utterances:
            raise DatasetError(_nothing_kept(recordings, summary))
        _publish(dataset, tasks, results, utterances)
    return summary


def safe_name(name: str) -> str:
    """`name` with only letters, digits, "-", "_" and "." left, as the ids of files must be; short enough to add to."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:_LONGEST_NAME] or "recordings"


def unique_ids(items: list[Item]) -> list[str]:
    """An id for each item: its bare name; where two share it, the path to it; where that is shared too, the suffix."""
    candidates = [
        [safe_name(Path(item.key).name), safe_name(item.key.replace("/", "-")), safe_name(item.name.replace("/", "-"))]
        for item in items
    ]
    ids = [None] * len(items)
    for level in range(3):
        # Compared without case: some disks do not tell "A.wav" from "a.wav".
        counts: dict[str, int] = {}
        for names in candidates:
            counts[names[level].lower()] = counts.get(names[level].lower(), 0) + 1
        for index, names in enumerate(candidates):
            if ids[index] is None and counts[names[level].lower()] == 1:
                ids[index] = names[level]
    taken: set[str] = set()
    for index, names in enumerate(candidates):
        if ids[index] is None or ids[index].lower() in taken:
            ids[index] = f"{names[2]}-{hashlib.sha1(items[index].name.encode()).hexdigest()[:6]}"
        taken.add(ids[index].lower())
    return ids


def hold_out(utterances: list[Utterance]) -> list[Utterance]:
    """Marks about one in twenty as held out: those whose text has the lowest hash, so that a text is never in both
    splits and the choice hardly changes when recordings are added."""
    count = held_out_count(len(utterances))
    digests = [hashlib.sha1(_plain(u.text).encode()).hexdigest() for u in utterances]
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


def _of_speaker(items: list[Item], speaker: str) -> list[Item]:
    chosen = [item for item in items if item.speaker == speaker]
    if not chosen:
        known = ", ".join(sorted({item.speaker for item in items if item.speaker})[:12]) or "none"
        raise DatasetError(f"no recordings of speaker '{speaker}'; the corpus has: {known}")
    return chosen


def _task(
    item: Item, utterance_id: str, language: str, dataset: Path, listener: str, asr_model: Path | None, track: Wanted
) -> Task:
    folder = dataset / _WORK / _key(item, language, listener, asr_model, track)
    return Task(item, utterance_id, language, folder, listener, asr_model, track)


def _notes(
    items: list[Item], transcriber: str | None, checker: str, language: str, results: list[Prepared]
) -> tuple[str, ...]:
    """What was found of the files, and what to know of the texts that nobody wrote, or that were not found to be said.

    Of recordings that nobody could listen to there is nothing to know.
    """
    found = tuple(note for result in results for note in result.notes)
    mismatches = sum(r.reason.startswith(text_check.MISMATCH) for result in results for r in result.rejected)
    if mismatches and not checker:
        get = transcribe.Whisper.missing(language)
        found += (f"{mismatches} texts were compared with the sounds alone; words are heard where Whisper is: {get}",)
    guessed = sum(item.text is None and bool(result.utterances) for item, result in zip(items, results, strict=True))
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


def _key(item: Item, language: str, transcriber: str, asr_model: Path | None, track: Wanted) -> str:
    """A name that changes when the recording, its text or the settings do."""
    try:
        stat = item.path.stat()
        state = (stat.st_size, stat.st_mtime_ns)
    except OSError:
        state = (0, 0)
    parts = (VERSION, item.name, *state, item.text, item.speaker, item.problem, language, transcriber, str(asr_model), track)
    return hashlib.sha1(repr(parts).encode()).hexdigest()[:16]


def _result_path(task: Task) -> Path:
    return task.folder / "result.json"


def _is_done(task: Task) -> bool:
    """Whether an earlier run prepared the recording and all of its files are still there."""
    try:
        result = Prepared.load(_result_path(task))
    except (OSError, ValueError, TypeError, KeyError):
        return False
    return all(path(task.folder, u.id).is_file() for u in result.utterances for path in (wav_path, features_path))


def _prepare_all(tasks: list[Task], jobs: int, on_progress: Callable[[float], None]) -> None:
    """Short recordings one a process, many at a time; long ones one after the other, with all processes on each."""
    if not tasks:
        return
    pending = [_Pending(task, _duration_s(task.item)) for task in tasks]
    total_s = sum(each.duration_s for each in pending)
    done_s = 0.0

    def advance(seconds: float) -> None:
        nonlocal done_s
        done_s += seconds
        on_progress(min(1.0, done_s / total_s))

    run = here if jobs == 1 else _in_processes(jobs)
    short = [each for each in pending if each.duration_s <= _LONG_S]
    for each, _ in zip(short, run(_prepare_and_save, [(each.task,) for each in short]), strict=True):
        advance(each.duration_s)
    for each in pending:
        if each.duration_s > _LONG_S:
            _prepare_and_save(each.task, run, lambda share, s=each.duration_s: advance(share * s))


def _duration_s(item: Item) -> float:
    """How long the recording is; a second for what cannot be opened, which is reported when its turn comes."""
    from voicekit.media import probe

    try:
        return max(1.0, probe(item.path).duration_s)
    except MediaError:
        return 1.0


def _in_processes(jobs: int) -> Callable[[Callable, Iterable[tuple]], Iterator[Any]]:
    def run(function: Callable, arguments: Iterable[tuple]) -> Iterator[Any]:
        import joblib

        # joblib replaces a process that has grown; nothing is lost, and nobody needs to know.
        warnings.filterwarnings("ignore", message="A worker stopped while some jobs", category=UserWarning)
        parallel = joblib.Parallel(n_jobs=jobs, return_as="generator")
        return parallel(joblib.delayed(function)(*each) for each in arguments)

    return run


def _prepare_and_save(task: Task, run=here, tick=lambda share: None) -> None:
    """Works in a folder that takes its name when all is in it: a killed run's processes, which live on, have their own."""
    begun = replace(task, folder=task.folder.with_name(f"{task.folder.name}.{secrets.token_hex(4)}{_BEGUN}"))
    try:
        begun.folder.mkdir(parents=True)
        prepare_recording(begun, run, tick).save(_result_path(begun))
        shutil.rmtree(task.folder, ignore_errors=True)
        begun.folder.rename(task.folder)
    except OSError as error:
        raise explain_os_error(error, task.folder) from error
    finally:
        shutil.rmtree(begun.folder, ignore_errors=True)


def _publish(dataset: Path, tasks: list[Task], results: list[Prepared], utterances: list[Utterance]) -> None:
    """Puts the utterances where people look for them. The manifest comes last: a folder without one is no dataset yet."""
    try:
        for file in ("manifest.jsonl", "metadata.csv", "rejected.jsonl"):
            (dataset / file).unlink(missing_ok=True)
        published = {
            _place(path(task.folder, utterance.id), path(dataset, utterance.id))
            for task, result in zip(tasks, results, strict=True)
            for utterance in result.utterances
            for path in (wav_path, features_path)
        }
        for folder in ("wavs", "features"):
            for path in (dataset / folder).iterdir():
                if path not in published:
                    path.unlink()
        current = {task.folder for task in tasks}
        for folder in (dataset / _WORK).iterdir():
            if folder.is_dir() and folder not in current:
                shutil.rmtree(folder)
    except OSError as error:
        raise explain_os_error(error, dataset) from error
    rejected = [json.dumps(asdict(r), ensure_ascii=False) + "\n" for result in results for r in result.rejected]
    write_text(dataset / "rejected.jsonl", "".join(rejected))
    write_manifest(dataset, utterances)


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
