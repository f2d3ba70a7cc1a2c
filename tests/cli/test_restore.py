"""restore as a person meets it."""

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from voicekit.cli.restore import command
from voicekit.core.errors import ConfigError

RATE = 16_000


@pytest.fixture
def recording(tmp_path):
    """Five seconds of noise that comes and goes, with hum."""
    time_s = np.arange(5 * RATE) / RATE
    noise = np.random.default_rng(0).normal(0, 0.02, len(time_s)) * (time_s % 1 < 0.6)
    path = tmp_path / "humming.wav"
    soundfile.write(path, noise + 0.05 * sum(np.sin(2 * np.pi * 50 * n * time_s) / n for n in range(1, 5)), RATE)
    return path


def test_it_says_what_it_found_and_writes_a_file(recording):
    out = recording.with_name("whole.flac")
    result = CliRunner().invoke(command, [str(recording), "-o", str(out)], catch_exceptions=False)
    assert result.exit_code == 0
    assert "restore: hum at 50, 100, 150, 200 Hz" in result.output
    before, after = (soundfile.read(path)[0] for path in (recording, out))
    assert len(after) == len(before)
    assert np.square(after).mean() < 0.2 * np.square(before).mean()


def test_only_the_repairs_that_were_named(recording):
    out = recording.with_name("same.wav")
    result = CliRunner().invoke(command, [str(recording), "-o", str(out), "--repairs", "clicks,clipping"])
    assert result.exit_code == 0
    assert "nothing to repair" in result.output
    np.testing.assert_allclose(soundfile.read(out)[0], soundfile.read(recording)[0], atol=1e-6)


@pytest.mark.parametrize("names", ["hiss", "hum,hiss", ""])
def test_an_unknown_repair_is_an_error_that_names_the_known_ones(recording, names):
    out = recording.with_name("x.wav")
    result = CliRunner().invoke(command, [str(recording), "-o", str(out), "--repairs", names])
    assert isinstance(result.exception, ConfigError)
    assert "polarity, dropouts, clipping, clicks, hum, echo" in str(result.exception)
    assert not out.exists()
