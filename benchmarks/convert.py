"""Judges `voicekit convert`: other people's speech in a voice, beside the speech itself.

    python benchmarks/convert.py --data /work/shared/data --voice base --target FOLDER --asr-model FOLDER

Sources are people that no voice of ours was trained on: p225 and p226 of VCTK and five of LibriSpeech's test-other, each in
one recording with a second of silence between utterances, as a person would hand it over. Each is converted twice: with its
text, and with what the transcriber hears. Judged on the places of the utterances: likeness to the target and to the source
(resemblyzer), words (Whisper), correlation of log F0 where both are voiced, the distance of word onsets by forced alignment,
DNSMOS P.808. The row "source" is the speech itself, and "from text" the voice reading the same texts in its own way.
"""

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import soundfile
import soxr

from voicekit import convert, load_voice
from voicekit.audio.features import FRAME_RATE, SAMPLE_RATE, f0
from voicekit.evaluation.metrics import METRICS_RATE, Metrics
from voicekit.recognition.sphinx import Aligner
from voicekit.text.phonemes.phonemise import phonemise

_PAUSE_S = 1.0
_LANGUAGE = "en-us"
COLUMNS = ("target", "source", "wer", "f0", "onset_ms", "p808")


def sources(data: Path, most: int) -> dict[str, list[tuple[Path, str]]]:
    """Each speaker's recordings with their texts, at most so many."""
    found: dict[str, list[tuple[Path, str]]] = defaultdict(list)
    vctk = dict(line.split("\t") for line in (data / "vctk/transcripts.tsv").read_text(encoding="utf-8").splitlines())
    for speaker in ("p225", "p226"):
        found[speaker] = [
            (path, vctk[path.stem]) for path in sorted((data / "vctk" / speaker).iterdir()) if path.stem in vctk
        ]
    folder = data / "librispeech/test-other"
    for line in (folder / "metadata.csv").read_text(encoding="utf-8").splitlines():
        name, speaker, _, text = line.split("|")
        found[speaker].append((next(folder.glob(f"{name.removesuffix('.flac')}*")), text))
    return {speaker: said[:most] for speaker, said in found.items()}


def read(path: Path, rate: int = SAMPLE_RATE) -> np.ndarray:
    waveform, its = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(waveform.mean(1), its, rate)


class Judge:
    """Judges utterances beside those of their source."""

    def __init__(self, target: list[Path], source: list[np.ndarray], asr_model: Path | None) -> None:
        self.target = Metrics(_LANGUAGE, [read(path, METRICS_RATE) for path in target], asr_model)
        self.source = Metrics(_LANGUAGE, [soxr.resample(one, SAMPLE_RATE, METRICS_RATE) for one in source], asr_model)
        self._aligner = Aligner()

    def row(self, made: np.ndarray, heard: np.ndarray, text: str) -> dict[str, tuple[float, float]]:
        """Each figure as (sum, count); F0 and onsets not of speech that has a timing of its own."""
        low = soxr.resample(made, SAMPLE_RATE, METRICS_RATE)
        judged = self.target.judge(low, text).figures
        own = self.source.judge(low, text).figures
        wer, p808 = judged["wer"], judged["p808"]
        row = {"target": (judged["similarity"].value, 1), "source": (own["similarity"].value, 1)}
        row |= {"wer": (wer.total, wer.per), "p808": (p808.value, 1)}
        if len(made) == len(heard):
            row["f0"] = (correlation(f0(made), f0(heard)), 1)
            row["onset_ms"] = (self.onsets_apart_ms(made, heard, text), 1)
        return row

    def onsets_apart_ms(self, made: np.ndarray, heard: np.ndarray, text: str) -> float:
        """The median distance of the words' beginnings."""
        phonemes = phonemise(text, _LANGUAGE)
        starts = []
        for waveform in (made, heard):
            alignment = self._aligner.align(waveform, phonemes)
            if alignment is None:
                return float("nan")
            edges = np.concatenate(([0], np.cumsum(alignment.durations)))
            starts.append(np.array([edges[first] for _, first, _ in phonemes.words]))
        return float(np.median(np.abs(starts[0] - starts[1]))) * 1000 / FRAME_RATE


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Of log F0 where both are voiced."""
    both = (one > 0) & (other > 0)
    return float(np.corrcoef(np.log(one[both]), np.log(other[both]))[0, 1]) if both.sum() > 2 else float("nan")


def measure(said: list[tuple[Path, str]], arguments: argparse.Namespace, target: list[Path], engine) -> dict:
    """The figures of one source: way → column → list of (sum, count)."""
    heard = [read(path) for path, _ in said]
    heard = [np.pad(one, (0, -len(one) % 256)) for one in heard]
    judge = Judge(target, heard, arguments.asr_model)
    pause = np.zeros(round(_PAUSE_S * SAMPLE_RATE), np.float32)
    starts = np.cumsum([len(pause)] + [len(one) + len(pause) for one in heard])
    table: dict = {}
    with tempfile.TemporaryDirectory() as folder:
        whole, made = Path(folder) / "in.wav", Path(folder) / "out.wav"
        soundfile.write(whole, np.concatenate([pause, *(part for one in heard for part in (one, pause))]), SAMPLE_RATE)
        ways = {"source": None, "with its text": " ".join(text for _, text in said), "transcribed": None}
        for way, text in ways.items():
            if way != "source":
                convert(whole, made, arguments.voice, text=text, asr_model=arguments.asr_model, device="cpu",
                        cache_folder=Path(folder) / "cache")  # fmt: skip
            converted = read(whole if way == "source" else made)
            for start, one, (path, words) in zip(starts, heard, said, strict=False):
                piece = converted[start : start + len(one)]
                _add(table, way, judge.row(piece, one, words))
                if arguments.keep and way != "source":
                    soundfile.write(arguments.keep / f"{path.stem}.{way.replace(' ', '-')}.wav", piece, SAMPLE_RATE)
        for one, (_, words) in zip(heard, said, strict=True):
            spoken = engine.synthesize(words).waveform
            _add(table, "from text", judge.row(spoken, one, words) if len(spoken) != len(one) else {})
    return table


def _add(table: dict, way: str, row: dict) -> None:
    for column, pair in row.items():
        if not np.isnan(pair[0]):
            table.setdefault(way, {}).setdefault(column, []).append(pair)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--voice", default="base")
    parser.add_argument("--target", type=Path, required=True, help="folder of recordings of the voice's speaker")
    parser.add_argument("--asr-model", type=Path)
    parser.add_argument("--most", type=int, default=6, help="utterances a source")
    parser.add_argument("--keep", type=Path, help="folder for what is made")
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    target = sorted(path for path in arguments.target.rglob("*") if path.suffix in (".wav", ".flac"))[-30:]
    engine = load_voice(arguments.voice, "cpu")
    whole: dict = {}
    for speaker, said in sources(arguments.data, arguments.most).items():
        table = measure(said, arguments, target, engine)
        print(f"\n{speaker}")
        _print(table)
        for way, columns in table.items():
            for column, pairs in columns.items():
                whole.setdefault(way, {}).setdefault(column, []).extend(pairs)
    print("\nall")
    _print(whole)


def _print(table: dict) -> None:
    print(f"{'':16}" + "".join(f"{column:>10}" for column in COLUMNS), flush=True)
    for way, columns in table.items():
        means = (np.sum(columns[column], 0) if column in columns else (np.nan, 1) for column in COLUMNS)
        print(f"{way:16}" + "".join(f"{total / per:10.3f}" for total, per in means), flush=True)


if __name__ == "__main__":
    main()
