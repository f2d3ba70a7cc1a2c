"""Everything that reads a file from outside, by kind, and small whole files of each kind to begin with."""

import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np

from voicekit.core.errors import VoicekitError

RATE = 48_000
#: suffix → (codec of the picture, codec of the sound) of each film or sound to begin with.
MEDIA = {
    "wav": [(None, "pcm_s16le"), (None, "pcm_f32le")],
    "aiff": [(None, "pcm_s16be")],
    "w64": [(None, "pcm_s24le")],
    "caf": [(None, "alac"), (None, "pcm_s16be")],
    "au": [(None, "pcm_mulaw")],
    "aac": [(None, "aac")],
    "flac": [(None, "flac")],
    "mp3": [(None, "libmp3lame")],
    "m4a": [(None, "aac"), (None, "alac")],
    "ogg": [(None, "libopus"), (None, "flac")],
    "mp4": [("mpeg4", "aac"), ("libx264", "libmp3lame")],
    "mov": [("mjpeg", "pcm_s16le"), ("libx264", "aac")],
    "mkv": [("libx264", "libopus"), ("mpeg4", "flac")],
    "webm": [("libvpx", "libopus")],
    "avi": [("mpeg4", "libmp3lame"), ("mjpeg", "pcm_s16le")],
    "ts": [("mpeg2video", "mp2"), ("libx264", "aac")],
    "mpg": [("mpeg1video", "mp2")],
    "flv": [("flv1", "libmp3lame"), ("libx264", "aac")],
    "wmv": [("wmv2", "wmav2")],
    "gif": [("gif", None)],
}
#: FFmpeg's names of containers that go by several endings.
_MUXERS = {"aac": "adts"}
#: Of files whose parts may lie one behind the other.
_JOINED = ("ts", "mpg")
PICTURES = ("png", "jpg", "webp", "tif", "bmp", "avif")
#: Kinds of colours that a kind of picture has not.
_NO_PICTURES = {("png", "CMYK"), ("jpg", "P"), ("jpg", "RGBA"), ("webp", "CMYK"), ("bmp", "CMYK"), ("avif", "CMYK")}
TEXTS = {
    "srt": """\
1
00:00:01,000 --> 00:00:02,500
The <i>lights</i> come on.

2
00:00:03,000 --> 00:00:04,000
{\\an8}Then it begins.
""",
    "vtt": """\
WEBVTT

STYLE
::cue { color: red }

1
00:01.000 --> 00:02.500 align:start
<v Tom>The lights&nbsp;come on.

00:03.000 --> 00:04.000
Then<00:03.500><c> it begins</c>.
""",
    "txt": """\
[00:01] Far below, the *forest* is asleep.

[00:12.5-00:15] [calm] Then, [pause 0.8s] [slow]the day[/slow] begins.

[say: SQL|sequel] costs $1,250.50 on 3/4/1999 at 5:30 pm, [say: GIF|/dʒɪf/].
""",
    "md": """\
# A film

## Clip 1: Kick-off (6 seconds)
- **Visual:** wide shot
- **Narration:** [calm] It begins in silence.

## Clip 2: End (4 s)
- **Audio:** crowd
- **Narration:** Then the *lights* come on!
""",
    "ssml": """\
<?xml version="1.0"?>
<speak version="1.1"><p>Far <emphasis>below</emphasis>, <break time="500ms"/>the
<prosody rate="slow" pitch="+2st">forest</prosody> &amp; <sub alias="sea">C</sub>.</p></speak>
""",
    "lexicon": """\
# words
Nguyen = "win"
GIF = "/dʒɪf/"
"New York" = "noo york"
[words]
Hermione = "her-MY-oh-nee"
""",
    "table": """\
path|speaker|text
a.wav|jane|Hello there, Tom.
sub/b.wav|jane|Good "bye".
c|joe|In 1455.
""",
    "csv": """\
file;text;seconds
a.wav;"Hello; there";1,5
b.wav;Good bye.;2
c.wav;"Two
lines";3
""",
    "jsonl": """\
{"audio_filepath": "a.wav", "duration": 1.5, "text": "Hello there."}
{"file_name": "b.wav", "text": "Bye."}
""",
    "recipe": """\
seed = 1
save_every_s = 30.0
[acoustic]
minutes = 2.5
batch = 8
learning_rate = 3e-4
[vocoder]
minutes = 1
""",
    "voice": "",  # the built-in voice's own
    "manifest": """\
{"id": "a-1", "text": "Hello.", "language": "en-us", "split": "train", "recording": "a.wav", "start_s": 0.1, "end_s": 1.5, \
"rms_db": -20.1, "true_peak_db": -3.5, "noise_floor_db": -60, "treatment": ["gain +3.0 dB"], "speaker": ""}
""",
    "corpus": """\
description = "d"
url = "http://x"
licence = "CC0"
language = "en-us"
audio = "*.wav"
speaker = '(?P<speaker>p\\d+)_'
[texts]
layout = "table"
file = "metadata.csv"
text_column = 2
""",
}
#: Networks, and what a voice is built of.
WEIGHTS = ("safetensors", "onnx")
#: Whether it is a text → what else a file is spliced with.
SPLICED = {True: ("srt", "md"), False: ("ogg", "m4a")}


def seeds(kind: str, folder: Path) -> list[bytes]:
    if kind == "voice":
        from voicekit.speech.voices import built_in_folder

        return [(built_in_folder() / "voice.toml").read_bytes()]
    if kind in TEXTS:
        return [TEXTS[kind].encode()]
    if kind in PICTURES:
        return [_picture(kind, mode) for mode in ("RGB", "L", "P", "CMYK", "RGBA") if (kind, mode) not in _NO_PICTURES]
    if kind == "onnx":
        return [(Path(__file__).parent / "twice.onnx").read_bytes()]
    if kind == "safetensors":
        return [(tiny_voice() / "model.safetensors").read_bytes()]
    made = []
    for number, (picture, sound) in enumerate(MEDIA[kind]):
        path = folder / f"seed{number}.{kind}"
        _make(path, picture, sound, _MUXERS.get(kind))
        made.append(path.read_bytes())
    return made + ([b"".join(made)] if kind in _JOINED else [])


def _picture(kind: str, mode: str) -> bytes:
    from PIL import Image

    Image.init()
    memory = BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(noise).convert(mode).save(memory, Image.EXTENSION[f".{kind}"], exif=exif)
    return memory.getvalue()


def _make(path: Path, picture: str | None, sound: str | None, muxer: str | None) -> None:
    """0.6 s of noise and of a tone."""
    import av

    rng = np.random.default_rng(0)
    with av.open(str(path), "w", format=muxer) as out:
        audio = out.add_stream(sound, rate=RATE if sound != "wmav2" else 44_100, layout="stereo") if sound else None
        video = out.add_stream(picture, rate=25) if picture else None
        if sound == "wmav2":
            audio.bit_rate = 128_000
        if video:
            video.width, video.height = 64, 48
            video.pix_fmt = {"mjpeg": "yuvj420p", "gif": "gray"}.get(picture, "yuv420p")
            video.options = {"x264-params": "log-level=none"} if picture == "libx264" else {}
            for n in range(15):
                rows = 48 if picture == "gif" else 72
                frame = av.VideoFrame.from_ndarray(rng.integers(0, 255, (rows, 64), dtype=np.uint8), format=video.pix_fmt)
                frame.pts, frame.time_base = n, Fraction(1, 25)
                out.mux(video.encode(frame))
            out.mux(video.encode(None))
        if not audio:
            return
        tone = (8000 * np.sin(np.arange(round(0.6 * RATE)) * 2 * np.pi * 300 / RATE)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None], format="s16", layout="stereo")
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
        resampler = av.AudioResampler(audio.format.name, "stereo", audio.rate, frame_size=audio.frame_size or 1024)
        for each in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(audio.encode(each))
        out.mux(audio.encode(None))


@cache
def tiny_voice() -> Path:
    """The folder of a voice of random weights."""
    import torch

    from voicekit.model.acoustic import AcousticModel
    from voicekit.model.checkpoint import save_voice
    from voicekit.model.sizes import AcousticConfig, VocoderConfig
    from voicekit.model.vocoder import Vocoder
    from voicekit.model.voice_file import VoiceInfo
    from voicekit.text.phonemes.phonemise import BOUNDARIES

    torch.manual_seed(0)
    symbols = (*BOUNDARIES, *"abdefhijklmnoprstuvwz")
    sizes = {"channels": 16, "encoder_layers": 1, "decoder_channels": 16, "decoder_layers": 1}
    acoustic = AcousticConfig(**sizes, prosody_channels=16, speaker_channels=8)
    vocoder = VocoderConfig(channels=16, layers=1, harmonic_cepstrum=20, opening_cepstrum=5, noise_cepstrum=10)
    folder = Path(tempfile.mkdtemp()) / "tiny"
    info = VoiceInfo("tiny", "en-us", symbols, acoustic, vocoder)
    save_voice(folder, info, AcousticModel(symbols, acoustic), Vocoder(vocoder))
    return folder


#: What a reader of a kind of file does with it, one thing after another; each may refuse it.
Attempts = Iterator[Callable[[], object]]


def hear(path: Path) -> Attempts:
    """As narrate, post and prepare do: what it has of its own, and mixed down."""
    from voicekit.media import open_sound, read_audio
    from voicekit.media.tags import read_tags

    def own() -> None:
        sound = open_sound(path)
        _check_blocks(sound.read(), sound.channels)

    yield own
    yield lambda: _check_blocks(read_audio(path, 16_000), 1)
    yield lambda: _check_blocks(read_audio(path, 16_000, track="all"), 1)
    yield lambda: read_tags(path)


def _check_blocks(blocks: Iterator[np.ndarray], channels: int) -> None:
    for block in blocks:
        assert block.dtype == np.float32 and block.shape[0] == channels and block.shape[1], block.shape
        assert np.isfinite(block).all(), "not finite"


def watch(path: Path) -> Attempts:
    """As narrate and produce do; each reader by itself, for one refuses what another one takes."""
    from voicekit.media import check_mux, left_out, mux, probe
    from voicekit.media.cuts import find_cuts
    from voicekit.media.film import pictures_at, read_pictures
    from voicekit.media.muxing import Extras
    from voicekit.media.recode import first_frame, frames_of

    def frames() -> None:
        times = [frame.pts * frame.time_base for frame in frames_of(path)]
        assert times == sorted(set(times)), "times of frames"

    def pictures() -> None:
        for picture in read_pictures(path):
            assert picture.pixels.dtype == np.uint8

    def copy(out: str, **how) -> None:
        silence = (np.zeros((2, 4800), np.float32) for _ in range(6))
        mux(path, silence, RATE, path.with_name(out), **how)
        probe(path.with_name(out))

    yield lambda: probe(path)
    yield from hear(path)
    yield lambda: first_frame(path)
    yield from (frames, pictures, lambda: find_cuts(path))
    yield lambda: copy("copy.mkv")
    yield lambda: copy("kept.mp4", extras=Extras(keep_sound=True))
    yield lambda: copy("anew.mp4", burn=[(0.1, 0.4, "Lights")])
    yield lambda: list(pictures_at(path, [0.0, 0.3, 5.0]))
    for out in ("out.mp4", "out.mkv", "out.webm"):
        yield lambda out=out: check_mux(path, out, keep_sound=True)
    yield lambda: left_out(path, "out.mp4")


def look_at(path: Path) -> Attempts:
    """As produce does."""
    from voicekit.film.pictures.pictures import check_picture, read_picture

    yield lambda: check_picture(path)
    yield lambda: read_picture(path)


def speak(path: Path) -> Attempts:
    """As narrate does, and every line as the voice will."""
    from voicekit.text.normalise.normalise import normalise
    from voicekit.text.script.script import aloud, read_script
    from voicekit.text.sentences import sentences

    def cues() -> None:
        for cue in read_script(path).cues:
            for sentence in sentences(cue.text):
                normalise(sentence.text)
                normalise(sentence.text, "de")

    yield cues
    if path.suffix in (".txt", ".ssml"):
        yield lambda: aloud(path.read_bytes().decode("utf-8", "replace"))


def look_up(path: Path) -> Attempts:
    from voicekit.text.phonemes.lexicon import read_lexicon

    yield lambda: read_lexicon(path)


def match_texts(path: Path) -> Attempts:
    from voicekit.dataset.transcripts import find_items

    folder = path.parent / "recordings"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.wav", "sub/b.wav", "c.wav"):
        (folder / name).touch()
    for name in ("metadata", "lines"):  # the one has to be a table, the other may be one
        path = path.rename(folder / f"{name}{path.suffix}")
        yield lambda: find_items(folder)


def train(path: Path) -> Attempts:
    from voicekit.core.settings import read_toml
    from voicekit.training.settings import TrainConfig

    yield lambda: read_toml(path, TrainConfig())


def list_voices(path: Path) -> Attempts:
    from voicekit.model.voice_file import load_info
    from voicekit.speech import voices

    folder = path.rename(path.with_name("voice.toml")).parent
    yield lambda: voices.read_voice(folder)
    yield lambda: load_info(folder)


def load_voice(path: Path) -> Attempts:
    from voicekit.model.checkpoint import load_networks, load_tensors

    yield lambda: load_tensors(path)
    folder = path.rename(path.with_name("model.safetensors")).parent
    (folder / "voice.toml").write_bytes((tiny_voice() / "voice.toml").read_bytes())
    yield lambda: load_networks(folder)


def enlarge(path: Path) -> Attempts:
    from voicekit.film.enhancement.network import Network

    yield lambda: Network(path, "cpu", 32).picture(np.zeros((40, 50, 3), np.uint8), 8)


def list_utterances(path: Path) -> Attempts:
    from voicekit.dataset.manifest import read_manifest

    folder = path.rename(path.with_name("manifest.jsonl")).parent
    yield lambda: read_manifest(folder)


def describe_corpus(path: Path) -> Attempts:
    from voicekit.dataset.corpora import read

    yield lambda: read(path)


#: kind → what reads it, and the suffix that its files have.
READERS: dict[str, tuple[Callable[[Path], Attempts], str]] = {
    **{kind: (watch if MEDIA[kind][0][0] else hear, kind) for kind in MEDIA},
    **{kind: (look_at, kind) for kind in PICTURES},
    **{kind: (speak, kind) for kind in ("srt", "vtt", "txt", "md", "ssml")},
    "lexicon": (look_up, "toml"),
    "table": (match_texts, "csv"),
    "csv": (match_texts, "txt"),
    "jsonl": (match_texts, "jsonl"),
    "recipe": (train, "toml"),
    "voice": (list_voices, "toml"),
    "manifest": (list_utterances, "jsonl"),
    "corpus": (describe_corpus, "toml"),
    "safetensors": (load_voice, "safetensors"),
    "onnx": (enlarge, "onnx"),
}


def read(kind: str, path: Path) -> tuple[list[str], list[Exception]]:
    """What a file was refused with, and all that was no refusal, or none that a person understands."""
    refused, wrong = [], []
    for attempt in READERS[kind][0](path):
        try:
            attempt()
        except VoicekitError as error:
            refused.append(str(error))
            if not str(error).strip() or "\n" in str(error) or len(str(error)) > 500:
                wrong.append(error)
        except Exception as error:
            wrong.append(error)
    return refused, wrong
