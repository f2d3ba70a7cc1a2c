"""An equaliser: it brings the average spectrum of a voice halfway to that of all voices, and removes rumble."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voicekit.audio.enhance.frames import frequencies
from voicekit.audio.enhance.ltass import FEMALE_DB, MALE_DB, THIRD_OCTAVES_HZ, band_levels_db
from voicekit.audio.enhance.voice_profile import RUMBLE_HZ, VoiceProfile, between, loudness_weights
from voicekit.audio.loudness import from_db, power_db
from voicekit.media.sound import Blocks, windows

#: No band is changed by more.
MAX_GAIN_DB = 6.0
#: Voices differ, and should: only this share of a voice's distance from the average is corrected.
_SHARE = 0.5
#: A smaller difference is not heard.
_MIN_GAIN_DB = 1.5
#: A band is lifted by no more than its speech stands above the noise beyond this.
_MIN_SNR_DB = 15.0
#: A band that lacks more is not faint but gone, as on the telephone; an equaliser would only lift its noise.
_LOST_DB = 16.0
#: Men's and women's voices differ below this frequency.
_PITCH_HZ = 200.0
#: The curve is smoothed over this many third octaves (standard deviation), so that it corrects rooms and microphones, not
#: vowels.
_SMOOTH_BANDS = 1.5
#: Rumble further below the speech than this is not heard.
_RUMBLE_BELOW_SPEECH_DB = 40.0
#: Energy closer to RUMBLE_HZ than this may come from a low voice.
_RUMBLE_CERTAIN_HZ = 60.0
#: The high pass lets nothing through below this.
_STOP_HZ = 35.0


@dataclass(frozen=True)
class Tone:
    """A linear-phase equaliser.

    Attributes:
        gains_db: for THIRD_OCTAVES_HZ, (25,).
        has_high_pass: whether it takes out what lies below RUMBLE_HZ.
    """

    sample_rate: int
    gains_db: np.ndarray
    has_high_pass: bool

    @property
    def said(self) -> str:
        changes = [f"{gain:+.1f} dB at {hz:.0f} Hz" for hz, gain in self.turns]
        return "tone: " + ", ".join(changes + [f"rumble below {RUMBLE_HZ:.0f} Hz goes"] * self.has_high_pass)

    @property
    def turns(self) -> list[tuple[float, float]]:
        """The highest and the lowest gain, where they are heard: (Hz, dB)."""
        at = sorted({int(self.gains_db.argmin()), int(self.gains_db.argmax())})
        return [(THIRD_OCTAVES_HZ[i], self.gains_db[i]) for i in at if abs(self.gains_db[i]) >= 0.5]

    def apply(self, blocks: Blocks) -> Iterator[np.ndarray]:
        """As many samples as come, none shifted."""
        import scipy.signal

        taps = self.taps()[None]
        for window, n_samples in windows(blocks, self.sample_rate, taps.shape[1] // 2):
            yield scipy.signal.fftconvolve(window, taps, mode="valid", axes=1)[:, :n_samples]

    def response(self, hz: np.ndarray) -> np.ndarray:
        """The factors at these frequencies."""
        factors = from_db(np.interp(np.log(np.maximum(hz, 1.0)), np.log(THIRD_OCTAVES_HZ), self.gains_db))
        if self.has_high_pass:
            factors *= np.sin(np.pi / 2 * np.clip((hz - _STOP_HZ) / (RUMBLE_HZ - _STOP_HZ), 0, 1)) ** 2
        return factors

    def taps(self) -> np.ndarray:
        """Symmetric and odd in number, 80 ms long with a high pass and 40 ms without, float32."""
        reach = round((0.04 if self.has_high_pass else 0.02) * self.sample_rate)
        n_grid = 8 * reach
        impulse = np.roll(np.fft.irfft(self.response(np.fft.rfftfreq(n_grid, 1 / self.sample_rate)), n_grid), reach)
        return (impulse[: 2 * reach + 1] * np.hanning(2 * reach + 3)[1:-1]).astype(np.float32)


def toning(profile: VoiceProfile, cutoff_hz: float | None, amount: float = 1.0) -> Tone | None:
    """The equaliser for a voice that ends at `cutoff_hz`, if it ends; None where it sounds as voices do."""
    from scipy.ndimage import gaussian_filter1d

    hz = frequencies(profile.sample_rate)
    voice_db = band_levels_db(np.maximum(profile.speech - profile.pauses, 0), hz)
    noise_db = band_levels_db(profile.pauses, hz)
    has_high_pass = _rumbles(profile)
    end_hz = min(cutoff_hz or np.inf, 0.9 * profile.sample_rate / 2)
    known = (THIRD_OCTAVES_HZ > RUMBLE_HZ) & (end_hz >= THIRD_OCTAVES_HZ * 2 ** (1 / 6))
    missing_db = gaussian_filter1d(_missing_db(voice_db, known), _SMOOTH_BANDS, mode="nearest")
    gains_db = amount * _SHARE * missing_db
    if np.abs(gains_db[known]).max(initial=0) < amount * _MIN_GAIN_DB:
        gains_db = np.zeros_like(gains_db)
        if not has_high_pass:
            return None
    as_loud_db = gains_db - _louder_db(profile, Tone(profile.sample_rate, gains_db, False))
    audible_db = np.maximum(voice_db - noise_db - _MIN_SNR_DB, 0)
    gains_db = np.clip(as_loud_db, -MAX_GAIN_DB, np.minimum(audible_db, MAX_GAIN_DB))
    return Tone(profile.sample_rate, gains_db, has_high_pass)


def _louder_db(profile: VoiceProfile, tone: Tone) -> float:
    """By how much speech is louder after `tone`."""
    weighted = profile.speech * loudness_weights(profile.sample_rate)
    after = weighted * tone.response(frequencies(profile.sample_rate)) ** 2
    return float(power_db(after.sum()) - power_db(weighted.sum()))


def _missing_db(voice_db: np.ndarray, known: np.ndarray) -> np.ndarray:
    """By how much each band lies below the lowest, or above the highest of men's and women's voices, (25,)."""
    low_db, high_db = np.minimum(MALE_DB, FEMALE_DB), np.maximum(MALE_DB, FEMALE_DB)
    compared = known & (between(THIRD_OCTAVES_HZ, (300.0, 3200.0)) > 0)
    voice_db = voice_db - np.mean((voice_db - (low_db + high_db) / 2)[compared])
    missing_db = np.clip(voice_db, low_db, high_db) - voice_db
    missing_db[~known | (missing_db > _LOST_DB)] = 0.0
    # Where the pitch lies, what is missing may not be the voice's; it goes on as in the lowest band that all voices have.
    pitch = THIRD_OCTAVES_HZ < _PITCH_HZ
    missing_db[pitch] = np.minimum(missing_db[pitch], missing_db[~pitch][0])
    return missing_db


def _rumbles(profile: VoiceProfile) -> bool:
    """Whether there is an offset or a rumble in the pauses that can be heard beside the speech."""
    low = profile.pauses[frequencies(profile.sample_rate) < _RUMBLE_CERTAIN_HZ].sum()
    return bool(power_db(low) > profile.speech_db - _RUMBLE_BELOW_SPEECH_DB)
