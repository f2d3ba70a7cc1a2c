"""How far noise should come down, and two other noise reducers for sounds of any length: noisereduce and FFmpeg's afftdn.

They are alternatives to the default, DeepFilterNet, and to our own isolator. noisereduce at its defaults lowers PESQ of
noisy speech from 1.57 to 1.17 (six voices, real noise at 5 dB): it removes parts of the voice along with the noise. Given
the recording's own quiet moments as the profile, and told to lower what lies under it by a few dB instead of removing it, it
leaves more of the voice.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from voicekit.audio.loudness import SILENCE_DB, from_db, to_db
from voicekit.audio.treatment import Treatment
from voicekit.media.filters import filtered
from voicekit.media.sound import Blocks, Sound, regrouped, windows

#: With speech this far above the noise, nobody hears the noise; cleaner sound is not touched.
CLEAN_SNR_DB = 26.0
#: A larger reduction costs more voice than it removes noise.
MAX_REDUCTION_DB = 10.0
#: A smaller reduction is not worth touching the sound for.
MIN_REDUCTION_DB = 1.0

_N_FFT = 1024
_HOP = _N_FFT // 4
#: A whole number of hops, so that windows see the same frames as the whole recording would.
_WINDOW = 2048 * _HOP
_CONTEXT = 256 * _HOP
_FRAME_S = 0.05
_PROFILE_S = 5.0
#: Noise whose level moves by more (standard deviation of the quietest moments of every ten seconds) is not stationary.
_STEADY_DB = 4.0


def wanted_reduction_db(speech_db: float, noise_floor_db: float) -> float:
    """By how many dB to lower the noise of a recording with these RMS levels; 0 where it is clean."""
    missing_db = CLEAN_SNR_DB - (speech_db - noise_floor_db)
    return 0.0 if missing_db < MIN_REDUCTION_DB else min(missing_db, MAX_REDUCTION_DB)


def noisereduce(sound: Sound, reduction_db: float | None = None) -> Treatment:
    """Spectral gating (Sainburg et al. 2020) against the recording's quietest moments, the gate never quite closed."""
    quiet = _listen(sound)
    reduction_db, said = _wanted(quiet, reduction_db)
    if reduction_db <= 0:
        return Treatment((said,))
    import noisereduce

    gate = partial(noisereduce.reduce_noise, sr=sound.sample_rate, n_fft=_N_FFT, prop_decrease=1 - from_db(-reduction_db))
    if quiet.steady:
        gate = partial(gate, stationary=True, y_noise=quiet.profile)

    def apply(blocks: Blocks) -> Iterator[np.ndarray]:
        for window, n_samples in windows(blocks, _WINDOW, _CONTEXT):
            cleaned = np.stack([gate(y=channel) for channel in window])
            yield cleaned[:, _CONTEXT : _CONTEXT + n_samples].astype(np.float32)

    return Treatment((f"{said}, {'steady' if quiet.steady else 'changing'}",), apply)


def afftdn(sound: Sound, reduction_db: float | None = None) -> Treatment:
    """FFmpeg's noise reduction in the spectrum (after Ephraim & Malah 1985), told the level of the noise."""
    quiet = _listen(sound)
    reduction_db, said = _wanted(quiet, reduction_db)
    if reduction_db <= 0:
        return Treatment((said,))
    arguments = f"nr={max(reduction_db, 0.01):.2f}:nf={np.clip(quiet.noise_db, -80, -20):.1f}"
    delay = round(sound.sample_rate / 40)  # its window
    return Treatment((said,), lambda blocks: filtered(blocks, sound.sample_rate, "afftdn", arguments, delay))


class _Quiet:
    """The quietest moments of a sound.

    Attributes:
        noise_db, speech_db: RMS of the quietest and of the loudest tenth of all frames.
        profile: (samples,) of the noise.
        steady: whether its level stays.
    """

    def __init__(self, floors_db: list[float], tops_db: list[float], profile: np.ndarray) -> None:
        self.noise_db = float(np.mean(floors_db))
        self.speech_db = float(np.max(tops_db))
        self.steady = float(np.std(floors_db)) < _STEADY_DB
        self.profile = profile


def _listen(sound: Sound) -> _Quiet:
    frame = max(round(_FRAME_S * sound.sample_rate), 1)
    floors_db, tops_db, profile = [], [], np.zeros(0, np.float32)
    for passage in regrouped(sound.read(), 200 * frame):
        frames = passage.mean(0)[: passage.shape[1] // frame * frame].reshape(-1, frame)
        if not len(frames):
            continue
        levels_db = to_db(np.sqrt(np.square(frames, dtype=np.float64).mean(axis=1)))
        order = np.argsort(levels_db)
        tenth = max(len(order) // 10, 1)
        if levels_db[order[0]] > SILENCE_DB + 20:  # what a program muted is no noise
            floors_db.append(float(np.mean(levels_db[order[:tenth]])))
            if len(profile) < _PROFILE_S * sound.sample_rate:
                profile = np.concatenate([profile, frames[np.sort(order[:tenth])].reshape(-1)])
        tops_db.append(float(np.mean(levels_db[order[-tenth:]])))
    return _Quiet(floors_db or [SILENCE_DB], tops_db or [SILENCE_DB], profile)


def _wanted(quiet: _Quiet, reduction_db: float | None) -> tuple[float, str]:
    """How far the noise is to come down, and what to say."""
    if reduction_db is None:
        reduction_db = wanted_reduction_db(quiet.speech_db, quiet.noise_db)
    if reduction_db <= 0 or len(quiet.profile) < _N_FFT:
        return 0.0, "no steady noise found: left as it is"
    return reduction_db, f"noise at {quiet.noise_db:.0f} dB lowered by {reduction_db:.0f} dB"
