"""Others' ways to speak, as systems of voicekit.evaluation.compare. What is not installed raises Missing."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from voicekit.audio.features import HOP_LENGTH, N_FFT, N_MELS, SAMPLE_RATE, log_mel
from voicekit.evaluation.compare import System, SystemOutput, human, timed
from voicekit.evaluation.material import Sentence


class Missing(Exception):
    """A program or package that is not installed."""


def griffin_lim(sentence: Sentence) -> SystemOutput:
    """The human through our mel, and back by guessing the phases (Griffin & Lim 1984): what any vocoder must beat."""
    import librosa
    import torchaudio

    mel = np.exp(log_mel(human(sentence).at(SAMPLE_RATE)))
    bank = torchaudio.functional.melscale_fbanks(N_FFT // 2 + 1, 0, SAMPLE_RATE / 2, N_MELS, SAMPLE_RATE).numpy()

    def invert() -> np.ndarray:
        magnitude = np.maximum(np.linalg.pinv(bank.T) @ mel, 0)
        return librosa.griffinlim(magnitude, n_iter=32, hop_length=HOP_LENGTH, n_fft=N_FFT).astype(np.float32)

    return timed(invert)


def flite(language: str) -> System:
    """The CMU's small statistical voice; its start-up counts."""
    if not language.startswith("en"):
        raise Missing(f"it speaks English, not '{language}'")
    return _program("flite", lambda text, wav: ["-voice", "slt", "-f", text, "-o", wav])


def espeak_ng(language: str) -> System:
    """The formant synthesiser; its start-up counts."""
    return _program("espeak-ng", lambda text, wav: ["-v", language, "-f", text, "-w", wav])


def _program(name: str, arguments: Callable[[str, str], list[str]]) -> System:
    if shutil.which(name) is None:
        raise Missing(f"the program {name} is not installed; get it from the system's packages")

    def speak(sentence: Sentence) -> SystemOutput:
        with tempfile.TemporaryDirectory() as folder:
            text, wav = Path(folder) / "text", Path(folder) / "speech.wav"
            text.write_text(sentence.text, encoding="utf-8")
            start = time.perf_counter()
            subprocess.run([name, *arguments(str(text), str(wav))], check=True, capture_output=True)
            took_s = time.perf_counter() - start
            return SystemOutput(*soundfile.read(wav, dtype="float32"), took_s)

    return speak


def vits() -> System:
    """Hugging Face's VITS with the channels of a medium Piper voice and random weights: noise, at the speed of speech.

    Its residual blocks have two convolutions for each of Piper's one, so that Piper itself is up to twice as fast.
    """
    try:
        import torch
        from transformers import VitsConfig, VitsModel
    except ImportError as error:
        raise Missing(f"{error}; pip install transformers") from error
    torch.manual_seed(0)
    config = VitsConfig(
        vocab_size=256, upsample_initial_channel=256, upsample_rates=[8, 8, 4], upsample_kernel_sizes=[16, 16, 8],
        resblock_kernel_sizes=[3, 5, 7], resblock_dilation_sizes=[[1, 2], [2, 6], [3, 12]], sampling_rate=22_050,
    )  # fmt: skip
    model = VitsModel(config).eval()
    model.speaking_rate = 0.33  # random weights give a token one frame; speech has about three

    @torch.inference_mode()
    def speak(tokens: "torch.Tensor") -> np.ndarray:
        return model(tokens).waveform[0].numpy()

    def system(sentence: Sentence) -> SystemOutput:
        spaced = [token for letter in sentence.text.encode() for token in (0, letter)]  # blanks between, as it is trained
        return timed(lambda: speak(torch.tensor([spaced])), config.sampling_rate)

    return system


def world() -> System:
    """WORLD (Morise et al. 2016): the synthesis alone, from its own analysis of the human."""
    try:
        import pyworld
    except ImportError as error:
        raise Missing(f"{error}; pip install pyworld") from error

    def system(sentence: Sentence) -> SystemOutput:
        waveform = human(sentence).at(SAMPLE_RATE).astype(np.float64)
        f0, envelope, aperiodicity = pyworld.wav2world(waveform, SAMPLE_RATE)
        return timed(lambda: pyworld.synthesize(f0, envelope, aperiodicity, SAMPLE_RATE).astype(np.float32))

    return system


#: Those that nobody needs to judge: noise, or no voice.
SPEED_ONLY: dict[str, Callable[[], System]] = {"VITS, Piper's size, random weights": vits, "WORLD, synthesis alone": world}
