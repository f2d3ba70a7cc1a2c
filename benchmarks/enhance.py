"""What `voicekit enhance` makes of good and of spoiled recordings, beside the nearest filter of FFmpeg.

    python benchmarks/enhance.py [../shared/data]

Each voice is heard as recorded and spoiled in seven ways; figures are means over the voices, all at one loudness. DNSMOS
(Reddy et al. 2022) judges quality; 'apart' is how far the loudness of seconds of speech spreads (10th to 90th percentile);
'sibilants' how loud the sharpest are beside the voice; 'likeness' is resemblyzer's, to the same sound as recorded;
'distance' is that of log spectra to the same sound as recorded, frame by frame, over the octave that a cutoff took away.
DNSMOS and resemblyzer hear nothing above 8 kHz.
"""

import argparse
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import scipy.signal
import soundfile
import soxr
from rich.console import Console
from rich.table import Table

from voicekit.audio.enhance import enhance
from voicekit.audio.enhance.frames import frequencies, spectra
from voicekit.audio.enhance.voice_profile import SIBILANT_HZ, between, loudness_weights
from voicekit.audio.loudness import from_db, integrated_lufs, power_db
from voicekit.media import filters
from voicekit.media.sound import Sound

COLUMNS = ("OVRL", "SIG", "BAK", "P.808", "apart dB", "sibilants dB", "likeness", "distance dB")
METRICS_RATE = 16_000
#: DNSMOS hears nine seconds at a time.
SECONDS = 10
LOUDNESS_LUFS = -23.0

VOICES = {
    "kathleen": "kathleen/wavs/arctic_a00[2-4]*.flac",
    "kerstin": "kerstin/wavs/*.flac",
    "LJ": "ljspeech/wavs/*.flac",
    "VCTK p225": "vctk/p225/*.wav",
    "VCTK p226": "vctk/p226/*.wav",
    "LibriSpeech 3331": "librispeech/test-other/3331/*.flac",
}

Waveform = np.ndarray  # float32 (samples,)
Change = Callable[[Waveform, int], Waveform]


def unchanged(waveform: Waveform, rate: int) -> Waveform:
    return waveform


def shelf(gain_db: float, corner_hz: float, above: bool) -> Change:
    """A first-order shelf."""

    def change(waveform: Waveform, rate: int) -> Waveform:
        passed = scipy.signal.sosfilt(
            scipy.signal.butter(1, corner_hz, "high" if above else "low", fs=rate, output="sos"), waveform
        )
        return (waveform + (from_db(gain_db) - 1) * passed).astype(np.float32)

    return change


def band_limited(low_hz: float, high_hz: float) -> Change:
    def change(waveform: Waveform, rate: int) -> Waveform:
        taps = scipy.signal.firwin(8 * (rate // 100) + 1, [low_hz, high_hz], pass_zero=False, fs=rate)
        return scipy.signal.fftconvolve(waveform, taps, "same").astype(np.float32)

    return change


def uneven(waveform: Waveform, rate: int) -> Waveform:
    """Louder and softer by 5 dB by turns, 2.5 s each."""
    at = np.arange(len(waveform)) / rate
    return (waveform * from_db(5 * np.clip(8 * np.sin(2 * np.pi * at / 5), -1, 1))).astype(np.float32)


def ffmpeg(name: str, options: str = "") -> Change:
    """A filter of FFmpeg's."""

    def change(waveform: Waveform, rate: int) -> Waveform:
        return np.concatenate(list(filters.filtered([waveform[None]], rate, name, options)), axis=1)[0]

    return change


@dataclass(frozen=True)
class Case:
    """How a recording is spoiled, what FFmpeg has that is nearest to a remedy, and where its treble was cut off."""

    spoil: Change
    peer: str
    options: str = ""
    cut_hz: float | None = None


EXCITER = "amount=4:drive=8:freq={}:ceil=9999"
CASES = {
    "as recorded": Case(unchanged, "speechnorm"),
    "dull": Case(shelf(-12, 2000, above=True), "aexciter", EXCITER.format(3000)),
    "thin": Case(shelf(-12, 350, above=False), "bass", "g=6:f=250"),
    "sharp": Case(shelf(+9, 5000, above=True), "deesser", "i=0.5:f=0.3"),
    "uneven": Case(uneven, "dynaudnorm", "f=250:g=7"),
    "telephone": Case(band_limited(300, 3400), "aexciter", EXCITER.format(3000), 3400.0),
    "cut at 4 kHz": Case(band_limited(20, 4000), "aexciter", EXCITER.format(3500), 4000.0),
    "cut at 6 kHz": Case(band_limited(20, 6000), "aexciter", EXCITER.format(5000), 6000.0),
}


def enhanced(waveform: Waveform, rate: int) -> Waveform:
    treatment = enhance(Sound(rate, 1, len(waveform) / rate, lambda: iter([waveform[None]])))
    if treatment.apply is None:
        return waveform
    return np.concatenate(list(treatment.apply([waveform[None]])), axis=1)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    arguments = parser.parse_args()
    voices = {name: load(arguments.data, pattern) for name, pattern in VOICES.items()}
    judge = Judge()
    console = Console(width=140)
    table = Table("", "by", *COLUMNS)
    as_recorded = {}
    for title, case in CASES.items():
        ways = {"": unchanged, "enhance": enhanced, f"FFmpeg {case.peer}": ffmpeg(case.peer, case.options)}
        rows = {way: [] for way in ways}
        for name, (waveform, rate) in voices.items():
            if case.cut_hz and not has_treble(waveform, rate, case.cut_hz):
                continue
            spoiled = case.spoil(waveform, rate)
            for way, change in ways.items():
                rows[way].append(judge(change(spoiled, rate), waveform, rate, case.cut_hz))
            if title == "as recorded":
                as_recorded[name] = rows["enhance"][-1] - rows[""][-1]
        for way, figures in rows.items():
            table.add_row("" if way else f"{title} ({len(figures)})", way, *map(shown, np.mean(figures, axis=0)))
        table.add_section()
    console.print(table)
    changes = Table("as recorded, enhanced", *COLUMNS[:4], title="DNSMOS, voice by voice")
    for name, change in as_recorded.items():
        changes.add_row(name, *(f"{figure:+.3f}" for figure in change[:4]))
    console.print(changes)
    console.print(
        f"mono at 48 kHz, everything to be done: {times_real(voices['LJ']):.0f} times faster than real, on one core"
    )


def load(data: Path, pattern: str) -> tuple[Waveform, int]:
    """SECONDS of a voice, sentence after sentence."""
    pieces, rate = [], 0
    for path in sorted(data.glob(pattern)):
        waveform, rate = soundfile.read(path, dtype="float32")
        pieces.append(waveform)
        if sum(map(len, pieces)) >= SECONDS * rate:
            return np.concatenate(pieces)[: SECONDS * rate], rate
    raise SystemExit(f"{data / pattern}: fewer than {SECONDS} s; name the folder of the data")


def has_treble(waveform: Waveform, rate: int, cut_hz: float) -> bool:
    """Whether there is an octave above `cut_hz` (or nearly) that can be cut off."""
    hz = frequencies(rate)
    power = power_of(waveform, rate).mean(axis=0)
    below, above = (power @ between(hz, (low, 1.25 * low)) for low in (0.8 * cut_hz, 1.4 * cut_hz))
    return bool(hz[-1] > 1.9 * cut_hz and above > below / 1000)


def power_of(waveform: Waveform, rate: int) -> np.ndarray:
    """(frames, bins)"""
    return np.square(np.abs(np.concatenate([batch[0] for batch in spectra([waveform[None]], rate)])))


class Judge:
    """DNSMOS, resemblyzer, and plain measures."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they import modules under names that are about to go
            from resemblyzer import VoiceEncoder
            from speechmos import dnsmos

            self._dnsmos, self._encoder = dnsmos, VoiceEncoder("cpu", verbose=False)

    def __call__(self, waveform: Waveform, original: Waveform, rate: int, cut_hz: float | None) -> np.ndarray:
        """One figure for each of COLUMNS."""
        waveform, original = at_one_loudness(waveform, rate), at_one_loudness(original, rate)
        heard, meant = (soxr.resample(w, rate, METRICS_RATE).clip(-1, 1) for w in (waveform, original))
        marks = self._dnsmos.run(heard, METRICS_RATE)
        likeness = self._encoder.embed_utterance(heard) @ self._encoder.embed_utterance(meant)
        distance_db = log_distance_db(waveform, original, rate, cut_hz) if cut_hz else np.nan
        dnsmos = [marks[f"{key}_mos"] for key in ("ovrl", "sig", "bak", "p808")]
        return np.array([*dnsmos, spread_db(waveform, rate), sibilants_db(waveform, rate), likeness, distance_db])


def at_one_loudness(waveform: Waveform, rate: int) -> Waveform:
    return waveform * np.float32(from_db(LOUDNESS_LUFS - integrated_lufs([waveform], rate)))


def spread_db(waveform: Waveform, rate: int) -> float:
    """From the 10th to the 90th percentile of the loudness of seconds, those without speech left out."""
    power = power_of(waveform, rate) @ loudness_weights(rate)
    seconds = power_db(np.convolve(power, np.full(100, 0.01), mode="valid"))
    return float(np.ptp(np.percentile(seconds[seconds > seconds.max() - 20], [10, 90])))


def log_distance_db(waveform: Waveform, original: Waveform, rate: int, cut_hz: float) -> float:
    """Root mean square over time and third octaves of an octave above a cutoff, where there is speech in the original."""
    hz = frequencies(rate)
    edges = np.minimum(1.1 * cut_hz * 2 ** (np.arange(4) / 3.5), hz[-1])
    bands = [(hz >= low) & (hz < high) for low, high in pairwise(edges)]
    before, after = (
        power_db(np.stack([power_of(w, rate)[:, band].mean(axis=1) for band in bands], axis=1)) for w in (original, waveform)
    )
    power = power_of(original, rate) @ loudness_weights(rate)
    spoken = power > power.max() / 1000
    difference = np.maximum(before, -80)[spoken] - np.maximum(after, -80)[spoken]
    return float(np.sqrt(np.mean(np.square(difference))))


def sibilants_db(waveform: Waveform, rate: int) -> float:
    """The loudness of the sharpest sibilants (98th percentile of frames, 5 to 9 kHz) relative to that of the whole."""
    power = power_of(waveform, rate) * loudness_weights(rate)
    sibilance = power @ between(frequencies(rate), SIBILANT_HZ)
    return float(power_db(np.percentile(sibilance, 98)) - power_db(power.sum(axis=1).mean()))


def shown(figure: float) -> str:
    return "" if np.isnan(figure) else f"{figure:.3f}"


def times_real(voice: tuple[Waveform, int]) -> float:
    """Seconds of a dull, uneven telephone voice at 48 kHz that are enhanced in a second of a processor's time."""
    waveform, rate = voice
    waveform = uneven(CASES["telephone"].spoil(soxr.resample(waveform, rate, 48_000), 48_000), 48_000)
    waveform = CASES["dull"].spoil(np.tile(waveform, 6), 48_000)
    enhanced(waveform[: 48_000 * SECONDS], 48_000)  # imports
    start = time.process_time()
    enhanced(waveform, 48_000)
    return len(waveform) / 48_000 / (time.process_time() - start)


if __name__ == "__main__":
    main()
