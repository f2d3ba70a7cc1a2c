"""How far from the beat cuts lie that are placed on beats.

    python benchmarks/beats.py [FOLDER]

FOLDER holds the stems of one music, drums.mp3 among them (default: shared/data/music/stems). The beats are found in the
drums alone and in all stems together. What they are measured against is found by other means than ours:

- click tracks: the truth they are made from;
- music: attacks of the drums, which are peaks of the spectral flux (Bello et al. 2005) at 6 ms;
- a grid of tempo, from the autocorrelation of the drums' energy in windows of 8 s; no finer than 10 to 30 ms itself.

Cuts are those of 12 clips of 3 to 9 seconds, 20 times. Without beats, they lie anywhere.
"""

import argparse
import tempfile
from itertools import accumulate
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from voicekit.film.assembly.beats import beats_of, on_beats
from voicekit.film.assembly.music import open_music
from voicekit.media.read import load_audio
from voicekit.media.write import write_sound

STEMS = Path(__file__).parents[2] / "shared/data/music/stems"
RATE = 22_050
HOP = 128


def attacks(sound: np.ndarray) -> np.ndarray:
    """Times of peaks of the spectral flux of (samples,), in s, each where the rise is half done."""
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, 256), 512)[::HOP]
    levels = np.log1p(1000 * np.abs(np.fft.rfft(frames * np.hanning(512), axis=1)))
    flux = np.maximum(0, np.diff(levels, axis=0, prepend=levels[:1])).sum(axis=1)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(flux, 8, mode="edge"), 17)
    is_peak = (flux == around.max(axis=1)) & (flux > np.median(flux) + 0.25 * np.percentile(flux, 99))
    return np.flatnonzero(is_peak) * HOP / RATE


def tempo_grid(sound: np.ndarray) -> np.ndarray:
    """Beats by autocorrelation alone: every 4 s the period (0.3 to 0.6 s) and phase that explain the 8 s around best."""
    size = RATE // 200
    energy = np.square(sound[: len(sound) // size * size]).reshape(-1, size).mean(axis=1)
    rise = np.convolve(np.maximum(0, np.diff(np.sqrt(energy), prepend=0)), np.hanning(9), mode="same")
    found = []
    for start in range(0, len(rise) - 1600, 800):
        part = rise[start : start + 1600]
        alike = np.fft.irfft(np.abs(np.fft.rfft(part - part.mean(), 3200)) ** 2)
        lag = 60 + int(np.argmax(alike[60:120] + alike[120:240:2]))
        around = range(4 * lag - 6, 4 * lag + 7)
        period = max(around, key=lambda far: alike[far]) / 4
        grid = [np.arange(phase, 1600, period) for phase in range(int(period))]
        best = max(grid, key=lambda times: part[times.astype(int)].mean())
        found += [(start + time) * size / RATE for time in best if 400 <= time < 1200]
    return np.array(found)


def cuts(beats_s: np.ndarray, film_s: float) -> np.ndarray:
    """Of films of up to 12 clips, as far as the music goes."""
    found = []
    for seed in range(20):
        wanted = np.random.default_rng(seed).uniform(3, 9, 12).tolist()
        times = list(accumulate(on_beats(wanted, beats_s)))[:-1]
        found += [time_s for time_s in times if time_s < film_s]
    return np.array(found)


def figures(times_s: np.ndarray, truth_s: np.ndarray) -> tuple[str, str, str]:
    off = 1000 * np.array([np.abs(truth_s - time_s).min() for time_s in times_s])
    return f"{np.median(off):.0f}", f"{off.max():.0f}", f"{100 * np.mean(off <= 40):.0f}"


def click_track(path: Path, times_s: np.ndarray) -> None:
    sound = np.zeros((1, int((times_s[-1] + 1) * RATE)), np.float32)
    click = np.exp(-np.arange(1000) / 150) * np.sin(np.arange(1000) * 0.4)
    for time_s in times_s:
        sound[0, round(time_s * RATE) :][:1000] += 0.5 * click.astype(np.float32)
    write_sound(path, [sound], RATE)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=STEMS)
    stems = [(path.stem, load_audio(path, RATE)[0]) for path in sorted(parser.parse_args().folder.glob("*.mp3"))]
    length = min(len(sound) for _, sound in stems)
    drums = next(sound for name, sound in stems if name == "drums")
    struck = attacks(drums)
    grid = tempo_grid(drums)
    table = Table("cuts on beats of", "measured against", "cuts", "median, ms", "largest, ms", "within 40 ms, %")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for tempo in (75, 100, 117, 128, 150):
            truth = np.arange(0.4, 80, 60 / tempo)
            click_track(folder / f"{tempo}.wav", truth)
            found = cuts(beats_of(folder / f"{tempo}.wav"), 80)
            table.add_row(f"clicks, {tempo} a minute", "the truth", str(len(found)), *figures(found, truth))
        mixed = sum(sound[:length] for _, sound in stems)
        write_sound(folder / "all.wav", [mixed[None] / np.abs(mixed).max()], RATE)
        write_sound(folder / "drums.wav", [drums[None]], RATE)
        for title, path in (("drums", folder / "drums.wav"), ("all stems", folder / "all.wav")):
            beats = beats_of(path)
            found = cuts(beats, length / RATE - 2)
            table.add_row(title, f"attacks of the drums ({len(struck)})", str(len(found)), *figures(found, struck))
            inside = found[(found > grid[0]) & (found < grid[-1])]
            table.add_row("", f"grid of the drums' tempo ({len(grid)})", str(len(inside)), *figures(inside, grid))
        music = open_music(folder / "all.wav", 3 * length / RATE)
        blocks = music.bed(round(3 * length / RATE * 48_000), -16.0)
        write_sound(folder / "looped.wav", blocks, 48_000)
        click_like = attacks(load_audio(folder / "looped.wav", RATE)[0])
        found = music.beats_s(3 * length / RATE)[1:-3]
        rows = figures(found, click_like)
        table.add_row("all stems, looped: beats", "attacks of what is heard", str(len(found)), *rows)
        anywhere = cuts(np.zeros(0), length / RATE - 2)
        table.add_row("no music", "attacks of the drums", str(len(anywhere)), *figures(anywhere, struck))
        inside = anywhere[(anywhere > grid[0]) & (anywhere < grid[-1])]
        table.add_row("", "grid of the drums' tempo", str(len(inside)), *figures(inside, grid))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
