"""What the isolator learns from, and that it learns."""

import numpy as np
import pytest
import torch
from isolator.mixtures import BACKGROUNDS, MixtureBatch, Sounds, draw, faster, in_room, mixture
from isolator.noises import KINDS
from isolator.task import separator_task
from lightning_fabric import Fabric

from voicekit.model.sizes import SpeechSeparatorConfig
from voicekit.model.speech_separator import SAMPLE_RATE, SpeechSeparator
from voicekit.training.optimizer import OptimizedNetwork
from voicekit.training.settings import TaskConfig


@pytest.fixture(scope="module")
def sounds() -> Sounds:
    from conftest import buzz

    takes = [buzz(3.0, seed=i).astype(np.float16) for i in range(4)]
    rng = np.random.default_rng(0)
    kinds = {kind: [make(2 * SAMPLE_RATE, rng).astype(np.float16)] for kind, make in KINDS.items()}
    return Sounds({"a": takes[:2], "b": takes[2:]}, {"recorded": kinds["steady"], **kinds})


@pytest.mark.parametrize("kind", KINDS)
def test_made_up_sounds_are_loud_and_unlike_each_other(kind):
    one, other = (KINDS[kind](2 * SAMPLE_RATE, np.random.default_rng(seed)) for seed in (0, 1))
    for waveform in (one, other):
        assert waveform.shape == (2 * SAMPLE_RATE,)
        assert np.sqrt(np.mean(waveform**2)) == pytest.approx(1, rel=0.01)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.3


def test_backgrounds_are_shares_of_a_whole():
    assert sum(BACKGROUNDS.values()) == pytest.approx(1)


def test_the_same_seed_draws_the_same(sounds):
    one, again, other = (draw(np.random.default_rng(seed), sounds, 3, SAMPLE_RATE) for seed in (5, 5, 6))
    torch.testing.assert_close(one.mixture, again.mixture)
    assert not torch.allclose(one.mixture, other.mixture)


def test_mixtures_hold_their_speech(sounds):
    rng = np.random.default_rng(0)
    pairs = [mixture(rng, sounds, SAMPLE_RATE) for _ in range(60)]
    for heard, speech in pairs:
        assert heard.dtype == speech.dtype == np.float32
        assert np.isfinite(heard).all() and np.abs(heard).max() < 8
    silent = sum(not speech.any() for _, speech in pairs)
    clean = sum(np.abs(heard - speech).max() < 0.01 * np.abs(speech).max() for heard, speech in pairs if speech.any())
    assert 0 < silent < 10 and 0 < clean < 20


def test_faster_is_higher():
    t = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 1000 * t).astype(np.float32)
    played = faster(tone, 1.25, np.random.default_rng(0), SAMPLE_RATE // 2)
    assert len(played) == SAMPLE_RATE // 2
    assert np.abs(np.fft.rfft(played)).argmax() * 2 == pytest.approx(1250, abs=5)
    assert np.abs(played[1000:-1000]).max() == pytest.approx(1, rel=0.02)


def test_a_room_rings_on_and_leaves_the_direct_sound_in_place():
    click = np.zeros(SAMPLE_RATE, np.float32)
    click[100] = 1
    heard = in_room(click, np.random.default_rng(0))
    assert np.abs(heard).argmax() == 100 and heard[100] == pytest.approx(1, abs=0.05)
    assert not np.abs(heard[:100]).max() > 1e-5
    assert np.abs(heard[3000:8000]).max() > 1e-4


def test_it_learns(sounds):
    torch.manual_seed(0)
    batch = draw(np.random.default_rng(1), sounds, 4, SAMPLE_RATE)
    task = separator_task(SpeechSeparator(SpeechSeparatorConfig(16, 16, 1)), None, [])
    network = OptimizedNetwork(Fabric(accelerator="cpu", devices=1), task.generator, TaskConfig(1, 4, 3e-3))
    losses = []
    for _ in range(40):
        loss = sum(network.network(batch).losses.values())
        network.step(loss, 3e-3, max_norm=5.0)
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.7 * losses[0] if losses[0] > 0 else losses[-1] < losses[0]


def test_silence_is_no_reason_to_come_apart():
    task = separator_task(SpeechSeparator(SpeechSeparatorConfig(8, 8, 1)), None, [])
    nothing = torch.zeros(2, SAMPLE_RATE)
    made = task.generator(MixtureBatch(nothing, nothing))
    loss = sum(made.losses.values())
    loss.backward()
    assert torch.isfinite(loss)
    assert all(torch.isfinite(p.grad).all() for p in task.generator.parameters() if p.grad is not None)
