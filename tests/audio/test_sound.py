import numpy as np

from voicekit.media.sound import lasting


def test_a_sound_of_another_length_is_cut_or_filled():
    sound = np.ones((2, 90), dtype=np.float32)
    longer = list(lasting([sound, sound[:, :25]], 305, 100))
    assert [block.shape for block in longer] == [(2, 100)] * 3 + [(2, 5)]
    assert np.concatenate(longer, axis=1).sum() == 2 * (90 + 25) and all(block.dtype == np.float32 for block in longer)
    assert [block.shape[1] for block in lasting([sound, sound], 107, 100)] == [100, 7]
    assert [block.shape for block in lasting((), 107, 100)] == [(2, 100), (2, 7)]
    assert list(lasting([sound], 0, 100)) == []
