"""The command line: each command parses, calls one function and prints.

Commands are imported when they are run, so that `voicekit --help` loads nothing heavy.
"""

import importlib
import io
import logging
import os
import signal
import sys
from contextlib import suppress

import click

from voicekit import __version__
from voicekit.cli.options import Commands
from voicekit.core.errors import VoicekitError

#: command → (the module that holds it, what it does in a line), in the order a person meets them.
COMMANDS = {
    "prepare": "Turn a folder of recordings into a dataset to train on.",
    "train": "Turn a dataset into a voice.",
    "evaluate": "Judge a voice, beside the person saying the same sentences.",
    "narrate": "Speak a script over a film, in a voice.",
    "produce": "Make a film of a brief, a storyboard or pictures.",
    "script": "Look at a script before it is spoken: which lines will not fit.",
    "say": "Speak a text into a sound file.",
    "serve": "Speak for other programs, in the form of OpenAI's speech API.",
    "convert": "Say in your voice what somebody says in a recording or film.",
    "post": "Make the sound of a recording or film right: denoise, restore, enhance, master.",
    "denoise": "Take the noise out of a recording.",
    "separate": "Take a recording apart into speech and everything else.",
    "restore": "Repair clicks, clipping, hum, dropouts and echo.",
    "enhance": "Even out the level and tone of a voice.",
    "master": "Bring a recording to the loudness that it will be delivered at.",
    "check": "Say whether a file meets the rules of delivery.",
    "compare": "Draw two sounds side by side.",
    "storyboard": "Change a storyboard with a language model.",
    "stage": "Run one stage of a film alone.",
    "stages": "List the stages that are installed.",
    "voices": "List the voices there are; remove and rename them.",
    "export": "Write a voice into one file, for other programs.",
    "engines": "List, add and remove others' engines.",
    "isolator": "Train the network that takes speech out of noise.",
    "vocoder": "Give a voice a vocoder that others trained.",
    "demo": "Run the whole chain on embedded defaults.",
    "doctor": "Say what is installed, what is missing and what to do about it.",
}


class LazyCommands(Commands):
    """A group that imports `voicekit.cli.NAME` when the command NAME is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return importlib.import_module(f"voicekit.cli.{name}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="voicekit")
def cli() -> None:
    """Clone your own voice and let it narrate your film, on your own machine.

    \b
    voicekit prepare recordings/
    voicekit train
    voicekit narrate script.txt --video clip.mp4
    """


class Stopped(KeyboardInterrupt):
    """Ctrl-C, or the machine shuts down, or the terminal was closed: what is half made is cleaned up on the way out.

    Attributes:
        by: the number of the signal; what it interrupts may swallow the exception, and fail of what it broke off.
    """

    by: int | None = None


def _stop_on_signals() -> None:
    Stopped.by = None
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # there is no SIGHUP on Windows; nohup has it ignored, and it stays so
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _stop)


def _stop(number: int, frame: object) -> None:
    Stopped.by = number
    raise Stopped


def main() -> None:
    """Runs a command; what a person can mend becomes one line on stderr and exit code 1."""
    _open_streams()
    # Threads that wait for one another asleep. Spinning, they stop each other wherever a core is busy with something else:
    # beside another program whole commands took three to five times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # that it has no cache where there is no home: it works without
    _stop_on_signals()
    try:
        _check_folder()
        cli(standalone_mode=False)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        _end(error)
        raise


def _end(error: BaseException) -> None:
    """Ends with a line for the person; comes back where the error is nobody's but ours."""
    if Stopped.by or isinstance(error, click.exceptions.Abort | KeyboardInterrupt):
        _fail("interrupted; run the same command again to go on", 128 + (Stopped.by or signal.SIGINT))
    if isinstance(error, VoicekitError):
        _fail(str(error))
    if isinstance(error, ImportError | OSError):
        if isinstance(error, ImportError) or error.errno is None:  # a package or its library does not load
            said = f"a part of it does not load: {error}; voicekit doctor says what is broken and how to repair it"
        else:  # of the machine, not of ours: the output went away, a disk is broken
            said = f"{error.filename or 'the output'}: {error.strerror or error}"
        _fail(" ".join(said.split()))
    if isinstance(error, click.ClickException):
        with suppress(OSError):
            error.show()
        _exit(error.exit_code)
    if isinstance(error, click.exceptions.Exit):
        _exit(error.exit_code)


def _open_streams() -> None:
    """Sees to it that there are three streams: in the place of a closed one the next file would be opened, an output, and
    whatever a library prints would land in it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # the lowest number that is free is taken
        stream = getattr(sys, name)
        if stream is None:
            opened = open(os.devnull, mode)  # noqa: SIM115 - as long as the process
            os.set_inheritable(opened.fileno(), True)  # workers have three as well
            setattr(sys, name, opened)
        elif isinstance(stream, io.TextIOWrapper):  # a terminal or file that knows few letters is no reason to fail
            stream.reconfigure(errors="backslashreplace")


def _check_folder() -> None:
    try:
        os.getcwd()
    except OSError as error:  # libraries end the whole process, each in words of its own
        raise VoicekitError("the current folder is gone; change into another one and run the command there") from error


def _fail(line: str, code: int = 1) -> None:
    from voicekit.cli.paste import pasteable

    with suppress(OSError):  # stderr may be what went away
        click.echo(f"voicekit: {pasteable(line)}", err=True)
    _exit(code)


def _exit(code: int) -> None:
    """Ends. What is still to be written into a stream that takes nothing is given up, or Python would complain of it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            code = code or 1
    sys.exit(code)
