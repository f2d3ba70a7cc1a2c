"""What a busy machine takes from a training, and what is told of it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from voicekit.training.processor import ProcessorTime, processor_time, told_afterwards, told_meanwhile

_SPIN = """
import os, time
from voicekit.training.processor import processor_time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
input()
before, end = processor_time(), time.monotonic() + 0.5
while time.monotonic() < end: pass
used = processor_time().since(before)
print(used.waited_s / (used.ran_s + used.waited_s))
"""


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the system does not tell who waits")
def test_two_programs_on_one_core_wait_for_each_other():
    both = [subprocess.Popen([sys.executable, "-c", _SPIN], stdin=-1, stdout=-1, text=True) for _ in range(2)]
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    assert all(float(one.communicate(timeout=30)[0]) > 0.25 for one in both)


def test_work_counts_as_work():
    before, end = processor_time(), time.thread_time() + 0.05
    while time.thread_time() < end:
        pass
    assert processor_time().since(before).ran_s >= 0.03


def test_where_the_system_tells_nothing_this_thread_stands_for_all(monkeypatch):
    monkeypatch.setattr("voicekit.training.processor.Path", lambda _: Path(os.devnull))
    before = processor_time()
    time.sleep(0.05)
    assert processor_time().since(before).waited_s >= 0.04


@pytest.mark.parametrize(
    "used", [ProcessorTime(), ProcessorTime(100, 0), ProcessorTime(100, 40), ProcessorTime(1, 3)], ids=str
)
def test_a_machine_of_ones_own_is_not_told(used):
    assert told_meanwhile(used, 3) is None is told_afterwards(used, 800, 3)


def test_a_busy_machine_is_told_with_figures_and_what_to_do():
    used = ProcessorTime(100, 100)
    told = told_meanwhile(used, 3)
    assert "got 50% of the processor time" in told and "--minutes 6: it goes on" in told
    assert told_afterwards(used, 812, 3).endswith("812 steps where about 1,620 fit. Train it again with --minutes 6")


def test_what_an_ended_thread_takes_along_is_not_taken_back():
    assert ProcessorTime(5, 5).since(ProcessorTime(8, 1)) == ProcessorTime(0, 4)
