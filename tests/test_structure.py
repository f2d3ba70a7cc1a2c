"""The shape of the code: imports go one way, and help needs nothing heavy."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import voicekit

PACKAGE = Path(voicekit.__file__).parent

#: From the bottom of the house up (docs: design); a module imports from its own package or from those below it.
LAYERS = [
    {"core"},
    {"media", "text"},
    {"audio"},
    {"recognition", "model"},
    {"speech"},
    {"engines"},
    {"separation"},
    {"dataset"},
    {"training"},
    {"evaluation"},
    {"postproduction"},
    {"narration"},
    {"conversion"},
    {"film"},
    {"onboarding", "server"},
    {"runtime", "testing", "cli"},
    {"__main__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("voicekit"):
            names |= {node.module} if node.module != "voicekit" else {f"voicekit.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.startswith("voicekit.")}
    return {name.removeprefix("voicekit.") for name in names if "." in name}


def test_imports_go_one_way():
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        top = module.split(".")[0]
        if top == "__init__":
            continue
        for imported in imports(path):
            below = imported.split(".")[0]
            if below == "__version__":
                continue
            if below != top and LEVEL[below] >= LEVEL[top]:
                wrong.append(f"{module} imports {imported}")
    assert wrong == []


def package_of(module: str) -> str:
    """film.pictures.sheet → film.pictures; core.errors → core."""
    return module.rpartition(".")[0] or module


def test_no_package_imports_itself_by_a_detour():
    """A package and those inside of it are one house: only ways between neighbours count."""
    modules = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
    leads_to: dict[str, set[str]] = {}
    for module, path in modules.items():
        here = package_of(module)
        for imported in imports(path):
            there = package_of(imported) if imported in modules else imported
            if not there.startswith(here) and not here.startswith(there):
                leads_to.setdefault(here, set()).add(there)

    def reached(package: str) -> set[str]:
        found: set[str] = set()
        waiting = [package]
        while waiting:
            new = leads_to.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    assert [package for package in leads_to if package in reached(package)] == []


def test_the_tree_is_two_levels_deep_and_nothing_lies_loose():
    paths = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")]
    assert {path.stem for path in paths if len(path.parts) == 1} == {"__init__", "__main__", "runtime", "testing"}
    assert max(len(path.parts) for path in paths) == 3


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from voicekit.cli import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'numpy', 'librosa', 'av', 'scipy', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "narrate" in result.stdout


def test_every_command_has_help_with_an_example():
    from click.testing import CliRunner

    from voicekit.cli import COMMANDS, cli

    for name in COMMANDS:
        result = CliRunner().invoke(cli, [name, "--help"])
        assert result.exit_code == 0, name
        command = cli.get_command(None, name)
        for inner in getattr(command, "commands", {}):  # of a group each command has its own
            result = CliRunner().invoke(cli, [name, inner, "--help"])
        assert "Example" in result.output, name


def test_media_is_the_only_door_to_pyav():
    def uses(path: Path) -> bool:
        found = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Import)]
        return any(alias.name == "av" for node in found for alias in node.names)

    assert {path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py") if uses(path)} == {"media"}


def test_benchmarks_and_recipes_ask_for_names_that_are_there():
    """They are run by hand, and seldom."""
    root = PACKAGE.parent
    missing = []
    for path in [*(root / "benchmarks").glob("*.py"), *(root / "recipes").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or (node.module or "").split(".")[0] != "voicekit":
                continue
            module = importlib.import_module(node.module)
            for alias in node.names:
                if not hasattr(module, alias.name) and not importlib.util.find_spec(f"{node.module}.{alias.name}"):
                    missing.append(f"{path.name}: {node.module}.{alias.name}")
    assert missing == []
