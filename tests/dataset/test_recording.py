import numpy as np
import pytest
from made import SAMPLE_RATE, SHARED, hiss, loud_is_speech, spoken, write

from voicekit.audio.loudness import rms_db
from voicekit.core.errors import MediaError, VoicekitError
from voicekit.dataset import recording as module
from voicekit.dataset.recording import FRAME_S, Segment, decode_and_analyse, read_segment


def measured(tmp_path, waveform, rate=SAMPLE_RATE):
    path = write(tmp_path / "recording.wav", waveform, rate)
    return decode_and_analyse(path, tmp_path / "scratch", loud_is_speech)


def test_the_scratch_file_holds_the_recording_and_pieces_are_read_from_anywhere(tmp_path):
    waveform = spoken(2, 3)
    found = measured(tmp_path, waveform)
    assert found.duration_s == pytest.approx(len(waveform) / SAMPLE_RATE, abs=0.001)
    piece = read_segment(found.scratch, Segment(1.5, 2.5))
    np.testing.assert_allclose(piece, waveform[36_000:60_000], atol=1e-3)
    assert len(read_segment(found.scratch, Segment(found.duration_s - 0.5, found.duration_s + 5))) == pytest.approx(
        12_000, abs=1
    )


def test_one_value_of_each_curve_a_frame(tmp_path):
    found = measured(tmp_path, spoken(2, 3))
    n = int(np.ceil(found.duration_s / FRAME_S))
    assert len(found.speech) == len(found.level_db) == len(found.clipped) == n


def test_rates_and_channels_are_brought_to_ours(tmp_path):
    t = np.arange(48_000 * 2) / 48_000
    tone = 0.2 * np.sin(2 * np.pi * 440 * t).astype(np.float32)
    found = measured(tmp_path, np.stack([tone, tone]), rate=48_000)
    assert found.duration_s == pytest.approx(2, abs=0.01)
    spectrum = np.abs(np.fft.rfft(read_segment(found.scratch, Segment(0.5, 1.5))))
    assert spectrum.argmax() == 440


def test_noise_floor_and_speech_level(tmp_path):
    waveform = spoken(3, 3, pause_s=1.5)
    speech_db = rms_db(waveform[36_000:108_000])
    found = measured(tmp_path, waveform)
    assert found.noise_floor_db == pytest.approx(-70, abs=1.5)
    assert found.speech_db == pytest.approx(speech_db, abs=1.5)


def test_digital_silence_between_is_not_taken_for_the_noise_floor(tmp_path):
    waveform = np.concatenate([spoken(3, pause_s=1.0), np.zeros(5 * SAMPLE_RATE, np.float32)])
    assert measured(tmp_path, waveform).noise_floor_db == pytest.approx(-70, abs=2)


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100])
@pytest.mark.parametrize("gain", [1.0, 0.5])
def test_clipping_is_found_even_when_the_level_was_lowered_afterwards(tmp_path, rate, gain):
    t = np.arange(rate * 2) / rate
    loud = np.clip(2 * np.sin(2 * np.pi * 220 * t) * (t < 1), -1, 1)
    found = measured(tmp_path, (0.999 * gain * loud).astype(np.float32), rate)
    assert found.within(found.clipped, Segment(0.1, 0.9)).mean() > 0.3
    assert found.within(found.clipped, Segment(1.1, 1.9)).mean() == 0


@pytest.mark.parametrize("peak", [0.5, 0.999])
def test_what_is_loud_but_whole_is_not_called_clipped(tmp_path, peak):
    waveform = spoken(3)
    assert measured(tmp_path, peak * waveform / np.abs(waveform).max()).clipped.max() == 0


def test_memory_does_not_grow_with_length(tmp_path, monkeypatch):
    longest = 0

    def watched(blocks):
        nonlocal longest
        for block in blocks:
            longest = max(longest, len(block))
            yield from loud_is_speech([block])

    path = write(tmp_path / "long.wav", hiss(90))
    decode_and_analyse(path, tmp_path / "scratch", watched)
    assert longest <= 16_000 * 11


@pytest.mark.parametrize("seconds", [0.01, 0.032, 0.5, 9.984, 9.985, 19.968])
def test_any_length(tmp_path, seconds):
    found = measured(tmp_path, hiss(seconds, -30))
    assert found.duration_s == pytest.approx(seconds, abs=0.001)
    assert len(found.speech) == len(found.level_db) == len(found.clipped)


def test_silence_has_no_speech_level(tmp_path):
    found = measured(tmp_path, np.zeros(SAMPLE_RATE, np.float32))
    assert found.speech_db <= -119


def test_what_is_no_sound_is_told(tmp_path):
    path = tmp_path / "notes.wav"
    path.write_text("remember to buy milk\n")
    with pytest.raises(MediaError, match=r"notes\.wav"):
        decode_and_analyse(path, tmp_path / "scratch", loud_is_speech)


def test_a_full_disk_is_told_and_nothing_is_left(tmp_path, monkeypatch):
    path = write(tmp_path / "a.wav", hiss(1))

    class Full:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

        def write(self, _):
            raise OSError(28, "No space left on device")

    real = module.Path.open
    monkeypatch.setattr(module.Path, "open", lambda self, mode="r", **k: Full() if mode == "ab" else real(self, mode, **k))
    with pytest.raises(VoicekitError, match="disk is full"):
        decode_and_analyse(path, tmp_path / "scratch", loud_is_speech)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared recordings")
def test_the_real_detector_finds_real_speech(tmp_path):
    import soundfile

    waveform, _ = soundfile.read(SHARED / "kathleen/wavs/arctic_a0003.flac", dtype="float32")
    padded = np.concatenate([hiss(2), waveform, hiss(2)])
    found = decode_and_analyse(write(tmp_path / "a.wav", padded), tmp_path / "scratch")
    assert found.within(found.speech, Segment(0.2, 1.8)).max() < 0.3
    assert np.median(found.within(found.speech, Segment(2.5, 4.8))) > 0.9
    assert found.noise_floor_db == pytest.approx(-70, abs=2)
