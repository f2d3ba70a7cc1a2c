import re

import av
import numpy as np
import pytest
import soundfile
from clips import RATE, make_clip, make_sound

from voicekit.core.errors import ConfigError, MediaError
from voicekit.core.reporter import SILENT
from voicekit.media.sound import Sound
from voicekit.postproduction import compare as module
from voicekit.postproduction.compare import compare, draw, view_of


@pytest.fixture
def pair(tmp_path):
    """A tone, and the same 6 dB softer and shorter."""
    loud, soft = tmp_path / "loud $1.wav", tmp_path / "soft.flac"
    soundfile.write(loud, make_sound(6, 0.4).T, RATE)
    soundfile.write(soft, make_sound(4, 0.2).T, RATE)
    return loud, soft


def sounding(samples, rate=RATE):
    return Sound(rate, len(samples), samples.shape[1] / rate, lambda: iter([samples]))


def test_a_picture(pair, tmp_path):
    before, after = compare(*pair, tmp_path / "both.png")
    assert before.rms_db - after.rms_db == pytest.approx(6, abs=0.1)
    with av.open(str(tmp_path / "both.png")) as picture:
        assert picture.streams.video[0].width > 1000


def test_a_portrait_shows_where_and_how_loud_a_tone_is():
    samples = np.concatenate([np.zeros((2, 5 * RATE)), make_sound(5, 1.0)], axis=1).astype(np.float32)
    one = view_of(sounding(samples), "tone", SILENT)
    columns = len(one.highest)
    assert 0.9 < columns * one.column_s / 10 < 1.1 and columns < 1000
    assert one.highest[: columns // 2 - 2].max() == 0 and one.highest[columns // 2 + 2 :].min() == pytest.approx(1, abs=0.01)
    spectrum = one.spectrum_db[:, columns * 3 // 4]
    assert spectrum.argmax() == round(300 / RATE * 1024)
    assert spectrum.max() == pytest.approx(-3, abs=1.5)  # the tone lies between two bins
    assert one.lufs_s[0] == pytest.approx(1.5, abs=0.1) and one.lufs_s[-1] == pytest.approx(8.5, abs=0.1)
    assert one.lufs[-1] == pytest.approx(one.measured.short_term_max_lufs, abs=0.1)


def test_both_are_on_the_same_scales(pair):
    loud, soft = make_sound(6, 0.4), make_sound(4, 0.2)
    figure = draw([view_of(sounding(loud), "loud", SILENT), view_of(sounding(soft), "soft", SILENT)])
    panels = figure.axes[:6]
    for left, right in zip(panels[::2], panels[1::2], strict=True):
        assert left.get_xlim() == right.get_xlim() == (0, 6)
        assert left.get_ylim() == right.get_ylim()
    left, right = (panel.images[0] for panel in panels[2:4])
    assert left.get_clim() == right.get_clim()


def test_what_is_long_takes_no_larger_picture():
    long = Sound(8_000, 1, 600.0, lambda: (np.full((1, 80_000), 0.1, dtype=np.float32) for _ in range(60)))
    one = view_of(long, "long", SILENT)
    assert one.spectrum_db.shape[1] <= 701 and len(one.lufs) < 2000


@pytest.mark.parametrize(
    "samples", [np.full((1, 1), 0.5), np.zeros((2, RATE)), make_sound(0.3), make_sound(1, channels=6)], ids=str
)
def test_odd_sounds_are_drawn(samples):
    module._png(draw([view_of(sounding(samples.astype(np.float32)), "無 $x$", SILENT)] * 2))


def test_a_page_plays_what_is_short_from_within(pair, tmp_path):
    compare(*pair, tmp_path / "both.html")
    page = (tmp_path / "both.html").read_text()
    assert page.count('src="data:audio/') == 2 and page.count('src="data:image/png') == 1
    assert re.search(r"<td>RMS<td>-\d+\.\d dB<td>-\d+\.\d dB<td>-6\.0", page)


def test_a_page_links_what_is_long(pair, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "EMBEDDED_BYTES", 1000)
    compare(*pair, tmp_path / "pages" / "both.html")
    page = (tmp_path / "pages" / "both.html").read_text()
    assert 'src="../loud%20%241.wav"' in page and 'src="../soft.flac"' in page


def test_bad_input(pair, tmp_path):
    with pytest.raises(ConfigError, match=r"\.png or \.html"):
        compare(*pair, tmp_path / "both.gif")
    with pytest.raises(MediaError, match="no sound"):
        compare(pair[0], make_clip(tmp_path / "silent.mp4", 1), tmp_path / "both.png")
    assert not (tmp_path / "both.png").exists()
