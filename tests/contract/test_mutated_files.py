"""No file ends in a traceback, a signal or an endless wait, whatever is wrong with it.

VOICEKIT_MUTATIONS=500 makes so many of each kind (`make fuzz`). What goes wrong is named by kind and number;
`python tests/contract/mutate.py KIND 1 --first NUMBER --keep FOLDER` does it again.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mutate import READERS

PROGRAM = Path(__file__).with_name("mutate.py")
COUNT = int(os.environ.get("VOICEKIT_MUTATIONS", 20))
#: What a process takes with all libraries loaded, and a file of a second.
MOST_MB = 900


@pytest.mark.parametrize("kind", READERS)
def test_every_file_is_read_or_refused_in_a_line(kind):
    first, wrong = 0, []
    while first < COUNT:  # a process that died goes on behind what it died of
        made = run(kind, COUNT - first, "--first", first)
        lines = made.stdout.splitlines()
        wrong += [line for line in lines if line.startswith("wrong")]
        if made.returncode == 0:
            peak_mb = int(lines[-1].split()[1])
            wrong += [f"{peak_mb} MB of memory"] if peak_mb > MOST_MB else []
            break
        first = int(next(line for line in reversed(lines) if line.isdigit()))
        died = signal.Signals(-made.returncode).name if made.returncode < 0 else made.stderr.strip()
        wrong.append(f"wrong {first}: {died}")
        first += 1
    assert not wrong, f"{kind}:\n" + "\n".join(wrong)


def test_a_file_that_is_whole_is_read():
    """Else a reader that refuses everything would pass."""
    for kind in READERS:
        made = run(kind, 0, "--whole")
        assert made.returncode == 0, f"{kind}: {made.stderr}"
        # Not every film fits into every container, and a GIF is mute.
        refused = [
            line
            for line in made.stdout.splitlines()
            if line.startswith("refused") and not re.search("cannot hold|has no sound", line)
        ]
        assert not refused, f"{kind}: {refused}"


def test_what_a_reader_dies_of_is_told():
    made = run("wav", 3, "--first", 5, "--die")
    assert made.returncode == -signal.SIGSEGV and made.stdout.split() == ["5"]


def run(kind: str, count: int, *arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, PROGRAM, kind, count, *arguments]
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=3600)
