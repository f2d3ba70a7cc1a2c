"""No file ends in a traceback, a signal or an endless wait, whatever is wrong with it. `make fuzz` looks for hours."""

import re
import sys
import zlib

import fuzz
import numpy as np
import pytest
from fuzz import CASES, Exploration, Outcome, Worker, explorations
from mutations import chunks, mutated, sealed, shrunk
from readers import READERS, SPLICED, TEXTS, seeds

SEED, DAMAGED = 20261128, 6


@pytest.fixture(scope="module")
def worker():
    with Worker() as one:
        yield one


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Whole files of each kind."""
    return {kind: seeds(kind, tmp_path_factory.mktemp("seeds")) for kind in READERS}


@pytest.mark.parametrize("kind", READERS)
def test_what_is_whole_is_read_and_what_is_damaged_is_read_or_refused_in_a_line(kind, worker, whole):
    for data in whole[kind]:
        outcome = worker.read(kind, data, 60)
        # Not every film fits into every container, and a GIF is mute.
        refused = [line for line in outcome.refused if not re.search("cannot hold|has no sound", line)]
        assert not outcome.wrong and not refused, (outcome.wrong, refused)
    others = [data for other in SPLICED[kind in TEXTS] for data in whole[other]]
    for number in range(DAMAGED):
        rng = np.random.default_rng([SEED, zlib.crc32(kind.encode()), number])
        assert not worker.read(kind, mutated(whole[kind], others, kind in TEXTS, rng), 60).wrong, number


@pytest.mark.parametrize("path", sorted(CASES.iterdir()), ids=lambda path: path.name)
def test_what_went_wrong_once(path, worker):
    assert not worker.read(path.name.partition("-")[0], path.read_bytes(), 60).wrong


def stand_in(code: str) -> Worker:
    """A worker that does this with the line that it is sent."""
    return Worker(
        (sys.executable, "-c", f"import faulthandler, os, sys, time; faulthandler.enable(); sys.stdin.readline(); {code}")
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [("os.abort()", "SIGABRT"), ("os._exit(3)", "exit code 3"), ("time.sleep(99)", "more than")],
)
def test_what_a_worker_dies_of_is_told(monkeypatch, code, told):
    monkeypatch.setattr(fuzz, "LIMIT_S", 0.4)
    with stand_in(code) as dying:
        assert [told in seen for seen in dying.read("wav", b"RIFF", 0.4).wrong.values()] == [True]
        assert [told in seen for seen in dying.read("wav", b"RIFF", 0.4).wrong.values()] == [True]  # it is begun again


class Fussy:
    """A worker that takes every file with a 7 in it for a fault, and says of no line that it is new."""

    def read(self, kind, data, limit_s=0.0) -> Outcome:
        return Outcome({"seven": "a 7"} if b"7" in data else {})


def test_a_finding_is_shrunk_and_kept_once(tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz, "CASES", tmp_path)
    one = Exploration("srt", 1, [b"1 2 3 4 5 6 7 8 9\n" * 9], [b"0"])
    ticks = iter(range(10**9))
    monkeypatch.setattr(fuzz.time, "monotonic", lambda: next(ticks) / 1000)
    one.run(Fussy(), 1.0)
    assert one.findings == {"seven": "a 7"} and one.cases > 1
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"7"] and next(tmp_path.iterdir()).name.startswith("srt-")


def test_damage_is_the_same_for_the_same_seed():
    def made() -> list[bytes]:
        one = explorations(["srt"], 3)[0]
        return [mutated(one.originals, one.others, True, np.random.default_rng(n)) for n in range(20)]

    assert made() == made() and len(set(made())) > 15


@pytest.mark.parametrize("kind", ["wav", "aiff", "png", "jpg", "flac", "ogg", "mp4", "mkv", "ts", "caf", "srt"])
def test_files_are_damaged_by_what_they_are_made_of(kind, whole):
    data = whole[kind][0]
    places = list(chunks(data))
    assert len(places) > 1 and all(0 <= start < end <= len(data) for start, end in places)
    assert sealed(data) == data


@pytest.mark.parametrize("kind", ["png", "ogg"])
def test_checksums_are_made_right(kind, whole):
    data = whole[kind][0]
    _, end = list(chunks(data))[1]
    damaged = data[: end - 6] + b"!" + data[end - 5 :]
    assert damaged != sealed(damaged) and len(sealed(damaged)) == len(data)


def test_shrunk():
    assert shrunk(b"x" * 500 + b"ab" + b"y" * 400, lambda data: b"ab" in data) == b"ab"
