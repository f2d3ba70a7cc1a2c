"""Things several tests need: small networks, a small dataset."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from fake_transcriber import listener  # noqa: F401  # a fixture
from hypothesis import HealthCheck, settings

settings.register_profile(
    "voicekit",  # the same examples each time; VOICEKIT_EXAMPLES=5000 looks harder
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=int(os.environ.get("VOICEKIT_EXAMPLES", 75)),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("voicekit")

SAMPLE_RATE = 24_000


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    """Small networks run faster without threads, and two test runs do not hold each other up."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="session")
def _user_data(tmp_path_factory):
    """No test finds the voices of the person who runs it."""
    folder = tmp_path_factory.mktemp("user-data")
    os.environ["VOICEKIT_DATA"] = str(folder)
    return folder


@pytest.fixture(autouse=True)
def _no_voices_of_other_tests(_user_data):
    yield
    (_user_data / "voice-folders.txt").unlink(missing_ok=True)


def buzz(duration_s: float, f0_hz: float = 120.0, seed: int = 0) -> np.ndarray:
    """Something voiced: harmonics under a moving formant, loud and soft by turns."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(duration_s * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = f0_hz * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * t + rng.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    formant = 900 + 500 * np.sin(2 * np.pi * 1.3 * t)
    wave = sum(np.sin(k * phase) * np.exp(-(((k * pitch - formant) / 800) ** 2)) for k in range(1, 30))
    wave *= 0.55 + 0.45 * np.sin(2 * np.pi * 3 * t)
    return (0.1 * wave / wave.std() + rng.normal(0, 1e-3, len(t))).clip(-0.7, 0.7).astype(np.float32)


@pytest.fixture(scope="session")
def tiny_voice(tmp_path_factory) -> Path:
    """A whole voice of random weights, small enough to build in a blink."""
    import torch

    from voicekit.model.acoustic import AcousticModel
    from voicekit.model.checkpoint import save_voice
    from voicekit.model.sizes import AcousticConfig, VocoderConfig
    from voicekit.model.vocoder import Vocoder
    from voicekit.model.voice_file import VoiceInfo
    from voicekit.text.phonemes.phonemise import BOUNDARIES

    torch.manual_seed(0)
    symbols = (
        *BOUNDARIES,
        *"abdefhijklmnoprstuvwz",
        "ə",
        "ɪ",
        "ɛ",
        "æ",
        "ʌ",
        "ð",
        "θ",
        "ŋ",
        "ɡ",
        "ɹ",
        "aɪ",
        "eɪ",
        "iː",
        "uː",
    )
    acoustic_config = AcousticConfig(
        channels=16, encoder_layers=1, decoder_channels=16, decoder_layers=1, prosody_channels=16, speaker_channels=8
    )
    vocoder_config = VocoderConfig(channels=16, layers=1, harmonic_cepstrum=20, opening_cepstrum=5, noise_cepstrum=10)
    acoustic, vocoder = AcousticModel(symbols, acoustic_config), Vocoder(vocoder_config)
    torch.nn.init.constant_(acoustic.predictor.out.bias[:1], 2.0)  # about six frames a token
    torch.nn.init.constant_(vocoder.out.bias[:1], -3.0)
    folder = tmp_path_factory.mktemp("voices") / "tiny"
    info = VoiceInfo("tiny", "en-us", symbols, acoustic_config, vocoder_config, origin={"dataset": "none", "minutes": 0})
    save_voice(folder, info, acoustic, vocoder)
    return folder


SENTENCES = [
    "The lights come on.", "Then it begins.", "Is it late?", "A long day, and a night.", "We all go home.",
    "Nobody was there.", "Did you see it?", "The end.",
]  # fmt: skip


@pytest.fixture
def tiny_dataset(tmp_path, monkeypatch) -> Path:
    """A prepared dataset of eight buzzes, with alignments that divide each evenly among its phones."""
    import soundfile

    from voicekit.audio.features import HOP_LENGTH, extract
    from voicekit.dataset.manifest import Utterance, features_path, wav_path, write_manifest
    from voicekit.recognition.sphinx import Alignment
    from voicekit.training import data

    dataset = tmp_path / "datasets" / "tiny"
    (dataset / "wavs").mkdir(parents=True)
    (dataset / "features").mkdir()
    utterances = []
    for i, text in enumerate(SENTENCES):
        waveform = buzz(1.5 + 0.1 * i, seed=i)
        soundfile.write(wav_path(dataset, f"u{i}"), waveform, SAMPLE_RATE)
        extract(waveform).save(features_path(dataset, f"u{i}"))
        split = "held-out" if i == 0 else "train"
        utterances.append(Utterance(f"u{i}", text, "en-us", split, "r.wav", 0, len(waveform) / SAMPLE_RATE, -20, -6, -60))
    write_manifest(dataset, utterances)

    monkeypatch.setattr("voicekit.training.calibration.MOST_UTTERANCES", 2)  # a buzz has no pace to be met

    class EvenAligner:
        def align(self, waveform, phonemes):
            frames = 1 + len(waveform) // HOP_LENGTH
            edges = np.round(np.linspace(0, frames, len(phonemes.symbols) + 1)).astype(int)
            return Alignment(np.diff(edges), 0.0)

    monkeypatch.setattr(data, "Aligner", EvenAligner)
    return dataset


@pytest.fixture
def exit_code(monkeypatch):
    """Runs `voicekit ARGS` as the installed command does; its exit code."""

    from voicekit import cli

    def main(*arguments) -> int:
        monkeypatch.setattr(sys, "argv", ["voicekit", *map(str, arguments)])
        try:
            cli.main()
        except SystemExit as stop:
            return stop.code or 0
        return 0

    return main
