"""What a client of OpenAI's speech API is given."""

import base64
import io
import json
import wave

import av
import numpy as np
import pytest

pytest.importorskip("uvicorn")
pytest.importorskip("fastapi")

from servers import Puppet, level_of, running

from voicekit.media import load_audio
from voicekit.speech.native import load
from voicekit.speech.say import say, stream

TEXT = "The lights come on. Then it begins."


@pytest.fixture(scope="module")
def server(tiny_voice):
    with running(voice=str(tiny_voice)) as there:
        yield there


def as_said(voice, text=TEXT, pace=1.0) -> bytes:
    pipe = io.BytesIO()
    stream(text, pipe, load(voice), pace)
    return pipe.getvalue()


def decoded(data: bytes) -> tuple[str, int, np.ndarray]:
    with av.open(io.BytesIO(data)) as opened:
        audio = opened.streams.audio[0]
        samples = [frame.to_ndarray().reshape(-1) for frame in opened.decode(audio)]
        return audio.codec_context.name, audio.rate, np.concatenate(samples)


def test_a_wav_is_what_say_pipes(server, tiny_voice):
    status, headers, body = server.speak(input=TEXT, response_format="wav")
    assert status == 200 and headers["content-type"] == "audio/wav" and headers["x-voicekit-voice"] == "tiny"
    assert body == as_said(tiny_voice)


def test_pcm_is_the_samples_of_the_wav(server, tiny_voice):
    assert server.speak(input=TEXT)[2] == as_said(tiny_voice)[44:]


def test_a_whole_wav_knows_its_length(server, tiny_voice):
    _, headers, body = server.speak(input=TEXT, response_format="wav", stream=False)
    assert int(headers["content-length"]) == len(body)
    with wave.open(io.BytesIO(body)) as read:
        assert read.readframes(read.getnframes()) == as_said(tiny_voice)[44:]


@pytest.mark.parametrize("format_", ["mp3", "flac"])
def test_a_whole_file_is_that_of_say(server, tiny_voice, tmp_path, format_):
    out = tmp_path / f"said.{format_}"
    say(TEXT, out, load(tiny_voice))
    assert server.speak(input=TEXT, response_format=format_, stream=False)[2] == out.read_bytes()


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    ("format_", "codec", "rate", "media_type"),
    [
        ("mp3", "mp3float", 24_000, "audio/mpeg"),
        ("opus", "opus", 48_000, "audio/ogg"),
        ("aac", "aac", 24_000, "audio/aac"),
        ("flac", "flac", 24_000, "audio/flac"),
    ],
)
def test_every_format_holds_the_speech(server, tiny_voice, format_, codec, rate, media_type, streamed):
    status, headers, body = server.speak(input=TEXT, response_format=format_, stream=streamed)
    assert (status, headers["content-type"]) == (200, media_type)
    name, found_rate, samples = decoded(body)
    assert (name, found_rate) == (codec, rate)
    said_s = (len(as_said(tiny_voice)) - 44) / 48_000
    assert said_s - 0.01 < len(samples) / rate < said_s + 0.15  # encoders begin before their sound


def test_mp3_is_what_is_sent_where_nobody_says(server):
    status, headers, _ = server.ask("POST", "/v1/audio/speech", {"input": TEXT})
    assert (status, headers["content-type"]) == (200, "audio/mpeg")


def test_events_hold_the_same_sound(server, tiny_voice):
    _, headers, body = server.speak(input=TEXT, stream_format="sse")
    assert headers["content-type"] == "text/event-stream"
    events = [json.loads(line.removeprefix("data: ")) for line in body.decode().strip().split("\n\n")]
    assert [event["type"] for event in events] == ["speech.audio.delta"] * 2 + ["speech.audio.done"]
    assert b"".join(base64.b64decode(event["audio"]) for event in events[:-1]) == as_said(tiny_voice)[44:]
    assert events[-1]["usage"].keys() == {"input_tokens", "output_tokens", "total_tokens"}


def test_speed_is_the_pace_of_say(server, tiny_voice):
    assert server.speak(input=TEXT, speed=1.5)[2] == as_said(tiny_voice, pace=1.5)[44:]


@pytest.mark.parametrize("speed", [0.25, 4.0])
def test_speeds_beyond_what_an_engine_does(server, tiny_voice, speed):
    at_limit = len(as_said(tiny_voice, pace=0.5 if speed < 1 else 2.0)) - 44
    assert len(server.speak(input=TEXT, speed=speed)[2]) == pytest.approx(at_limit * (2 if speed < 1 else 0.5), rel=0.01)


def test_marks_are_read_as_say_reads_them(server, tiny_voice):
    text = "The lights [pause 0.8s] come on [sic]. [calm] Then it begins."
    assert server.speak(input=text)[2] == as_said(tiny_voice, text)[44:]


@pytest.mark.parametrize("voice", ["alloy", "verse", None])
def test_the_default_voice_speaks_for_openais_and_says_so(server, voice):
    status, headers, _ = server.speak(voice=voice)
    assert status == 200 and headers["x-voicekit-voice"] == "tiny"
    assert "'tiny' speaks" in json.loads(headers["x-voicekit-notes"])[0]


def test_a_voice_may_be_an_object_with_an_id(server):
    assert server.speak(voice={"id": "tiny"})[0] == 200


def test_what_is_left_out_is_told(server):
    _, headers, _ = server.speak(voice="tiny", instructions="Be nice.", lang_code="e")
    assert json.loads(headers["x-voicekit-notes"]) == ["left out: instructions, lang_code"]


@pytest.mark.parametrize(
    ("wanted", "param", "told"),
    [
        ({"input": ""}, "input", "nothing to pronounce"),
        ({"input": "…!"}, "input", "nothing to pronounce"),
        ({"input": "[pace 90]x"}, "input", "line 1"),
        ({"input": 5}, "input", "must be text"),
        ({"input": None}, "input", "must be text"),
        ({"input": "a " * 60_000}, "input", "at most 100000"),
        ({"voice": "nobody"}, "voice", "no voice 'nobody'; there are 'tiny'"),
        ({"voice": "../../x"}, "voice", "no voice"),
        ({"voice": "/etc"}, "voice", "no voice"),
        ({"voice": {"id": "../tiny"}}, "voice", "no voice"),
        ({"voice": 7}, "voice", "must be text"),
        ({"speed": 0}, "speed", "at least 0.25"),
        ({"speed": 9}, "speed", "at most 4"),
        ({"speed": "fast"}, "speed", "must be a number"),
        ({"speed": float("nan")}, "speed", "must be a number"),
        ({"speed": float("inf")}, "speed", "must be a number"),
        ({"response_format": "wma"}, "response_format", "'mp3', 'opus'"),
        ({"stream": "maybe"}, "stream", "true or false"),
        ({"stream_format": "video"}, "stream_format", "'audio' or 'sse'"),
    ],
)
def test_wrong_fields_are_named(server, wanted, param, told):
    status, error = server.refused("POST", "/v1/audio/speech", {"input": TEXT} | wanted)
    assert (status, error["type"], error["param"]) == (400, "invalid_request_error", param)
    assert told in error["message"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"input":' + b"9" * 5000 + b"}", 
     b'{"input":"\\ud800"}', b'{"input":"a\\u0000b"}', b'{"input": "x"} {"input": "y"}', b"{}"],
)  # fmt: skip
def test_bad_json_is_refused(server, body):
    status, error = server.refused("POST", "/v1/audio/speech", body)
    assert status == 400 and ("JSON" in error["message"])


def test_voices_and_models_are_listed(server):
    told = json.loads(server.ask("GET", "/v1/voices")[2])
    assert told["default"] == "tiny" and [voice["id"] for voice in told["data"]] == ["tiny", "base"]
    assert told["data"][0] | {"language": "en-us", "engine": "native"} == told["data"][0]
    models = json.loads(server.ask("GET", "/v1/models")[2])
    assert {"voicekit", "tts-1"} <= {model["id"] for model in models["data"]}
    assert json.loads(server.ask("GET", "/v1/models/tts-1")[2])["object"] == "model"
    assert server.refused("GET", "/v1/models/gpt-9")[0] == 404


def test_no_answer_tells_where_voices_lie(server, tiny_voice):
    answers = [server.ask("GET", "/v1/voices")[2], server.speak(voice="nobody")[2], server.ask("GET", "/docs")[2]]
    assert not any(str(tiny_voice.parent).encode() in answer for answer in answers)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/audio/speech", 405), ("GET", "/nowhere", 404)])
def test_wrong_routes_are_errors_of_the_same_form(server, method, path, status):
    assert server.refused(method, path)[0] == status


def test_the_page_needs_nothing_from_elsewhere(server):
    status, headers, body = server.ask("GET", "/docs")
    assert status == 200 and b"/v1/audio/speech" in body and b"stream_format" in body
    assert "default-src 'none'" in headers["content-security-policy"]
    assert not [word for word in body.split() if b"src=" in word or b"cdn" in word]


def test_the_openapi_document_describes_the_request(server):
    document = json.loads(server.ask("GET", "/openapi.json")[2])
    schema = document["paths"]["/v1/audio/speech"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["input"] and schema["properties"]["speed"]["maximum"] == 4.0
    assert "$ref" not in json.dumps(schema)


def test_the_official_client(server, tiny_voice, tmp_path):
    openai = pytest.importorskip("openai")
    with openai.OpenAI(base_url=f"{server.address}/v1", api_key="any", max_retries=0) as client:
        made = client.audio.speech.create(model="tts-1", voice="tiny", input=TEXT, response_format="wav", speed=1.25)
        assert made.content == as_said(tiny_voice, pace=1.25)
        streaming = client.audio.speech.with_streaming_response.create(
            model="gpt-4o-mini-tts", voice="alloy", input=TEXT, response_format="mp3"
        )
        with streaming as answer:
            answer.stream_to_file(tmp_path / "said.mp3")
        assert load_audio(tmp_path / "said.mp3", 24_000).any()
        assert "tts-1" in [model.id for model in client.models.list()]
        with pytest.raises(openai.BadRequestError, match="no voice 'nobody'") as refused:
            client.audio.speech.create(model="tts-1", voice="nobody", input=TEXT)
        assert refused.value.param == "voice" and refused.value.code == "voice_not_found"


@pytest.fixture
def puppet(monkeypatch):
    puppet = Puppet()
    monkeypatch.setattr("voicekit.server.voices.load_engine", lambda voice, device: puppet)
    return puppet


def test_pcm_has_the_rate_that_clients_expect(puppet):
    puppet.sample_rate = 48_000
    with running(voice="base") as server:
        samples = np.frombuffer(server.speak(input="one two three")[2], "<i2")
        assert len(samples) == pytest.approx(3 * 1200, abs=2)
        assert server.speak(input="one two three", response_format="wav")[2][24:28] == (48_000).to_bytes(4, "little")


def test_a_fault_in_the_midst_breaks_the_answer_off(puppet):
    import http.client

    with running(voice="base") as server:
        with pytest.raises(http.client.IncompleteRead):
            server.speak(input="one broken two")
        assert any("this word cannot be said" in line for line in server.log.lines)
        _, _, body = server.speak(input="one broken two", stream_format="sse", stream=True)
        assert json.loads(body.decode().strip().split("\n\n")[-1].removeprefix("data: "))["type"] == "error"
        assert server.refused("POST", "/v1/audio/speech", {"input": "one broken", "stream": False})[0] == 400
        assert level_of(server.speak(input="one")[2]) == level_of(server.speak(input="one two")[2][:4800])


def test_a_fault_of_ours_is_told_and_the_server_stays(puppet):
    with running(voice="base") as server:
        status, error = server.refused("POST", "/v1/audio/speech", {"input": "bug"})
        assert (status, error["type"]) == (500, "server_error") and "ZeroDivision" not in error["message"]
        server.wait(lambda _: any("ZeroDivisionError" in line for line in server.log.lines))
        assert server.speak(input="one")[0] == 200
