"""What the commands that treat a sound have in common."""

import numpy as np
import pytest
import soundfile


@pytest.mark.parametrize("command", ["denoise", "restore", "enhance", "post"])
def test_what_cannot_be_is_said_in_a_line(command, exit_code, tmp_path, capsys):
    given = tmp_path / "in.wav"
    soundfile.write(given, np.zeros(1000), 16000)
    for path, out, message in (
        (given, given, "is the input itself"),
        (given, tmp_path / "x.xyz", "choose one of these endings"),
        (tmp_path / "none.wav", tmp_path / "x.wav", "does not exist"),
    ):
        assert exit_code(command, path, "-o", out) == 1
        said = capsys.readouterr().err
        assert message in said and said.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["in.wav"]
