"""voicekit speaks through voicekit: a voice of a server that another machine serves."""

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("fastapi")

from servers import running

from voicekit.engines.openai_server import load
from voicekit.speech.native import load as load_native
from voicekit.testing import check_engine

TOKEN = "correct-horse-battery"
TEXT = "The lights come on. Is it late?"


def test_a_voice_of_a_server_is_added_heard_and_told(exit_code, capsys, monkeypatch, tmp_path, tiny_voice):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FAR_KEY", TOKEN)
    with running(voice=str(tiny_voice), token=TOKEN) as server:
        add = ["voices", "add", "far", "--engine", "openai", "--url", f"{server.address}/v1", "--server-voice", "tiny"]
        assert exit_code(*add) == 1 and "it asks for a key" in capsys.readouterr().err
        assert exit_code(*add, "--key-variable", "FAR_KEY") == 0
        assert "speaks at 24000 Hz; it can be slower and faster, which it makes itself" in capsys.readouterr().err
        far, near = load(tmp_path / "voices" / "far"), load_native(tiny_voice)
        assert [word.text for word in far.synthesize(TEXT).words] == [word.text for word in near.synthesize(TEXT).words]
        check_engine(far)
        assert exit_code("voices") == 0 and server.address in capsys.readouterr().out
        assert exit_code("voices", "rename", "far", "farther") == 0
        load(tmp_path / "voices" / "farther").synthesize("Yes.")
    assert exit_code(*add, "--key-variable", "FAR_KEY") == 1
    assert "start the server" in capsys.readouterr().err
    assert not (tmp_path / "voices" / "far").exists()
