"""Which of a film's sound tracks is used, and that a person is told what becomes of the others before any work."""

from pathlib import Path

import av
import numpy as np
import pytest
from clips import RATE, picture_packets
from reporters import Told

from voicekit.audio.treatment import Treatment
from voicekit.core.errors import MediaError
from voicekit.media import load_audio, open_sound, probe
from voicekit.media.write import encoded
from voicekit.postproduction.chain import run_chain


def film(path: Path, *tracks: dict, picture: bool = True) -> Path:
    """A film of a second; each track has a tone (`hz`) or nothing at all (hz=0), a title, a language; one is the default."""
    with av.open(str(path), "w") as out:
        if picture:
            video = out.add_stream("mpeg4", rate=25)
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        streams = []
        for track in tracks:
            stream = out.add_stream("aac", rate=RATE, layout=track.get("layout", "mono"))
            stream.metadata.update({key: track[key] for key in ("title", "language") if key in track})
            stream.disposition = stream.disposition.default if track.get("default") else type(stream.disposition)(0)
            streams.append(stream)
        if picture:
            for n in range(25):
                frame = av.VideoFrame.from_ndarray(np.full((72, 64), 10 * n, np.uint8), format="yuv420p")
                frame.pts = n
                out.mux(video.encode(frame))
            out.mux(video.encode(None))
        t = np.arange(RATE) / RATE
        for stream, track in zip(streams, tracks, strict=True):
            if track["hz"]:
                tone = np.tile(0.2 * np.sin(2 * np.pi * track["hz"] * t), (stream.codec_context.layout.nb_channels, 1))
                for packet in encoded(stream, [tone.astype(np.float32)], RATE):
                    out.mux(packet)
    return path


def unknown(path: Path, number: int) -> Path:
    """Makes a track of a MOV one of Apple's spatial sound, of which FFmpeg knows the name only."""
    data = bytearray(path.read_bytes())
    entries = [at for at in range(len(data)) if data[at : at + 4] == b"mp4a" and b"stsd" in data[max(0, at - 24) : at]]
    at = entries[number - 1]
    data[at : at + 4] = b"apac"
    descriptor = data.index(b"esds", at)
    if (inner := data.find(b"mp4a", at + 4, descriptor)) >= 0:
        data[inner : inner + 4] = b"apac"
    data[descriptor : descriptor + 4] = b"dapa"
    path.write_bytes(data)
    return path


def tones_of(path: Path, track=None, below: float = 2) -> list[int]:
    """The tones that are heard, in Hz: the loudest, and those of up to `below` times less."""
    waveform = load_audio(path, RATE, track=track)[0]
    spectrum = np.abs(np.fft.rfft(waveform[RATE // 4 : RATE // 4 + RATE // 2]))
    return [2 * int(at) for at in np.flatnonzero(spectrum > spectrum.max() / below)]


def chain(path: Path, out: Path, track=None) -> list[str]:
    """Halves the sound of a file; what is told before that."""
    said = []
    run_chain(path, out, {"half": lambda sound: Treatment(("now",), lambda bs: (b / 2 for b in bs))}, track, Told(said))
    return said[: said.index("half: now")]


DESKTOP = {"hz": 300, "title": "Desktop", "language": "eng"}
MIC = {"hz": 900, "title": "Mic", "language": "deu"}


def test_the_default_track_is_heard(tmp_path):
    assert tones_of(film(tmp_path / "a.mkv", DESKTOP, MIC)) == [300]
    assert tones_of(film(tmp_path / "b.mkv", DESKTOP | {"default": False}, MIC | {"default": True})) == [900]


def test_one_is_chosen_or_all_are_mixed(tmp_path):
    path = film(tmp_path / "a.mkv", DESKTOP, MIC)
    assert [tones_of(path, 1), tones_of(path, 2), tones_of(path, "all")] == [[300], [900], [300, 900]]
    assert np.abs(load_audio(path, RATE, track="all")).max() < 0.25  # the mean: it never clips


def test_all_of_different_widths_and_rates_are_mixed(tmp_path):
    path = film(tmp_path / "a.mkv", DESKTOP, MIC | {"layout": "stereo"}, {"hz": 1500, "layout": "5.1"})
    assert open_sound(path, track="all").channels == 6
    assert {300, 900, 1500} <= set(tones_of(path, "all", below=10))


@pytest.mark.parametrize("track", [0, 3, -1, 99])
def test_a_track_that_is_not_there(tmp_path, track):
    path = film(tmp_path / "a.mkv", DESKTOP, MIC)
    with pytest.raises(MediaError, match=rf"a\.mkv has no sound track {track}; it has: sound track 1 \(Desktop, eng, aac\)"):
        open_sound(path, track=track)


def test_what_stays_behind_is_told(tmp_path):
    path = film(tmp_path / "a.mkv", DESKTOP, MIC)
    used, other = "sound track 1 (Desktop, eng, aac)", "sound track 2 (Mic, deu, aac)"
    hint = " (--audio-track N takes another, --audio-track all mixes them)"
    assert chain(path, tmp_path / "b.wav") == [f"{path}: {used} is used; {other} is left out{hint}"]
    assert chain(path, tmp_path / "c.wav", 2) == [f"{path}: {used} is left out; {other} is used{hint}"]
    assert chain(path, tmp_path / "d.wav", "all") == [f"{path}: {used}, {other} are mixed"]


def test_one_track_is_not_spoken_of(tmp_path):
    path = film(tmp_path / "a.mkv", DESKTOP)
    assert chain(path, tmp_path / "b.wav") == [] and probe(path).tracks_told() == ()


def test_a_track_that_is_used_and_copied_is_told_once(tmp_path):
    (told,) = probe(film(tmp_path / "a.mkv", DESKTOP, MIC)).tracks_told(copied=(1,))
    assert "track 1 (Desktop, eng, aac) is used and copied; sound track 2 (Mic, deu, aac) is left out" in told
    (told,) = probe(tmp_path / "a.mkv").tracks_told(copied=(1, 2))
    assert told.endswith("(Desktop, eng, aac) is used and copied; sound track 2 (Mic, deu, aac) is copied")


@pytest.mark.parametrize("track", [1, 2])
def test_a_film_keeps_its_other_tracks_as_they_are(tmp_path, track):
    path = film(tmp_path / "a.mkv", DESKTOP, MIC)
    (told,) = chain(path, tmp_path / "b.mkv", track)
    assert "is used" in told and "is copied" in told and "left out" not in told
    used, copied = (DESKTOP, MIC) if track == 1 else (MIC, DESKTOP)  # what was treated comes first: players play it
    after = probe(tmp_path / "b.mkv").tracks
    assert [(one.title, one.language, one.default) for one in after] == [
        (used["title"], used["language"], True),
        (copied["title"], copied["language"], False),
    ]
    assert [tones_of(tmp_path / "b.mkv", 1), tones_of(tmp_path / "b.mkv", 2)] == [[used["hz"]], [copied["hz"]]]
    level = [np.abs(load_audio(tmp_path / "b.mkv", RATE, track=n)).max() for n in (1, 2)]
    assert level == [pytest.approx(0.1, abs=0.02), pytest.approx(0.2, abs=0.03)]
    assert picture_packets(tmp_path / "b.mkv") == picture_packets(path)


@pytest.mark.parametrize("number", [1, 2])
def test_a_track_of_an_unknown_codec_is_left_out_and_told(tmp_path, number):
    path = unknown(film(tmp_path / "a.mov", DESKTOP, MIC), number)
    assert tones_of(path) == [900 if number == 1 else 300]
    (told,) = chain(path, tmp_path / "b.wav")
    assert "of a kind that cannot be decoded) is left out" in told and "--audio-track" not in told
    with pytest.raises(MediaError, match=rf"sound track {number} \(.*of a kind that cannot be decoded\) cannot be heard"):
        open_sound(path, track=number)


def test_no_track_that_can_be_decoded(tmp_path):
    path = unknown(film(tmp_path / "a.mov", DESKTOP), 1)
    assert not probe(path).has_audio
    with pytest.raises(MediaError, match=r"a\.mov: none of its sound can be decoded: sound track 1 \(.*unknown codec"):
        run_chain(path, tmp_path / "b.wav", {})


def test_an_empty_track_is_passed_by_and_told(tmp_path):
    path = film(tmp_path / "a.mkv", DESKTOP | {"hz": 0}, MIC)
    assert tones_of(path) == [900]
    (told,) = chain(path, tmp_path / "b.wav")
    assert "sound track 1 (Desktop, eng, aac, empty) is left out" in told
    path = film(tmp_path / "c.mkv", DESKTOP | {"hz": 0})
    assert probe(path).has_video and not probe(path).has_audio
    with pytest.raises(MediaError, match=r"c\.mkv: none of its sound can be decoded: .*empty"):
        run_chain(path, tmp_path / "d.wav", {})
