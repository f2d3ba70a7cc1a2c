"""Does a clone speak at its speaker's pace, with their pauses, at their level? However the recordings came in.

    python benchmarks/pace.py DATA WORK [--speaker arctic/bdl …] [--way take …] [--minutes 0.9] [--seconds 36]

DATA holds corpora with a `metadata.csv` each (`path|speaker|sex|text`, or `id|text` of one speaker). Of each speaker some
36 s come in as one take with texts, as single files with texts, and as one take without texts; a quick voice is trained on
each, and says sentences that its speaker said too and that it never met. Ratios are voice ÷ speaker: phones a second of
speech, the share of pauses in the whole, how long all of it lasts, and the level of speech in dB beside that of the
utterances that were trained on. Of the voice's pauses "right" are those behind the same word as one of the speaker's, of
the speaker's "met".
Voices that lie in WORK are not trained again.
"""

import argparse
import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr
from rich.console import Console
from rich.table import Table

from voicekit.audio.features import FRAME_RATE, SAMPLE_RATE
from voicekit.core.files import shipped
from voicekit.core.settings import read_toml
from voicekit.dataset.manifest import read_manifest, wav_path
from voicekit.dataset.prepare import prepare
from voicekit.dataset.recording_job import PrepareConfig
from voicekit.dataset.speech_span import speech_span
from voicekit.evaluation.measures import analyse
from voicekit.recognition.sphinx import Aligner
from voicekit.speech.native import load
from voicekit.text.phonemes.phonemise import BOUNDARIES, Phonemes, phonemise
from voicekit.training.settings import TrainConfig, with_minutes
from voicekit.training.train import train

WAYS = ("take", "files", "guessed")
SPEAKERS = (
    "arctic/bdl", "arctic/slt", "arctic/clb", "librispeech/train-clean-100-multi/19",
    "librispeech/train-clean-100-multi/26", "ljspeech/ljspeech", "kerstin/kerstin", "vctk_narrow/p232", "vctk_narrow/p257",
)  # fmt: skip
#: Pauses between the sentences of the one take, in seconds: what readers do.
PAUSES_S = (0.35, 0.8)
SENTENCES = 8


@dataclass(frozen=True)
class Sound:
    """How a passage was spoken: phones, seconds of speech, seconds of pauses, mean square level of the speech in dB."""

    phones: int
    speech_s: float
    pause_s: float
    level_db: float
    pauses: frozenset[int]  #: behind which words, by their number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--speaker", action="append", help="corpus/speaker; any number of times")
    parser.add_argument("--way", action="append", choices=WAYS)
    parser.add_argument("--minutes", type=float, default=0.9, help="of training; 2.3 is what --quick takes")
    parser.add_argument("--seconds", type=float, default=36, help="of speech to train on")
    arguments = parser.parse_args()
    table = Table(
        "speaker",
        "came in as",
        "rate",
        "pauses",
        "lasts",
        "level dB",
        "speaker: phones/s",
        "pauses %",
        "pauses",
        "right",
        "met",
        box=None,
    )
    for speaker in arguments.speaker or SPEAKERS:
        said = _said(arguments.data, speaker)
        known, unknown = _divided(said, arguments.seconds)
        language = "de" if speaker.startswith("kerstin") else "en-us"
        humans = [_measured(_read(path), text, language) for path, text in unknown]
        for way in arguments.way or WAYS:
            folder = arguments.work / f"{speaker.replace('/', '-')}-{way}"
            voice, dataset = _voice(folder, known, way, language, arguments.minutes)
            engine = load(voice)
            voices = [_measured(engine.synthesize(text).waveform, text, language) for _, text in unknown]
            level_db = np.median([_level_db(_read(wav_path(dataset, u.id))) for u in read_manifest(dataset)])
            row = (
                _rate(voices) / _rate(humans),
                _pauses(voices) / max(_pauses(humans), 1e-3),
                _length_s(voices) / _length_s(humans),
                np.median([v.level_db for v in voices]) - level_db,
            )
            made, real = sum(len(v.pauses) for v in voices), sum(len(h.pauses) for h in humans)
            same = sum(len(v.pauses & h.pauses) for v, h in zip(voices, humans, strict=True))
            placed = (f"{made}/{real}", f"{same / max(made, 1):.2f}", f"{same / max(real, 1):.2f}")
            print(speaker, way, *(f"{value:.3f}" for value in row), *placed, flush=True)
            spoken = (f"{_rate(humans):.1f}", f"{100 * _pauses(humans):.1f}")
            table.add_row(speaker, way, *(f"{v:.2f}" for v in row), *spoken, *placed)
    Console(highlight=False).print(table)


def _said(data: Path, speaker: str) -> list[tuple[Path, str]]:
    """(recording, text) of all that a speaker said."""
    corpus, _, who = speaker.rpartition("/")
    folder = data / corpus
    with (folder / "metadata.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE))
    mine = [(row[0], row[-1]) for row in rows if len(row) == 2 or row[1] == who]
    found = {path.relative_to(folder).with_suffix("").as_posix(): path for path in folder.rglob("*.*")}
    by_id = {**{Path(name).name: path for name, path in found.items()}, **found}
    return [(by_id[name], text) for name, text in mine if name in by_id]


def _divided(said: list[tuple[Path, str]], seconds: float) -> tuple[list, list]:
    """What is trained on, some seconds of it, and what is held out."""
    # Spread over all, because readers grow faster or slower from one session to the next.
    chosen = set(np.linspace(1, len(said) - 1, min(SENTENCES, len(said) * 3 // 5)).round().astype(int).tolist())
    unknown = [row for number, row in enumerate(said) if number in chosen]
    rest = [row for number, row in enumerate(said) if number not in chosen]
    lengths_s = [soundfile.info(path).duration for path, _ in rest]
    step = max(int(sum(lengths_s) / seconds), 1)
    known, gone_s = [], 0.0
    for row, length_s in zip(rest[::step], lengths_s[::step], strict=True):
        if gone_s < seconds:
            known.append(row)
            gone_s += length_s
    return known, unknown


def _voice(folder: Path, known: list, way: str, language: str, minutes: float) -> tuple[Path, Path]:
    """A voice made of the recordings, and its dataset."""
    voice, dataset = folder / "voices" / "clone", folder / "datasets" / "recordings"
    if (voice / "voice.toml").is_file():
        return voice, dataset
    recordings = folder / "recordings"
    recordings.mkdir(parents=True, exist_ok=True)
    if way == "files":
        for number, (path, _) in enumerate(known):
            soundfile.write(recordings / f"{number:02d}.wav", _read(path), SAMPLE_RATE)
        table = "".join(f"{number:02d}|{text}\n" for number, (_, text) in enumerate(known))
        (recordings / "metadata.csv").write_text(table, encoding="utf-8")
    else:
        soundfile.write(recordings / "take.wav", _one_take([_read(path) for path, _ in known]), SAMPLE_RATE)
        if way == "take":
            lines = [text if text.rstrip()[-1:] in ".?!" else f"{text}." for _, text in known]
            (recordings / "take.txt").write_text("\n".join(lines), encoding="utf-8")
    prepare(recordings, folder / "datasets", config=PrepareConfig(language=language))
    config = with_minutes(read_toml(shipped("recipes") / "quick.toml", TrainConfig()), minutes)
    config = replace(config, prosody=replace(config.prosody, minutes=0.3))  # what learns the pace gets all of its time
    train([dataset], voice, config, config.base, "cpu")
    return voice, dataset


def _one_take(waveforms: list[np.ndarray]) -> np.ndarray:
    """One after the other, with the pauses of a reader in between, in which their room is heard."""
    rng = np.random.default_rng(0)
    pieces = [waveforms[0]]
    for waveform in waveforms[1:]:
        blocks = waveform[: len(waveform) // 240 * 240].reshape(-1, 240)
        floor = np.percentile(np.sqrt(np.square(blocks).mean(1)), 3)
        pause = rng.normal(0, floor, round(rng.uniform(*PAUSES_S) * SAMPLE_RATE)).astype(np.float32)
        pieces += [pause, waveform]
    return np.concatenate(pieces)


def _read(path: Path) -> np.ndarray:
    waveform, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(waveform.mean(1), rate, SAMPLE_RATE)


def _measured(waveform: np.ndarray, text: str, language: str) -> Sound:
    sound = analyse(waveform)
    phonemes = phonemise(text, language)
    phones = sum(symbol not in BOUNDARIES for symbol in phonemes.symbols)
    pause_s = sum(sound.pauses_s)
    return Sound(phones, sound.span_s - pause_s, pause_s, _level_db(waveform), _pauses_of(waveform, phonemes))


def _pauses_of(waveform: np.ndarray, phonemes: Phonemes) -> frozenset[int]:
    """The words behind which there is a pause, by their number; none where the aligner does not find the words."""
    span, alignment = speech_span(waveform), _aligner().align(waveform, phonemes)
    if span is None or alignment is None or len(phonemes.words) < 2:
        return frozenset()
    edges_s = np.concatenate(([0], np.cumsum(alignment.durations))) / FRAME_RATE
    between_s = [(edges_s[end] + edges_s[end + 1]) / 2 for _, _, end in phonemes.words[:-1]]
    return frozenset(int(np.abs(np.subtract(between_s, (start + end) / 2)).argmin()) for start, end in span.pauses)


@cache
def _aligner() -> Aligner:
    return Aligner()


def _level_db(waveform: np.ndarray) -> float:
    """Of the speech: the mean square of the blocks of 32 ms that are less than 30 dB below the loudest tenth."""
    blocks = waveform[: len(waveform) // 768 * 768].reshape(-1, 768)
    power = np.square(blocks).mean(1)
    return float(10 * np.log10(power[power > 1e-3 * np.percentile(power, 90)].mean()))


def _rate(sounds: list[Sound]) -> float:
    return sum(s.phones for s in sounds) / sum(s.speech_s for s in sounds)


def _length_s(sounds: list[Sound]) -> float:
    return sum(s.speech_s + s.pause_s for s in sounds)


def _pauses(sounds: list[Sound]) -> float:
    """Their share of the whole."""
    return sum(s.pause_s for s in sounds) / sum(s.pause_s + s.speech_s for s in sounds)


if __name__ == "__main__":
    main()
