"""What a person and a program read of an evaluation."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from rich.console import Console

from voicekit.evaluation import report
from voicekit.evaluation.compare import Evaluation, LeftOut
from voicekit.evaluation.figures import Figure, Row, Score
from voicekit.evaluation.material import Sentence
from voicekit.evaluation.page import write_page


def score(row: str, sentence: str, heard: str = "words", **figures: float) -> Score:
    return Score(sentence, {k: Figure(v) for k, v in figures.items()}, heard, f"wavs/{sentence}.{row}.wav")


@pytest.fixture
def evaluation(tmp_path) -> Evaluation:
    sentences = tuple(Sentence(i, f"Text <b>{i}</b> & more.") for i in ("good", "bad #1%", "middling"))
    human = Row("human", tuple(score("human", s.id, p808=3.9, f0_spread=3) for s in sentences))
    voice = Row("voice [red]me", (
        score("voice", "good", p808=3.8, mcd=3.0, rtf=0.9), score("voice", "bad #1%", "<i>", p808=2.1, mcd=6.0, rtf=0.1),
        score("voice", "middling", p808=3.0, mcd=4.0, rtf=0.1),
    ))  # fmt: skip
    left_out = (LeftOut("none", "🎉", "there is nothing to pronounce"),)
    return Evaluation("me", "mine", "en-us", None, tmp_path, sentences, (human, voice), left_out, ("a note",))


def test_tables_hold_what_there_is(evaluation):
    console = Console(width=100, record=True, file=io.StringIO())
    for table in report.tables(evaluation):
        console.print(table, markup=False)
    text = console.export_text()
    assert re.search(r"human +3\.90", text) and re.search(r"voice \[red\]me +2\.97", text)
    assert "4.33" in text and "WER" not in text
    distance = text.split("distance from the human")[1].split("manner")[0]
    assert "voice [red]me" in distance and not re.search(r"^human", distance, re.MULTILINE)


def test_summary_goes_from_the_human_to_the_voice(evaluation):
    lines = report.summary_lines(evaluation)
    assert lines[0].startswith("3 sentences say little") and lines[1] == "me on 3 sentences of mine (human → voice [red]me)"
    assert "P.808: 3.90 → 2.97" in lines and not any("95 %" in line for line in lines)
    assert "note: a note" in lines and lines[-1].endswith("evaluation.html")


def test_enough_sentences_have_intervals(evaluation):
    many = replace(evaluation, rows=tuple(replace(row, scores=2 * row.scores) for row in evaluation.rows))
    lines = report.summary_lines(many)
    assert lines[0].endswith("; in brackets 95 % intervals)")
    assert any(line.startswith("P.808: 3.90 (3.90…3.90)") for line in lines)
    report.write_json(many)
    means = json.loads((many.folder / "evaluation.json").read_text(encoding="utf-8"))["means"]
    assert means["voice [red]me"]["mcd"]["low"] >= 3
    for some, told in ((evaluation, False), (many, True)):
        write_page(some)
        assert ("95 %" in (some.folder / "evaluation.html").read_text(encoding="utf-8")) is told


def test_the_worst_come_first_whatever_their_speed(evaluation):
    assert report.worst_first(evaluation) == ["bad #1%", "middling", "good"]


def test_json_holds_means_intervals_and_every_sentence(evaluation):
    report.write_json(evaluation)
    content = json.loads((evaluation.folder / "evaluation.json").read_text(encoding="utf-8"))
    assert content["means"]["voice [red]me"]["mcd"]["value"] == pytest.approx(13 / 3, abs=1e-4)
    assert content["means"]["voice [red]me"]["mcd"]["low"] is None
    assert set(content["means"]["human"]) == {"p808", "f0_spread"}
    assert len(content["sentences"]) == 6
    assert content["sentences"][3] == {
        "id": "good", "text": "Text <b>good</b> & more.", "system": "voice [red]me", "heard": "words",
        "wav": "wavs/good.voice.wav", "figures": {"p808": 3.8, "mcd": 3.0, "rtf": 0.9},
    }  # fmt: skip
    assert content["left_out"][0]["reason"] == "there is nothing to pronounce"
    assert {column["key"] for column in content["columns"]} == {"p808", "mcd", "f0_spread", "rtf"}


class Page(HTMLParser):
    """Collects what a page shows and what it needs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources, self.tags, self.words = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.words += data


def test_the_page_plays_every_sentence_and_needs_nothing_from_elsewhere(evaluation, tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "bad #1%.png").write_bytes(b"png")
    losses = tmp_path / "elsewhere.png"
    losses.write_bytes(b"losses")
    write_page(evaluation, losses)
    page = Page((tmp_path / "evaluation.html").read_text(encoding="utf-8"))
    wavs = {f"wavs/{s.id}.{row}.wav" for s in evaluation.sentences for row in ("human", "voice")}
    assert {unquote(source) for source in page.sources} == wavs | {"pictures/bad #1%.png", "losses.png"}
    assert not any(set(" #") & set(source) for source in page.sources)  # a browser would cut them there
    assert (tmp_path / "losses.png").read_bytes() == b"losses"
    assert page.words.index("Text <b>bad #1%</b>") < page.words.index("Text <b>good</b>")
    assert "<i>" in page.words and not {"i", "script", "link"} & set(page.tags)  # shown, not obeyed
    assert "there is nothing to pronounce" in page.words and "a note" in page.words


def test_a_page_without_training(evaluation, tmp_path):
    write_page(evaluation, tmp_path / "no such.png")
    assert "losses.png" not in (tmp_path / "evaluation.html").read_text(encoding="utf-8")
    assert not (tmp_path / "losses.png").exists()


def test_nothing_is_left_half_written(evaluation, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    for write in (report.write_json, write_page):
        with pytest.raises(Exception, match=r"evaluation\.\w+: the disk is full"):
            write(evaluation)
    assert list(tmp_path.iterdir()) == []
