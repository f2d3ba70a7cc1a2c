"""What the documentation says is so: its links lead somewhere, its Python runs, and the commands that it shows exist."""

import re
import shlex
import subprocess
import sys
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
import pytest

from voicekit.cli import COMMANDS, cli

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_OPTION = re.compile(r"--[a-z][a-z-]+")
#: Options of other programs, pip and our benchmarks; and the one that every command has.
_OF_OTHERS = {"--constraint", "--index-url", "--no-deps", "--editable", "--clips", "--help"}


def blocks(page: Path, language: str) -> list[str]:
    return [body for kind, body in _BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


@cache
def anchors(page: Path) -> set[str]:
    """What links can name on a page: its headings, as GitHub and MkDocs write them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page):
    lost = []
    for link in _LINK.findall(prose(page)):
        if re.match(r"https?:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.is_file():  # a folder is a page nowhere but on GitHub
            lost.append(link)
        elif anchor and not anchor.startswith("voicekit.") and anchor not in anchors(target):  # those are mkdocstrings'
            lost.append(f"{link}: there are {sorted(anchors(target))}")
    assert lost == []


def test_every_page_can_be_reached():
    index = (ROOT / "README.md").read_text(encoding="utf-8")
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in index and f": {page.name}\n" in menu, page.name


def test_the_readme_is_a_front_door():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The files that examples may use, in the current folder."""
    from voicekit.media.film import write_film

    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    write_film(tmp_path / "film.mp4", np.tile(np.array([200, 30, 30], np.uint8), (10, 32, 48, 1)), 25)
    (tmp_path / "script.txt").write_text("[00:01] Far below, the forest is still asleep.\n")
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=named)
def test_every_python_example_runs(page, files):
    """One after the other, as a person would type them; those that name a file in their first line are modules."""
    modules, session = [], {"__name__": "__main__"}
    for number, block in enumerate(blocks(page, "python"), start=1):
        if module := re.match(r"# (\w+)\.py\n", block):
            (files / f"{module[1]}.py").write_text(block, encoding="utf-8")
            modules.append(module[1])
        exec(compile(block, f"{named(page)}, example {number}", "exec"), session)
    for module in modules:
        sys.modules.pop(module, None)


def test_the_engine_and_the_stage_of_contributing_keep_their_contracts(files, monkeypatch):
    """Their own tests, as a contributor runs them."""
    for block in blocks(ROOT / "CONTRIBUTING.md", "python"):
        (files / re.match(r"# (\w+\.py)\n", block)[1]).write_text(block, encoding="utf-8")
    from morse import load
    from plain import Plain

    from voicekit.testing import check_engine, check_stage

    check_engine(load(Path("."), "cpu"))
    (files / "words.txt").write_text("The lights\na city at night\n")
    check_stage(Plain(), [files / "words.txt"], files / "work")
    for module in ("morse", "plain"):
        sys.modules.pop(module)


def test_the_denoiser_of_the_plug_ins_takes_the_rumble_and_leaves_the_rest():
    from voicekit.media.sound import Sound

    source = next(block for block in blocks(ROOT / "docs" / "plug-ins.md", "python") if block.startswith("# rumble.py"))
    rumble: dict = {}
    exec(source, rumble)
    time_s = np.arange(48_000) / 24_000
    low, high = (np.sin(2 * np.pi * hertz * time_s).astype(np.float32) for hertz in (20, 1000))
    sound = Sound(24_000, 2, 2.0, lambda: iter(np.split(np.stack([low + high, high]), [1, 7000], axis=1)))
    treated = np.concatenate(list(rumble["denoise"](sound).apply(sound.read())), axis=1)
    assert treated.shape == (2, 48_000) and treated.dtype == np.float32
    spectrum = np.abs(np.fft.rfft(treated[:, 24_000:])) / 12_000  # of a second, so a bin a hertz
    assert spectrum[0, 20] < 0.01 and np.allclose(spectrum[:, 1000], 1, atol=0.01)


def test_the_corpus_of_contributing_is_read(files):
    from voicekit.dataset.corpora import find_items, read

    source = next(block for block in blocks(ROOT / "CONTRIBUTING.md", "toml") if "[texts]" in block)
    (files / "speeches.toml").write_text(source)
    for name in ("anna/anna_001", "anna/anna_002", "ben/ben_001"):
        (files / "speeches" / name).parent.mkdir(parents=True, exist_ok=True)
        (files / "speeches" / f"{name}.flac").touch()
    (files / "speeches" / "texts.tsv").write_text("anna_001\tThe lights come on.\nben_001\tThen it begins.\n")
    items = find_items(files / "speeches", read(files / "speeches.toml"))
    assert [(item.speaker, item.text) for item in items] == [
        ("anna", "The lights come on."), ("anna", None), ("ben", "Then it begins."),
    ]  # fmt: skip


def test_the_language_of_contributing_is_spoken(files):
    from voicekit.text.phonemes.phonemise import phonemise

    source = next(block for block in blocks(ROOT / "CONTRIBUTING.md", "python") if block.startswith("# french.py"))
    french: dict = {}
    exec(source, french)
    spoken = french["spoken_french"]("M. Dupont paie 3,50 € à 8h30, env. 20 %, p. ex. 1 € ou 12 kg.")
    assert (
        spoken
        == "monsieur Dupont paie 3 euros 50 à 8 heures 30, environ 20 pour cent, par exemple un euro ou 12 kilogrammes."
    )
    assert phonemise(spoken, "fr-fr").words


def shell_commands(page: Path) -> list[list[str]]:
    """What stands behind "$" in a page's console blocks, split at pipes."""
    found = []
    for line in "".join(blocks(page, "console") + blocks(page, "text")).splitlines():
        if line.startswith("$ "):
            words = shlex.split(line[2:], comments=True)
            edges = [-1, *(n for n, word in enumerate(words) if word in ("|", "&&")), len(words)]
            found += [words[a + 1 : b] for a, b in pairwise(edges)]
    return found


def parsed(words: list[str]) -> None:
    """Raises click.UsageError where the command line does not take the words that stand behind `voicekit`."""
    command, context = cli, None
    while isinstance(command, click.Group) and words and words[0] in command.list_commands(context or click.Context(cli)):
        command, words = command.get_command(context or click.Context(cli), words[0]), words[1:]
    command.make_context("voicekit", list(words))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_exists_with_its_options(page):
    wrong = []
    for words in shell_commands(page):
        if Path(words[0]).name == "voicekit":
            try:
                parsed(words[1:])
            except click.ClickException as error:
                wrong.append(f"{shlex.join(words)}: {error.format_message()}")
        elif words[0] == "make":
            wrong += [f"make {target}" for target in words[1:] if "=" not in target and target not in targets()]
    assert wrong == []


@cache
def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@cache
def options() -> set[str]:
    """The options of all commands, and of those inside them."""
    found = set(_OF_OTHERS)
    waiting = [cli.get_command(click.Context(cli), name) for name in COMMANDS]
    while waiting:
        command = waiting.pop()
        waiting += getattr(command, "commands", {}).values()
        for parameter in command.params:
            found |= {*parameter.opts, *parameter.secondary_opts}
    return found


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_prose_names_exists(page):
    """Options, commands, make's targets, scripts and extras that stand between backticks."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    lost = []
    for span in _SPAN.findall(prose(page)):
        lost += [option for option in _OPTION.findall(span) if option not in options()]
        lost += [span for name in re.findall(r"^(?:\.venv/bin/)?voicekit ([a-z]+)", span) if name not in COMMANDS]
        lost += [span for name in re.findall(r"^make ([a-z-]+)", span) if name not in targets()]
        lost += [span for name in re.findall(r"^python (\S+\.py)", span) if not (ROOT / name).is_file()]
        lost += [span for name in re.findall(r"'voicekit\[(\w+)\]'", span) if name not in extras]
    assert lost == []


def test_the_documentation_builds(tmp_path):
    pytest.importorskip("mkdocs")
    pytest.importorskip("mkdocstrings_handlers.python")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "repository" / "CONTRIBUTING.html").is_file()
    assert "find_voice" in (tmp_path / "site" / "python.html").read_text(encoding="utf-8")
