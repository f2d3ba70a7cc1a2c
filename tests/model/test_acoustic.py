import pytest
import torch

from voicekit.audio.features import N_MELS
from voicekit.model.acoustic import AcousticModel, Prosody, expand
from voicekit.model.sizes import AcousticConfig
from voicekit.model.speaker import REFERENCE_FRAMES, Statistics
from voicekit.training.data import AcousticBatch
from voicekit.training.tasks import MAX_PITCH_SCALE, measured_prosody, set_scales


def small() -> AcousticModel:
    torch.manual_seed(0)
    return AcousticModel(
        tuple("^abc."),
        AcousticConfig(channels=16, encoder_layers=1, decoder_channels=16, decoder_layers=2, prosody_channels=16),
    ).eval()


def test_every_token_gets_its_frames():
    token, position, mask = expand(torch.tensor([[2, 0, 3], [1, 1, 0]]))
    assert token.tolist()[0] == [0, 0, 2, 2, 2]
    assert token.tolist()[1][:2] == [0, 1]
    assert mask[:, 0].tolist() == [[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]]
    assert position[0, 0].tolist() == pytest.approx([0.25, 0.75, 1 / 6, 3 / 6, 5 / 6])


def test_padding_changes_nothing():
    """A short sentence beside a long one is decoded as if it were alone."""
    model = small()
    symbols = torch.tensor([[0, 1, 2, 4, 0, 0], [0, 1, 2, 3, 1, 4]])
    mask = (torch.arange(6)[None] < torch.tensor([[4], [6]])).float().unsqueeze(1)
    durations = torch.tensor([[2, 3, 4, 1, 0, 0], [3, 3, 3, 3, 3, 3]])
    zeros = torch.zeros(2, 6)
    voice, embedding = Statistics.unknown(), torch.randn(2, 64)
    torch.nn.init.normal_(model.decoder.blocks[0].speaker.weight)
    with torch.inference_mode():
        encoded = model.encoder(symbols, torch.zeros_like(symbols), mask)
        both, _ = model.decode(encoded, mask, Prosody(durations, zeros, zeros), voice, embedding)
        alone_encoded = model.encoder(symbols[:1, :4], torch.zeros(1, 4, dtype=torch.long), mask[:1, :, :4])
        prosody = Prosody(durations[:1, :4], zeros[:1, :4], zeros[:1, :4])
        alone, _ = model.decode(alone_encoded, mask[:1, :, :4], prosody, voice, embedding[:1])
    assert torch.allclose(both.mel[0, :, :10], alone.mel[0], atol=1e-4)


def batch(durations: list[int], f0: torch.Tensor) -> AcousticBatch:
    """One utterance of the tokens ^abc…"""
    tokens, frames = len(durations), sum(durations)
    symbols = torch.arange(tokens)[None] % 5
    mel = torch.randn(1, N_MELS, frames)
    reference = torch.randn(1, N_MELS, REFERENCE_FRAMES)
    return AcousticBatch(
        symbols, torch.zeros_like(symbols), torch.ones(1, 1, tokens), torch.tensor([durations]), mel, f0[None],
        Statistics.unknown(), reference,
    )  # fmt: skip


def test_phones_last_as_long_and_melodies_move_as_far_as_in_the_recordings():
    model = small()
    torch.nn.init.constant_(model.predictor.out.bias[:1], 2.2)
    recorded = batch([1, 7, 8, 9, 15, 8], 150 + 20 * torch.sin(torch.arange(48.0) / 5))
    real = measured_prosody(recorded).pitch.std()

    def made():
        with torch.inference_mode():
            return model.predict_prosody(*recorded[:3], model.embedding[None])

    with torch.no_grad():
        model.predictor.out.weight[1] *= real / made().pitch.std() / 1.3  # a little too flat
    set_scales(model, [recorded], own=True)
    assert model.pitch_scale.item() == pytest.approx(1.3, rel=0.01)
    assert made().pitch.std().item() == pytest.approx(real.item(), rel=0.01)
    assert made().durations[0, 1:4].sum().item() == pytest.approx(24, rel=0.01)  # "abc", whatever the pauses around it
    with torch.no_grad():
        model.predictor.out.weight[1] *= 0.1  # a drone: not made lively by force
    set_scales(model, [recorded], own=True)
    assert model.pitch_scale == MAX_PITCH_SCALE
