"""What `voicekit restore` makes of damaged recordings, beside the FFmpeg filter alone where there is one.

    python benchmarks/restore.py [../shared/data]

Each voice is damaged in five ways. Figures are means over the voices, against the recording before the damage: SI-SDR (Le
Roux et al. 2019) and PESQ (wide band, ITU-T P.862.2; `pip install pesq` takes a compiler, and without it the columns stay
empty). Speed is in seconds of sound for a second of processor time, listening included, at 48 kHz. Last comes what is found
in recordings that nobody damaged.
"""

import argparse
import importlib.util
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.signal
import soundfile
import soxr
from rich.console import Console
from rich.table import Table
from sound import si_sdr

from voicekit.audio.restore import ALL, restore
from voicekit.media import filters, open_sound
from voicekit.media.sound import Sound

VOICES = {
    "kathleen": "kathleen/wavs/arctic_a0001.flac",
    "kerstin": "kerstin/wavs/de_rhasspy-0068.flac",
    "LibriSpeech 1069": "librispeech/train-clean-100/1069-*.flac",
    "LibriSpeech 250": "librispeech/train-clean-100/250-*.flac",
    "VCTK p226": "vctk/p226/p226_022.wav",
    "LJ": "ljspeech/wavs/LJ001-0001.flac",
}
UNDAMAGED = (
    *("kathleen/wavs/*[05]1.flac", "kerstin/wavs/*[05].flac", "librispeech/*/*7*.flac", "librispeech/*/*/*.flac"),
    *("vctk/*/*.wav", "ljspeech/wavs/*.flac", "music/stems/*.mp3"),
)
SECONDS = 8
SPEED_RATE, SPEED_SECONDS = 48_000, 20
PESQ_RATE = 16_000

Waveform = np.ndarray  # float32 (samples,)
Damage = Callable[[Waveform, int, np.random.Generator, Path], Waveform]


def clicks(speech: Waveform, rate: int, rng: np.random.Generator, data: Path) -> Waveform:
    """Five a second, of up to a millisecond, that die away."""
    damaged = speech.copy()
    for start in rng.integers(rate // 50, len(speech) - rate // 50, 5 * len(speech) // rate):
        length = int(rng.integers(1, rate // 1000 + 1))
        shape = rng.choice([-1, 1], length) * np.exp(-3 * np.arange(length) / length)
        damaged[start : start + length] += (rng.uniform(0.2, 0.8) * shape).astype(np.float32)
    return damaged


def clipping(speech: Waveform, rate: int, rng: np.random.Generator, data: Path) -> Waveform:
    """A tenth of all samples at the ceiling."""
    ceiling = np.quantile(np.abs(speech), 0.9)
    return np.clip(speech, -ceiling, ceiling)


def hum(speech: Waveform, rate: int, rng: np.random.Generator, data: Path) -> Waveform:
    """50 Hz and five harmonics."""
    turns = 50 * np.arange(len(speech)) / rate
    tones = (np.sin(2 * np.pi * (number * turns + rng.uniform())) / number for number in range(1, 7))
    return (speech + 0.02 * sum(tones)).astype(np.float32)


def dropouts(speech: Waveform, rate: int, rng: np.random.Generator, data: Path) -> Waveform:
    """20 ms twice a second."""
    damaged = speech.copy()
    for start in range(0, len(speech) - rate // 2, rate // 2):
        at = start + int(rng.integers(0, rate // 2 - rate // 50))
        damaged[at : at + rate // 50] = 0
    return damaged


def room(speech: Waveform, rate: int, rng: np.random.Generator, data: Path) -> Waveform:
    """A measured room of RT60 0.6 s."""
    response, response_rate = soundfile.read(data / "rooms/rir_clap.wav", dtype="float32")
    direct = int(np.abs(response).argmax())
    response = response[direct : direct + round(0.6 * response_rate)]
    response = soxr.resample(response * np.linspace(1, 0, len(response)) ** 0.2, response_rate, rate)
    return at_half_scale(scipy.signal.fftconvolve(speech, response)[: len(speech)])


def made_up_room(speech: Waveform, rate: int, rng: np.random.Generator, data: Path) -> Waveform:
    """RT60 0.6 s, as much direct sound as echo."""
    time_s = np.arange(round(0.6 * rate)) / rate
    response = rng.standard_normal(len(time_s)) * 10 ** (-3 * time_s / 0.6)
    response[: round(0.002 * rate)] = 0
    response /= np.sqrt(np.square(response).sum())
    response[0] = 1
    return at_half_scale(scipy.signal.fftconvolve(speech, response)[: len(speech)])


#: Damage → how it is done, and the filter of FFmpeg that is made for it.
DAMAGES: dict[str, tuple[Damage, str | None]] = {
    "clicks 5/s": (clicks, "adeclick"),
    "clipping 10 %": (clipping, "adeclip"),
    "hum 50 Hz": (hum, None),
    "dropouts 20 ms": (dropouts, None),
    "room, measured": (room, None),
    "room, made up": (made_up_room, None),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data
    warnings.simplefilter("ignore")
    has_pesq = importlib.util.find_spec("pesq") is not None
    table = Table("damage", "SI-SDR dB", "ours", "FFmpeg", "PESQ", "ours", "FFmpeg", "× real time", "FFmpeg")
    voices = [load(next(iter(sorted(data.glob(pattern))))) for pattern in VOICES.values()]
    for name, (damage, rival) in DAMAGES.items():
        rows = []
        for seed, (speech, rate) in enumerate(voices):
            damaged = damage(speech, rate, np.random.default_rng(seed), data)
            results = [damaged, restored(damaged, rate), filtered(damaged, rate, rival) if rival else None]
            rows.append([np.nan if result is None else si_sdr(result, speech) for result in results])
            rows[-1] += [pesq(speech, result, rate) if has_pesq else np.nan for result in results]
        speeds = speed(damage, rival, voices[1], data)
        means = np.mean(rows, axis=0)
        table.add_row(name, *("–" if np.isnan(value) else f"{value:.2f}" for value in means), *speeds)
    console = Console(width=125)
    console.print(table)
    if not has_pesq:
        console.print("PESQ is missing: pip install pesq (takes a C compiler)")
    report_undamaged(data, console)


def load(path: Path) -> tuple[Waveform, int]:
    speech, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return at_half_scale(speech[: SECONDS * rate].mean(axis=1)), rate


def at_half_scale(waveform: Waveform) -> Waveform:
    return (0.5 * waveform / np.abs(waveform).max()).astype(np.float32)


def restored(waveform: Waveform, rate: int) -> Waveform:
    """As a person gets it: everything is listened for, whatever the damage is."""
    treatment = restore(Sound(rate, 1, len(waveform) / rate, lambda: iter([waveform[None]])), ALL)
    if treatment.apply is None:
        return waveform
    return np.concatenate(list(treatment.apply([waveform[None]])), axis=1)[0]


def filtered(waveform: Waveform, rate: int, name: str) -> Waveform:
    """Through a filter of FFmpeg at its defaults."""
    return np.concatenate(list(filters.filtered([waveform[None]], rate, name, "")), axis=1)[0]


def speed(damage: Damage, rival: str | None, voice: tuple[Waveform, int], data: Path) -> list[str]:
    """Seconds of sound for a second of processor time, ours and of the filter."""
    waveform = np.resize(soxr.resample(voice[0], voice[1], SPEED_RATE), SPEED_SECONDS * SPEED_RATE)
    damaged = damage(waveform, SPEED_RATE, np.random.default_rng(0), data)

    def measured(way: Callable[[], object]) -> str:
        begun_s = time.process_time()
        way()
        return f"{SPEED_SECONDS / (time.process_time() - begun_s):.0f}"

    ours = measured(lambda: restored(damaged, SPEED_RATE))
    return [ours, measured(lambda: filtered(damaged, SPEED_RATE, rival)) if rival else "–"]


def pesq(speech: Waveform, result: Waveform | None, rate: int) -> float:
    if result is None:
        return np.nan
    import pesq

    pair = [soxr.resample(x, rate, PESQ_RATE) for x in (speech, result)]
    scale = max(1.0, *(np.abs(x).max() for x in pair))
    return pesq.pesq(PESQ_RATE, *(x / scale for x in pair), "wb")


def report_undamaged(data: Path, console: Console) -> None:
    paths = sorted({path for pattern in UNDAMAGED for path in data.glob(pattern)})
    touched = [(path, treatment.said) for path in paths if (treatment := restore(open_sound(path))).apply]
    console.print(f"of {len(paths)} undamaged recordings {len(touched)} would be changed:")
    for path, said in touched:
        console.print(f"  {path.relative_to(data)}: {'; '.join(said)}")


if __name__ == "__main__":
    main()
