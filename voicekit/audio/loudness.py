"""How loud a sound is: loudness, true peak, RMS, noise floor. All in decibels relative to full scale."""

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import overload

import numpy as np

from voicekit.media.channels import loudness_weights, usual
from voicekit.media.sound import Blocks, Layout, Sound, windows

#: The level given to silence, instead of minus infinity.
SILENCE_DB = -120.0

#: Levels are summed up once a hop: fine enough for Tech 3341's momentary maxima, whose signals move by 20 ms.
HOP_S = 0.01
_HOPS_A_WINDOW = 100
#: In hops: the windows of momentary and short-term loudness, the step between gated windows, the noise floor's window.
_MOMENTARY, _SHORT_TERM, _STEP, _HALF_SECOND = 40, 300, 10, 50
#: Sound this far below the RMS level, before the first word or after the last, is room tone.
ROOM_TONE_BELOW_DB = 20.0

#: `a0_pass` of `k_weighting` at 48 kHz.
_PASS_GAIN = 1.0049948987

#: A true peak is computed from this many samples on each side.
_REACH = 12
_OVERSAMPLING = 4


@dataclass(frozen=True)
class LoudnessStats:
    """The figures of a sound, from one pass over it. Silence is SILENCE_DB.

    Attributes:
        integrated_lufs: ITU-R BS.1770-4; SILENCE_DB where no 400 ms pass the gate.
        loudness_range_lu: EBU Tech 3342.
        momentary_max_lufs, short_term_max_lufs: over 400 ms and over 3 s, EBU Tech 3341.
        dialogue_lufs, dialogue_share: the loudness of what is speech, and how much of the sound that is; SILENCE_DB and 0
            where nobody said.
        sample_peak_db, true_peak_db: on the samples, and between them as well (4-fold oversampled, BS.1770-4 annex 2).
        rms_db: over all samples and channels; a full-scale sine is −3.01 dB.
        noise_floor_db: the RMS of the quietest half second, as the tool ACX Check has it.
        dc_offset: the mean of the channel where it is farthest from zero; full scale is 1.
        lead_s, tail_s: how long the sound stays 20 dB below its RMS at its start and at its end.
    """

    sample_rate: int
    channels: int
    duration_s: float
    integrated_lufs: float
    loudness_range_lu: float
    momentary_max_lufs: float
    short_term_max_lufs: float
    dialogue_lufs: float
    dialogue_share: float
    sample_peak_db: float
    true_peak_db: float
    rms_db: float
    noise_floor_db: float
    dc_offset: float
    lead_s: float
    tail_s: float


@dataclass(frozen=True)
class LoudnessTrack:
    """The level of a sound over time, in hops of HOP_S: three megabytes an hour.

    Attributes:
        weighted: mean square of the K-weighted channels, summed as BS.1770-4 weighs them, (hops,); whole hops only.
        power: mean square over samples and channels as they are, (hops,).
        mean_power: of the whole sound.
        sample_peak, true_peak: amplitudes.
        dc_offset: see `LoudnessStats`.
    """

    sample_rate: int
    channels: int
    n_samples: int
    weighted: np.ndarray
    power: np.ndarray
    mean_power: float
    sample_peak: float
    true_peak: float
    dc_offset: float

    @property
    def hop_s(self) -> float:
        """As long as a hop is in whole samples."""
        return hop_samples(self.sample_rate) / self.sample_rate

    def amplified(self, gain_db: float) -> "LoudnessTrack":
        """The course that the sound would have, were it `gain_db` louder."""
        gain = from_db(gain_db)
        return replace(
            self,
            weighted=self.weighted * gain**2,
            power=self.power * gain**2,
            mean_power=self.mean_power * gain**2,
            sample_peak=self.sample_peak * gain,
            true_peak=self.true_peak * gain,
            dc_offset=self.dc_offset * gain,
        )

    def short_term_lufs(self) -> np.ndarray:
        """The loudness of the 3 s (of a shorter sound: the 400 ms) from each hop on, (hops − 299,)."""
        return _lufs(_sliding(self.weighted, _SHORT_TERM if len(self.weighted) >= _SHORT_TERM else _MOMENTARY))

    def measured(self, speech: np.ndarray | None = None) -> LoudnessStats:
        """The figures.

        Args:
            speech: bool (hops,), whether somebody speaks; where it is shorter nobody does.
        """
        momentary, short_term = _sliding(self.weighted, _MOMENTARY), _sliding(self.weighted, _SHORT_TERM)
        blocks = momentary[::_STEP]  # 400 ms that overlap by three quarters
        spoken = self.weighted[: len(speech)][speech[: len(self.weighted)]] if speech is not None else np.zeros(0)
        rms = float(power_db(self.mean_power))
        duration_s = self.n_samples / self.sample_rate
        lead_s, tail_s = self.room_tone_s(ROOM_TONE_BELOW_DB)
        return LoudnessStats(
            sample_rate=self.sample_rate,
            channels=self.channels,
            duration_s=duration_s,
            integrated_lufs=_mean_lufs(_gated(blocks, relative_lu=-10)),
            loudness_range_lu=_loudness_range(short_term[::_STEP]),
            momentary_max_lufs=float(_lufs(momentary.max(initial=0.0))),
            short_term_max_lufs=float(_lufs(short_term.max(initial=0.0))),
            dialogue_lufs=_mean_lufs(_gated(spoken)),
            dialogue_share=len(spoken) / max(len(self.weighted), 1),
            sample_peak_db=float(to_db(self.sample_peak)),
            true_peak_db=float(to_db(self.true_peak)),
            rms_db=rms,
            noise_floor_db=quietest_db(self.power),
            dc_offset=self.dc_offset,
            lead_s=lead_s,
            tail_s=tail_s,
        )

    def room_tone_s(self, below_db: float) -> tuple[float, float]:
        """How long the sound stays so far below its RMS at its start and at its end, in s."""
        sounding = np.flatnonzero(power_db(self.power) > max(float(power_db(self.mean_power)) - below_db, SILENCE_DB))
        duration_s = self.n_samples / self.sample_rate
        if not len(sounding):
            return duration_s, duration_s
        return float(sounding[0] * self.hop_s), max(0.0, float(duration_s - (sounding[-1] + 1) * self.hop_s))


def measure_sound(sound: Sound, speech: np.ndarray | None = None) -> LoudnessStats:
    """The figures of a sound of any length, at any rate, of any channels; for `speech` see `LoudnessTrack.measured`."""
    return analyse(sound.read(), sound.sample_rate, sound.layout).measured(speech)


def integrated_lufs(blocks: Blocks, sample_rate: int) -> float:
    """Integrated loudness (ITU-R BS.1770-4) of a stream, in LUFS; SILENCE_DB where no 400 ms pass the gate.

    Args:
        blocks: (channels, samples) or (samples,) of any lengths; see `analyse` for the order of channels.
    """
    return analyse(blocks, sample_rate).measured().integrated_lufs


def analyse(blocks: Blocks, sample_rate: int, layout: Layout = ()) -> LoudnessTrack:
    """Listens to a stream once.

    Args:
        blocks: (channels, samples) or (samples,) of any lengths.
        layout: see `Sound`.
    """
    import scipy.signal

    hop = hop_samples(sample_rate)
    sections, state, weights = k_weighting(sample_rate), None, np.ones(0)
    weighted_powers, powers = [np.zeros(0)], [np.zeros(0)]
    energy, sums, n_samples = 0.0, np.zeros(1), 0
    sample_peak = true_peak = 0.0
    for window, n in windows(map(np.atleast_2d, blocks), _HOPS_A_WINDOW * hop, hop):
        if state is None:
            weights, sums = loudness_weights(layout or usual(len(window))), np.zeros(len(window))
            state = np.zeros((len(sections), len(window), 2))
        samples = window[:, hop : hop + n].astype(np.float64)
        weighted, state = scipy.signal.sosfilt(sections, samples, axis=1, zi=state)
        weighted_powers.append(weights @ _hop_powers(weighted, hop))
        powers.append(_hop_powers(samples, hop).mean(axis=0))
        energy += float(np.vdot(samples, samples))
        sums += samples.sum(axis=1)
        n_samples += n
        sample_peak = max(sample_peak, float(np.abs(samples).max()))
        true_peak = max(true_peak, sample_peak, float(true_peaks(window, hop, true_peak)[1:-1].max()))
    return LoudnessTrack(
        sample_rate=sample_rate,
        channels=len(weights),
        n_samples=n_samples,
        weighted=np.concatenate(weighted_powers),
        power=np.concatenate(powers),
        mean_power=energy / max(n_samples * len(weights), 1),
        sample_peak=sample_peak,
        true_peak=true_peak,
        dc_offset=float(np.abs(sums).max() / max(n_samples, 1)),
    )


@overload
def to_db(amplitude: float) -> float: ...
@overload
def to_db(amplitude: np.ndarray) -> np.ndarray: ...
def to_db(amplitude: float | np.ndarray) -> float | np.ndarray:
    """Amplitude (1 is full scale) to dB, floored at SILENCE_DB."""
    return 20 * np.log10(np.maximum(np.abs(amplitude), 10 ** (SILENCE_DB / 20)))


@overload
def from_db(db: float) -> float: ...
@overload
def from_db(db: np.ndarray) -> np.ndarray: ...
def from_db(db: float | np.ndarray) -> float | np.ndarray:
    """dB to amplitude."""
    return 10 ** (db / 20)


@overload
def power_db(power: float) -> float: ...
@overload
def power_db(power: np.ndarray) -> np.ndarray: ...
def power_db(power: float | np.ndarray) -> float | np.ndarray:
    """Mean square to dB, floored at SILENCE_DB."""
    return 10 * np.log10(np.maximum(power, 10 ** (SILENCE_DB / 10)))


def quietest_db(powers: np.ndarray) -> float:
    """The RMS of the quietest half second, of what is shorter the whole, in dB, of mean squares (hops,)."""
    return float(power_db(_half_seconds(powers).min())) if len(powers) else SILENCE_DB


def quietest(powers: np.ndarray) -> int:
    """At which hop the quietest half second begins, of mean squares (hops,), at least one."""
    return int(_half_seconds(powers).argmin())


def _half_seconds(powers: np.ndarray) -> np.ndarray:
    return _sliding(powers, min(_HALF_SECOND, len(powers)))


def rms_db(waveform: np.ndarray) -> float:
    """Root mean square over all samples and channels of `waveform`, in dB; a full-scale sine is −3.01 dB."""
    if waveform.size == 0:
        return SILENCE_DB
    return float(to_db(np.sqrt(np.mean(np.square(waveform, dtype=np.float64)))))


def true_peak_db(waveform: np.ndarray) -> float:
    """The highest level between and on the samples: 4-fold oversampled (ITU-R BS.1770-4, annex 2), in dB.

    Args:
        waveform: (samples,) or (channels, samples).
    """
    channels = np.atleast_2d(waveform)
    return float(to_db(true_peaks(channels, channels.shape[1]).max())) if waveform.size else SILENCE_DB


def true_peaks(waveform: np.ndarray, hop: int, floor: float = 0.0) -> np.ndarray:
    """The true peak (4-fold oversampled, BS.1770-4 annex 2) of each hop over all channels, amplitude, (hops,).

    Args:
        waveform: (channels, hops · hop); silence lies around it.
        hop: in samples.
        floor: what surely stays below is not oversampled, which saves most of the work; it gets its highest sample.
    """
    taps, highest_gain = _interpolator()
    around = np.pad(waveform, ((0, 0), (_REACH, _REACH)))
    hops = np.lib.stride_tricks.sliding_window_view(around, hop + 2 * _REACH, axis=1)[:, ::hop]
    peaks = np.abs(waveform).max(axis=0).reshape(-1, hop).max(axis=1)
    could = np.abs(hops).max(axis=(0, 2)) * highest_gain > floor
    if could.any():
        near = np.lib.stride_tricks.sliding_window_view(hops[:, could], 2 * _REACH + 1, axis=2)
        between = np.abs(near @ taps).max(axis=(0, 2, 3))
        peaks[could] = np.maximum(peaks[could], between)
    return peaks


@cache
def _interpolator() -> tuple[np.ndarray, float]:
    """A 4-fold interpolating low-pass of 24 samples, and how far what it makes can pass the samples.

    It is float32 (samples around one, places between it and the next).
    """
    t = np.arange(-_OVERSAMPLING * _REACH, _OVERSAMPLING * _REACH + 1) / _OVERSAMPLING
    taps = np.sinc(t) * np.kaiser(len(t), 6)
    highest_gain = max(np.abs(taps[phase::_OVERSAMPLING]).sum() for phase in range(_OVERSAMPLING))
    phases = np.pad(taps, (0, _OVERSAMPLING - 1)).reshape(-1, _OVERSAMPLING)[::-1]
    return phases.astype(np.float32), float(highest_gain)


def k_weighting(sample_rate: int) -> np.ndarray:
    """The weighting of ITU-R BS.1770-4, annex 1, as second-order sections (2, 6): a high shelf and a high pass.

    The standard tabulates them at 48 kHz; these are the analogue filters behind the table (De Man 2014, "Evaluation
    of implementations of the EBU R128 loudness measurement"), so that any rate gives the same figure.
    """
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = [high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k]
    shelf += [a0, 2 * (k * k - 1), 1 - k / q + k * k]
    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    q = 0.5003270373238773
    a0_pass = 1 + k / q + k * k
    # The table's high pass amplifies by 1.005 what it lets through, which other rates have to do as well.
    high_pass = [_PASS_GAIN, -2 * _PASS_GAIN, _PASS_GAIN, a0_pass, 2 * (k * k - 1), 1 - k / q + k * k]
    return np.array([shelf, high_pass]) / np.array([[a0], [a0_pass]])


def hop_samples(sample_rate: int) -> int:
    """A hop of HOP_S in whole samples."""
    return max(1, round(HOP_S * sample_rate))


def _hop_powers(samples: np.ndarray, hop: int) -> np.ndarray:
    """Mean squares (channels, hops) of the whole hops of (channels, samples)."""
    whole = samples[:, : samples.shape[1] // hop * hop].reshape(len(samples), -1, hop)
    return np.einsum("cht,cht->ch", whole, whole) / hop


def _sliding(values: np.ndarray, size: int) -> np.ndarray:
    """Means over windows of `size`, (values − size + 1,); nothing where there are fewer."""
    return np.convolve(values, np.full(size, 1 / size), mode="valid") if len(values) >= size else np.zeros(0)


@overload
def _lufs(power: float) -> float: ...
@overload
def _lufs(power: np.ndarray) -> np.ndarray: ...
def _lufs(power: float | np.ndarray) -> float | np.ndarray:
    """Loudness of K-weighted mean squares (BS.1770-4, annex 1)."""
    return np.maximum(-0.691 + power_db(power), SILENCE_DB)


def _gated(powers: np.ndarray, relative_lu: float | None = None) -> np.ndarray:
    """Those above −70 LUFS, and of these those not more than `relative_lu` below their mean."""
    powers = powers[_lufs(powers) > -70]
    if relative_lu is None or len(powers) == 0:
        return powers
    return powers[powers > powers.mean() * 10 ** (relative_lu / 10)]


def _mean_lufs(powers: np.ndarray) -> float:
    return float(_lufs(powers.mean())) if len(powers) else SILENCE_DB


def _loudness_range(short_term: np.ndarray) -> float:
    """EBU Tech 3342: between the 10th and the 95th percentile of what is not 20 LU below the mean."""
    gated = _gated(short_term, relative_lu=-20)
    if len(gated) == 0:
        return 0.0
    low, high = np.percentile(_lufs(gated), (10, 95))
    return float(high - low)
