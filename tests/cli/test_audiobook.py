"""say and script chapters as a person meets them, where what is read is a book."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from books import PARAGRAPH, epub, picture

from voicekit.media.tags import read_tags


@pytest.fixture
def run(monkeypatch, capsys, tmp_path, tiny_voice, exit_code):
    """Runs `voicekit ARGS` in an empty folder, with the tiny voice where it speaks; (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEKIT_CACHE", str(tmp_path / "cache"))

    def invoke(*args: str) -> tuple[int, str, str]:
        code = exit_code(*args, *(["--voice", tiny_voice] if args[0] == "say" else []))
        out, err = capsys.readouterr()
        return code, out, err

    return invoke


def book(path="lamp.epub"):
    return epub(Path(path), {"one": "<h1>One</h1><p>It was late.</p>", "two": "<p>It is late.</p>"}, cover=picture())


def test_a_book_by_its_name(run):
    book()
    code, out, _ = run("say", "lamp.epub", "-o", "lamp.m4b", "--narrator", "Tom Reed")
    assert code == 0 and out.splitlines()[1].endswith("  One") and "lamp.m4b: 4 chapters, 00:2" in out
    tags = read_tags("lamp.m4b")
    assert len(tags.chapters) == 4 and tags.covers and dict(tags.texts)["composer"] == "Tom Reed"
    code, out, _ = run("say", "--file", "lamp.epub", "-o", "lamp.m4b")
    assert code == 0 and "passages were spoken before, and are kept" in out


def test_a_folder(run):
    book()
    code, _, _ = run("say", "lamp.epub", "-o", "chapters/", "--chapters", "2")
    assert code == 0 and sorted(os.listdir("chapters")) == ["01 - Two.mp3", "audiobook.json"]


def test_a_manuscript_is_a_book_where_it_is_to_have_chapters(run):
    Path("a.md").write_text("# One\n\nIt was late.\n\n# Two\n\nIt is late.\n")
    assert run("say", "a.md", "-o", "a.m4b")[1].splitlines()[0] == "    00:00  One"
    assert [title for _, _, title in read_tags("a.m4b").chapters] == ["One", "Two"]
    code, out, _ = run("say", "a.md", "-o", "a.mp3")
    assert code == 0 and read_tags("a.mp3").chapters == () and out.startswith("a.mp3: ")


def test_a_long_text_goes_on_where_it_was_stopped(run):
    Path("a.txt").write_text("\n\n".join(f"It was late on day {n}." for n in range(90)))
    assert run("say", "a.txt", "-o", "a.wav")[0] == 0
    first = Path("a.wav").read_bytes()
    code, out, _ = run("say", "--file", "a.txt", "-o", "a.wav")
    assert code == 0 and "90 of 90 passages were spoken before, and are kept" in out and Path("a.wav").read_bytes() == first


def test_chapters_that_do_not_meet_the_rules_are_told(run, monkeypatch):
    """A voice that is nothing but noise."""
    book()
    monkeypatch.setattr("voicekit.narration.audiobook.make._failing", lambda job, file, length_s: [f"{file.name}: RMS"])
    code, _, err = run("say", "lamp.epub", "-o", "chapters", "--chapters", "1")
    assert code == 1 and "voicekit: 01 - One.mp3: RMS" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("none.epub", "-o", "a.m4b"), 2, "There is no file none.epub"),
        (("my book.epub", "-o", "a.m4b"), 2, "There is no file my book.epub"),
        (("--file", "none.epub", "-o", "a.m4b"), 1, "none.epub does not exist"),
        (("lamp.epub", "-o", "a.m4b", "--for", "acxx"), 1, "unknown preset"),
        (("lamp.epub", "-o", "a.m4b", "--chapters", "9"), 1, "has no chapter 9, only 2; they are listed by: "),
        (("lamp.epub", "-o", "a.xyz"), 1, "a.xyz: sound can be written as"),
        (("broken.epub", "-o", "a.m4b"), 1, "broken.epub is damaged"),
        (("--file", "-", "-o", "a.wav", "--title", "X"), 2, "read from a file"),
        (("It was late.", "-o", "a.wav", "--title", "X"), 2, "read from a file"),
        (("lamp.epub", "-o", "-", "--title", "X"), 2, "into a file or a folder"),
    ],
)
def test_bad_input_is_one_line(run, arguments, code, message):
    book()
    Path("broken.epub").write_bytes(b"PK\x03\x04 cut")
    before = sorted(os.listdir())
    found, _, err = run("say", *arguments)
    assert found == code and message in err and sorted(set(os.listdir()) - {"cache"}) == before


def test_a_text_that_ends_like_a_file_is_spoken(run):
    assert run("say", "Open the file story.txt", "-o", "a.wav")[0] == 0


def test_a_killed_run_leaves_nothing_half_and_goes_on(run, tiny_voice, tmp_path):
    page = "".join(f"<p>It was late on day {n}.</p>" for n in range(24))
    epub(tmp_path / "long.epub", {"one": page})
    arguments = [sys.executable, "-m", "voicekit", "say", "long.epub", "-o", "long.m4b", "--voice", str(tiny_voice)]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cache, deadline = tmp_path / "cache", time.monotonic() + 120
    while len(list(cache.glob("*.flac"))) < 4 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not Path("long.m4b").exists() and 4 <= len(list(cache.glob("*.flac"))) < 28
    code, out, _ = run("say", "long.epub", "-o", "long.m4b")
    assert code == 0 and "passages were spoken before, and are kept" in out
    os.environ["VOICEKIT_CACHE"] = str(tmp_path / "other")
    assert run("say", "long.epub", "-o", "whole.m4b")[0] == 0
    assert Path("long.m4b").read_bytes() == Path("whole.m4b").read_bytes()
    assert sorted(name for name in os.listdir() if name.startswith(".")) == []


def test_chapters_are_listed(run):
    epub(Path("lamp.epub"), {"one": f"<h1>One</h1>{PARAGRAPH}<aside epub:type='footnote'>X</aside>", "two": PARAGRAPH})
    code, out, err = run("script", "chapters", "lamp.epub")
    assert code == 0 and out.splitlines()[0] == "The Lamp by Ada Quill, without a cover"
    assert out.splitlines()[1].split() == ["1", "21", "words", "about", "00:07", "One"]
    assert out.splitlines()[-1] == "2 chapters, 42 words, about 00:13 of speech" and "footnotes (1)" in err
    code, out, _ = run("script", "chapters", "lamp.epub", "--json")
    told = json.loads(out)
    assert [one["title"] for one in told["chapters"]] == ["One", "Two"] and told["has_cover"] is False and told["notes"]
    code, _, err = run("script", "chapters", "none.epub")
    assert code == 1 and err == "voicekit: none.epub does not exist; check its name\n"
