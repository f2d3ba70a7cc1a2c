"""Two versions of a sound side by side, on the same scales: waveform, spectrogram, loudness over time, figures.

Only what a picture can show of a sound is kept, so that one of hours takes no more memory than one of seconds.
"""

import base64
import io
import math
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np

from voicekit.audio.loudness import SILENCE_DB, LoudnessStats, analyse, power_db
from voicekit.audio.presets import FIGURES, shown
from voicekit.core.errors import ConfigError
from voicekit.core.files import as_text, atomic, claimed, write_text
from voicekit.core.reporter import SILENT, Reporter
from voicekit.core.templates import templates
from voicekit.media import open_sound
from voicekit.media.sound import Sound, watched, windows
from voicekit.media.tracks import Wanted

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

#: The figures of `LoudnessStats` shown under a picture and in the table of a page.
TITLE = ("integrated_lufs", "true_peak_db", "rms_db", "noise_floor_db")
TABLE = (*TITLE, "loudness_range_lu", "short_term_max_lufs", "sample_peak_db")
#: Larger sounds (all together) are linked from the page instead of being embedded.
EMBEDDED_BYTES = 20_000_000

#: What a million samples take on two CPU cores, about.
_MEASURING_S, _DRAWING_S = 0.06, 0.1
_COLUMNS = 700
_SHORTEST_COLUMN = 128
_N_FFT = 1024
#: The spectrum of a column is a mean over at most this many evenly spaced windows.
_SPECTRA_A_COLUMN = 16
_DYNAMIC_RANGE_DB = 90.0
_LOUDNESS_RANGE_DB = 50.0

_TYPES = {
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".webm": "audio/webm",
}


@dataclass(frozen=True)
class SpectrogramView:
    """A sound as it is drawn.

    Attributes:
        lowest, highest: of the samples of all channels in each column of the picture, (columns,).
        spectrum_db: mean power of the channels in each column from 0 Hz up, a full-scale sine is −3 dB,
            (_N_FFT // 2 + 1, columns).
        column_s: how long a column is.
        lufs, lufs_s: short-term loudness, and the middles of its 3 s.
    """

    name: str
    measured: LoudnessStats
    lowest: np.ndarray
    highest: np.ndarray
    spectrum_db: np.ndarray
    column_s: float
    lufs: np.ndarray
    lufs_s: np.ndarray


def compare(
    before: Path | str,
    after: Path | str,
    out: Path | str,
    track: Wanted = None,
    reporter: Reporter = SILENT,
) -> tuple[LoudnessStats, LoudnessStats]:
    """Draws two sounds into `out`: a picture (.png), or a page with the picture, a table and two players (.html).

    Args:
        track: which of their sound tracks; None for the default one.

    Returns:
        The figures of both.

    Raises:
        ConfigError: `out` has another ending.
        MediaError: a file cannot be read or has no sound.
        VoicekitError: the disk is full, the folder cannot be written to.
    """
    paths, out = (Path(before), Path(after)), Path(out)
    suffix = out.suffix.lower()
    if suffix not in (".png", ".html"):
        raise ConfigError(f"{out}: a comparison is a picture or a page; choose the ending .png or .html")
    sounds = [open_sound(path, track=track) for path in paths]
    for note in dict.fromkeys(note for sound in sounds for note in sound.notes):
        reporter.note(note)
    reporter.expect(
        (f"{as_text(path.name)}: {task}", seconds * sound.duration_s * sound.sample_rate * sound.channels / 1e6)
        for sound, path in zip(sounds, paths, strict=True)
        for task, seconds in (("measuring", _MEASURING_S), ("drawing", _DRAWING_S))
    )
    with claimed(out):  # first, so that a folder that cannot be written to is told before the work
        views = [view_of(sound, as_text(path.name), reporter) for sound, path in zip(sounds, paths, strict=True)]
        picture = _png(draw(views))
        if suffix == ".png":
            with atomic(out) as partial:
                partial.write_bytes(picture)
        else:
            write_text(out, _page(views, paths, picture, out))
    return views[0].measured, views[1].measured


def view_of(sound: Sound, name: str, reporter: Reporter) -> SpectrogramView:
    """Reads a sound, once for its figures and once for its picture."""
    loudness = analyse(watched(sound, f"{name}: measuring", reporter).read(), sound.sample_rate, sound.layout)
    column = max(_SHORTEST_COLUMN, math.ceil(loudness.n_samples / _COLUMNS))
    step = max(1, column // _SPECTRA_A_COLUMN)
    taper = np.hanning(_N_FFT).astype(np.float32)
    taper *= 2 / taper.sum() / np.sqrt(2)
    lowest, highest, spectra = [], [], []
    for window, n in windows(watched(sound, f"{name}: drawing", reporter).read(), column, _N_FFT // 2):
        middle = window[:, _N_FFT // 2 :][:, :n]
        lowest.append(middle.min())
        highest.append(middle.max())
        pieces = np.lib.stride_tricks.sliding_window_view(window, _N_FFT, axis=1)[:, :column:step]
        spectra.append(np.square(np.abs(np.fft.rfft(pieces * taper))).mean(axis=(0, 1)))
    lufs = loudness.short_term_lufs()
    every = max(1, len(lufs) // (2 * _COLUMNS))
    window_s = loudness.n_samples / sound.sample_rate - (len(lufs) - 1) * loudness.hop_s
    return SpectrogramView(
        name=name,
        measured=loudness.measured(),
        lowest=np.array(lowest),
        highest=np.array(highest),
        spectrum_db=power_db(np.array(spectra).T),
        column_s=column / sound.sample_rate,
        lufs=lufs[::every],
        lufs_s=np.arange(len(lufs))[::every] * loudness.hop_s + window_s / 2,
    )


def draw(views: list[SpectrogramView]) -> "Figure":
    """The sounds in a column each, all on the same scales."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7 * len(views), 8), layout="constrained")
    panels = figure.subplots(3, len(views), sharex=True, sharey="row", squeeze=False, height_ratios=(2, 3, 2))
    longest_s = max(one.measured.duration_s for one in views)
    unit, unit_s = ("s", 1) if longest_s < 180 else ("min", 60) if longest_s < 3 * 3600 else ("h", 3600)
    loudest_db = max(one.spectrum_db.max() for one in views)
    images: list[AxesImage] = []
    for one, (wave, spectrum, loudness) in zip(views, panels.T, strict=True):
        figures = ", ".join(f"{FIGURES[figure][0]} {shown(figure, one.measured)}" for figure in TITLE)
        wave.set_title(f"{one.name}\n", fontsize=12, fontweight="bold", parse_math=False)
        wave.text(0.5, 1.02, figures, transform=wave.transAxes, ha="center", va="bottom", fontsize=9)
        columns = (np.arange(len(one.lowest)) + 0.5) * one.column_s / unit_s
        wave.fill_between(columns, one.lowest, one.highest, linewidth=0.4, color="C0")
        image = spectrum.imshow(
            one.spectrum_db,
            origin="lower",
            aspect="auto",
            cmap="magma",
            vmin=loudest_db - _DYNAMIC_RANGE_DB,
            vmax=loudest_db,
            extent=(0, len(columns) * one.column_s / unit_s, 0, one.measured.sample_rate / 2000),
        )
        images.append(image)
        loudness.plot(one.lufs_s / unit_s, np.where(one.lufs > SILENCE_DB, one.lufs, np.nan), color="C3", linewidth=1.2)
        loudness.set_xlabel(unit)
        for panel in (wave, loudness):
            panel.grid(alpha=0.3)
    figure.align_ylabels(panels[:, 0])
    _scale(panels[:, 0], views, longest_s / unit_s)
    figure.colorbar(images[-1], ax=panels[1, :].tolist(), label="dB", pad=0.01)
    return figure


def _scale(first: np.ndarray, views: list[SpectrogramView], longest: float) -> None:
    """The scales of the first column (3,) of axes, which the others share."""
    wave, spectrum, loudness = first
    highest = max(max(one.highest.max(), -one.lowest.min()) for one in views)
    wave.set(ylabel="amplitude", ylim=(-1.05 * max(highest, 1e-3), 1.05 * max(highest, 1e-3)), xlim=(0, max(longest, 1e-3)))
    spectrum.set(ylabel="kHz", ylim=(0, max(one.measured.sample_rate for one in views) / 2000))
    spectrum.set_facecolor("black")
    loudest = max(max(one.lufs.max(initial=SILENCE_DB) for one in views), SILENCE_DB + _LOUDNESS_RANGE_DB)
    heard = [one.lufs[one.lufs > loudest - _LOUDNESS_RANGE_DB] for one in views]
    softest = min((lufs.min() for lufs in heard if len(lufs)), default=loudest - _LOUDNESS_RANGE_DB)
    loudness.set(ylabel="loudness of 3 s, LUFS", ylim=(softest - 3, loudest + 3))


def _png(figure: "Figure") -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # a name in letters that the font has not
        figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()


def _page(views: list[SpectrogramView], paths: tuple[Path, Path], picture: bytes, out: Path) -> str:
    embedded = sum(path.stat().st_size for path in paths) <= EMBEDDED_BYTES
    rows = []
    for figure in TABLE:
        values = [getattr(one.measured, figure) for one in views]
        rows.append([FIGURES[figure][0], *(shown(figure, one.measured) for one in views), f"{values[1] - values[0]:+.1f}"])
    return (
        templates("voicekit.postproduction")
        .get_template("compare.html")
        .render(
            names=[one.name for one in views],
            players=[_source(path, out, embedded) for path in paths],
            rows=rows,
            picture=_data("image/png", picture),
        )
    )


def _source(path: Path, out: Path, embedded: bool) -> str:
    """What a player plays: the sound itself, or where it lies as seen from the page."""
    if embedded:
        return _data(_TYPES.get(path.suffix.lower(), "audio/mp4"), path.read_bytes())
    return quote(Path(os.path.relpath(path, out.parent)).as_posix())


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
