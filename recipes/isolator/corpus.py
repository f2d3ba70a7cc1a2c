"""Which recordings the isolator learns from, and which are kept for judging it; in the folders of the project's data."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from isolator.mixtures import Sounds
from isolator.noises import KINDS
from voicekit.core.errors import DatasetError
from voicekit.media import load_audio
from voicekit.model.speech_separator import SAMPLE_RATE

SUFFIXES = {".flac", ".wav", ".mp3", ".ogg"}
#: Instruments of one piece of music that are trained on; the others are for judging.
HEARD_STEMS = ("drums", "bassguitar", "clav")
#: Of each class of noise, all that was cut from the same recordings as the last so many clips is for judging.
JUDGING_CLIPS = 4
#: Seconds of made-up sound of each kind.
MADE_UP_S = {"steady": 1200, "machine": 1200, "knocks": 1200, "music": 2400}


@dataclass(frozen=True)
class Corpus:
    """Files. `speakers` by name; `noises` by class; `music` by instrument; `pieces` that an orchestra of samples plays."""

    speakers: dict[str, list[Path]]
    noises: dict[str, list[Path]]
    music: dict[str, Path]
    pieces: list[Path]


def training_corpus(data: Path) -> Corpus:
    """One voice at great length counts as many, so that it is heard a fifth of the time.

    `data`/music/pieces, which recipes/isolator/music.py makes, may be missing: then music is made up alone.
    """
    kathleen, kerstin = _files(data / "kathleen"), _files(data / "kerstin")
    readers = _files(data / "librispeech" / "train-clean-100")
    speakers = {f"kathleen {i}": kathleen[i::24] for i in range(24)} | {f"kerstin {i}": kerstin[i::12] for i in range(12)}
    speakers |= {f"reader {i}": [path] for i, path in enumerate(readers) if i % 20}
    pieces = sorted((data / "music" / "pieces").glob("*.flac"))
    return Corpus(speakers, _noises(data, judging=False), _music(data, judging=False), pieces)


def judging_corpus(data: Path) -> Corpus:
    """Seven speakers, noises and instruments of which nothing was trained on."""
    folders = sorted(p for p in (data / "librispeech" / "test-other").iterdir() if p.is_dir())
    folders += sorted(p for p in (data / "vctk").iterdir() if p.is_dir())
    return Corpus({f.name: _files(f) for f in folders}, _noises(data, judging=True), _music(data, judging=True), [])


def load(corpus: Corpus, seed: int = 0, made_up_s: dict[str, int] | None = None) -> Sounds:
    """Reads a corpus, and makes up what recordings are too few of."""
    speakers = {name: [_read(path) for path in paths] for name, paths in corpus.speakers.items()}
    recorded = [_read(path) for paths in corpus.noises.values() for path in paths]
    for path in corpus.music.values():
        recorded += _pieces(_read(path), 8.0)
    pieces = [piece for path in corpus.pieces for piece in _pieces(_read(path), 8.0)]
    backgrounds = {kind: _made_up(kind, seconds, seed) for kind, seconds in (made_up_s or MADE_UP_S).items()}
    backgrounds["recorded"], backgrounds["music"] = recorded, backgrounds["music"] + pieces
    audible = {kind: [take for take in takes if np.abs(take).max() > 0.003] for kind, takes in backgrounds.items()}
    return Sounds(speakers, audible)


def _files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
    if not files:
        raise DatasetError(f"{folder} holds no recordings; point to the folder that holds kathleen/, noise/ and the others")
    return files


def _noises(data: Path, judging: bool) -> dict[str, list[Path]]:
    chosen = {}
    for folder in sorted(p for p in (data / "noise" / "esc10").iterdir() if p.is_dir()):
        files = _files(folder)
        kept = {_source(path) for path in files[-JUDGING_CLIPS:]}
        chosen[folder.name] = [path for path in files if (_source(path) in kept) == judging]
    return chosen


def _source(path: Path) -> str:
    """The recording that a clip of ESC was cut from: FOLD-SOURCE-TAKE."""
    return path.stem.split("-")[1]


def _music(data: Path, judging: bool) -> dict[str, Path]:
    return {p.stem: p for p in _files(data / "music" / "stems") if (p.stem in HEARD_STEMS) != judging}


def _read(path: Path) -> np.ndarray:
    """float16 (samples,): an hour of it is 170 MB."""
    return load_audio(path, SAMPLE_RATE)[0].astype(np.float16)


def _pieces(waveform: np.ndarray, seconds: float) -> list[np.ndarray]:
    size = round(seconds * SAMPLE_RATE)
    return [waveform[i : i + size] for i in range(0, len(waveform) - size // 2, size)]


def _made_up(kind: str, seconds: float, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng([seed, *kind.encode()])
    return [KINDS[kind](8 * SAMPLE_RATE, rng).astype(np.float16) for _ in range(round(seconds / 8))]
