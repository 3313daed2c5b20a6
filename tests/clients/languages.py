"""How each language's package is built, installed as its users would, and its driver started.

Everything is made below build/clients; nothing is installed on the machine. A language whose tools
are missing, or cannot be downloaded, raises generate.Missing with the reason.
"""
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "client"))
import generate  # noqa: E402
from generate import BUILD, Missing, need, run  # noqa: E402

DIST = BUILD / "dist"
CLIENT = ROOT / "client"
# What package managers say when they reach no registry.
UNREACHED = re.compile(
    r"Could not resolve host|name resolution|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|"
    r"NewConnectionError|ConnectTimeout|ReadTimeout|dial tcp|i/o timeout|Could not transfer|"
    r"Unknown host|Connection refused|Connection timed out", re.IGNORECASE)


@dataclasses.dataclass
class Ready:
    """drivers: column of the table -> command. examples: name -> command."""
    drivers: dict[str, list[str]]
    examples: dict[str, list[str]]
    environment: dict[str, str] = dataclasses.field(default_factory=dict)


def download(*command, **options) -> None:
    """A command that may have to fetch something first."""
    try:
        run(*command, **options)
    except subprocess.CalledProcessError as error:
        if UNREACHED.search(error.output):
            raise Missing(f"{pathlib.PurePath(str(command[0])).name} reaches no registry") from error
        raise


def replace_in_dist(pattern: str, *built: pathlib.Path) -> list[pathlib.Path]:
    DIST.mkdir(parents=True, exist_ok=True)
    for old in DIST.glob(pattern):
        old.unlink()
    return [pathlib.Path(shutil.copy(path, DIST)) for path in built]


def python(_programs: pathlib.Path) -> Ready:
    """A wheel, installed into a virtual environment."""
    wheels, venv = BUILD / "python-wheel", BUILD / "python-venv"
    shutil.rmtree(wheels, ignore_errors=True)
    try:
        run(sys.executable, "-m", "venv", "--clear", venv)
    except subprocess.CalledProcessError as error:
        raise Missing("this python3 has no venv module") from error
    pip = [venv / "bin" / "python", "-m", "pip", "-q", "--disable-pip-version-check",
           "--cache-dir", BUILD / "pip"]
    # Built from a copy: setuptools leaves folders beside what it builds.
    source = BUILD / "python-source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(CLIENT / "python", source, ignore=shutil.ignore_patterns("__pycache__", "build"))
    download(*pip, "wheel", "--no-deps", "-w", wheels, source)
    (wheel,) = replace_in_dist("*.whl", *wheels.glob("*.whl"))
    download(*pip, "install", wheel)
    interpreter = str(venv / "bin" / "python")
    driver = [interpreter, str(HERE / "python" / "driver.py")]
    examples = {p.stem: [interpreter, str(p)]
                for p in sorted((CLIENT / "python" / "examples").glob("*.py"))}
    return Ready({"python": driver, "python asyncio": [*driver, "--asyncio"]}, examples)


def go(_programs: pathlib.Path) -> Ready:
    """The module, used by another module as any user's would."""
    need("go")
    environment, out = generate.go_environment(), BUILD / "go"
    download("go", "build", "-o", out / "driver", ".", cwd=HERE / "go", env=environment)
    download("go", "vet", "./...", cwd=CLIENT / "go", env=environment)
    examples = {}
    for folder in sorted((CLIENT / "go" / "examples").iterdir()):
        run("go", "build", "-o", out / folder.name, f"./examples/{folder.name}",
            cwd=CLIENT / "go", env=environment)
        examples[folder.name] = [str(out / folder.name)]
    return Ready({"go": [str(out / "driver")]}, examples)


LANGUAGES = {"python": python, "go": go}
# Languages whose stubs are in the tree.
GENERATED = {"python", "go", "node"}
# Where a package says its version.
VERSION_FILES = {
    "python": ("python/pyproject.toml", r'^version = "(.+)"'),
    "node": ("node/package.json", r'^  "version": "(.+)"'),
    "java": ("java/pom.xml", r"^  <version>(.+)</version>"),
}


def version_of(name: str) -> str:
    path, pattern = VERSION_FILES[name]
    return re.search(pattern, (CLIENT / path).read_text("utf-8"), re.MULTILINE)[1]
