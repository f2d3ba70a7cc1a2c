"""The public face: what a command does can be done from Python, with a Reporter of one's own."""

import inspect
import subprocess
import sys

import pytest
import soundfile
from reporters import Told

import voicekit
from voicekit.core.errors import VoicekitError


def test_every_name_is_there_with_a_docstring_and_an_example():
    for name in set(voicekit.__all__) - {"Reporter", "VoicekitError"}:
        function = getattr(voicekit, name)
        assert "Example:" in (inspect.getdoc(function) or ""), name
        assert "reporter" in inspect.signature(function).parameters or name == "load_voice", name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'clone'"):
        _ = voicekit.clone
    assert set(voicekit.__all__) <= set(dir(voicekit))


def test_the_names_stay_functions_whatever_is_imported():
    """A package of the same name would take their place."""
    code = (
        "import pkgutil, voicekit\n"
        "packages = {m.name for m in pkgutil.iter_modules(voicekit.__path__)}\n"
        "assert not packages & set(voicekit.__all__), packages & set(voicekit.__all__)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_face_is_imported_without_anything_heavy():
    code = "import sys, voicekit; sys.exit(bool({'torch', 'numpy', 'click'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_from_a_text_to_a_mastered_sound(tmp_path):
    voice = voicekit.load_voice("base", "cpu")
    told = Told()
    seconds = voicekit.say("The lights come on.", tmp_path / "lights.wav", voice, reporter=told)
    voicekit.post(tmp_path / "lights.wav", tmp_path / "lights.flac", preset="podcast", steps=("master",), reporter=told)
    assert soundfile.info(tmp_path / "lights.flac").duration == pytest.approx(seconds, abs=1e-3)
    assert any(line.startswith("master: ") for line in told.lines)


def test_errors_are_of_one_kind(tmp_path):
    with pytest.raises(voicekit.VoicekitError):
        voicekit.load_voice("nobody")
    assert voicekit.VoicekitError is VoicekitError
