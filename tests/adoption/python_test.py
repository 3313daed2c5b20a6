#!/usr/bin/env python3
"""A newcomer with Python: a fresh environment, the package installed as its README says, then every example, the
same jobs with OpenAI's SDK, and that SDK's families of calls through the gateway (python_inside.py).

Usage: python_test.py BIN WORK
"""
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests" / "clients")]
import languages  # noqa: E402
import world  # noqa: E402
from generate import BUILD, Missing, run  # noqa: E402

PATHS = ("models", "chat/completions", "completions", "responses", "conversations", "embeddings", "moderations", "images",
         "audio", "files", "batches", "fine_tuning")
ALLOWED = "".join(f"  - {{method: {method}, path: /{path}/**}}\n"
                  for path in PATHS for method in ("GET", "POST", "DELETE"))


def install(folder: pathlib.Path) -> pathlib.Path:
    """The environment's Python."""
    source, venv = folder / "source", folder / "venv"
    shutil.copytree(ROOT / "client" / "python", source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    try:
        run(sys.executable, "-m", "venv", venv)
    except subprocess.CalledProcessError as error:
        raise Missing("this python3 has no venv module") from error
    python = venv / "bin" / "python"
    languages.download(python, "-m", "pip", "-q", "--disable-pip-version-check", "--cache-dir", BUILD / "pip",
                       "install", source)
    languages.add_openai(venv)
    return python


def main() -> int:
    programs, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        python = install(folder)
    except Missing as missing:
        print(f"skipped: {missing}")
        return 77
    world.SERVERS["plain"] += f"raw:\n  allow:\n{ALLOWED.replace('  - ', '    - ')}"
    with world.World(programs, folder / "world") as there:
        environment = {**os.environ, "INFERWIRE_SERVER": there.target(), "OPENAI_BASE_URL": there.upstream,
                       "OPENAI_API_KEY": "not used"}
        inside = [python, ROOT / "tests" / "adoption" / "python_inside.py", ROOT]
        return subprocess.run(inside, env=environment, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
