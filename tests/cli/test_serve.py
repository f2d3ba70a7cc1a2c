"""serve as a person meets it: what it prints, how it ends, what it refuses to begin with."""

import builtins
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("fastapi")

TOKEN = "correct-horse-battery"


def _hears_ctrl_c() -> None:
    """What a shell starts in the background has it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begun(tiny_voice, *options: str, **environment: str) -> tuple[subprocess.Popen, int]:
    """`voicekit serve` on a free port, and the port, when it takes requests."""
    command = [
        sys.executable,
        "-m",
        "voicekit",
        "serve",
        "--port",
        "0",
        "--voice",
        str(tiny_voice),
        "--device",
        "cpu",
        *options,
    ]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
        preexec_fn=_hears_ctrl_c if os.name == "posix" else None,
    )
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("speaks at http://127.0.0.1:"), process.stderr.read()
    return process, int(line.split("/v1")[0].rpartition(":")[2])


@contextmanager
def speaking(port: int, text: str, **headers: str) -> Iterator[http.client.HTTPResponse]:
    """The answer to a request, while it comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with closing(connection):
        connection.request("POST", "/v1/audio/speech", json.dumps({"input": text, "response_format": "pcm"}), headers)
        with connection.getresponse() as answer:
            yield answer


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_told_to_stop_it_ends_well(tiny_voice, number):
    process, port = begun(tiny_voice, VOICEKIT_TOKEN=TOKEN)
    with process:
        with speaking(port, "The lights come on.") as answer:
            assert answer.status == 401
        with speaking(port, "The lights come on. " * 20, authorization=f"Bearer {TOKEN}") as answer:
            first = answer.read(1000)
            process.send_signal(number)
            assert len(first + answer.read()) > 200_000, "what was begun is spoken to its end"
        try:
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()  # one that hears nothing is not waited for
    assert process.returncode == 0 and out.endswith("stopped\n") and "Traceback" not in err
    assert "The lights" not in out + err and TOKEN not in out + err, "neither texts nor the token stand in the log"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_a_port_that_is_taken(exit_code, capsys, tiny_voice):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert exit_code("serve", "--port", port, "--voice", tiny_voice, "--device", "cpu") == 1
    assert f"port {port} of 127.0.0.1 is taken; choose another one with --port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--host", "0.0.0.0"], "the token is missing; run: export VOICEKIT_TOKEN=$("),
        (["--host", "::", "--token", "short"], "can be guessed"),
        (["--host", "203.0.113.9", "--token", "correct-horse-battery"], "203.0.113.9 is no address of this machine"),
        (["--host", "no-such-host.invalid", "--token", "correct-horse-battery"], "is no address of this machine"),
        (["--voice", "nobody"], "there is no voice 'nobody'"),
        (["--lexicon", "nowhere.toml"], "nowhere.toml"),
        (["--allow-origin", "*"], "is not an origin"),
        (["--port", "70000"], "70000"),
    ],
)
def test_what_cannot_be_begun_is_told(exit_code, capsys, monkeypatch, tiny_voice, options, told):
    monkeypatch.delenv("VOICEKIT_TOKEN", raising=False)
    voice = [] if "--voice" in options else ["--voice", tiny_voice]
    assert exit_code("serve", "--port", "0", "--device", "cpu", *voice, *options) != 0
    assert told in capsys.readouterr().err


def test_without_the_extra_the_command_that_installs_it_is_told(exit_code, capsys, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.split(".")[0] == "uvicorn":
            raise ModuleNotFoundError("No module named 'uvicorn'", name="uvicorn")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delitem(sys.modules, "voicekit.server.run", raising=False)
    assert exit_code("serve") == 1
    assert "pip install 'voicekit[serve]'" in capsys.readouterr().err.replace("python -m pip", "pip")
