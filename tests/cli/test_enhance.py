"""enhance as a person meets it."""

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from voicekit.cli.enhance import command

RATE = 24_000


@pytest.fixture
def recording(tmp_path):
    """Four seconds that hold no voice."""
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.1 * np.sin(np.arange(4 * RATE) / 10), RATE)
    return path


def test_it_says_what_it_found_and_writes_a_file(recording):
    out = recording.with_name("better.flac")
    result = CliRunner().invoke(command, [str(recording), "-o", str(out)], catch_exceptions=False)
    assert result.exit_code == 0
    said = "enhance: no voice stands out from the noise: left as it is (a noisy recording: denoise it first)"
    assert result.output.splitlines() == [said, str(out)]
    np.testing.assert_allclose(soundfile.read(out)[0], soundfile.read(recording)[0], atol=1e-4)


@pytest.mark.parametrize("amount", ["-0.1", "1.5", "nan"])
def test_an_amount_is_between_0_and_1(recording, amount):
    result = CliRunner().invoke(command, [str(recording), "-o", "x.wav", "--amount", amount])
    assert result.exit_code == 2
    assert "--amount" in result.output
