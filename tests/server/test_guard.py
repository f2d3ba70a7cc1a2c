"""Who may ask, and how much."""

import json
import socket
import time
from urllib.parse import urlsplit

import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("fastapi")

from servers import running

from voicekit.core.errors import ConfigError
from voicekit.server import guard
from voicekit.server.options import ServerOptions

SPEECH = ("POST", "/v1/audio/speech")
WANTED = {"input": "Yes.", "response_format": "pcm"}
TOKEN = "correct-horse-battery"


@pytest.fixture(scope="module")
def server(tiny_voice):
    with running(voice=str(tiny_voice), hosts=("tts.example",), origins=("http://localhost:3000",)) as there:
        yield there


@pytest.fixture(scope="module")
def closed(tiny_voice):
    with running(voice=str(tiny_voice), token=TOKEN) as there:
        yield there


@pytest.mark.parametrize("path", ["/v1/audio/speech", "/v1/voices", "/health", "/docs", "/openapi.json", "/nowhere"])
@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8484", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "",
     "evil.example#127.0.0.1", "evil.example/127.0.0.1", "10.0.0.5", "[::2]", "[", "xn--localhost-", "tts.example.evil"],
)  # fmt: skip
def test_names_of_other_hosts_are_refused(server, path, host):
    status, error = server.refused("POST" if "speech" in path else "GET", path, None, host=host)
    assert (status, error["code"]) == (403, "host_not_allowed") and "--allow-host" in error["message"]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:1234",
        "127.0.0.1",
        "127.0.0.2:80",
        "[::1]:8484",
        "localhost.",
        "tts.example",
        "TTS.example:443",
    ],
)
def test_its_own_names_are_served(server, host):
    assert server.ask(*SPEECH, WANTED, host=host)[0] == 200


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:3001", "https://localhost:3000", "file://", "", "http://localhost:3000.evil.example",
     "chrome-extension://abcdef"],
)  # fmt: skip
def test_pages_of_other_sites_are_refused(server, origin):
    for content_type in ("application/json", "text/plain"):
        status, error = server.refused(*SPEECH, WANTED, origin=origin, content_type=content_type)
        assert (status, error["code"]) == (403, "origin_not_allowed")


def test_its_own_page_is_served(server):
    assert server.ask(*SPEECH, WANTED, origin=server.address, sec_fetch_site="same-origin")[0] == 200


def test_a_page_that_is_allowed_is_served_and_may_read(server):
    origin = "http://localhost:3000"
    status, headers, _ = server.ask(
        "OPTIONS", SPEECH[1], None, origin=origin, access_control_request_method="POST",
        access_control_request_headers="authorization,content-type",
    )  # fmt: skip
    assert status == 200 and headers["access-control-allow-origin"] == origin
    status, headers, _ = server.ask(*SPEECH, WANTED, origin=origin, sec_fetch_site="same-site")
    assert status == 200 and headers["access-control-allow-origin"] == origin


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_fetches_for_other_sites_is_refused(server, site):
    for mode in ("no-cors", "cors"):
        assert server.refused("GET", "/v1/voices", None, sec_fetch_site=site, sec_fetch_mode=mode)[0] == 403
    assert server.refused(*SPEECH, WANTED, sec_fetch_site=site, sec_fetch_mode="navigate")[0] == 403  # a form
    assert server.ask("GET", "/docs", None, sec_fetch_site=site, sec_fetch_mode="navigate")[0] == 200  # a link


def test_no_page_may_frame_or_guess(server):
    _, headers, _ = server.ask("GET", "/docs")
    assert headers["x-frame-options"] == "DENY" and headers["x-content-type-options"] == "nosniff"


def test_a_body_that_is_said_to_be_too_large_is_refused_unread(server):
    address = urlsplit(server.address)
    with socket.create_connection((address.hostname, address.port), 5) as line:
        line.sendall(f"POST {SPEECH[1]} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {1 << 40}\r\n\r\n".encode())
        assert line.recv(20).startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_end_is_refused(server):
    connection = server.connect()
    connection.putrequest(*SPEECH)
    connection.putheader("transfer-encoding", "chunked")
    connection.endheaders()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    try:
        for _ in range(1000):
            connection.send(chunk)
    except OSError:  # it has hung up
        return
    finally:
        connection.close()
    raise AssertionError("64 MB were taken")


def test_a_body_of_two_megabytes_is_refused_with_a_reason(server):
    status, error = server.refused(*SPEECH, b'{"input": "' + b"x" * guard.MOST_BYTES + b'"}')
    assert (status, error["code"]) == (413, "too_large")


def test_a_body_that_does_not_come_is_not_waited_for(server, monkeypatch):
    monkeypatch.setattr(guard, "BODY_S", 0.1)
    connection = server.connect()
    connection.putrequest(*SPEECH)
    connection.putheader("content-length", "50")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 408 and "did not arrive" in json.loads(answer.read())["error"]["message"]
    connection.close()


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "9" * 5000])
def test_lengths_that_are_none(server, length):
    address = urlsplit(server.address)
    with socket.create_connection((address.hostname, address.port), 5) as line:
        line.sendall(f"POST {SPEECH[1]} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n".encode())
        assert line.recv(20)[9:12] in (b"400", b"413")


@pytest.mark.parametrize(
    "header",
    [{}, {"authorization": f"Bearer {TOKEN}x"}, {"authorization": f"Bearer {TOKEN[:-1]}"}, {"authorization": "Bearer "},
     {"authorization": f"Basic {TOKEN}"}, {"authorization": TOKEN}, {"authorization": "Bearer tökén"}, {"x_api_key": TOKEN},
     {"authorization": "Bearer " + "x" * 8000}],
)  # fmt: skip
@pytest.mark.parametrize("asked", [(*SPEECH, WANTED), ("GET", "/v1/voices"), ("GET", "/v1/models"), ("GET", "/nowhere")])
def test_without_the_token_nothing_is_served(closed, asked, header):
    status, error = closed.refused(*asked, **header)
    assert (status, error["type"], error["code"]) == (401, "authentication_error", "invalid_api_key")
    assert TOKEN not in error["message"]


def test_with_the_token_all_is_served(closed):
    assert closed.ask(*SPEECH, WANTED, authorization=f"Bearer {TOKEN}")[0] == 200
    assert closed.ask("GET", "/v1/voices", None, authorization=f"bearer {TOKEN}")[0] == 200


@pytest.mark.parametrize("path", ["/health", "/docs", "/openapi.json"])
def test_what_tells_nothing_needs_no_token(closed, path):
    status, _, body = closed.ask("GET", path)
    assert status == 200 and TOKEN.encode() not in body


@pytest.mark.parametrize(
    "path", ["/health/../v1/voices", "//v1/voices", "/docs/", "/health/", "/%2e%2e/v1/voices", "/V1/voices"]
)
def test_no_way_leads_around_the_token(closed, path):
    assert closed.ask("GET", path)[0] in (401, 404)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "tts.example"])
def test_beyond_the_machine_a_token_is_demanded(host):
    for token, told in (("", "is missing"), ("short", "can be guessed")):
        with pytest.raises(ConfigError, match=told) as refused:
            ServerOptions(host=host, token=token)
        assert "export VOICEKIT_TOKEN=$(" in str(refused.value)
    ServerOptions(host=host, token=TOKEN)


def test_beyond_the_machine_addresses_are_no_names_of_others(tiny_voice):
    with running(voice=str(tiny_voice), host="0.0.0.0", token=TOKEN) as there:
        there.address = there.address.replace("0.0.0.0", "127.0.0.1")
        for host, status in (("192.168.1.5:8484", 200), (socket.gethostname(), 200), ("evil.example", 403)):
            assert there.ask(*SPEECH, WANTED, host=host, authorization=f"Bearer {TOKEN}")[0] == status
        assert there.refused(*SPEECH, WANTED)[0] == 401


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"token": "two words and more"}, "holds spaces"),
        ({"token": "tökén-tökén-tökén"}, "no header"),
        ({"hosts": ("http://x",)}, "not the name of a host"),
        ({"origins": ("localhost:3000",)}, "is not an origin"),
        ({"origins": ("http://localhost:3000/",)}, "is not an origin"),
        ({"origins": ("*",)}, "is not an origin"),
        ({"port": 70_000}, "'port' must be"),
        ({"most_waiting": 0}, "'most_waiting' must be"),
    ],
)
def test_options_that_make_no_sense(options, told):
    with pytest.raises(ConfigError, match=told):
        ServerOptions(**options)


def test_the_token_is_in_no_message(closed):
    assert TOKEN not in repr(ServerOptions(token=TOKEN)) and not any(TOKEN in line for line in closed.log.lines)


def test_slow_headers_hold_no_thread(server):
    """Many connections that say nothing leave the server to those that do."""
    address = urlsplit(server.address)
    lines = [socket.create_connection((address.hostname, address.port), 5) for _ in range(100)]
    try:
        began_s = time.monotonic()
        assert server.ask("GET", "/health")[0] == 200
        assert time.monotonic() - began_s < 2
    finally:
        for line in lines:
            line.close()
