"""What the benchmarks of sound share: mixtures of what no model of ours was trained on, and others' measures."""

from pathlib import Path

import numpy as np
from corpus import judging_corpus

from voicekit.media import load_audio

RATE = 16_000
DATA = Path(__file__).parents[2] / "shared" / "data"


def speech(data: Path, takes: int = 1, seconds: float = 6.0) -> dict[str, list[np.ndarray]]:
    """Speaker → `takes` recordings (samples,) at RATE, −23 dB RMS, of speakers never trained on."""
    return {
        name: [at_level(load_audio(path, RATE)[0][: int(seconds * RATE)]) for path in paths[:takes]]
        for name, paths in judging_corpus(data).speakers.items()
    }


def noises(data: Path, samples: int, takes: int) -> dict[str, list[np.ndarray]]:
    """Class → `takes` noises (samples,) at RATE from recordings never trained on, and babble of the speakers."""
    found = {
        name: [np.resize(load_audio(path, RATE)[0], samples) for path in paths[:takes]]
        for name, paths in judging_corpus(data).noises.items()
    }
    talk = [take for takes_ in speech(data, 10, 10).values() for take in takes_[2:]]
    found["babble"] = [sum(np.resize(take, samples) for take in talk[i::takes][:7]) for i in range(takes)]
    return found


def music(data: Path, samples: int, takes: int) -> list[np.ndarray]:
    """The instruments never trained on, together: `takes` passages (samples,) at RATE."""
    total = sum(load_audio(path, RATE)[0][: 80 * RATE] for path in judging_corpus(data).music.values())
    return [np.resize(total[i * 10 * RATE :], samples) for i in range(takes)]


def at_level(waveform: np.ndarray, rms_db: float = -23.0) -> np.ndarray:
    return (waveform * 10 ** (rms_db / 20) / max(float(np.sqrt(np.mean(waveform**2))), 1e-6)).astype(np.float32)


def mixed(clean: np.ndarray, noise: np.ndarray, snr_db: float) -> np.ndarray:
    noise = noise[: len(clean)]
    gain = np.sqrt(np.mean(clean**2) / max(float(np.mean(noise**2)), 1e-12)) * 10 ** (-snr_db / 20)
    return (clean + gain * noise).astype(np.float32)


def si_sdr(estimate: np.ndarray, reference: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio (Le Roux et al. 2019), dB."""
    estimate, reference = estimate - estimate.mean(), reference - reference.mean()
    target = (estimate @ reference) / max(float(reference @ reference), 1e-12) * reference
    return float(10 * np.log10((target @ target) / max(float(np.sum((estimate - target) ** 2)), 1e-12)))


class Measures:
    """PESQ, STOI, SI-SDR and DNSMOS of an estimate against the clean recording; what is not installed is left out."""

    def __init__(self) -> None:
        self.missing = []
        self._measures = {}
        for name, make in (("PESQ", _pesq), ("STOI", _stoi), ("SI-SDR", lambda: si_sdr), ("DNSMOS", _dnsmos)):
            try:
                self._measures[name] = make()
            except ImportError as error:
                self.missing.append(f"{name} ({error.name})")

    def __call__(self, estimate: np.ndarray, clean: np.ndarray) -> dict[str, float]:
        length = min(len(estimate), len(clean))
        estimate, clean = (np.clip(x[:length], -1, 1) for x in (estimate, clean))
        return {name: measure(estimate, clean) for name, measure in self._measures.items()}


def _pesq():
    from pesq import pesq

    return lambda estimate, clean: pesq(RATE, clean, estimate, "wb")


def _stoi():
    from pystoi import stoi

    return lambda estimate, clean: float(stoi(clean, estimate, RATE))


def _dnsmos():
    from speechmos import dnsmos

    return lambda estimate, clean: float(dnsmos.run(estimate, RATE)["ovrl_mos"])
