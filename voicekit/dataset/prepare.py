"""Recordings in, a dataset out. Reads top-down as the steps: find, prepare each, hold some back, publish, sum up."""

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from voicekit.core import plugins
from voicekit.core.errors import DatasetError, MediaError
from voicekit.core.files import alone, atomic, digest, explain_os_error, place_in, write_text
from voicekit.core.processes import parallel
from voicekit.core.reporter import SILENT, Reporter
from voicekit.dataset import corpora
from voicekit.dataset.guesses import (
    DOUBTFUL,
    MOST_TO_STOP,
    Guessed,
    corrected,
    listen_to,
    problem_of,
    read_corrections,
    sort_out,
    write_guesses,
)
from voicekit.dataset.items import Item, safe_name, unique_ids
from voicekit.dataset.languages import foreign_speech, language_of_speech, language_of_texts
from voicekit.dataset.manifest import Utterance, features_path, wav_path, write_manifest
from voicekit.dataset.recording import Segment
from voicekit.dataset.recording_job import DEFAULTS, Outcome, PrepareConfig, cost_s, named, prepare_recording
from voicekit.dataset.speakers import MOST_HEARD, tell_second_voice
from voicekit.dataset.summary import Summary, nothing_kept, summarise
from voicekit.dataset.transcripts import find_items
from voicekit.media import probe
from voicekit.recognition import text_check, transcribe
from voicekit.text.phonemes.phonemise import check_language

#: Part of what decides whether a recording must be prepared again; raise it when the outcome changes.
VERSION = 4
#: Recordings longer than this are worked on by all processes together, one after the other.
_LONG_S = 120.0
_SHORT, COMPARING = "preparing recordings", "comparing the voices"
#: What looking for a second voice takes: to begin, and for each of the utterances, which are so long about.
_COMPARING_S, _EACH_S, _UTTERANCE_S = 1.0, 0.01, 5.0
_WORK = ".work"
#: The suffix of a recording's folder while it is worked on.
_BEGUN = ".begun"


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
    is_told = bool(config.language or config.corpus)
    items, config = _find(recordings, Path(out), config, reporter)
    check_language(config.language)
    checker, transcriber = _listeners(items, config)
    if not is_told and transcriber and all(item.text is None for item in items):
        listener = transcribe.load(transcriber, config.language, config.asr_folder)
        with reporter.during("listening for the language"):
            config = replace(config, language=language_of_speech(items, listener, reporter))
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
        corrections = read_corrections(dataset, dataset / _WORK, reporter.note)
        prepared = _prepare_each(items, folders, config, jobs, reporter)
        _check_language(prepared, corrections, recordings, "" if is_told else config.language)
        heard = [Outcome.load(_outcome_path(folder)) for folder in folders]
        made_in = {u.id: folder for folder, outcome in zip(folders, heard, strict=True) for u in outcome.utterances}
        guessed = sort_out(corrected(u, corrections) for outcome in heard for u in outcome.utterances if u.heard_by)
        outcomes = [_taught(outcome, corrections) for outcome in heard]
        utterances = hold_out([utterance for outcome in outcomes for utterance in outcome.utterances])
        offer = _offer(guessed, config.language)
        foreign = foreign_speech(guessed, config.language)
        if foreign and not is_told:
            raise _foreign(recordings, guessed, config.language)
        notes = _notes(heard, guessed, transcriber, checker, config.language)
        with reporter.during(COMPARING):
            second = tell_second_voice(utterances, made_in)
        notes += tuple(note for note in (foreign, second) if note)
        summary = summarise(dataset, outcomes, utterances, notes, guessed, offer)
        if not utterances:
            raise DatasetError(nothing_kept(recordings, summary))
        _publish(dataset, folders, made_in, outcomes, utterances, guessed)
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
        items = _left(find_items(folder, out, config.language or None, reporter), config.without, reporter)
        config = replace(config, language=language_of_texts(items, config.language, reporter))
    if not config.speaker:
        return items, config
    chosen = [item for item in items if item.speaker == config.speaker]
    if not chosen:
        known = ", ".join(sorted({item.speaker for item in items if item.speaker})[:12]) or "none"
        raise DatasetError(f"no recordings of speaker '{config.speaker}'; the corpus has: {known}")
    return chosen, config


def _left(items: list[Item], without: tuple[str, ...], reporter: Reporter) -> list[Item]:
    """The items that no pattern of `without` names."""
    names = {item.name for item in items}

    def is_meant(name: str, pattern: str) -> bool:
        return name == pattern if pattern in names else fnmatchcase(name, pattern)  # "take [1]" may be a name, too

    left = [item for item in items if not any(is_meant(item.name, pattern) for pattern in without)]
    for pattern in without:
        if not any(is_meant(name, pattern) for name in names):
            near = get_close_matches(pattern, [item.name for item in items], n=1, cutoff=0.0)
            raise DatasetError(f"--without {pattern} names no recording; the nearest is '{near[0]}'")
    if not left:
        raise DatasetError(f"--without {' '.join(without)} leaves no recording; name fewer")
    if without:
        reporter.note(f"{len(items) - len(left)} of {len(items)} recordings are left out, as --without says")
    return left


def _listeners(items: list[Item], config: PrepareConfig) -> tuple[str, str]:
    """Who checks the texts there are, and who writes those that are missing; "" for nobody."""
    wanted = config.transcriber or None, config.language, config.asr_folder
    checker = transcribe.find_checker(*wanted) or ""
    if any(item.text is None and item.problem is None for item in items):
        return checker, transcribe.choose(*wanted)
    return checker, config.transcriber


def _notes(outcomes: list[Outcome], guessed: Guessed, transcriber: str, checker: str, language: str) -> tuple[str, ...]:
    """What was found of the files, and what to know of the texts that nobody wrote, or that were not found to be said.

    Of recordings that nobody could listen to there is nothing to know.
    """
    found = tuple(note for outcome in outcomes for note in outcome.notes)
    dropped = (segment for outcome in outcomes for segment in outcome.rejected)
    mismatches = sum((segment.problem or "").startswith(text_check.MISMATCH) for segment in dropped)
    if mismatches and not checker:
        get = plugins.load("transcribers", transcribe.PREFERRED[0]).missing(language)
        found += (f"{mismatches} texts were compared with the sounds alone; words are heard where Whisper is: {get}",)
    without = len({utterance.recording for utterance in guessed.worst_first})
    note = plugins.load("transcribers", transcriber).note if without else None
    which = "1 recording has" if without == 1 else f"{without} recordings have"
    return (*found, f"{which} no text; {note}") if note else found


def _offer(guessed: Guessed, language: str) -> str:
    """How to get a transcriber that hears better, where one would."""
    better = plugins.load("transcribers", transcribe.PREFERRED[0])
    return (guessed.worst_first and better.missing(language)) or ""


def _check_language(prepared: Iterable[Path], corrections: dict[str, str], recordings: Path, guessed_language: str) -> None:
    """Goes through what is being prepared, and stops as soon as it is surely in another language than was guessed.

    Raises:
        DatasetError: it is.
    """
    heard: list[Utterance] = []
    for folder in prepared:
        if not guessed_language or len(heard) > MOST_TO_STOP:
            continue
        new = [corrected(u, corrections) for u in Outcome.load(_outcome_path(folder)).utterances if u.heard_by]
        heard += new
        if new and (guessed := sort_out(heard)).is_surely_foreign:
            raise _foreign(recordings, guessed, guessed_language)


def _foreign(recordings: Path, guessed: Guessed, language: str) -> DatasetError:
    lines = (f"{recordings}: {foreign_speech(guessed, language)}", _offer(guessed, language))
    return DatasetError("\n".join(filter(None, lines)))


def _taught(outcome: Outcome, corrections: dict[str, str]) -> Outcome:
    """The outcome with the texts that were put right, and without those that nobody should learn from."""
    kept, rejected = [], list(outcome.rejected)
    for u in (corrected(utterance, corrections) for utterance in outcome.utterances):
        if problem := problem_of(u):
            rejected.append(Segment(u.start_s, u.end_s, u.text, problem, u.sureness))
        else:
            kept.append(u)
    return replace(outcome, utterances=tuple(kept), rejected=tuple(sorted(rejected, key=lambda each: each.start_s)))


def _claim(dataset: Path, recordings: Path) -> None:
    """Makes the dataset's folder, and sees to it that nothing lies there but what was prepared from these recordings."""
    source, ours = dataset / _WORK / "source.json", json.dumps(place_in(dataset, recordings))
    try:
        if not source.is_file():
            if dataset.is_dir() and any(path.name != _WORK for path in dataset.iterdir()):
                raise DatasetError(f"{dataset} exists, and voicekit did not make it; give the dataset another --name")
            write_text(source, ours)
        before = source.read_text(encoding="utf-8")
        if before == json.dumps(str(recordings.resolve())):  # as it was before 0.3
            write_text(source, before := ours)
    except OSError as error:
        raise explain_os_error(error, dataset) from error
    if before != ours:
        raise DatasetError(
            f"{dataset} was prepared from another folder than {recordings}; give another --name, or delete it to prepare "
            "this one under its name"
        )


def _key(item: Item, config: PrepareConfig) -> str:
    """A name that changes when the recording, its text or the settings do."""
    try:
        stat = item.path.stat()
        state = (stat.st_size, stat.st_mtime_ns)
    except OSError:
        state = (0, 0)
    known = (item.name, item.text, item.speaker, named(item, item.problem or ""), item.listener)
    parts = (VERSION, *state, *known, config.language, _weights(config.asr_folder), config.track)
    return digest(repr(parts))[:16]


def _weights(folder: Path | None) -> str | None:
    """What tells one folder of weights from another, wherever it lies."""
    sizes = [path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()] if folder else []
    return f"{folder.name} {sizes}" if folder else None


def _outcome_path(folder: Path) -> Path:
    return folder / "outcome.json"


def _is_done(folder: Path) -> bool:
    """Whether an earlier run prepared the recording and all of its files are still there."""
    try:
        outcome = Outcome.load(_outcome_path(folder))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False
    return all(path(folder, u.id).is_file() for u in outcome.utterances for path in (wav_path, features_path))


def _prepare_each(
    items: list[Item], folders: list[Path], config: PrepareConfig, jobs: int, reporter: Reporter
) -> Iterator[Path]:
    """Yields the folder of each recording as it is done: short ones one a process, many at a time; then long ones one after
    the other, with all processes on each.
    """
    pending = [(item, folder) for item, folder in zip(items, folders, strict=True) if not _is_done(folder)]
    looked_at = reporter.track(pending, "looking at the recordings", len(pending)) if pending else ()
    durations_s = {folder: _duration_s(item) for item, folder in looked_at}
    short = [each for each in pending if durations_s[each[1]] <= _LONG_S]
    long = [each for each in pending if durations_s[each[1]] > _LONG_S]
    reporter.expect(_expected(short, long, durations_s, config, jobs))
    saved = parallel(partial(_prepare_and_save, config=config), short, jobs=jobs)
    short_s = sum(durations_s[folder] for _, folder in short)
    if short:
        yield from reporter.track(saved, _SHORT, short_s, size=durations_s.__getitem__)
    for each in long:
        yield _prepare_and_save(each, config, jobs, reporter)


def _expected(
    short: list[tuple[Item, Path]],
    long: list[tuple[Item, Path]],
    durations_s: dict[Path, float],
    config: PrepareConfig,
    jobs: int,
) -> Iterator[tuple[str, float]]:
    """The tasks of preparing each; see `Reporter.expect`."""
    if short:
        yield _SHORT, sum(durations_s[folder] * sum(cost_s(item, jobs=1).values()) for item, folder in short) / jobs
    for item, folder in long:
        for task, seconds in cost_s(item, jobs).items():
            yield task, seconds * durations_s[folder]
    n_compared = min(sum(durations_s.values()) / _UTTERANCE_S, MOST_HEARD)
    yield COMPARING, _COMPARING_S + _EACH_S * n_compared


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


def _publish(
    dataset: Path,
    folders: list[Path],
    made_in: dict[str, Path],
    outcomes: list[Outcome],
    utterances: list[Utterance],
    guessed: Guessed,
) -> None:
    """Puts the utterances where people look for them. The manifest comes last: a folder without one is no dataset yet.

    Args:
        made_in: the id of an utterance → the one of the folders in which its files were made.
    """
    try:
        for file in ("manifest.jsonl", "metadata.csv", "rejected.jsonl"):
            (dataset / file).unlink(missing_ok=True)
        files = [(path, path(dataset, u.id), u.id) for u in utterances for path in (wav_path, features_path)]
        files += [(wav_path, dataset / listen_to(u), u.id) for u in guessed.left_out]
        published = {_place(path(made_in[name], name), final) for path, final, name in files}
        for folder in (dataset / name for name in ("wavs", "features", DOUBTFUL)):
            for path in folder.iterdir() if folder.is_dir() else ():
                if path not in published:
                    path.unlink()
        for folder in (dataset / _WORK).iterdir():
            if folder.is_dir() and folder not in folders:
                shutil.rmtree(folder)
    except OSError as error:
        raise explain_os_error(error, dataset) from error
    rejected = [_rejected_line(outcome.recording, segment) for outcome in outcomes for segment in outcome.rejected]
    write_text(dataset / "rejected.jsonl", "".join(rejected))
    write_guesses(dataset, dataset / _WORK, guessed, utterances)
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
