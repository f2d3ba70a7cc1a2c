"""TOML, JSON and YAML of anybody: read, or refused in one line, and never slowly."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from voicekit.core.documents import (
    MOST_BYTES,
    MOST_DEPTH,
    parse_json,
    parse_toml,
    parse_yaml,
    read_document,
    read_lines,
    shown,
)

NESTED = "[" * MOST_DEPTH + "]" * MOST_DEPTH


@pytest.mark.parametrize(("parse", "text", "found"), [
    (parse_toml, 'a = 1\nb.c = "x"\n[d]\ne = [1, 2.5, true]', {"a": 1, "b": {"c": "x"}, "d": {"e": [1, 2.5, True]}}),
    (parse_toml, "a.b.c.d.e.f.g.h = 1e400", {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": float("inf")}}}}}}}}),
    (parse_toml, 'a = "......................................"', {"a": "." * 38}),
    (parse_json, '{"a": [1, null, "\\u00e9"], "b": -0.5}', {"a": [1, None, "é"], "b": -0.5}),
    (parse_json, b"[]", []),
    (parse_json, "9" * 300, int("9" * 300)),
    (parse_yaml, "a: 1\nb: [x, 2.5]", {"a": 1, "b": ["x", 2.5]}),
])  # fmt: skip
def test_what_is_within_the_limits_is_read(parse, text, found):
    assert parse(text) == found


def test_what_is_as_deep_as_allowed_is_read():
    assert parse_json(NESTED) == parse_yaml(NESTED) == [parse_toml("a = " + NESTED[1:-1])["a"]]


@pytest.mark.parametrize(("parse", "text", "reason"), [
    (parse_toml, "a = ", "at end of document"),
    (parse_toml, "a = 1\na = 2\n", "line 2"),
    (parse_toml, "a = " + "9" * 5000, r"thousands of digits \(line 1\)"),
    (parse_toml, "b = 1\na = 0x" + "f" * 9000, "'a' is a number of about 10837 digits"),
    (parse_toml, "a = " + NESTED, "deep in each other"),
    (parse_toml, "a = " + "[" * 10**5, "deep in each other"),
    (parse_toml, "a = " + "{a=" * 500 + "1" + "}" * 500, "deep in each other"),
    (parse_toml, "b = 1\n" + ".".join("a" * 10**5) + " = 1", r"deep in each other \(line 2\)"),
    (parse_toml, "[" + ".".join("a" * 10**5) + "]", "deep in each other"),
    (parse_toml, " . ".join(['"x y"'] * 10**5) + " = 1", "deep in each other"),
    (parse_toml, 'a = "\\u0000"', "'a' holds signs that no text has"),
    (parse_toml, '"\\u001b[2J" = 1', "a key holds signs that no text has"),
    (parse_json, "", "line 1"),
    (parse_json, '{"a": 1', "line 1"),
    (parse_json, "9" * 5000, "5000 digits"),
    (parse_json, f"[{NESTED}]", "deep in each other"),
    (parse_json, "[" * 10**6, "deep in each other"),
    (parse_json, '{"a":' * 10**5, "deep in each other"),
    (parse_json, '{"a": "\\ud800"}', "'a' holds signs that no text has"),
    (parse_json, b"\xff\xfe\xfa", "decode"),
    (parse_yaml, "a: [", "line 1"),
    (parse_yaml, "[" * 10**4, "deep in each other"),
    (parse_yaml, "a: " + "9" * 5000, "digits"),
    (parse_yaml, "a: &a [x]\nb: *a", "a part is there again by an alias"),
    (parse_yaml, "a: &a {x: 1}\nb: {<<: [*a, *a]}", "a part is there again by an alias"),
    (parse_yaml, "a: !!python/object/apply:os.getcwd []", "could not determine a constructor"),
    (parse_yaml, "a: !!timestamp x", "damaged"),
    (parse_yaml, "a: x\n" * 10**5, "larger than 64 kB"),
])  # fmt: skip
def test_what_is_not_is_refused_in_a_line(parse, text, reason):
    with pytest.raises(ValueError, match=reason) as caught:
        parse(text)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("part", ["a.", '" ".', "a", '\\"', "[", "a=[", '"""', "'", "a . ", "-", "\n[a.b]", "#."])
def test_a_hostile_document_takes_time_as_its_length(part):
    def took_s(length: int) -> float:
        begun_s = time.process_time()
        with suppress(ValueError):
            parse_toml(part * length)
        return time.process_time() - begun_s

    ratios = []
    for _ in range(5):  # the machine may be busy
        short_s, long_s = took_s(3_000), took_s(30_000)
        ratios.append(long_s / max(short_s, 0.002))
        if ratios[-1] < 20:
            return
    pytest.fail(f"ten times as much took {min(ratios):.0f} times as long")


def test_a_file_is_read_up_to_a_size(tmp_path):
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert read_document(path, parse_toml) == {"a": 1}
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(ValueError, match="larger than 1024 kB"):
        read_document(path, parse_toml)
    path.write_bytes(b"a = '\xff'")
    with pytest.raises(ValueError, match="decode"):
        read_document(path, parse_toml)
    with pytest.raises(OSError):
        read_document(tmp_path, parse_toml)
    with pytest.raises(ValueError, match="larger"):
        read_document(Path("/dev/zero"), parse_toml)


def test_lines_are_numbered_and_an_endless_one_comes_in_pieces(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n\n' + b"x" * (3 << 20))
    lines = list(read_lines(path))
    assert lines[0] == (1, b'{"a": 1}\n')
    assert [number for number, _ in lines] == [1, 2, 3, 4, 5]


def test_what_is_long_is_shown_short():
    assert shown("a") == "'a'"
    assert len(shown("x" * 10**6)) < 70
    assert shown(10**5000) == "a number of about 5000 digits"
