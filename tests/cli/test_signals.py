"""SIGTERM and SIGHUP are as Ctrl-C: a line, nothing half made stays behind, 128 + the signal's number."""

import signal
import subprocess
import sys
import time

import pytest

#: A command that is in the middle of writing a file.
PROGRAM = """
import signal, sys, time, types
from pathlib import Path
import click
import voicekit.cli
from voicekit.core.files import atomic

@click.command()
def command():
    with atomic(Path(sys.argv[2])) as partial:
        partial.write_text("half")
        print("writing", flush=True)
        if "swallows" not in sys.argv:
            time.sleep(60)
        try:  # as an import of numpy that is interrupted does
            time.sleep(60)
        except BaseException:
            raise RecursionError("of what it broke off")

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # nohup, under which the tests may run, has one ignored
    signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
voicekit.cli.COMMANDS["wait"] = "waits"
module = types.ModuleType("voicekit.cli.wait")
module.command = command
sys.modules["voicekit.cli.wait"] = module
sys.argv[1:] = ["wait", *sys.argv[1:]]
command.params.append(click.Argument(["out"], nargs=-1))
command.callback = (lambda inner: lambda out: inner())(command.callback)
voicekit.cli.main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("more", [(), ("swallows",)])
def test_a_stopped_command_leaves_nothing_half_made(tmp_path, number, more):
    out = tmp_path / "out.txt"
    command = [sys.executable, "-c", PROGRAM, str(out), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "writing\n"
        time.sleep(0.1)
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert "voicekit: interrupted; run the same command again to go on" in err and "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_nohup_is_respected(tmp_path):
    code = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from voicekit.cli import _stop_on_signals; _stop_on_signals()\n"
        "assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN and signal.getsignal(signal.SIGTERM) != signal.SIG_DFL"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
