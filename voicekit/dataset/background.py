"""What a recording holds besides speech: silence, noise or music."""

import numpy as np

from voicekit.audio.features import SAMPLE_RATE
from voicekit.dataset.recording import FRAME_S, MIN_S, Recording, Segment, read_segment, speech_runs

#: Softer sound is silence.
SILENT_DB = -60.0
#: Less speech in a recording than this share is there by chance, or by mistake of the detector, where the rest is music.
_LEAST_SHARE = 0.05
#: Where so much of it is speech, a recording is one, if maybe a short one.
_LARGE_SHARE = 0.25
#: Speech that stands less than this above the music behind it cannot be learned without it.
_CLEAR_DB = 15.0
#: Tones stand out of each narrow band of their spectrum. Of the stems of a piece and a film's score the flattest fifth has a
#: flatness of 0.13 to 0.36; of 60 rains, fires, helicopters, clocks and chainsaws 54 have more than 0.37, white noise 0.59.
_FLATTEST_MUSIC = 0.37
_N_FFT, _BAND_BINS = 2048, 16
#: From 94 Hz to 5 kHz.
_BANDS = slice(8, 424)
#: So much of a recording tells what it is.
_LOOKED_AT_S = 30.0
_LEAST_LOOKED_AT_S = 1.0


def no_voice(found: Recording) -> str | None:
    """Why there is nobody in a recording to learn from; None where somebody speaks."""
    speech_s = sum(b - a for a, b in speech_runs(found.speech, found.level_db, found.noise_floor_db)) * FRAME_S
    share = speech_s / max(found.duration_s, FRAME_S)
    if share >= _LARGE_SHARE or (speech_s >= MIN_S and share >= _LEAST_SHARE):
        return None
    what = _kind(found)
    if what == "silence":
        return "no speech was found in it, only silence; check the microphone"
    if not speech_s:
        return f"no speech was found in it, only {what}"
    if speech_s < MIN_S or what == "music":
        return f"{what}, hardly any speech ({speech_s:.1f} s in {found.duration_s:.0f} s)"
    return None


def music_below(found: Recording) -> str | None:
    """What to know of the music under the speech of a recording; None where it is soft, or there is none."""
    above_db = found.speech_db - found.noise_floor_db
    if above_db > _CLEAR_DB or _kind(found) != "music":
        return None
    return (
        f"music lies {max(above_db, 0):.0f} dB below the speech, and a voice would learn it; take the speech out of it "
        "first: voicekit separate FILE"
    )


def _kind(found: Recording) -> str:
    """ "silence", "music" or "noise": what is heard where nobody speaks."""
    flatness = []
    for between in _between_speech(found):
        waveform = read_segment(found.scratch, between)
        frames = waveform[: len(waveform) // _N_FFT * _N_FFT].reshape(-1, _N_FFT) * np.hanning(_N_FFT).astype(np.float32)
        power = np.abs(np.fft.rfft(frames, axis=1))[:, _BANDS] ** 2 + 1e-14
        bands = power.reshape(len(power), power.shape[1] // _BAND_BINS, _BAND_BINS)
        flatness.append((np.exp(np.log(bands).mean(axis=2)) / bands.mean(axis=2)).mean(axis=1))
    if found.speech_db <= SILENT_DB and np.percentile(found.level_db, 95) <= SILENT_DB:
        return "silence"
    per_frame = np.concatenate(flatness) if flatness else np.ones(1)
    return "music" if np.percentile(per_frame, 20) < _FLATTEST_MUSIC else "noise"


def _between_speech(found: Recording) -> list[Segment]:
    """Where nobody speaks and it is not silent, of at least a frame of the spectrum; nothing where that is too short."""
    heard = found.level_db > max(SILENT_DB, found.noise_floor_db - 10)
    for start, end in speech_runs(found.speech, found.level_db, found.noise_floor_db):
        heard[max(0, start - 6) : end + 6] = False  # echoes and faint sounds belong to the speech
    edges = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(np.int8)))
    stretches = [Segment(a * FRAME_S, b * FRAME_S) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    stretches = [each for each in stretches if each.duration_s >= _N_FFT / SAMPLE_RATE]
    if sum(each.duration_s for each in stretches) < _LEAST_LOOKED_AT_S:
        return []
    looked_at, total_s = [], 0.0
    for each in sorted(stretches, key=lambda stretch: -stretch.duration_s):
        if total_s < _LOOKED_AT_S:
            looked_at.append(Segment(each.start_s, min(each.end_s, each.start_s + _LOOKED_AT_S - total_s)))
            total_s += looked_at[-1].duration_s
    return looked_at
