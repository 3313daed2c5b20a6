"""The programs of others that speak with our wire: built from Go modules, in the versions of
tools/go.mod, into build/tools/interop. Nothing is installed on the machine.
"""
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SOURCES, FOLDER = HERE / "tools", ROOT / "build" / "tools" / "interop"


class Simulator:
    """On a port of its own choice."""

    def __init__(self, program: str) -> None:
        self._process = subprocess.Popen([program, "--listen", "127.0.0.1:0", "--batch-time", "0"],
                                         stdout=subprocess.PIPE, text=True)
        self.url = self._process.stdout.readline().split()[-1]

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


def skip(why: str) -> None:
    print(f"skipped: {why}")
    sys.exit(77)


def go(*arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false"}
    return subprocess.run(["go", *arguments], cwd=SOURCES, env=environment, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def tools() -> pathlib.Path:
    """The folder of client, h2spec, grpcurl, ghz and grpc-health-probe. Ends the test where this
    machine cannot have them."""
    if shutil.which("go") is None:
        skip("Go is not installed")
    description = (SOURCES / "go.mod").read_text("utf-8")
    wanted, found = re.search(r"^go (.+)$", description, re.M)[1], go("env", "GOVERSION").stdout
    if version(found) < version(wanted):
        skip(f"{found.strip()} is older than {wanted}")
    made_from = hashlib.sha256((description + found).encode()).hexdigest()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = FOLDER / "made-from"
        if mark.exists() and mark.read_text("utf-8") == made_from:
            return FOLDER
        if (fetched := go("mod", "download")).returncode != 0:
            skip(f"Go's modules cannot be fetched: {fetched.stdout[-300:]}")
        built = go("build", "-trimpath", "-ldflags=-s -w", "-o", f"{FOLDER}/", "tool")
        if built.returncode != 0:
            sys.exit(built.stdout)
        mark.write_text(made_from, "utf-8")
    return FOLDER
