from click.testing import CliRunner

from voicekit.cli import cli


def run(*arguments):
    return CliRunner().invoke(cli, ["export", *map(str, arguments)])


def test_a_voice_becomes_a_file(tiny_voice, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("--voice", tiny_voice)
    assert done.exit_code == 0 and done.output.endswith("MB, the voice 'tiny'\n")
    assert (tmp_path / "tiny.onnx").is_file()


def test_a_piper_voice_is_three_files(tiny_voice, tmp_path):
    done = run("--voice", tiny_voice, "--format", "piper", "-o", tmp_path / "x.onnx")
    assert done.output.startswith(f"{tmp_path / 'x.onnx'}, x.onnx.json, x.tokens.txt: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.onnx", "x.onnx.json", "x.tokens.txt"]


def test_without_a_name_it_is_told_which_voice_leaves(tmp_path):
    assert "no voice was asked for: 'base'" in run("-o", tmp_path / "b.onnx").output
