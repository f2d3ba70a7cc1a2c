"""Work in several processes: in order, and gone with the one that started them."""

import os
import signal
import subprocess
import sys
import time

import pytest

from voicekit.core.processes import parallel

PROGRAM = """
import os, time
from voicekit.core.processes import parallel

def busy(number):
    os.write(1, b"%d\\n" % os.getpid())  # in one piece: both write here
    time.sleep(60)

if __name__ == "__main__":
    list(parallel(busy, [1, 2], jobs=2))
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_order(jobs):
    assert list(parallel(pow, [2, 3, 4], [5, 2, 1], jobs=jobs)) == [32, 9, 4]


def test_where_no_process_is_to_be_had_the_work_is_done_here(monkeypatch):
    monkeypatch.setenv("JOBLIB_MULTIPROCESSING", "0")
    code = (
        "from voicekit.core.processes import parallel\nimport time\n"
        "assert list(parallel(pow, [2, 3], [5, 2], jobs=2)) == [32, 9]\ntime.sleep(1)\nprint('alive')"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "alive\n"


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:  # a dead child that nobody asked for is none
        return file.read().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_workers_end_with_the_process_that_was_killed(tmp_path):
    (tmp_path / "work.py").write_text(PROGRAM)
    command = [sys.executable, str(tmp_path / "work.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        workers = [int(process.stdout.readline()) for _ in range(2)]
        assert all(is_alive(pid) for pid in workers) and process.pid not in workers
        process.send_signal(signal.SIGKILL)
    for _ in range(100):
        if not any(is_alive(pid) for pid in workers):
            break
        time.sleep(0.1)
    assert not any(is_alive(pid) for pid in workers)
