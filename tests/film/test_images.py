import base64
import io
import json

import pytest
from chat_server import KEY, Reply, endpoint, fails
from listener import Listener
from PIL import Image

from voicekit.core.errors import ConfigError, MediaError, PluginError, ScriptError
from voicekit.film.providers import openai_client as remote_module
from voicekit.film.providers.images import Images, ImagesOptions, prompt_of
from voicekit.film.stage import Context


def encoded(kind="PNG", mode="RGB"):
    file = io.BytesIO()
    Image.new(mode, (24, 16), 200).save(file, format=kind)
    return file.getvalue()


def pictures(*data):
    return Reply(json.dumps({"created": 0, "data": list(data)}).encode())


GOOD = pictures({"b64_json": base64.b64encode(encoded()).decode()})


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    pytest.importorskip("openai")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("VOICEKIT_IMAGE_MODEL", raising=False)
    monkeypatch.setattr(remote_module, "_FIRST_WAIT_S", 0.01)


def made(tmp_path, there, context=Context(), text="Dawn\nthe sea, slow zoom in.", **changes):
    (tmp_path / "clip.txt").write_text(text)
    options = ImagesOptions(**{"model": "tiny", "base_url": there.url, "timeout_s": 5.0, **changes})
    Images().run([tmp_path / "clip.txt"], tmp_path / "clip.png", options, context)
    with Image.open(tmp_path / "clip.png") as picture:
        picture.load()
        return picture


def test_a_picture(tmp_path):
    said = []
    with endpoint(GOOD) as there:
        picture = made(tmp_path, there, Context(seed=5, reporter=Listener(said)))
    assert picture.size == (24, 16) and picture.format == "PNG"
    ((path, _, body),) = there.asked
    assert path == "/v1/images/generations" and body["seed"] == 5 and body["response_format"] == "b64_json"
    assert body["prompt"] == "the sea, slow zoom in. cinematic still, natural light, no text" and body["model"] == "tiny"
    assert "127.0.0.1" in said[0] and "tiny" in said[0]


def test_models_that_refuse_to_be_asked_for_the_format(tmp_path):
    with endpoint(GOOD) as there:
        made(tmp_path, there, model="gpt-image-1")
    assert "response_format" not in there.bodies[0] and "seed" not in there.bodies[0]


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "L"), ("WEBP", "RGBA"), ("PNG", "P"), ("PNG", "I;16")])
def test_pictures_of_all_kinds(tmp_path, kind, mode):
    data = "data:image/x;base64," + base64.b64encode(encoded(kind, mode)).decode()
    with endpoint(pictures({"b64_json": data})) as there:
        assert made(tmp_path, there).mode == "RGB"


@pytest.mark.parametrize("relative", [True, False])
def test_a_picture_at_an_address_of_the_endpoint(tmp_path, relative):
    with endpoint(GOOD) as there:
        there.files["/files/1.png"] = Reply(encoded(), kind="image/png")
        url = "/files/1.png" if relative else there.url.replace("/v1", "/files/1.png")
        there.replies[:] = [pictures({"url": url})]
        assert made(tmp_path, there).size == (24, 16)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.2:1/a.png", "https://example.org/a.png", "file:///etc/hostname", "//example.org/a.png", "http://[x"],
)
def test_no_other_host_is_asked(tmp_path, url):
    with endpoint(pictures({"url": url})) as there, pytest.raises(MediaError, match="cards"):
        made(tmp_path, there)
    assert not (tmp_path / "clip.png").exists()


@pytest.mark.parametrize("redirected", [False, True])
def test_not_even_one_that_has_the_picture(tmp_path, redirected):
    with endpoint(GOOD) as other, endpoint(GOOD) as there:
        away = other.url.replace("/v1", "/1.png")
        other.files["/1.png"] = Reply(encoded(), kind="image/png")
        there.files["/1.png"] = Reply(b"", 302, {"location": away})
        there.replies[:] = [pictures({"url": "/1.png" if redirected else away})]
        with pytest.raises(MediaError, match="cards"):
            made(tmp_path, there)
        assert other.fetched == [] and other.asked == []


@pytest.mark.parametrize(
    "file",
    [
        Reply(b"gone", 404),
        Reply(b"", 302, {"location": "http://example.org/a.png"}),
        Reply(encoded()[:30], cut=True),
        Reply(b"<html>"),
        Reply(wait_s=1.0),
    ],
)
def test_addresses_without_a_picture(tmp_path, file):
    with endpoint(pictures({"url": "/1.png"})) as there, pytest.raises(MediaError, match="cards") as caught:
        there.files["/1.png"] = file
        made(tmp_path, there, timeout_s=0.5)
    assert "\n" not in str(caught.value) and not (tmp_path / "clip.png").exists()


@pytest.mark.parametrize(
    "reply",
    [
        pictures(),
        pictures({}),
        pictures({"b64_json": ""}),
        pictures({"b64_json": "%%%"}),
        pictures({"b64_json": base64.b64encode(b"no picture").decode()}),
        pictures({"b64_json": base64.b64encode(encoded()[:40]).decode()}),
        pictures({"b64_json": base64.b64encode(encoded("EPS", "RGB")).decode()}),  # which Pillow hands to another program
        pictures({"b64_json": 5}),
        pictures(None),
        Reply(b'{"data": null}'),
        Reply(b'{"data": 3}'),
        Reply(b"[]"),
        Reply(b"{nonsense"),
        Reply(b"hello", kind="text/plain"),
    ],
)
def test_nonsense_is_told_in_one_line(tmp_path, reply):
    with endpoint(reply) as there, pytest.raises(MediaError, match="cards") as caught:
        made(tmp_path, there)
    assert "\n" not in str(caught.value) and not (tmp_path / "clip.png").exists()


@pytest.mark.parametrize("first", [fails(429, retry_after="0.05"), fails(500), Reply(GOOD.body[:50], cut=True)])
def test_what_may_pass_is_tried_again(tmp_path, first):
    with endpoint(first, GOOD) as there:
        made(tmp_path, there)
    assert len(there.asked) == 2


@pytest.mark.parametrize(("status", "message"), [(401, "OPENAI_API_KEY is refused"), (400, "“not safe …”")])
def test_what_is_refused(tmp_path, status, message):
    with endpoint(fails(status, f"not safe {KEY}")) as there, pytest.raises(PluginError, match=message) as caught:
        made(tmp_path, there)
    assert len(there.asked) == 1 and "secret" not in str(caught.value)


def test_bad_requests_are_not_sent(tmp_path, monkeypatch):
    with endpoint(GOOD) as there:
        with pytest.raises(ConfigError, match="1536x1024"):
            made(tmp_path, there, size="big")
        with pytest.raises(ScriptError, match="empty"):
            made(tmp_path, there, text="\n")
        with pytest.raises(PluginError, match="VOICEKIT_IMAGE_MODEL"):
            made(tmp_path, there, model="")
        monkeypatch.setitem(__import__("sys").modules, "openai", None)
        with pytest.raises(PluginError, match="pip install"):
            made(tmp_path, there)
    assert there.asked == []


def test_prompts():
    assert prompt_of("Dawn", "", "") == "Dawn" and prompt_of("Dawn", "a sea.", " old film ") == "a sea. old film"
