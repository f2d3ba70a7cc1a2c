"""What it brings that the passage to clone from is chosen: how like a speaker the chosen seconds are, beside random ones.

    python benchmarks/passage.py [DATA] [--keep FOLDER]

Speakers of the development data whom our networks have never heard. Half of the recordings of each are held out. Of the
other half `prepare` makes a dataset, once as they are, once with every second recording spoiled; from it `voicekit train
--engine` would choose a passage. Its likeness is the cosine of its embedding to that of the held-out recordings, by
resemblyzer, of which the choice knows nothing. Random passages are utterances of the same dataset, as many seconds of them.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.signal
import soundfile
import soxr
from rich.console import Console
from rich.table import Table

from voicekit.audio.features import SAMPLE_RATE
from voicekit.dataset.manifest import Utterance, evenly, read_manifest, wav_path
from voicekit.dataset.prepare import prepare
from voicekit.dataset.recording_job import PrepareConfig
from voicekit.evaluation.likeness import load_resemblyzer
from voicekit.evaluation.metrics import METRICS_RATE
from voicekit.media import load_audio
from voicekit.training.passage import choose_passage

DATA = Path(__file__).parents[2] / "shared" / "data"
#: Folder with a metadata.csv (path|text or path|speaker|sex|text) → language.
CORPORA = {
    "arctic": "en-us", "kerstin": "de", "ljspeech": "en-us", "librispeech/test-other": "en-us", "vctk_wide": "en-gb",
}  # fmt: skip
_FEWEST, _MOST = 10, 40
_WANTED_S = (5.0, 12.0)
_DRAWS = 500
Waveform = np.ndarray


@dataclass(frozen=True)
class Judged:
    """Likeness of the passage that was chosen, and of random ones (draws,)."""

    chosen: float
    random: np.ndarray

    def cells(self) -> list[float]:
        return [self.chosen, float(self.random.mean()), float(self.random.min()), float((self.random < self.chosen).mean())]


class Judge:
    def __init__(self) -> None:
        self._encoder = load_resemblyzer()

    def embedding(self, waveform: Waveform, sample_rate: int) -> np.ndarray:
        return self._encoder(soxr.resample(waveform, sample_rate, METRICS_RATE))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--keep", type=Path, help="folder for the recordings and datasets")
    arguments = parser.parse_args()
    judge, ways = Judge(), spoilers(arguments.data)
    headings = ("chosen", "random", "worst", "better than")
    table = Table("speaker", *headings, *(f"spoiled: {heading}" for heading in headings), box=None, pad_edge=False)
    rows = []
    console = Console(highlight=False, width=140)
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        for (speaker, language), recordings in speakers(arguments.data).items():
            pool, held_out = recordings[::2], recordings[1::2]
            like = np.mean([judge.embedding(load_audio(path, SAMPLE_RATE)[0], SAMPLE_RATE) for path, _ in held_out], axis=0)
            row: list[float] = []
            for kind, changes in (("as-it-is", [unchanged]), ("spoiled", [unchanged, *ways])):
                recorded = folder / f"{speaker}-{kind}"
                record(pool, recorded, changes)
                prepare(recorded, folder / "datasets", config=PrepareConfig(language=language))
                row += judged(folder / "datasets" / recorded.name, judge, like).cells()
            rows.append(row)
            console.print(speaker, *(f"{value:.3f}" for value in row))
            table.add_row(speaker, *shown(row))
    table.add_row("mean", *shown(np.mean(rows, axis=0)))
    console.print(table)


def shown(row: Sequence[float]) -> list[str]:
    return [f"{value:.0%}" if n % 4 == 3 else f"{value:.3f}" for n, value in enumerate(row)]


def speakers(data: Path) -> dict[tuple[str, str], list[tuple[Path, str]]]:
    """(speaker, language) → recordings with their texts, of those who have enough."""
    found: dict[tuple[str, str], list[tuple[Path, str]]] = {}
    for corpus, language in CORPORA.items():
        for line in (data / corpus / "metadata.csv").read_text(encoding="utf-8").splitlines():
            name, *between, text = line.split("|")
            path = next(data / corpus / inner / f"{name}.flac" for inner in (".", "wavs")
                         if (data / corpus / inner / f"{name}.flac").is_file())  # fmt: skip
            found.setdefault((between[0] if between else corpus, language), []).append((path, text))
    return {who: evenly(recordings, _MOST) for who, recordings in found.items() if len(recordings) >= _FEWEST}


def record(pool: Sequence[tuple[Path, str]], folder: Path, changes: Sequence[Callable[[Waveform], Waveform]]) -> None:
    """Writes recordings, every second of which is spoiled: in each of the ways in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (path, text) in enumerate(pool):
        change = changes[0] if number % 2 == 0 or len(changes) == 1 else changes[1 + number // 2 % (len(changes) - 1)]
        waveform = change(load_audio(path, SAMPLE_RATE)[0])
        soundfile.write(folder / f"{number:02d}.wav", waveform / max(1.0, np.abs(waveform).max()), SAMPLE_RATE)
        (folder / f"{number:02d}.txt").write_text(text, encoding="utf-8")


def unchanged(waveform: Waveform) -> Waveform:
    return waveform


def spoilers(data: Path) -> list[Callable[[Waveform], Waveform]]:
    """What happens to recordings: noise, music, a room, a telephone, too high a level."""
    rain = load_audio(sorted((data / "noise" / "esc10" / "rain").iterdir())[0], SAMPLE_RATE)[0]
    music = load_audio(sorted((data / "music" / "stems").iterdir())[-1], SAMPLE_RATE)[0][20 * SAMPLE_RATE :]
    room = load_audio(data / "rooms" / "rir_clap.wav", SAMPLE_RATE)[0]
    band = scipy.signal.butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE, output="sos")

    def behind(other: Waveform, below_db: float) -> Callable[[Waveform], Waveform]:
        def mixed(waveform: Waveform) -> Waveform:
            other_too = np.resize(other, len(waveform))
            return waveform + other_too * waveform.std() / other_too.std() * 10 ** (-below_db / 20)

        return mixed

    def in_the_room(waveform: Waveform) -> Waveform:
        wet = scipy.signal.fftconvolve(waveform, room)[: len(waveform)]
        return wet * waveform.std() / wet.std()

    return [
        behind(rain, 8),
        behind(music, 8),
        in_the_room,
        lambda waveform: scipy.signal.sosfilt(band, waveform),
        lambda waveform: np.clip(waveform, *np.array([-1, 1]) * 1.5 * waveform.std()),
    ]


def judged(dataset: Path, judge: Judge, like: np.ndarray) -> Judged:
    utterances = {u.id: u for u in read_manifest(dataset)}
    choice = choose_passage(dataset, _WANTED_S)
    embeddings = {name: judge.embedding(*soundfile.read(wav_path(dataset, name), dtype="float32")) for name in utterances}

    def likeness(members: Sequence[Utterance]) -> float:
        passage = np.sum([u.duration_s * embeddings[u.id] for u in members], axis=0)
        return float(passage @ like / np.linalg.norm(passage) / np.linalg.norm(like))

    chosen = [utterances[name] for name in choice.passage.origin["passage"]]
    rng, seconds = np.random.default_rng(0), sum(u.duration_s for u in chosen)
    random = []
    for _ in range(_DRAWS):
        members: list[Utterance] = []
        for n in rng.permutation(len(utterances)).tolist():
            members.append(list(utterances.values())[n])
            if sum(u.duration_s for u in members) >= 0.9 * seconds:
                break
        random.append(likeness(members))
    return Judged(likeness(chosen), np.array(random))


if __name__ == "__main__":
    main()
