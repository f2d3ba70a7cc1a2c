"""Noise reduction and separation, side by side in one run: python benchmarks/denoise.py [DATA] [--json FILE]

Seven speakers in real noise and music of which nothing was trained on, judged by others' measures (pip install pesq pystoi
speechmos onnxruntime; what is missing is left out and said).
"""

import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table
from sound import DATA, RATE, Measures, mixed, music, noises, si_sdr, speech

from voicekit.audio.denoise import deepfilternet
from voicekit.audio.denoise.filters import afftdn, noisereduce
from voicekit.media.sound import Sound
from voicekit.separation.isolator import separate
from voicekit.separation.isolator_denoise import denoise as isolator

SECONDS = 6
SNRS_DB = (0, 5, 10, 15)

System = Callable[[np.ndarray], np.ndarray]


def as_sound(waveform: np.ndarray) -> Sound:
    return Sound(RATE, 1, len(waveform) / RATE, lambda: iter([waveform[None]]))


def treated(step) -> System:
    def system(waveform: np.ndarray) -> np.ndarray:
        treatment = step(as_sound(waveform))
        return waveform if treatment.apply is None else np.concatenate(list(treatment.apply([waveform[None]])), 1)[0]

    return system


#: Noise reduction by name, as voicekit does it: each listens first and takes down as much as it thinks right.
DENOISERS: dict[str, System] = {
    "deepfilternet": treated(deepfilternet.denoise),
    "isolator": treated(isolator),
    "noisereduce": treated(noisereduce),
    "afftdn": treated(afftdn),
}


def speech_of(waveform: np.ndarray) -> np.ndarray:
    blocks = separate(as_sound(waveform)).apply([waveform[None]])
    return np.concatenate([stems[0, 0] for stems in blocks])


def hpss(waveform: np.ndarray) -> np.ndarray:
    """Fitzgerald 2010. Of its two parts neither is speech; the harmonic one is nearer."""
    import librosa

    return librosa.effects.harmonic(waveform)


def nearest_neighbours(waveform: np.ndarray) -> np.ndarray:
    """What does not repeat (Rafii & Pardo 2012, REPET-SIM), after librosa's example of vocal separation."""
    import librosa

    spectrum = librosa.stft(waveform)
    magnitude = np.abs(spectrum)
    width = int(librosa.time_to_frames(1, sr=RATE))
    alike = librosa.decompose.nn_filter(magnitude, aggregate=np.median, metric="cosine", width=width)
    alike = np.minimum(magnitude, alike)
    mask = librosa.util.softmask(magnitude - alike, 10 * alike, power=2)
    return librosa.istft(mask * spectrum, length=len(waveform)).astype(np.float32)


def denoising(data: Path, measures: Measures, n_clips: int) -> list[dict]:
    """A row for each noise, signal-to-noise ratio and system: means over speakers."""
    systems = {"unprocessed": lambda x: x, **DENOISERS}
    takes = list(speech(data, seconds=SECONDS).values())
    rows = [
        _row("none", np.inf, name, [(take[0], take[0]) for take in takes], system, measures)
        for name, system in systems.items()
    ]
    for kind, clips in noises(data, SECONDS * RATE, n_clips).items():
        for snr_db in SNRS_DB:
            pairs = [
                (takes[i % 7][0], mixed(takes[i % 7][0], clip, snr_db)) for i, clip in enumerate(clips, start=len(kind))
            ]
            rows += [_row(kind, snr_db, name, pairs, system, measures) for name, system in systems.items()]
    return rows


def separating(data: Path) -> list[dict]:
    """The same for speech from music and noise: how much SI-SDR rises."""
    systems = {"voicekit": speech_of, "HPSS": hpss, "nearest neighbours": nearest_neighbours}
    takes = list(speech(data, seconds=SECONDS).values())
    backgrounds = {"music": music(data, SECONDS * RATE, 7)} | noises(data, SECONDS * RATE, 4)
    rows = []
    for kind, clips in backgrounds.items():
        for snr_db in (-5, 0, 5):
            pairs = [
                (takes[i % 7][0], mixed(takes[i % 7][0], clip, snr_db)) for i, clip in enumerate(clips, start=len(kind))
            ]
            for name, system in systems.items():
                gains = [si_sdr(system(heard), clean) - si_sdr(heard, clean) for clean, heard in pairs]
                rows.append({"noise": kind, "snr_db": snr_db, "system": name, "SI-SDR improvement": float(np.mean(gains))})
    return rows


def _row(kind: str, snr_db: float, name: str, pairs, system: System, measures: Measures) -> dict:
    marks = [measures(system(heard), clean) for clean, heard in pairs]
    return {"noise": kind, "snr_db": snr_db, "system": name} | {m: float(np.mean([x[m] for x in marks])) for m in marks[0]}


def speeds(data: Path) -> list[dict]:
    """Real-time factor of each, on a minute of speech in noise at 16 kHz."""
    minute = np.resize(np.concatenate([take[0] for take in speech(data).values()]), 60 * RATE)
    minute = mixed(minute, np.random.default_rng(0).standard_normal(len(minute)).astype(np.float32), 10)
    rows = []
    for name, system in (DENOISERS | {"separate": speech_of}).items():
        system(minute[: 5 * RATE])
        began, used = time.perf_counter(), time.process_time()
        system(minute)
        taken_s, used_s = time.perf_counter() - began, time.process_time() - used
        rows.append({"step": name, "real-time factor": taken_s / 60, "of one core": used_s / 60})
    return rows


def show(title: str, rows: list[dict]) -> None:
    table = Table(title=title, title_justify="left", box=None)
    for name in rows[0]:
        table.add_column(name, justify="right" if isinstance(rows[0][name], float | int) else "left")
    for row in rows:
        table.add_row(*(f"{v:.3f}" if isinstance(v, float) else str(v) for v in row.values()))
    Console(width=140).print(table)


@click.command()
@click.argument("data", type=click.Path(path_type=Path), default=DATA)
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write all figures there too.")
@click.option("--clips", type=int, default=4, show_default=True, help="Noises of each kind.")
@click.option("--parts", default="noise reduction,separation,speed", show_default=True, help="What is measured.")
def main(data: Path, json_path: Path | None, clips: int, parts: str) -> None:
    warnings.filterwarnings("ignore")
    measures = Measures()
    every = {
        "noise reduction": lambda: denoising(data, measures, clips),
        "separation": lambda: separating(data),
        "speed": lambda: speeds(data),
    }
    found = {part: every[part]() for part in parts.split(",")}
    for title, rows in found.items():
        show(title, rows)
    if measures.missing:
        print(f"left out, because it is not installed: {', '.join(measures.missing)}")
    if json_path:
        json_path.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
