"""Files from the net come whole, as they were published, or not at all; a broken line is taken up again."""

import hashlib
import http.server
import re
import threading

import numpy as np
import pytest

from voicekit.core import download as module
from voicekit.core.download import Published, download
from voicekit.core.errors import VoicekitError
from voicekit.core.reporter import Reporter

CONTENT = np.random.default_rng(0).bytes(1_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Sends CONTENT, or what a fault makes of it; `asked` has the Range of each request."""

    content, ranges, breaks, kind, status = CONTENT, True, 0, "application/octet-stream", 200

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []

    @property
    def published(self):
        return Published(f"http://127.0.0.1:{self.server_port}/weights.onnx", "weights.onnx", len(CONTENT), SHA256)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server, wanted = self.server, self.headers.get("Range")
        server.asked.append(wanted)
        if server.status != 200:
            self.send_error(server.status)
            return
        begin = int(re.match(r"bytes=(\d+)-", wanted)[1]) if wanted and server.ranges else 0
        if begin >= len(server.content):
            self.send_error(416)
            return
        self.send_response(206 if begin else 200)
        self.send_header("Content-Type", server.kind)
        self.send_header("Content-Length", str(len(server.content) - begin))
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(server.content) - 1}/{len(server.content)}")
        self.end_headers()
        if server.breaks:
            server.breaks -= 1
            self.wfile.write(server.content[begin : begin + 300_000])
        else:
            self.wfile.write(server.content[begin:])

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(module, "_TIMEOUT_S", 5)
    running = Server()
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def test_a_file_comes_whole_and_its_progress_is_told(server, tmp_path):
    told = []

    class Listener(Reporter):
        def progress(self, task, share, left_s=None, numbers=None):
            told.append((task, share))

    path = download(server.published, tmp_path / "weights", Listener())
    assert path.read_bytes() == CONTENT and [one.name for one in path.parent.iterdir()] == ["weights.onnx"]
    shares = [share for task, share in told if task == "fetching weights.onnx"]
    assert shares == sorted(shares) and shares[-1] == 1 and len(shares) > 3


def test_what_is_there_is_not_fetched_again_and_what_is_damaged_is(server, tmp_path):
    path = download(server.published, tmp_path)
    download(server.published, tmp_path)
    assert len(server.asked) == 1
    path.write_bytes(CONTENT[:-1] + b"x")
    assert download(server.published, tmp_path).read_bytes() == CONTENT


def test_a_line_that_breaks_is_taken_up_where_it_broke(server, tmp_path):
    server.breaks = 2
    assert download(server.published, tmp_path).read_bytes() == CONTENT
    assert server.asked == [None, "bytes=300000-", "bytes=600000-"]


def test_a_line_that_breaks_too_often_keeps_what_came_for_the_next_run(server, tmp_path):
    server.breaks = 3
    with pytest.raises(VoicekitError, match=r"broke off after 900000 of 1000000 bytes, and will go on from there"):
        download(server.published, tmp_path)
    assert not (tmp_path / "weights.onnx").exists()
    assert download(server.published, tmp_path).read_bytes() == CONTENT
    assert server.asked[-1] == "bytes=900000-"


def test_a_server_that_knows_no_parts_begins_anew(server, tmp_path):
    (tmp_path / "weights.onnx.part").write_bytes(CONTENT[:1234])
    server.ranges = False
    assert download(server.published, tmp_path).read_bytes() == CONTENT


def test_a_part_of_another_version_is_thrown_away(server, tmp_path):
    (tmp_path / "weights.onnx.part").write_bytes(b"x" * 1000)
    with pytest.raises(VoicekitError, match="not the file that was published"):
        download(server.published, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert download(server.published, tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"content": CONTENT[:-1] + b"x"}, "digest differs"),
        ({"content": CONTENT[:5000]}, "broke off after 5000 of 1000000 bytes"),
        ({"content": CONTENT * 2}, "longer than the 1000000 bytes"),
        ({"content": b"<html>Log in", "kind": "text/html; charset=utf-8"}, "a web page came"),
        ({"status": 404}, "answers 404"),
        ({"status": 503}, "answers 503"),
    ],
)
def test_what_is_not_the_file_is_refused(server, tmp_path, fault, told):
    for name, change in fault.items():
        setattr(server, name, change)
    with pytest.raises(VoicekitError, match=told) as error:
        download(server.published, tmp_path)
    assert server.published.url in str(error.value) and "Run the same command again" in str(error.value)
    assert not (tmp_path / "weights.onnx").exists()


def test_without_network_it_says_what_else_can_be_done(tmp_path):
    nobody = Published("http://127.0.0.1:9/weights.onnx", "weights.onnx", 10, SHA256)
    with pytest.raises(VoicekitError, match=r"nothing came \(.*refused.*\)\. Run the same command again, or copy it"):
        download(nobody, tmp_path, otherwise="copy it")
    assert list(tmp_path.iterdir()) == []


def test_a_silent_server_is_told(server, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_TIMEOUT_S", 0.2)
    waits = threading.Event()
    monkeypatch.setattr(Handler, "do_GET", lambda self: waits.wait(5))
    with pytest.raises(VoicekitError, match="timed out"):
        download(server.published, tmp_path)
    waits.set()


def test_a_full_disk_is_told_and_nothing_is_left(server, tmp_path, monkeypatch):
    opened = type(tmp_path).open

    def full(path, mode="r", *rest):
        if mode == "ab" and path.stat().st_size > 500_000:
            raise OSError(28, "No space left on device")
        return opened(path, mode, *rest)

    monkeypatch.setattr(type(tmp_path), "open", full)
    with pytest.raises(VoicekitError, match="the disk is full"):
        download(server.published, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_it_is_told_before_the_work(server, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(VoicekitError, match="not a folder"):
        download(server.published, tmp_path / "file")
    assert server.asked == []
