"""Several who ask at once: none gets another's sound, none is lost, and who hangs up is worked for no more."""

import json
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("fastapi")

from servers import Puppet, level_of, running

from voicekit.core.errors import ConfigError
from voicekit.server import outlet
from voicekit.server.options import ServerOptions
from voicekit.server.voices import Voices

WORDS = ["aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh"]


@pytest.fixture
def puppet(monkeypatch):
    puppet = Puppet()
    monkeypatch.setattr("voicekit.server.voices.load_engine", lambda voice, device: puppet)
    return puppet


def test_requests_at_once_do_not_mix(puppet):
    with running(voice="base") as server, ThreadPoolExecutor(8) as clients:
        alone = [level_of(server.speak(input=word)[2]) for word in WORDS]
        answers = list(clients.map(lambda word: server.speak(input=" ".join([word] * 20)), WORDS * 4))
    assert [status for status, _, _ in answers] == [200] * 32
    assert [level_of(body) for _, _, body in answers] == alone * 4
    assert {len(body) for _, _, body in answers} == {20 * 4800}


def test_real_voices_say_the_same_alone_and_at_once(tiny_voice):
    texts = [
        "The lights come on. Is it late?",
        "A long day, and a night. Then it begins.",
        "Did you see it? Nobody was there.",
    ] * 2
    with running(voice=str(tiny_voice)) as server, ThreadPoolExecutor(6) as clients:
        alone = [server.speak(input=text, voice="tiny")[2] for text in texts]
        assert [answer[2] for answer in clients.map(lambda text: server.speak(input=text, voice="tiny"), texts)] == alone


def test_a_short_text_does_not_wait_for_a_long_one(puppet):
    with running(voice="base") as server, ThreadPoolExecutor(2) as clients:
        puppet.gate.clear()
        long = clients.submit(server.speak, input=" ".join(["long"] * 50))
        server.wait(lambda health: health["waiting"] == 1)
        short = clients.submit(server.speak, input="short")
        server.wait(lambda health: health["waiting"] == 2)
        puppet.gate.set()
        assert short.result(10)[0] == long.result(10)[0] == 200
    assert puppet.said.index("short") < 5


def test_the_first_sentence_is_sent_before_the_second_is_spoken(puppet):
    with running(voice="base") as server:
        connection = server.connect()
        connection.request("POST", "/v1/audio/speech", json.dumps({"input": "one two", "response_format": "pcm"}))
        answer = connection.getresponse()
        puppet.gate.clear()
        assert len(answer.read(4800)) == 4800
        assert len(puppet.said) <= 2
        puppet.gate.set()
        assert len(answer.read()) == 4800
        connection.close()


@pytest.mark.parametrize("when", ["before the first sentence", "in the midst"])
def test_who_hangs_up_is_worked_for_no_more(puppet, when):
    with running(voice="base") as server:
        if when == "before the first sentence":
            puppet.gate.clear()
        address = urlsplit(server.address)
        line = socket.create_connection((address.hostname, address.port), 5)
        body = json.dumps({"input": "word " * 10_000, "response_format": "pcm"})
        line.sendall(
            f"POST /v1/audio/speech HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()
        )
        if when == "in the midst":
            assert line.recv(1000)
        server.wait(lambda health: health["waiting"] == 1)
        line.close()
        server.wait(lambda health: health["waiting"] == 0)
        puppet.gate.set()
        assert server.speak(input="next")[0] == 200
        server.wait(lambda _: puppet.closed == 1)
        assert len(puppet.said) < 9000
        assert puppet.said[-1] == "next"


def test_who_takes_nothing_is_taken_for_gone(puppet, monkeypatch):
    monkeypatch.setattr(outlet, "TAKEN_S", 0.3)
    with running(voice="base") as server:
        address = urlsplit(server.address)
        with socket.create_connection((address.hostname, address.port), 5) as line:
            body = json.dumps({"input": "word " * 20_000, "response_format": "pcm"})
            line.sendall(
                f"POST /v1/audio/speech HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()
            )
            server.wait(lambda health: health["waiting"] == 1)
            server.wait(lambda health: health["waiting"] == 0, timeout_s=20)
        assert len(puppet.said) < 20_000


def test_more_than_may_wait_are_told_when_to_come_back(puppet):
    with running(voice="base", most_waiting=2) as server, ThreadPoolExecutor(2) as clients:
        puppet.gate.clear()
        waiting = [clients.submit(server.speak, input="one two") for _ in range(2)]
        server.wait(lambda health: health["waiting"] == 2)
        status, headers, body = server.speak(input="three")
        assert status == 503 and 1 <= int(headers["retry-after"]) <= 60
        assert json.loads(body)["error"]["code"] == "busy"
        puppet.gate.set()
        assert [one.result(10)[0] for one in waiting] == [200, 200]
        assert server.speak(input="three")[0] == 200  # the places are free again
    assert "three" in puppet.said


def test_the_official_client_comes_back_by_itself(puppet):
    openai = pytest.importorskip("openai")
    with running(voice="base", most_waiting=1) as server, ThreadPoolExecutor(1) as clients:
        puppet.gate.clear()
        first = clients.submit(server.speak, input="one")
        server.wait(lambda health: health["waiting"] == 1)
        threading.Timer(0.2, puppet.gate.set).start()
        with openai.OpenAI(base_url=f"{server.address}/v1", api_key="any") as client:
            made = client.audio.speech.create(model="tts-1", voice="base", input="two", response_format="pcm")
        assert len(made.content) == 4800 and first.result(10)[0] == 200


def test_places_of_refused_requests_are_free_again(puppet):
    with running(voice="base", most_waiting=1) as server:
        for _ in range(3):
            assert server.speak(voice="nobody")[0] == 400
            assert server.speak(input="bug")[0] == 500
        assert server.speak(input="one")[0] == 200


def test_told_to_stop_it_ends_what_it_has_begun(puppet):
    with ThreadPoolExecutor(1) as clients:
        with running(voice="base") as server:
            puppet.gate.clear()
            answer = clients.submit(server.speak, input="one two three")
            server.wait(lambda health: health["waiting"] == 1)
            threading.Timer(0.3, puppet.gate.set).start()
        status, _, body = answer.result(1)
    assert status == 200 and len(body) == 3 * 4800


def test_voices_are_loaded_once_and_within_a_bound(tmp_path, monkeypatch, tiny_voice):
    import shutil

    for name in ("a", "b", "c"):
        shutil.copytree(tiny_voice, tmp_path / "voices" / name)
    monkeypatch.chdir(tmp_path)
    loaded = []

    def load(voice, device):
        loaded.append(voice.name)
        return Puppet()

    monkeypatch.setattr("voicekit.server.voices.load_engine", load)
    with running(voice="a", most_voices=2) as server:
        for name in ("a", "b", "a", "b", "c", "b", "a"):
            assert server.speak(input="one", voice=name)[0] == 200
        assert loaded == ["a", "b", "c", "a"]
        os.utime(tmp_path / "voices" / "a" / "model.safetensors", (1, 1))  # trained again
        assert server.speak(input="one", voice="a")[0] == 200
        assert loaded == ["a", "b", "c", "a", "a"]
        shutil.copytree(tiny_voice, tmp_path / "voices" / "new")
        assert server.speak(input="one", voice="new")[0] == 200
        shutil.rmtree(tmp_path / "voices" / "new")
        assert server.speak(input="one", voice="new")[0] == 400


def test_a_damaged_voice_is_an_error_of_its_own(tmp_path, monkeypatch, tiny_voice):
    import shutil

    shutil.copytree(tiny_voice, tmp_path / "voices" / "bad")
    (tmp_path / "voices" / "bad" / "model.safetensors").write_bytes(b"no")
    monkeypatch.chdir(tmp_path)
    with running(voice=str(tiny_voice)) as server:
        status, error = server.refused("POST", "/v1/audio/speech", {"input": "one", "voice": "bad"})
        assert (status, error["type"]) == (500, "server_error") and "model.safetensors" in error["message"]
        assert server.speak(voice="tiny")[0] == 200


def test_the_default_voice_must_be_there(tmp_path):
    with pytest.raises(ConfigError, match="there is no voice 'nobody'"):
        Voices(ServerOptions(voice="nobody"), None)
