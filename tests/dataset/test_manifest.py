"""The manifest of a dataset that anybody may have written."""

import json
from dataclasses import asdict

import pytest

from voicekit.core.errors import DatasetError
from voicekit.dataset.manifest import Utterance, read_manifest, write_manifest

ONE = Utterance(
    "a", "The lights come on.", "en-us", "train", "a.wav", 0.0, 1.5, -20.0, -6.0, -60.0, ("gain +9.3 dB",), "jane"
)


def test_what_is_written_is_read(tmp_path):
    write_manifest(tmp_path, [ONE, Utterance("b", "Ünd “so”?", "de", "held-out", "b/b.wav", 3, 4, -20, -6, -60)])
    first, second = read_manifest(tmp_path)
    assert first == ONE
    assert second.text == "Ünd “so”?"


@pytest.mark.parametrize("line", [
    b"", b"{", b"[]", b"3", b"{}", b"\xff", b"[" * 100_000, b'{"id": ' + b"9" * 5000 + b"}", b"x" * (3 << 20),
])  # fmt: skip
def test_a_damaged_line_is_told_by_its_number(tmp_path, line):
    good = json.dumps(asdict(ONE)).encode()
    (tmp_path / "manifest.jsonl").write_bytes(good + b"\n" + line + b"\n" + good)
    with pytest.raises(DatasetError, match=r"manifest\.jsonl, line 2 is damaged"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("change", [
    {"id": ""}, {"id": "../../a"}, {"id": "/etc/passwd"}, {"id": "a\0"}, {"id": 7}, {"text": None}, {"text": "\ud800"},
    {"start_s": "0"}, {"start_s": -1.0}, {"start_s": 3.0}, {"end_s": float("nan")}, {"end_s": float("inf")},
    {"rms_db": float("-inf")}, {"treatment": "x"}, {"treatment": [1]}, {"treatment": {"a": 1}}, {"speaker": ["x"]},
])  # fmt: skip
def test_a_value_that_makes_no_sense_is_told(tmp_path, change):
    (tmp_path / "manifest.jsonl").write_text(json.dumps(asdict(ONE) | change))
    with pytest.raises(DatasetError, match=r"line 1 is damaged"):
        read_manifest(tmp_path)
