"""Engines in environments of their own: what they do wrong is told and tried again once, and nothing of them stays."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from reporters import Told

from voicekit.core.errors import PluginError
from voicekit.engines.adapter import Ability, AdaptedEngine
from voicekit.engines.host.host import Host, Limits, Setup, Sign
from voicekit.engines.host.model import HostedModel
from voicekit.engines.workers import frames
from voicekit.narration.cache import SpeechCache
from voicekit.narration.recital import say_long
from voicekit.narration.speak import Speaker
from voicekit.speech.say import say
from voicekit.text.script.cue import Cue

GOOD = """
    import numpy as np
    class Speaker:
        def __init__(self, weights, device):
            self.weights, self.count = weights, 0
        def speak(self, text, pace, seed, voice):
            self.count += 1
            yield np.full(len(text), pace, np.float64), 16000
            yield np.full(3, seed % 7 + self.count, np.float32), 16000, [('a', 0.0, 0.0001)]
"""
#: A worker of one's own that speaks in frames, without ours.
RAW = """
    import importlib.util, json, os, struct, sys, time
    spec = importlib.util.spec_from_file_location("frames", {frames!r})
    frames = importlib.util.module_from_spec(spec); sys.modules["frames"] = frames; spec.loader.exec_module(frames)
    out, into = os.fdopen(1, "wb"), os.fdopen(0, "rb")
    def send(body=b"", **header): frames.write_frame(out, frames.Frame(header, body))
    def told(): return frames.read_frame(into).header
    def lie(n_header, n_body, header=b"", body=b""):
        out.write(b"VKw\\n" + struct.pack("<Iq", n_header, n_body) + header + body); out.flush(); time.sleep(60)
    send(kind="hello", protocol=1)
    send(kind="ready", id=told()["id"])
    asked = told()["id"]
"""


@pytest.fixture
def host(tmp_path):
    """Makes a Host for a module of an engine, or for a script that is a worker by itself; nothing of it stays."""
    hosts, before = [], _left()

    def make(code=GOOD, raw=None, variables=(), **limits) -> Host:
        module = tmp_path / f"engine{len(hosts)}.py"
        module.write_text(textwrap.dedent(code), encoding="utf-8")
        script = {}
        if raw is not None:
            worker = tmp_path / f"worker{len(hosts)}.py"
            start = textwrap.dedent(RAW.format(frames=frames.__file__))
            worker.write_text(start + textwrap.dedent(raw), encoding="utf-8")
            script = {"script": worker}
        setup = Setup("tin", Path(sys.executable), module, "w", "cpu", variables, **script)
        hosts.append(Host(setup, Limits(**{"start_s": 20.0, "load_s": 20.0, "speak_s": 20.0, "silent_s": 20.0} | limits)))
        return hosts[-1]

    yield make
    for one in hosts:
        one.close()
    assert _left() == before, "no process, thread or file descriptor stays"


def _left() -> tuple:
    ours = psutil.Process()
    threads = {thread for thread in threading.enumerate() if thread.name.endswith(("(_run)", "(_listen)"))}
    return set(ours.children(recursive=True)), threads, ours.num_fds() if hasattr(ours, "num_fds") else 0


def speak(host, text="Hello.", pace=1.0, seed=0, voice=None):
    return host.speak(text, pace, seed, voice or {})


def wait_until(check, limit_s=5.0):
    until_s = time.monotonic() + limit_s
    while not check():
        assert time.monotonic() < until_s
        time.sleep(0.02)


def test_an_engine_is_loaded_once_and_speaks_in_pieces(host):
    one = host()
    said = speak(one, "Hello.", 1.5)
    assert said.sample_rate == 16_000 and said.waveform.dtype == np.float32
    assert said.waveform.tolist() == [1.5] * 6 + [1.0] * 3
    assert said.signs == (Sign("a", 6 / 16_000, 6 / 16_000 + 0.0001),)
    assert speak(one).waveform[-1] == 2.0, "the same speaker as before"


def test_nothing_of_ours_can_be_imported_there(host, tmp_path, monkeypatch):
    (tmp_path / "ours.py").write_text("", encoding="utf-8")  # beside the engine's module, and where it runs
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(PluginError, match="No module named 'ours'"):
        host("import ours").load()
    with pytest.raises(PluginError, match="No module named 'frames'"):
        host("import frames").load()


def test_what_an_engine_prints_is_no_message(host):
    one = host(
        GOOD.replace(
            "self.count += 1",
            "self.count += 1; print('40 %', flush=True); import os; os.write(1, b'VKw\\n' * 1000); os.system('echo hi')",
        )
    )
    assert speak(one).waveform[-1] == 1.0
    assert speak(one).waveform[-1] == 2.0


def test_a_flood_of_words_holds_nothing_up_and_fills_no_memory(host):
    one = host(GOOD.replace("self.count += 1", "self.count += 1; print('x' * 20_000_000, flush=True)"))
    assert speak(one).waveform[-1] == 1.0
    assert len(one._workers[0].last_words()) < 10_000


def test_an_engine_that_cannot_be_loaded_is_told_and_not_tried_again(host, tmp_path):
    log = tmp_path / "loads"
    one = host(
        f"""
        class Speaker:
            def __init__(self, weights, device):
                open({str(log)!r}, "a").write("load ")
                raise FileNotFoundError("model.safetensors is missing")
        """
    )
    with pytest.raises(PluginError, match=r"'tin' cannot be loaded: FileNotFoundError: model.safetensors.*engines add tin"):
        one.load()
    assert log.read_text() == "load "
    with pytest.raises(PluginError, match="cannot be loaded"):
        speak(one)


def test_a_package_that_is_missing_is_told(host):
    with pytest.raises(PluginError, match=r"No module named 'no_such_package'.*engines add tin"):
        host("import no_such_package").load()


def test_what_fails_at_a_sentence_is_told_and_the_next_is_said(host):
    fails = "self.count += 1\n            if text == 'Bad.': raise RuntimeError('CUDA out of memory')"
    one = host(GOOD.replace("self.count += 1", fails))
    with pytest.raises(PluginError, match=r"cannot say “Bad.”: RuntimeError: CUDA out of memory.*--device cpu"):
        speak(one, "Bad.")
    assert speak(one).waveform[-1] == 2.0, "it was not started again"


@pytest.mark.parametrize("when", ["start", "load", "middle"])
def test_a_crash_is_told_with_its_last_words_after_a_second_try(host, tmp_path, when):
    log = tmp_path / "starts"
    crash = f"import os, sys; open({str(log)!r}, 'a').write('x'); print('so long', file=sys.stderr, flush=True); os.abort()"
    if when == "middle":
        one = host(GOOD.replace("yield np.full(3", f"{crash}\n            yield np.full(3"))
    elif when == "load":
        one = host(GOOD.replace("self.weights, self.count = weights, 0", crash))
    else:
        one = host(raw="")
        one.setup.script.write_text(crash, encoding="utf-8")
    with pytest.raises(PluginError, match=r"killed by SIGABRT.*so long.*twice.*engines add tin"):
        speak(one)
    assert log.read_text() == "xx"


@pytest.mark.parametrize("when", ["load", "speak"])
def test_after_a_crash_it_goes_on_and_that_is_noted(host, tmp_path, when):
    place = "self.count += 1" if when == "speak" else "self.weights, self.count = weights, 0"
    one = host(GOOD.replace(place, f"{place}; {once(tmp_path, 'os._exit(3)')}"))
    notes = one.load()
    said = speak(one)
    assert said.waveform[-1] == 1.0
    [note] = (*notes, *said.notes)
    assert bool(notes) == (when == "load")
    assert re.search(r"'tin' ended \(exit code 3\) when it was to .*; its last words: so long; it was started again", note)
    assert speak(one).notes == (), "it is told once"


def once(tmp_path, what: str) -> str:
    """Code that says its last words and does something, the first time that it is run."""
    log = str(tmp_path / "once")
    done = f"open({log!r}, 'w') and print('so long', file=sys.stderr, flush=True) and None or {what}"
    return f"import os, sys, time; os.path.exists({log!r}) or ({done})"


@pytest.fixture
def voice(host, tmp_path):
    """A voice of a worker that says a tone a word, and breaks once as it is told, at its second sentence."""

    def make(what: str) -> AdaptedEngine:
        tones = """
            import numpy as np
            class Speaker:
                def __init__(self, weights, device):
                    pass
                def speak(self, text, pace, seed, voice):
                    if text == "The lights come on.":
                        BREAK
                    yield np.sin(np.arange(4800 * len(text.split())) * 0.1) * 0.3, 16000
        """
        running = host(tones.replace("BREAK", once(tmp_path, what)), speak_s=1.0)
        running.setup = replace(running.setup, engine="piper")  # whose lock is known
        return AdaptedEngine(HostedModel(running, {}, "en-us", 16_000, "", Ability()))

    return make


def restarts(heard: Told) -> list[str]:
    return [line for line in heard.lines if "again" in line]


BROKE = {
    "os._exit(3)": r"ended \(exit code 3\)",
    "time.sleep(60)": r"did not answer within 1 s",
}


@pytest.mark.parametrize("what", BROKE)
def test_say_tells_once_that_an_engine_was_started_again(voice, tmp_path, what):
    heard, out = Told(), tmp_path / "out.wav"
    seconds = say("Is it late? The lights come on. It is late.", out, voice(what), reporter=heard)
    [note] = restarts(heard)
    assert re.fullmatch(f"the engine 'piper' {BROKE[what]} .*The lights come on.*so long; it was started again", note)
    assert seconds > 10 * 0.3 and out.exists()


def test_narration_and_long_texts_tell_it_too(voice, tmp_path):
    heard, engine = Told(), voice("os._exit(3)")
    speaker = Speaker(engine, SpeechCache(tmp_path / "cache"), reporter=heard)
    speaker.speak(Cue("Is it late? The lights come on."))
    [note] = restarts(heard)
    assert "so long; it was started again" in note
    speaker.speak(Cue("Is it late? The lights come on."))
    assert restarts(heard) == [note], "what is kept was told before"
    (tmp_path / "once").unlink()
    say_long("The lights come on.", tmp_path / "long.wav", engine, reporter=heard, cache_folder=tmp_path / "other")
    assert restarts(heard) == [note] * 2


def test_a_worker_that_hangs_is_ended_and_told(host):
    """It is alive, but does not come to an end."""
    one = host(GOOD.replace("self.count += 1", "import time; time.sleep(60)"), speak_s=0.4)
    with pytest.raises(PluginError, match=r"did not answer within 0 s when it was to say “Hello.”"):
        speak(one)


def test_a_worker_that_stands_still_is_ended_though_it_hears_no_signal(host):
    one = host(
        """
        import os, signal
        class Speaker:
            def __init__(self, weights, device):
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                os.kill(os.getpid(), signal.SIGSTOP)
        """,
        silent_s=0.5,
    )
    with pytest.raises(PluginError, match="gave no sign of life"):
        one.load()


LIES = {
    "endless": "lie(2**31, 0)",
    "long": "lie(2, 2**40, b'{}')",
    "negative": "lie(2, -4, b'{}')",
    "no samples": "lie(2, 3, b'{}')",
    "no JSON": "lie(2, 0, b'{[')",
    "no object": "lie(2, 0, b'[]')",
    "no text": "lie(2, 0, b'\\xff\\xfe')",
    "deep": "lie(100_000, 0, b'[' * 100_000)",
    "print": "print('hello, world! ' * 9, flush=True); time.sleep(60)",
    "rate": "send(b'1234', kind='sound', id=asked, sample_rate=10**9)",
    "no rate": "send(b'1234', kind='sound', id=asked, sample_rate=float('nan'))",
    "true rate": "send(b'1234', kind='sound', id=asked, sample_rate=True)",
    "two rates": "send(kind='sound', id=asked, sample_rate=8000); send(kind='sound', id=asked, sample_rate=9000)",
    "no sound": "send(kind='done', id=asked)",
    "another": "send(kind='done', id=asked + 1)",
    "unasked": "send(kind='ready', id=asked)",
    "unknown": "send(kind='dance', id=asked)",
    "half": "out.write(b'VKw'); out.flush(); os._exit(0)",
    "closed": "os.close(1); time.sleep(60)",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_worker_that_lies_is_ended_and_told(host, lie):
    with pytest.raises(PluginError, match=r"'tin'.*twice"):
        speak(host(raw=f"{lie}\ntime.sleep(60)"))


def test_more_sound_than_any_sentence_has_is_refused(host, monkeypatch):
    monkeypatch.setattr("voicekit.engines.host.host._MOST_SAMPLES", 1000)
    with pytest.raises(PluginError, match="more than 1000 samples"):
        speak(host(raw="for _ in range(9): send(b'1234' * 200, kind='sound', id=asked, sample_rate=24000)\ntime.sleep(60)"))


def test_a_flood_of_messages_is_not_heaped_up(host):
    one = host(raw="while True: send(kind='sound', id=0, sample_rate=24000)")
    with pytest.raises(PluginError, match="not asked"):
        speak(one)


def test_another_version_of_the_protocol_is_told(host):
    one = host(raw="")
    text = one.setup.script.read_text(encoding="utf-8").replace("protocol=1", "protocol=99")
    one.setup.script.write_text(text, encoding="utf-8")
    with pytest.raises(PluginError, match=r"another protocol.*99"):
        one.load()


@pytest.mark.parametrize(
    "signs",
    ["[['a', 0]]", "'soon'", "[['a', 1, 0]]", "[['a', float('nan'), 2]]", "[['a', 'b', 'c']]", "[None]", "[['a', 0, 99]]"],
)
def test_times_that_cannot_be_are_left(host, signs):
    done = f"send(kind='done', id=asked, signs={signs})"
    assert speak(host(raw=f"send(b'1234', kind='sound', id=asked, sample_rate=24000); {done}")).signs == ()


def test_threads_take_turns(host):
    one, heard = host(), {}

    def ask(number):
        heard[number] = [speak(one, "x" * number, seed=number).waveform for _ in range(5)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in (5, 50, 500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: {len(one) for one in waves} for number, waves in heard.items()} == {5: {8}, 50: {53}, 500: {503}}


def test_who_stops_in_the_middle_does_not_hear_the_old_answer_next(host, caplog):
    one = host(GOOD.replace("self.count += 1", "self.count += 1; import time; time.sleep(0.4 if text == 'Slow.' else 0)"))
    one.load()
    with pytest.raises(KeyboardInterrupt):
        signal.signal(signal.SIGALRM, _interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        speak(one, "Slow.")
    assert len(speak(one, "Hi.").waveform) == 6
    assert caplog.text == "", "nothing broke: there is nothing to be told"


def _interrupt(*_):
    raise KeyboardInterrupt


def test_an_idle_worker_ends_and_the_next_sentence_starts_another(host, caplog):
    one = host(idle_s=0.1)
    assert speak(one).waveform[-1] == 1.0
    wait_until(lambda: one._workers[0].is_over)
    assert speak(one).waveform[-1] == 1.0
    assert caplog.text == "", "that is nothing to be told"


def test_the_process_ends_with_its_host(host):
    one = Host(host().setup)
    speak(one)
    child = psutil.Process().children()[0]
    del one
    wait_until(lambda: not child.is_running())


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends it on Linux alone")
@pytest.mark.parametrize("state", ["idle", "stuck"])
def test_a_worker_dies_with_its_parent(host, tmp_path, state):
    """Also one that holds all of Python, and so cannot see that its pipe was closed."""
    stuck = "import ctypes; ctypes.PyDLL(None).sleep(60)"
    setup = host(GOOD if state == "idle" else GOOD.replace("self.count += 1", stuck)).setup
    code = f"""
import sys; sys.path.insert(0, {str(Path(frames.__file__).parents[3])!r})
from pathlib import Path
from voicekit.engines.host.host import Host, Setup
host = Host(Setup("tin", Path(sys.executable), Path({str(setup.module)!r}), "w", "cpu"))
host.load()
print("loaded", flush=True)
host.speak("Hello.", 1.0, 0, {{}})
print("idle", flush=True)
import time; time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout.readline() == "loaded\n"
    if state == "idle":
        assert parent.stdout.readline() == "idle\n"
    worker = psutil.Process(parent.pid).children()[0]
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)


def test_what_an_engine_started_itself_goes_with_it(host, tmp_path):
    note = tmp_path / "pid"
    starts = f"import subprocess; open({str(note)!r}, 'w').write(str(subprocess.Popen(['sleep', '60']).pid))"
    one = host(GOOD.replace("self.count += 1", f"self.count += 1; {starts}"))
    speak(one)
    one.close()
    wait_until(lambda: not psutil.pid_exists(int(note.read_text())))


def test_python_that_is_not_there_is_told(host, tmp_path):
    setup = host().setup
    one = Host(Setup("tin", tmp_path / "none", setup.module, "w", "cpu"))
    with pytest.raises(PluginError, match=r"cannot be started.*engines add tin"):
        one.load()


def test_a_sentence_without_end_is_refused(host):
    with pytest.raises(PluginError, match="too long for the engine 'tin'"):
        speak(host(), "word " * 20_000)
