"""The environment of an engine is made whole or not at all, by uv or by pip, and says why not."""

import hashlib
import os
import re
import subprocess
import sys
import textwrap
import zipfile

import pytest

from voicekit.core.errors import PluginError, VoicekitError
from voicekit.core.files import claimed
from voicekit.core.reporter import Reporter
from voicekit.engines.host import environment
from voicekit.engines.host.environment import environment_of, lock_of, make_environment, python_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tools are scripts")


class Told(Reporter):
    def __init__(self):
        self.shares, self.said = [], []

    def say(self, line):
        self.said.append(line)

    def progress(self, task, share, left_s=None, numbers=None):
        self.shares.append(share)


@pytest.fixture
def uv(tmp_path, monkeypatch):
    """Makes a uv that does as told when it installs; what it was called with is in a file."""
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()

    def make(installs="print(' + piper-tts==1.8.0')"):
        script = f"""\
            #!{sys.executable}
            import os, sys, signal, time
            open({str(tmp_path / "calls")!r}, "a").write(" ".join(sys.argv[1:]) + "\\n")
            if sys.argv[1] == "venv":
                os.makedirs(sys.argv[-1] + "/bin"); os.symlink(sys.executable, sys.argv[-1] + "/bin/python")
            else:
                {installs}
            """
        (tmp_path / "bin" / "uv").write_text(textwrap.dedent(script), encoding="utf-8")
        (tmp_path / "bin" / "uv").chmod(0o755)

    make()
    return make


def calls(tmp_path):
    return (tmp_path / "calls").read_text(encoding="utf-8").splitlines()


def test_it_is_made_once_of_the_locked_versions(uv, tmp_path):
    reporter = Told()
    python = make_environment("piper", reporter)
    assert python == python_of("piper") == environment_of("piper") / "bin" / "python"
    assert len(calls(tmp_path)) == 2 and "--no-deps" in calls(tmp_path)[1] and "locks/piper.txt" in calls(tmp_path)[1]
    assert reporter.shares[0] == 0 and 0 < reporter.shares[1] < 1 and reporter.shares[-1] == 1
    make_environment("piper")
    assert len(calls(tmp_path)) == 2
    assert [one.name for one in environment_of("piper").parent.iterdir()] == ["env"], "nothing lies beside it"


def test_other_versions_make_it_anew(uv, tmp_path, monkeypatch):
    make_environment("piper")
    old = lock_of("piper")
    monkeypatch.setattr(environment, "lock_of", lambda engine: f"{old}# newer\n")
    with pytest.raises(PluginError, match=r"another version.*engines add piper"):
        python_of("piper")
    (environment_of("piper") / "old").write_text("", encoding="utf-8")
    make_environment("piper")
    assert python_of("piper").exists() and not (environment_of("piper") / "old").exists()


def test_one_that_was_never_made_is_told(uv):
    with pytest.raises(PluginError, match=r"missing.*voicekit engines add piper"):
        python_of("piper")


def test_without_a_network_nothing_is_left_and_it_is_said_what_to_do(uv):
    failed = "print('error: Failed to fetch: `https://pypi.org/simple/onnx/`'); print('dns error: failed to resolve')"
    uv(f"{failed}; sys.exit(2)")
    with pytest.raises(PluginError, match=r"uv could not make.*Failed to fetch.*a network\?.*voicekit engines add piper"):
        make_environment("piper")
    assert list(environment_of("piper").parent.iterdir()) == []


def test_what_was_whole_stays_until_the_new_one_is(uv, monkeypatch):
    make_environment("piper")
    old = lock_of("piper")
    monkeypatch.setattr(environment, "lock_of", lambda engine: f"{old}# newer\n")
    uv("print('× No solution found'); sys.exit(1)")
    with pytest.raises(PluginError, match="No solution found"):
        make_environment("piper")
    assert (environment_of("piper") / "voicekit-lock.txt").exists()


def test_a_killed_run_leaves_nothing_to_the_next(uv, tmp_path):
    uv("os.kill(os.getppid(), signal.SIGKILL); time.sleep(1)")
    code = "from voicekit.engines.host.environment import make_environment; make_environment('piper')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == -9
    assert not environment_of("piper").exists()
    uv()
    make_environment("piper")
    assert [one.name for one in environment_of("piper").parent.iterdir()] == ["env"]


def test_two_runs_do_not_make_it_at_once(uv):
    with claimed(environment_of("piper")):
        code = "from voicekit.engines.host.environment import make_environment; make_environment('piper')"
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "another run of voicekit is writing" in result.stderr


def test_who_stops_it_leaves_nothing(uv):
    class Stops(Reporter):
        def progress(self, task, share, left_s=None, numbers=None):
            if 0 < share < 1:
                raise KeyboardInterrupt

    uv("print(' + piper-tts==1.8.0', flush=True); time.sleep(30)")
    with pytest.raises(KeyboardInterrupt):
        make_environment("piper", Stops())
    assert list(environment_of("piper").parent.iterdir()) == []


def test_a_uv_that_does_not_run_is_told(uv, tmp_path):
    (tmp_path / "bin" / "uv").write_text("#!/no/such/thing\n", encoding="utf-8")
    with pytest.raises((PluginError, VoicekitError), match="cannot be run"):
        make_environment("piper")


@pytest.mark.parametrize("engine", sorted(path.stem for path in environment._LOCKS.glob("*.txt")))
def test_each_locked_package_has_the_hashes_of_its_files(engine):
    packages = lock_of(engine).replace("\\\n", "").splitlines()
    assert packages and all(re.search(r"==\S+.* --hash=sha256:[0-9a-f]{64}", one) for one in packages)


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A lock of one package, which lies in a folder that pip takes for its index; as its lock says, or forged."""
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PATH", str(tmp_path))  # no uv
    alone = {"CONFIG_FILE": os.devnull, "NO_INDEX": "1", "NO_CACHE_DIR": "1", "FIND_LINKS": str(tmp_path)}
    for name, value in alone.items():
        monkeypatch.setenv(f"PIP_{name}", value)

    def makes(engine, command):  # with the pip of the Python beneath: unpacking one takes ten times as long as all else
        subprocess.run([*command, "--without-pip", "--system-site-packages"], check=True)

    monkeypatch.setattr(environment, "_run", makes)
    wheel = tmp_path / "tin_voice-1.0-py3-none-any.whl"
    about = "Metadata-Version: 2.1\nName: tin-voice\nVersion: 1.0\n"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tin_voice.py", "")
        file.writestr("tin_voice-1.0.dist-info/METADATA", about)
        file.writestr("tin_voice-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("tin_voice-1.0.dist-info/RECORD", "")
    (tmp_path / "locks").mkdir()
    monkeypatch.setattr(environment, "_LOCKS", tmp_path / "locks")

    def lock(digest=None):
        digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
        (tmp_path / "locks" / "tin.txt").write_text(f"tin-voice==1.0 \\\n    --hash=sha256:{digest}\n", encoding="utf-8")

    return lock


def test_a_package_that_is_as_it_was_tried_is_installed(index):
    index()
    python = make_environment("tin")
    assert subprocess.run([python, "-I", "-c", "import tin_voice"]).returncode == 0


def test_a_package_with_another_hash_is_refused(index):
    index("0" * 64)
    with pytest.raises(PluginError, match=r"another file of tin-voice==1\.0 than .* 'tin'.*nothing was installed"):
        make_environment("tin")
    assert not environment_of("tin").exists()


def test_uv_refuses_it_in_the_same_words(uv, tmp_path):
    told = "error: Failed to read\\n  Caused by: Hash mismatch for `piper-tts==1.8.0`\\n\\nExpected:\\n  sha256:00"
    uv(f"print('{told}'); sys.exit(1)")
    with pytest.raises(PluginError, match=r"another file of piper-tts==1\.8\.0.*nothing was installed"):
        make_environment("piper")
    assert "--require-hashes" in calls(tmp_path)[1]


def test_without_uv_python_and_pip_make_it(tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = []

    def lines(engine, command):
        ran.append(command)
        if "venv" in command:
            python = environment._python_in(tmp_path.__class__(command[-1]))
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
        yield "Collecting onnx==1.23.2 (from -r piper.txt)"

    monkeypatch.setattr(environment, "_lines", lines)
    make_environment("piper")
    assert ran[0][:3] == [sys.executable, "-m", "venv"]
    assert ran[1][1:5] == ["-I", "-m", "pip", "install"] and "-r" in ran[1]
