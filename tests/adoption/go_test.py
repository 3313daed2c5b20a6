#!/usr/bin/env python3
"""A newcomer to the Go client, in a fresh folder: installs it as its README says, builds and runs every
example, and lets OpenAI's own SDK call the gateway through the client.

Usage: go_test.py BIN WORK [--newest]

--newest takes the newest version of the SDK instead of the one that tests/adoption/go/go.mod names.
Exit code 77 if it was skipped: a tool is missing or no registry is reached, and the reason is printed.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "clients"))
import languages  # noqa: E402
import world  # noqa: E402
from generate import Missing, go_environment, run  # noqa: E402
from install_lines_test import fenced, INSTALLS  # noqa: E402

CLIENT = languages.CLIENT / "go"
SDK = "github.com/openai/openai-go/v3"
# A server whose operator lets callers reach what existing code asks for.
world.SERVERS["moving"] = """server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}
raw:
  allow:
    - {method: GET, path: /models/**}
    - {method: POST, path: /chat/completions}
    - {method: POST, path: /embeddings}
    - {method: POST, path: /responses}
    - {method: POST, path: /images/edits}
    - {method: POST, path: /audio/speech}
    - {method: GET, path: /files/**}
    - {method: POST, path: /files}
    - {method: DELETE, path: /files/*}
    - {method: GET, path: /batches/**}
    - {method: POST, path: /batches}
"""

def install(folder: pathlib.Path, environment: dict[str, str]) -> None:
    """The README's lines, with this tree where they clone it."""
    (lines,) = [block for block in fenced(CLIENT / "README.md", "sh") if INSTALLS.search(block)]
    (folder / "inferwire").symlink_to(languages.ROOT)
    run("go", "mod", "init", "example.com/newcomer", cwd=folder, env=environment)
    shutil.copytree(CLIENT / "examples", folder / "examples")
    for line in lines.splitlines():
        if not line.startswith("git clone"):
            print(line, flush=True)
            languages.download("bash", "-euc", line, cwd=folder, env=environment)


def run_examples(folder: pathlib.Path, server: str, environment: dict[str, str]) -> list[str]:
    (folder / "bin").mkdir()
    run("go", "build", "-ldflags=-s -w", "-o", "bin/", "./examples/...", cwd=folder, env=environment)
    picture = folder / "picture.png"
    picture.write_bytes(languages.PICTURE)
    faults = []
    for example in sorted((folder / "bin").iterdir()):
        arguments = [picture] if example.name == "image" else []
        result = subprocess.run([example, *arguments], env={**os.environ, "INFERWIRE_SERVER": server},
                                capture_output=True, text=True, timeout=60, check=False)
        good = result.returncode == 0 and result.stdout.strip()
        print(f"example {example.name}: {'ok' if good else 'FAILED'}", flush=True)
        if not good:
            faults.append(f"example {example.name}: exit code {result.returncode}\n{result.stdout}{result.stderr}")
    return faults


def run_sdk(folder: pathlib.Path, place: world.World, environment: dict[str, str], newest: bool) -> list[str]:
    source = folder / "sdk"
    shutil.copytree(HERE / "go", source)
    module = (source / "go.mod").read_text("utf-8")
    (source / "go.mod").write_text(re.sub(r"=> \S+", f"=> {CLIENT}", module), "utf-8")
    if newest:
        languages.download("go", "get", f"{SDK}@latest", cwd=source, env=environment)
        languages.download("go", "mod", "tidy", cwd=source, env=environment)
    languages.download("go", "test", "-c", "-ldflags=-s -w", "-o", "sdk_test", ".", cwd=source, env=environment)
    result = subprocess.run([source / "sdk_test", "-test.v", "-test.timeout=60s"], capture_output=True, text=True, timeout=90,
                            check=False, env={**os.environ, "INFERWIRE_SERVER": place.target("moving"), "SIMULATOR": place.upstream})
    print(*re.findall(r"^--- .*", result.stdout, re.M), sep="\n", flush=True)
    return [] if result.returncode == 0 else [result.stdout[-4000:] + result.stderr[-2000:]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--newest", action="store_true")
    arguments = parser.parse_args()
    environment = go_environment()
    try:
        languages.need_version("go", "version", (1, 26) if arguments.newest else (1, 25))
        with world.World(arguments.bin.resolve(), arguments.work.resolve()) as place:
            folder = place.folder / "newcomer"
            folder.mkdir()
            install(folder, environment)
            faults = run_examples(folder, place.target(), environment)
            faults += run_sdk(folder, place, environment, arguments.newest)
    except Missing as missing:
        print(f"skipped: {missing}")
        return 77
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd))} failed:\n{error.output[-4000:]}")
        return 1
    print(*faults, sep="\n")
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
