import os
import sys
from pathlib import Path

import pytest

from voicekit.core.errors import DatasetError
from voicekit.dataset.transcripts import find_items, read_table


def folder(tmp_path, *names, **texts):
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"sound")
    return tmp_path


def texts(items):
    return {item.name: item.text for item in items}


def test_recordings_are_found_below_and_sorted_hidden_and_others_are_not(tmp_path):
    folder(tmp_path, "b.wav", "sub/a.MP3", "c.mp4", ".hidden.wav", ".trash/d.wav", "notes.pdf")
    assert [item.name for item in find_items(tmp_path)] == ["b.wav", "c.mp4", "sub/a.MP3"]


def test_the_datasets_folder_inside_the_recordings_is_left_out(tmp_path):
    folder(tmp_path, "a.wav", "datasets/x/wavs/a.wav")
    assert [item.name for item in find_items(tmp_path, besides=tmp_path / "datasets")] == ["a.wav"]


@pytest.mark.parametrize("metadata", [
    "a|Hello there.\nb|Good bye.\n",
    "a.wav|Hello there.\nb.wav|Good bye.\n",
    "a|Hello there.|hello there\nb|Good bye.|good bye\n",
    "\ufeffa|Hello there.\r\nb|Good bye.\r\n",
    "file\ttext\na\tHello there.\nb\tGood bye.\n",
    'a,"Hello there."\nb,Good bye.\n',
    "wavs/a.wav|Hello   there.\nwavs\\b.wav|Good bye.\n",
])  # fmt: skip
def test_metadata_in_the_ways_people_write_it(tmp_path, metadata):
    folder(tmp_path, "wavs/a.wav", "wavs/b.wav")
    (tmp_path / "metadata.csv").write_text(metadata, encoding="utf-8")
    assert texts(find_items(tmp_path)) == {"wavs/a.wav": "Hello there.", "wavs/b.wav": "Good bye."}


def test_metadata_beside_the_folder_is_read_too(tmp_path):
    folder(tmp_path, "wavs/a.wav")
    (tmp_path / "metadata.csv").write_text("a|Hello.\n")
    assert texts(find_items(tmp_path / "wavs")) == {"a.wav": "Hello."}


def test_metadata_of_something_else_beside_the_folder_is_left_alone(tmp_path):
    folder(tmp_path, "wavs/a.wav")
    (tmp_path / "metadata.csv").write_text("other|Hello.\n")
    assert texts(find_items(tmp_path / "wavs")) == {"a.wav": None}


def test_the_path_decides_between_recordings_of_the_same_name(tmp_path):
    folder(tmp_path, "day1/a.wav", "day2/a.wav")
    (tmp_path / "metadata.csv").write_text("day1/a|One.\nday2/a|Two.\n")
    assert texts(find_items(tmp_path)) == {"day1/a.wav": "One.", "day2/a.wav": "Two."}


def test_a_text_file_beside_a_recording(tmp_path):
    folder(tmp_path, "a.wav", "b.wav")
    (tmp_path / "a.txt").write_text("Hello\n\nthere.\n")
    assert texts(find_items(tmp_path)) == {"a.wav": "Hello there.", "b.wav": None}


def test_metadata_comes_before_the_text_file_which_fills_its_gaps(tmp_path):
    folder(tmp_path, "a.wav", "b.wav")
    (tmp_path / "metadata.csv").write_text("a|From the table.\n")
    (tmp_path / "a.txt").write_text("From the file.")
    (tmp_path / "b.txt").write_text("From the file.")
    assert texts(find_items(tmp_path)) == {"a.wav": "From the table.", "b.wav": "From the file."}


def test_a_lone_text_belongs_to_a_lone_recording(tmp_path):
    folder(tmp_path, "recording.m4a")
    (tmp_path / "chapter one.txt").write_text("It was the best of times.")
    assert texts(find_items(tmp_path)) == {"recording.m4a": "It was the best of times."}


@pytest.mark.parametrize("content", [b"", b"  \n", b"%PDF-1.7"])
def test_an_unusable_text_file_is_a_problem_of_its_recording_alone(tmp_path, content):
    folder(tmp_path, "a.wav", "b.wav")
    (tmp_path / "a.txt").write_bytes(content)
    a, b = find_items(tmp_path)
    assert "a.txt" in a.problem and b.problem is None


def test_metadata_that_fits_nothing_is_told_with_the_nearest_name(tmp_path):
    folder(tmp_path, "take_01.wav")
    (tmp_path / "metadata.csv").write_text("take01|Hello.\n")
    with pytest.raises(DatasetError, match=r"'take01', the nearest recording is 'take_01'"):
        find_items(tmp_path)


@pytest.mark.parametrize(("content", "said"), [(b"", "no rows"), (b"just a line\n", "no rows"), (b"%PDF-1.7", "PDF")])
def test_metadata_that_is_no_table_is_told(tmp_path, content, said):
    folder(tmp_path, "a.wav")
    (tmp_path / "metadata.csv").write_bytes(content)
    with pytest.raises(DatasetError, match=said):
        find_items(tmp_path)


def test_a_quote_in_a_text_stays(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text('a|"Who," he said.\nb|An inch (2" or so)\n')
    assert read_table(path) == {"a": '"Who," he said.', "b": 'An inch (2" or so)'}


def test_missing_folder_file_and_empty_folder_are_told(tmp_path):
    (tmp_path / "file.wav").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    for path, said in [("nowhere", "does not exist"), ("file.wav", "is a file"), ("empty", "no sound")]:
        with pytest.raises(DatasetError, match=said):
            find_items(tmp_path / path)


def test_the_datasets_folder_is_left_out_however_it_is_written(tmp_path, monkeypatch):
    folder(tmp_path, "a.wav", "datasets/x/wavs/b.wav")
    monkeypatch.chdir(tmp_path)
    assert [item.name for item in find_items(tmp_path, besides=Path("datasets"))] == ["a.wav"]
    assert [item.name for item in find_items(Path("datasets/x"), besides=Path("datasets"))] == ["wavs/b.wav"]


def test_a_table_with_the_text_of_a_whole_chapter(tmp_path):
    folder(tmp_path, "a.wav", "b.wav")
    (tmp_path / "metadata.csv").write_text("b|Good bye.\na|" + "word " * 40_000)
    assert len(texts(find_items(tmp_path))["a.wav"].split()) == 40_000


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' disks know no such names")
def test_a_name_that_is_no_text_is_a_problem_of_its_own(tmp_path):
    folder(tmp_path, "a.wav", os.fsdecode(b"b\xff.wav"))
    assert [(item.name, item.problem) for item in find_items(tmp_path)] == [
        ("a.wav", None),
        ("b\ufffd.wav", "its name is not UTF-8; rename it"),
    ]
