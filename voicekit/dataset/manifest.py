"""What a prepared dataset is on disk, and how it is read back.

datasets/NAME/
  wavs/ID.wav          24 kHz mono, 16 bit, at the training level
  features/ID.npz      log-mel, MFCC and F0 of the same waveform (see audio.features)
  metadata.csv         LJSpeech layout: id|text
  manifest.jsonl       one Utterance a line
  rejected.jsonl       what was dropped, and why
  guesses.csv          of texts that nobody wrote, the least sure first; see dataset.guesses
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TypeVar

from voicekit.core import plugins
from voicekit.core.documents import parse_json, read_lines, shown
from voicekit.core.errors import DatasetError
from voicekit.core.files import write_text

DATASETS_FOLDER = Path("datasets")
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Utterance:
    """A stretch of speech cut from a recording, with its words.

    Attributes:
        id: the stem of its files in `wavs/` and `features/`; unique in the dataset.
        text: what is said, as a person would write it.
        language: an espeak language code, e.g. "en-us", "de".
        split: "train", or "held-out" for sentences kept back to judge the voice. No text is in both.
        recording: the name of the file it was cut from, relative to the recordings folder.
        start_s, end_s: where in that recording.
        rms_db, true_peak_db: the level of `wavs/ID.wav`.
        noise_floor_db: the level of the recording's quietest parts, before any treatment and at its original level.
        treatment: what was done to the sound, in order, e.g. ("denoise 6 dB", "gain +9.3 dB", "limit 1.2 dB").
        speaker: who speaks, in a dataset of many; empty in one of a single voice.
        heard_by: the transcriber whose guess the text is; empty where somebody wrote it.
        sureness: the share of the words of a guess that are probably right, 0 to 1; 1 where nobody guessed, or nobody says.
    """

    id: str
    text: str
    language: str
    split: str
    recording: str
    start_s: float
    end_s: float
    rms_db: float
    true_peak_db: float
    noise_floor_db: float
    treatment: tuple[str, ...] = ()
    speaker: str = ""
    heard_by: str = ""
    sureness: float = 1.0

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


def find_dataset(dataset: Path | None = None, folder: Path = DATASETS_FOLDER) -> Path:
    """`dataset` itself, or the one of that name in `folder`; without one the newest.

    Raises:
        DatasetError: there is none.
    """
    if dataset is not None:
        for candidate in (dataset, folder / dataset):
            if (candidate / "manifest.jsonl").is_file():
                return candidate
        raise DatasetError(f"{dataset} is not a prepared dataset; make one with: voicekit prepare RECORDINGS_DIR")
    found = sorted(folder.glob("*/manifest.jsonl"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise DatasetError(f"there is no dataset in {folder}/; make one with: voicekit prepare RECORDINGS_DIR")
    return found[-1].parent


def wav_path(dataset: Path, utterance_id: str) -> Path:
    return dataset / "wavs" / f"{utterance_id}.wav"


def features_path(dataset: Path, utterance_id: str) -> Path:
    return dataset / "features" / f"{utterance_id}.npz"


def write_manifest(dataset: Path, utterances: list[Utterance]) -> None:
    """Writes `manifest.jsonl` and the `metadata.csv` that other tools read."""
    lines = [json.dumps(asdict(utterance), ensure_ascii=False) for utterance in utterances]
    write_text(dataset / "manifest.jsonl", "".join(line + "\n" for line in lines))
    rows = [f"{u.id}|{' '.join(u.text.replace('|', ' ').split())}\n" for u in utterances]
    write_text(dataset / "metadata.csv", "".join(rows))


def read_manifest(dataset: Path) -> list[Utterance]:
    """The utterances of a prepared dataset, in order.

    Raises:
        DatasetError: the folder is no prepared dataset, or a line of its manifest is damaged.
    """
    path = dataset / "manifest.jsonl"
    if not path.is_file():
        raise DatasetError(f"{dataset} is not a prepared dataset; make one with: voicekit prepare RECORDINGS_DIR")
    utterances = []
    try:
        for number, line in read_lines(path):
            try:
                utterances.append(_utterance(parse_json(line)))
            except (ValueError, TypeError, AttributeError) as error:
                raise DatasetError(f"{path}, line {number} is damaged ({error}); run voicekit prepare again") from error
    except OSError as error:
        raise DatasetError(f"cannot read {path}: {error.strerror}") from error
    if not utterances:
        raise DatasetError(f"{path} lists no utterances; rejected.jsonl beside it says why")
    return utterances


def evenly(items: Sequence[Thing], most: int) -> list[Thing]:
    """`most` of some things at most, evenly from the first to the last."""
    count = min(most, len(items))
    return [items[round(n * (len(items) - 1) / max(count - 1, 1))] for n in range(count)]


def doubtful(utterances: list[Utterance]) -> list[Utterance]:
    """Those whose texts are guesses of a transcriber that is often wrong.

    Raises:
        PluginError: a transcriber is no longer installed.
    """
    often_wrong = {name for name in {u.heard_by for u in utterances} if name and plugins.load("transcribers", name).note}
    return [u for u in utterances if u.heard_by in often_wrong]


def speech_minutes(datasets: list[Path]) -> float:
    """How much there is to train on."""
    return sum(u.duration_s for dataset in datasets for u in read_manifest(dataset) if u.split == "train") / 60


def _utterance(row: dict) -> Utterance:
    known = {}
    for field in (field for field in fields(Utterance) if field.name in row):
        value = known[field.name] = row[field.name]
        kind = float | int if field.type is float else str if field.type is str else list
        if not isinstance(value, kind) or (isinstance(value, float) and not math.isfinite(value)):
            raise TypeError(f"{field.name} is {shown(value)}")
    utterance = Utterance(**{**known, "treatment": tuple(known.get("treatment", ()))})
    if not utterance.id or Path(utterance.id).name != utterance.id:  # files are written by that name
        raise ValueError(f"id is {shown(utterance.id)}")
    if not all(isinstance(step, str) for step in utterance.treatment):
        raise TypeError(f"treatment is {shown(utterance.treatment)}")
    if not 0 <= utterance.start_s <= utterance.end_s:
        raise ValueError(f"it is from {shown(utterance.start_s)} to {shown(utterance.end_s)} s")
    return utterance
