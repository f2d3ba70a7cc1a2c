"""Voices of other servers: what they are asked, what is made of it, and what goes wrong there, in plain words."""

import socket
import threading
import time
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner
from speech_server import Reply, endpoint, fails, tone, wav

from voicekit.cli import cli
from voicekit.core.errors import CheckpointError, ConfigError, PluginError, VoicekitError
from voicekit.engines import speech_api
from voicekit.engines.adapter import AdaptedEngine
from voicekit.engines.install import install
from voicekit.engines.openai_server import ServerModel, ServerSettings, load, make_voice
from voicekit.engines.speech_api import SpeechServer, checked_url
from voicekit.speech.voices import check_may_be_sold, load_voice, read_voice
from voicekit.testing import check_engine

TEXT = "The lights come on."
KEY = "sk-secret-0123456789abcdef"
GOOD = Reply(wav(tone()))
WANTED = {"model": "m", "input": TEXT, "voice": "v", "response_format": "wav"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(speech_api, "_FIRST_WAIT_S", 0.01)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    return tmp_path


def ask(there, **server):
    return SpeechServer(there.url, **server).speak(WANTED)


def reading(voice):
    """A server that reads in one of our voices."""

    def reply(body):
        speech = voice.synthesize(body["input"], pace=body.get("speed", 1.0))
        return Reply(wav(np.pad(speech.waveform, 4800), speech.sample_rate))

    return reply


@pytest.mark.parametrize("speed", [True, False])
def test_it_keeps_the_contract_of_an_engine(tiny_voice, speed):
    with endpoint(reading(load_voice(tiny_voice, "cpu"))) as there:
        check_engine(AdaptedEngine(ServerModel(ServerSettings(there.url, "v", speed=speed), "en-us")))
        assert ({body.get("speed") for body in there.bodies} >= {1.0, 1.25, 0.8}) == speed


def test_a_server_is_asked_in_openais_form():
    with endpoint(GOOD) as there:
        settings = ServerSettings(f"{there.url}/", "af_heart", "kokoro", more={"lang_code": "a"}, instructions="Calm.")
        AdaptedEngine(ServerModel(settings, "en-us")).synthesize("It cost $5.")
    (path, headers, body) = there.asked[0]
    assert path == "/v1/audio/speech" and "Authorization" not in headers
    assert body == {
        "model": "kokoro", "input": "It cost five dollars.", "voice": "af_heart", "response_format": "wav",
        "instructions": "Calm.", "lang_code": "a",
    }  # fmt: skip


def test_the_key_comes_from_the_environment_and_is_nowhere_else(monkeypatch, desk):
    monkeypatch.setenv("MY_KEY", KEY)
    with endpoint(GOOD, GOOD, GOOD, fails(401, f"the key {KEY} and …{KEY[-12:]} are wrong")) as there:
        folder = make_voice("mine", ServerSettings(there.url, "v", key_variable="MY_KEY"), "en-us")
        engine = load(folder)
        engine.synthesize(TEXT)
        assert [headers["authorization"] for _, headers, _ in lower(there.asked)] == [f"Bearer {KEY}"] * 3
        with pytest.raises(PluginError, match="MY_KEY is refused") as refused:
            engine.synthesize(TEXT)
    assert "…" in str(refused.value) and "secret" not in str(refused.value) and KEY[-12:] not in str(refused.value)
    written = [path.read_text() for path in desk.rglob("*") if path.is_file()]
    assert not any("secret" in text for text in written) and KEY not in repr(engine.model._server)


def lower(asked):
    return [(path, {name.lower(): value for name, value in headers.items()}, body) for path, headers, body in asked]


@pytest.mark.parametrize(
    ("variable", "key", "told"),
    [("NO_SUCH_KEY", None, "export NO_SUCH_KEY="), ("MY_KEY", "two words", "holds spaces"),
     ("MY_KEY", " ", "in no variable"),      ("MY_KEY", "tökén", "holds spaces")],
)  # fmt: skip
def test_a_key_that_is_none(monkeypatch, variable, key, told):
    if key:
        monkeypatch.setenv(variable, key)
    with pytest.raises(PluginError, match=told):
        ServerModel(ServerSettings("http://127.0.0.1:1/v1", "v", key_variable=variable), "en-us")


def test_a_key_in_the_place_of_its_name_is_not_shown():
    with pytest.raises(ConfigError) as refused:
        ServerModel(ServerSettings("http://127.0.0.1:1/v1", "v", key_variable=KEY), "en-us")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (fails(401, "bad key"), "does not let voicekit in .*bad key.*names none"),
        (fails(403), "does not let voicekit in"),
        (fails(404, "no model m"), "knows no /v1/audio/speech.*no model m"),
        (fails(400, "no voice v"), "refuses the request .error 400.: “no voice v”"),
        (fails(422, "x" * 5000), "refuses the request"),
        (fails(500, "CUDA out of memory"), "fails with error 500: “CUDA out of memory”.*tried 4 times"),
        (fails(502), "fails with error 502"),
        (fails(429, "slow down"), "too much to do.*slow down"),
        (fails(429, Retry_After="3600"), "come back in 3600 s"),
        (Reply(b"<!doctype html><html>nginx</html>", kind="text/html"), "web page and no sound.*/v1"),
        (Reply(b"  <html>", kind="audio/wav"), "web page"),
        (Reply(b'{"error": {"message": "no such voice"}}', kind="application/json"), "text and no sound: “no such voice”"),
        (Reply(b'{"detail": "loading"}', kind="application/json"), "loading"),
        (Reply(b"oops", kind="text/plain"), "text and no sound"),
        (Reply(b""), "answers with nothing"),
        (Reply(b"RIFF"), "no sound|half a sound"),
        (Reply(bytes(5000)), "is no sound"),
        (Reply(np.random.default_rng(0).bytes(50_000)), "is no sound|half a sound"),
        (Reply(wav(tone())[:20_000]), "half a sound"),
        (Reply(wav(tone())[:20_000], cut=28_044), "cut its answer off .20000 bytes came"),
        (Reply(b"", 302, headers={"location": "http://evil.example/v1/audio/speech"}), "redirects to http://evil.example"),
        (Reply(b"", 307, headers={"location": "/v2/audio/speech"}), "redirects to /v2"),
        (Reply(b"", 308), "redirects to"),
    ],
)
def test_faults_of_a_server_are_told_in_plain_words(reply, told):
    with endpoint(reply) as there, pytest.raises(PluginError, match=told) as refused:
        ask(there)
    assert there.url.split("/")[2] in str(refused.value) and len(str(refused.value)) < 500


def test_a_redirect_is_not_followed_with_the_key():
    with endpoint(GOOD) as other:
        moved = Reply(b"", 307, headers={"location": f"{other.url}/audio/speech"})
        with endpoint(moved) as there, pytest.raises(PluginError, match="redirects"):
            ask(there, key=KEY)
    assert other.asked == []


@pytest.mark.parametrize(
    "reply",
    [fails(500), fails(503, Retry_After="0"), fails(429, Retry_After="0.05"), fails(408),
     Reply(wav(tone())[:20_000], cut=28_044),
     Reply(wav(tone())[:20_000]), Reply(b"")],
)  # fmt: skip
def test_what_may_pass_is_tried_again(reply):
    with endpoint(reply, GOOD) as there:
        assert len(ask(there).waveform) == 24_000
    assert len(there.asked) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_does_not_pass_is_not(status):
    with endpoint(fails(status), GOOD) as there, pytest.raises(PluginError):
        ask(there)
    assert len(there.asked) == 1


def test_a_wait_that_a_server_asks_for_is_kept():
    with endpoint(fails(429, Retry_After="0.5"), GOOD) as there:
        began_s = time.monotonic()
        ask(there)
        assert time.monotonic() - began_s >= 0.5


def test_a_server_that_is_down():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(PluginError, match=r"does not answer .*start the server"):
        SpeechServer(url).speak(WANTED)
    with pytest.raises(PluginError, match="does not answer"):
        SpeechServer("http://no-such-host.invalid/v1").speak(WANTED)


@pytest.mark.parametrize("reply", [replace(GOOD, wait_s=2.0), replace(GOOD, drip_s=0.05)])
def test_a_server_that_is_slow(reply):
    with endpoint(reply) as there:
        began_s = time.monotonic()
        with pytest.raises(PluginError, match=r"did not answer within 0\.3 s; raise timeout_s"):
            ask(there, timeout_s=0.3)
        assert time.monotonic() - began_s < 1.5


def test_something_else_listens_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def chat():
            for _ in range(4):
                line = listener.accept()[0]
                line.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
                line.recv(1000)
                line.close()

        thread = threading.Thread(target=chat, daemon=True)
        thread.start()
        with pytest.raises(PluginError, match=r"does not speak HTTP|cut its answer off"):
            SpeechServer(f"http://127.0.0.1:{listener.getsockname()[1]}/v1").speak(WANTED)
        thread.join(5)


def test_more_than_any_sentence_is_not_read(monkeypatch):
    monkeypatch.setattr(speech_api, "_MOST_BYTES", 40_000)
    with endpoint(GOOD) as there, pytest.raises(PluginError, match="for one sentence"):
        ask(there)


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16_000, 1), (22_050, 2), (44_100, 1), (48_000, 2)])
def test_any_rate_and_number_of_channels_is_taken(rate, channels):
    with endpoint(Reply(wav(tone(sample_rate=rate), rate, channels))) as there:
        own = SpeechServer(there.url).speak(WANTED)
        assert own.sample_rate == rate and len(own.waveform) == rate
        at_24 = SpeechServer(there.url).speak(WANTED, 24_000).waveform
    assert len(at_24) == pytest.approx(24_000, abs=2)
    peak_hz = np.abs(np.fft.rfft(at_24[4000:20_000])).argmax() * 24_000 / 16_000
    assert peak_hz == pytest.approx(220, abs=2)


@pytest.mark.parametrize("ending", [".mp3", ".flac", ".opus", ".aac"])
def test_another_format_than_asked_for_is_taken(ending):
    import io

    from voicekit.media.write import stream_sound

    for seekable in (True, False):
        memory = io.BytesIO()
        if not seekable:
            memory.seek = memory.tell = None  # type: ignore[assignment,method-assign]
        for _ in stream_sound(memory, ending, [tone(2.0)[None]], 24_000):
            pass
        with endpoint(Reply(memory.getvalue(), kind="audio/mpeg")) as there:
            assert len(ask(there).waveform) / ask(there).sample_rate == pytest.approx(2.0, abs=0.12)


@pytest.mark.parametrize(
    ("answer", "options", "is_sold"),
    [(None, [], False), (None, ["--may-be-sold"], True), (None, ["--not-to-be-sold"], False),
     ("y", [], True), ("n", [], False), ("", [], False), ("y", ["--not-to-be-sold"], False)],
)  # fmt: skip
def test_a_person_says_whether_what_a_server_says_may_be_sold(desk, monkeypatch, answer, options, is_sold):
    if answer is not None:
        monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True, raising=False)
    with endpoint(GOOD) as there:
        words = ["voices", "add", "mine", "--engine", "openai", "--url", there.url, "--server-voice", "v", *options]
        result = CliRunner().invoke(cli, words, input=f"{answer or ''}\n")
    assert result.exit_code == 0
    assert ("Do you have the right to sell" in result.output) == (answer is not None and not options)
    assert ("--commercial refuses this voice" in result.output) != is_sold
    voice = read_voice(desk / "voices" / "mine")
    assert voice.credit.licence == "the server's own"
    if is_sold:
        check_may_be_sold(voice)
        assert voice.licence["agreed"] == date.today().isoformat()
    else:
        with pytest.raises(PluginError, match=r"nobody has said .*'mine'.*the server's own.*may_be_sold = true"):
            check_may_be_sold(voice)


def test_it_is_among_the_engines_and_nothing_of_it_is_added(desk):
    lines = CliRunner().invoke(cli, ["engines"]).output.splitlines()
    [line] = [line for line in lines if line.split()[0] == "openai"]
    assert "the server's own" in line and "as you say" in line and "MB" not in line
    told = "voicekit voices add NAME --engine openai --url URL"
    with pytest.raises(ConfigError, match=told):
        install("openai")
    refused = CliRunner().invoke(cli, ["engines", "add", "openai", "--yes"])
    assert isinstance(refused.exception, ConfigError) and told in str(refused.exception)
    assert refused.output == "", "before anything is asked"


def test_silence_is_told(desk):
    silent = Reply(wav(np.zeros(24_000)))
    with endpoint(silent) as there:
        with pytest.raises(PluginError, match="silent"):
            AdaptedEngine(ServerModel(ServerSettings(there.url, "v"), "en-us")).synthesize(TEXT)
        with pytest.raises(PluginError, match="stays silent in the voice 'v'"):
            make_voice("mine", ServerSettings(there.url, "v"), "en-us")
    assert not (desk / "voices").exists()


def test_a_voice_that_is_made_knows_rate_and_pace_of_its_server(desk):
    def quick(body):
        return Reply(wav(tone(1 / body.get("speed", 1.0), 44_100), 44_100))

    with endpoint(quick) as there:
        folder = make_voice("quick", ServerSettings(there.url, "v"), "en-us")
        engine = load(folder)
        assert engine.sample_rate == 44_100 and engine.model.settings.speed
    with endpoint(lambda body: fails(400) if "speed" in body else GOOD) as there:
        engine = load(make_voice("stiff", ServerSettings(there.url, "v"), "en-us"))
        assert not engine.model.settings.speed
        assert engine.synthesize(TEXT, pace=1.25).duration_s < engine.synthesize(TEXT).duration_s
    with endpoint(GOOD) as there:  # one that takes the field and does nothing
        assert not load(make_voice("deaf", ServerSettings(there.url, "v"), "en-us")).model.settings.speed


def test_a_server_that_fails_leaves_no_voice(desk):
    with endpoint(fails(404)) as there, pytest.raises(PluginError):
        make_voice("mine", ServerSettings(there.url, "v"), "en-us")
    assert not (desk / "voices").exists()


def test_a_voice_from_elsewhere_sends_nothing_before_a_person_agreed(desk, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    with endpoint(GOOD) as there:
        folder = make_voice("mine", ServerSettings(there.url, "v"), "en-us")
        toml = folder / "voice.toml"
        for change in ('key_variable = "AWS_SECRET_ACCESS_KEY"\n', None):
            text = toml.read_text()
            toml.write_text(
                text.replace("[openai]\n", f"[openai]\n{change}") if change else text.replace("127.0.0.1", "127.0.0.2")
            )
            n_asked = len(there.asked)
            with pytest.raises(PluginError, match=r"was not made here, and would send .* voicekit voices add mine-2"):
                load(folder)
            assert len(there.asked) == n_asked
            toml.write_text(text)
        load(folder)


@pytest.mark.parametrize(
    ("url", "told"),
    [("", "no address"), ("localhost:8880", "no address"), ("ftp://x/v1", "no address"), ("http://", "no address"),
     ("http://x:99999/v1", "no address"), ("http://x y/v1", "no address"), ("http://[::1/v1", "no address"),
     ("http://x\r\ny/v1", "no address"),
     ("http://me:secret@x/v1", "password"), ("http://x/v1?key=secret", "password")],
)  # fmt: skip
def test_addresses_that_are_none(url, told):
    with pytest.raises(ConfigError, match=told) as refused:
        checked_url(url)
    if told == "password":
        assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["http://x:8880/v1", "http://x:8880/v1/", "http://x:8880/v1/audio/speech", " http://x:8880/v1 "]
)
def test_addresses_as_people_write_them(url):
    assert checked_url(url) == "http://x:8880/v1"


@pytest.mark.parametrize(
    ("name", "language", "error"),
    [("base", "en-us", ConfigError), ("mine", "xx", ConfigError), ("there", "en-us", ConfigError)],
)
def test_voices_that_cannot_be_made(desk, name, language, error):
    (desk / "voices" / "there").mkdir(parents=True)
    with endpoint(GOOD) as there, pytest.raises(error):
        make_voice(name, ServerSettings(there.url, "v"), language)
    assert there.asked == []


@pytest.mark.parametrize(
    ("old", "new"),
    [('voice = "v"', ""), ('voice = "v"', "voice = 5"), ("[openai]", "[openai]\nkey = 'secret'"), ("[openai]", "[other]"),
     ("sample_rate = 24000", "sample_rate = 0"), ("sample_rate = 24000", "sample_rate = nan"),
     ("sample_rate", "response_format = 'wma'\nsample_rate")],
)  # fmt: skip
def test_damaged_voices_are_told(desk, old, new):
    with endpoint(GOOD) as there:
        folder = make_voice("mine", ServerSettings(there.url, "v"), "en-us")
        toml = folder / "voice.toml"
        assert old in toml.read_text()
        toml.write_text(toml.read_text().replace(old, new))
        with pytest.raises((CheckpointError, VoicekitError)) as refused:
            load(folder)
    assert "voice.toml" in str(refused.value)


def test_what_changes_the_sound_changes_the_fingerprint():
    settings = ServerSettings("http://127.0.0.1:1/v1", "v")
    one = ServerModel(settings, "en-us").fingerprint
    others = [
        replace(settings, **change) for change in ({"voice": "w"}, {"model": "m"}, {"more": {"a": 1}}, {"speed": True})
    ]
    assert len({one, *(ServerModel(other, "en-us").fingerprint for other in others)}) == 5
    assert ServerModel(replace(settings, timeout_s=5), "en-us").fingerprint == one
