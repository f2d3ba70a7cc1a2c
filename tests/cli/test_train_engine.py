"""voicekit train --engine: what only our own network has is refused, and no voice is written over."""

import pytest

from voicekit.core.files import write_text
from voicekit.engines.store import note_installed, remove_installed
from voicekit.engines.voice import save_adapted_voice


@pytest.fixture
def added():
    note_installed("pocket", None)
    yield
    remove_installed("pocket")


@pytest.mark.parametrize(
    "option", [["--quick"], ["--minutes", "3"], ["--base", "none"], ["--recipe", "r.toml"], ["--judge", "3"]]
)
def test_options_of_our_own_network_are_refused_by_name(option, added, exit_code, capsys):
    assert exit_code("train", "me", "--engine", "pocket", *option) == 2
    assert option[0] in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--passage", "me.wav"], ["--language", "de"]])
def test_options_of_other_engines_are_refused_without_one(option, exit_code, capsys):
    assert exit_code("train", "me", *option) == 2
    assert "--engine" in capsys.readouterr().err


def test_two_datasets_are_refused(added, exit_code, capsys):
    assert exit_code("train", "me", "you", "--engine", "pocket") == 2
    assert "one dataset" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("engine", "told"), [("nobody", "no engine"), ("kokoro", "clones nobody"), ("pocket", "engines add pocket")]
)
def test_an_engine_that_cannot_is_told(engine, told, exit_code, capsys):
    assert exit_code("train", "me", "--engine", engine) == 1
    assert told in capsys.readouterr().err


def test_a_voice_of_another_engine_is_not_written_over(added, tiny_dataset, tiny_voice, monkeypatch, exit_code, capsys):
    monkeypatch.chdir(tiny_dataset.parents[1])
    mine = tiny_dataset.parents[1] / "voices" / "tiny"
    write_text(mine / "voice.toml", (tiny_voice / "voice.toml").read_text())
    assert exit_code("train", "tiny", "--engine", "pocket") == 1
    assert "--name tiny-pocket" in capsys.readouterr().err
    save_adapted_voice(mine, "pocket", "en-us", {}, {"dataset": "tiny"})
    assert exit_code("train", "tiny") == 1
    assert "engine 'pocket'" in capsys.readouterr().err
