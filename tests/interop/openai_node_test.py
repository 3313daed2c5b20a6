#!/usr/bin/env python3
"""OpenAI's own Node client against the simulator (openai_node_test.mjs).

Usage: openai_node_test.py SIMULATOR
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

from tools import HERE, ROOT, Simulator, skip

sys.path.insert(0, str(ROOT / "tests" / "clients"))
from world import make_certificates  # noqa: E402

PACKAGES = ["openai@7.59.0", "ws@8.23.0"]


def client_folder() -> pathlib.Path:
    """Ends the test where this machine cannot have it."""
    if shutil.which("npm") is None:
        skip("Node is not installed")
    folder = ROOT / "build" / "tools" / "openai-node"
    made_from = folder / "made-from"
    if not made_from.exists() or made_from.read_text("utf-8") != " ".join(PACKAGES):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}', "utf-8")
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *PACKAGES], cwd=folder,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            skip(f"npm cannot install {PACKAGES}: {done.stderr.strip().splitlines()[:1]}")
        made_from.write_text(" ".join(PACKAGES), "utf-8")
    return folder


def main() -> int:
    folder = client_folder()
    simulator = Simulator(sys.argv[1])
    with tempfile.TemporaryDirectory() as certificates:
        make_certificates(pathlib.Path(certificates))
        command = ["node", "--test-reporter=spec", HERE / "openai_node_test.mjs", folder, certificates, simulator.url]
        done = subprocess.run(command, check=False)
    simulator.end()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
