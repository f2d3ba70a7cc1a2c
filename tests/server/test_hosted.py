"""A voice of an engine in a process of its own, for several who ask at once: they take turns, and none hears another's."""

import json
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("fastapi")

from servers import running

from voicekit.engines.adapter import Ability, AdaptedEngine
from voicekit.engines.host.host import Host, Setup
from voicekit.engines.host.model import HostedModel

#: Says a tone a word, of a pitch that is the text's and the voice's own; notes each sentence, and dies once at "crash".
WORKER = """
    import os, sys, time, numpy as np
    class Speaker:
        def __init__(self, weights, device):
            self.weights, self.busy = weights, False
        def speak(self, text, pace, seed, voice):
            assert not self.busy, "two speak at once"
            self.busy = True
            with open(self.weights, "a") as file: file.write(f"{os.getpid()} {text}\\n")
            if "crash" in text and open(self.weights).read().count("crash") == 1:
                print("so long", file=sys.stderr, flush=True); os._exit(3)
            for word in text.split():
                time.sleep(0.002)
                hz = 200 + 3 * (sum(map(ord, text + voice["name"])) % 200)
                yield np.sin(np.arange(1600) * 2 * np.pi * hz / 16000) * 0.3, 16000
            self.busy = False
"""
TEXTS = ["Yes.", "It is late. Is it?", "The lights come on."]


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Lets all voices be spoken by one process; what it was asked, with its number, a line each."""
    module, told = tmp_path / "tin.py", tmp_path / "told"
    module.write_text(textwrap.dedent(WORKER), encoding="utf-8")
    host = Host(Setup("piper", Path(sys.executable), module, str(told), "cpu"))

    def load(voice, device):
        return AdaptedEngine(HostedModel(host, {"name": voice.name}, "en-us", 16_000, voice.name, Ability()))

    monkeypatch.setattr("voicekit.server.voices.load_engine", load)
    yield lambda: [line.split(" ", 1) for line in told.read_text(encoding="utf-8").splitlines()]
    host.close()


def test_requests_to_a_voice_of_another_process_take_turns_and_do_not_mix(asked, tiny_voice):
    requests = [(text, voice) for text in TEXTS for voice in ("tiny", "base")]
    with running(voice=str(tiny_voice)) as server, ThreadPoolExecutor(8) as clients:

        def speak(request):
            return server.speak(input=request[0], voice=request[1])

        alone = [speak(request)[2] for request in requests]
        answers = list(clients.map(speak, requests * 2))
    assert [status for status, _, _ in answers] == [200] * 12
    assert [body for _, _, body in answers] == alone * 2
    assert len(set(alone)) == len(requests), "each is told from the others"
    assert len({process for process, _ in asked()}) == 1


def test_a_crash_in_the_midst_of_many_is_told_to_who_asked_and_fails_nobody(asked, tiny_voice):
    texts = ["It will crash.", *TEXTS]
    with running(voice=str(tiny_voice)) as server, ThreadPoolExecutor(4) as clients:
        answers = list(clients.map(lambda text: server.speak(input=text), texts))
        again = [server.speak(input=text)[2] for text in texts]
    assert [status for status, _, _ in answers] == [200] * 4 and [body for _, _, body in answers] == again
    notes = ["".join(json.loads(headers.get("x-voicekit-notes", "[]"))) for _, headers, _ in answers]
    assert "It will crash" in notes[0] and "so long; it was started again" in notes[0]
    assert not any("started again" in note for note in notes[1:])
    assert sum("started again" in line for line in server.log.lines) == 1
    assert len({process for process, _ in asked()}) == 2
