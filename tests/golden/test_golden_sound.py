"""The built-in voice sounds as it did: a change that no other test listens for is heard here."""

import numpy as np
import pytest
from golden_sound import GOLDEN, SENTENCES, spoken

#: Natural-log mel, on average over all bands and frames. Rounding moves it by 0.0004 (measured without oneDNN, and without
#: AVX), most of that float16 in the file; a tenth of a semitone, or 0.3 dB, by 0.08 and more.
TOLERANCE = 0.02


@pytest.fixture(scope="module")
def heard():
    return spoken()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_built_in_voice_sounds_as_it_did(heard, sentence):
    with np.load(GOLDEN, allow_pickle=False) as stored:
        golden = stored[sentence].astype(np.float32)
    mel = heard[sentence]
    mend = "if that was meant, listen to it, and run: python tests/golden/golden_sound.py"
    assert mel.shape == golden.shape, f"the voice speaks {mel.shape[1]} frames, not {golden.shape[1]}; {mend}"
    difference = float(np.abs(mel - golden).mean())
    assert difference < TOLERANCE, f"the voice's log-mel is off by {difference:.3f}; {mend}"
