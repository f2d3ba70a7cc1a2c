import base64
import io
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from voicekit.narration.report.page import colour, page
from voicekit.narration.report.report import CueReport, Report, Stretch

SAMPLE_RATE = 48_000
#: Of elements that are never closed, and of those whose end HTML lets one leave out.
OPEN = {"meta", "td", "th", "tr", "rect", "path", "stop"}


class Parsed(HTMLParser):
    """(tag, attributes, text directly in it) of every element; fails where ends do not match starts."""

    def __init__(self, text):
        super().__init__()
        self.found, self.within = [], []
        self.feed(text)
        self.close()
        assert not self.within

    def handle_starttag(self, tag, attributes):
        self.found.append([tag, dict(attributes), ""])
        if tag not in OPEN and tag != "li":
            self.within.append((tag, self.found[-1]))

    def handle_startendtag(self, tag, attributes):
        self.found.append([tag, dict(attributes), ""])

    def handle_endtag(self, tag):
        if tag not in OPEN:
            assert self.within.pop()[0] == tag

    def handle_data(self, data):
        if self.within:
            self.within[-1][1][2] += data

    def all(self, tag, kind=None):
        return [
            (attributes, text)
            for name, attributes, text in self.found
            if name == tag and (kind is None or kind in attributes.get("class", "").split())
        ]


def a_cue(number, start_s, end_s, text="The boats leave.", pace=1.0, stretch=1.0, **more):
    usual = {"given_start_s": None, "given_end_s": None, "pauses_shortened_s": 0.0, "overrun_s": 0.0, "words_to_cut": 0}
    usual |= {"late_s": 0.0, "crosses_cut": False, "was_cached": False, "tries": 1, "faults": "", "note": ""}
    speed = pace * stretch
    return CueReport(
        number, number, text, start_s=start_s, end_s=end_s, pace=pace, stretch=stretch, speed=speed, **usual | more
    )


def a_report(*cues, film_s=30.0, cuts_s=(11.9, 15.8, 23.0), clips=(), narrated_s=None):
    edges_s = [0.0, *cuts_s, film_s]
    shots = tuple(Stretch(a, b) for a, b in pairwise(edges_s))
    paths = [Path(f"film{ending}") for ending in (".mp4", ".srt", ".report.json")]
    levels = (-23.0, -18.0, -16.0, -1.5)
    return Report(*paths, "voice", film_s, narrated_s or film_s, *levels, shots, tuple(clips), cues)


def tone(report):
    for cue in report.cues:
        length = round((cue.end_s - cue.start_s) * SAMPLE_RATE)
        yield (0.2 * np.sin(np.arange(length) * 0.03)).astype(np.float32)


def shown(report):
    return Parsed("".join(page(report, tone(report), SAMPLE_RATE)))


def spans(parsed, kind):
    """Of the picture's shapes, without the legend's sample of each, which stands first."""
    n_samples = {"bar": 3, "shot": 0}.get(kind, 1)
    return [span(attributes) for attributes, _ in parsed.all("rect", kind)[n_samples:]]


def span(attributes):
    x, width = float(attributes["x"]), float(attributes["width"])
    return x, x + width


SHORT = a_report(
    a_cue(1, 0.5, 4.6, was_cached=True),
    a_cue(2, 5.2, 9.9, 'Tea & <b>"milk"</b> it\'s', pace=1.04, given_start_s=5.2, given_end_s=11.0),
    a_cue(3, 10.4, 13.1, pace=1.1, crosses_cut=True),
    a_cue(4, 13.5, 15.6, "في الميناء", faults="heard “x” for “y”", tries=3, note="heard “x” for “y” <i>"),
    a_cue(5, 16.4, 17.6, given_start_s=16.4),
    a_cue(6, 18.0, 25.0, pace=1.2, stretch=1.1, overrun_s=2.0, note="did not fit"),
    clips=(Stretch(0.0, 12.0, "Dawn & <dusk>"), Stretch(12.0, 30.0, "الميناء")),
)


def test_each_cue_has_a_player_of_its_own_sound():
    players = shown(SHORT).all("audio")
    assert len(players) == len(SHORT.cues)
    for (attributes, _), cue in zip(players, SHORT.cues, strict=True):
        kind, data = attributes["src"].split(",")
        assert kind == "data:audio/mpeg;base64" and attributes["preload"] == "none"
        with av.open(io.BytesIO(base64.b64decode(data))) as sound:
            samples = sum(frame.samples for frame in sound.decode(audio=0))
            rate = sound.streams.audio[0].rate
        assert samples / rate == pytest.approx(cue.end_s - cue.start_s, abs=0.1)
        assert len(data) < 12_000 * (cue.end_s - cue.start_s + 0.3)


def test_bars_lie_where_the_cues_are_heard():
    parsed = shown(SHORT)
    bars = [attributes for attributes, _ in parsed.all("rect", "bar")[3:]]
    shots = spans(parsed, "shot")
    (left, _), (_, right) = shots[0], shots[-1]
    scale = (right - left) / SHORT.film_s
    for attributes, cue in zip(bars, SHORT.cues, strict=True):
        assert span(attributes) == pytest.approx((left + cue.start_s * scale, left + cue.end_s * scale), abs=0.02)
        assert attributes["fill"] == colour(cue.speed)
    clock = {text: float(a["x"]) for a, text in parsed.all("text", "clock")}
    assert (clock["00:00"], clock["00:12"]) == pytest.approx((left, left + 12 * scale), abs=0.02)
    assert [a for a, _ in shots] == pytest.approx([left + cut * scale for cut in (0, 11.9, 15.8, 23.0)], abs=0.02)
    flags = [float(re.match(r"M([\d.]+)", a["d"])[1]) for a, _ in parsed.all("path", "flag")][2:]
    assert sorted(flags)[0:1] + sorted(flags)[-1:] == pytest.approx([left + 5.2 * scale, left + 16.4 * scale], abs=0.02)


def test_what_went_wrong_is_marked():
    parsed = shown(SHORT)
    bars = dict(zip((cue.number for cue in SHORT.cues), spans(parsed, "bar"), strict=True))
    (overrun,) = spans(parsed, "overrun")
    assert overrun == pytest.approx((bars[6][1] - (bars[6][1] - bars[6][0]) * 2 / 7, bars[6][1]), abs=0.02)
    (misheard,) = spans(parsed, "misheard")
    assert misheard == bars[4]
    (crossed,) = spans(parsed, "crossed")
    assert bars[3][0] < crossed[0] < crossed[1] < bars[3][1]
    assert [text for _, text in parsed.all("p", "note")] == ["heard “x” for “y” <i>", "did not fit"]
    figures = dict(zip((t for _, t in parsed.all("dt")), (t for _, t in parsed.all("dd")), strict=True))
    assert figures["Cues that fit"] == "5 of 6" and figures["Misheard"] == "1" and figures["Spoken again"] == "5 of 6"


def test_texts_survive_and_nothing_in_them_is_markup():
    parsed = shown(SHORT)
    assert [text for a, text in parsed.all("p") if a.get("dir") == "auto"] == [cue.text for cue in SHORT.cues]
    assert not parsed.all("b") and not parsed.all("i") and not parsed.all("dusk")
    assert [text for _, text in parsed.all("text", "clip-title")] == ["Dawn & <dusk>", "الميناء"]


def test_a_bar_leads_to_its_cue():
    parsed = shown(SHORT)
    ids = [a["id"] for a, _ in parsed.all("tr") if "id" in a]
    assert ids == [f"cue-{cue.number}" for cue in SHORT.cues]
    assert [a["href"] for a, _ in parsed.all("a")] == [f"#{id}" for id in ids]


def test_the_page_needs_nothing_else():
    text = "".join(page(SHORT, tone(SHORT), SAMPLE_RATE))
    assert not re.search(r"https?:|<script|<link|@import", text)


def test_a_long_film_has_a_row_a_minute_and_a_cue_is_in_each_it_is_heard_in():
    long = a_report(*(a_cue(n, n * 10.0 - 2, n * 10.0 + 3) for n in range(1, 180)), film_s=1800.0, cuts_s=())
    parsed = Parsed("".join(page(long, [np.zeros(480, np.float32)] * len(long.cues), SAMPLE_RATE)))
    rows = [a["aria-label"] for a, _ in parsed.all("svg") if a.get("role") == "group"]
    assert len(rows) == 30 and rows[1] == "01:00 to 02:00" and rows[-1] == "29:00 to 30:00"
    parsed = shown(a_report(a_cue(1, 50.0, 70.0), film_s=90.0, cuts_s=()))
    parts = spans(parsed, "bar")
    first, second = parts
    assert first[1] - first[0] == pytest.approx(second[1] - second[0]) and second[0] < first[0]


def test_speech_past_the_films_end_is_seen():
    parsed = shown(a_report(a_cue(1, 28.0, 31.0, overrun_s=1.0), narrated_s=31.2))
    (bar,) = spans(parsed, "bar")
    _, film_end = spans(parsed, "shot")[-1]
    assert bar[0] < film_end < bar[1] and len(parsed.all("path", "film-end")) == 2


def test_sounds_are_asked_for_one_after_another():
    asked = []

    def waveforms():
        for n in range(len(SHORT.cues)):
            asked.append(n)
            yield np.zeros(4800, np.float32)

    seen = []
    for piece in page(SHORT, waveforms(), SAMPLE_RATE):
        assert len(asked) <= len(seen) + 1
        assert piece.count("<audio") <= 1
        seen += re.findall(r'id="(cue-\d+)"', piece)
    assert asked == list(range(len(SHORT.cues))) and len(seen) == len(asked)


def test_speed_goes_from_green_to_red():
    assert [colour(speed) for speed in (0.9, 1.0, 1.1, 1.2, 1.32, 1.5)] == [
        *("#009e73", "#009e73", "#f0e442", "#e69f00", "#d55e00", "#d55e00"),
    ]
