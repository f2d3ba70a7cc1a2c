"""Which passages are listened to, and whether one person speaks them all."""

import torch

from voicekit.model.reference import second_voice, typical, voice_embedding
from voicekit.model.speaker import SpeakerEncoder, speaker_loss, vtlp


def people(*counts: int) -> torch.Tensor:
    """Embeddings of so many passages of each of several people, as the built-in encoder spreads them."""
    torch.manual_seed(0)
    return torch.cat([torch.randn(64) + 0.35 * torch.randn(count, 64) for count in counts])


def test_a_second_voice_is_found_and_named():
    assert second_voice(people(40, 8)).tolist() == list(range(40, 48))
    assert second_voice(people(5, 20)).tolist() == list(range(5))


def test_one_voice_is_one():
    for count in (3, 7, 30, 100):
        assert second_voice(people(count)).tolist() == []


def test_the_odd_passage_is_not_listened_to():
    embeddings = people(20, 3)
    chosen = typical(embeddings)
    assert len(chosen) == 12 and max(chosen.tolist()) < 20


def test_the_encoder_learns_to_tell_two_voices_apart():
    torch.manual_seed(0)
    voices = 2 * torch.randn(4, 1, 100, 1)
    passages = voices + torch.randn(4, 3, 100, 40)
    encoder = SpeakerEncoder(8, channels=16, layers=2)
    optimizer = torch.optim.Adam(encoder.parameters(), lr=3e-3)
    before, _ = speaker_loss(encoder, passages)
    for _ in range(60):
        loss, right = speaker_loss(encoder, passages)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.5 * before and right == 1


def test_an_embedding_does_not_hear_how_loud_it_is():
    torch.manual_seed(0)
    encoder = SpeakerEncoder(8, channels=16, layers=2).eval()
    mel = torch.randn(1, 100, 192)
    assert torch.allclose(encoder(mel), encoder(mel + 1.5), atol=1e-4)
    embedding = voice_embedding(encoder, [mel[0].numpy(), (mel[0] + 1).numpy()])
    assert abs(embedding.norm().item() - 8**0.5) < 1e-4


def test_a_disguise_moves_formants_up():
    import numpy as np

    mel = np.full((100, 10), -8.0, np.float32)
    mel[40] = 0
    rng = np.random.default_rng(0)
    shorter = vtlp(mel, 1.2, rng).mean(1)
    assert 42 < shorter.argmax() < 50
