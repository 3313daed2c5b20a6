#!/usr/bin/env python3
"""Plays the newcomer with Node: a fresh folder, the package as it is published and the SDKs of others beside
it, every example, the ten jobs with OpenAI's SDK, and those SDKs through the gateway.

Usage: node_test.py BIN WORK

Exit code 77 if Node or its registry is missing; the reason is printed.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = ROOT / "tests" / "adoption"
sys.path.insert(0, str(ROOT / "tests" / "clients"))
import languages  # noqa: E402
import world  # noqa: E402
from generate import Missing  # noqa: E402

PACKAGES = ["openai@7.59.0", "ai@7.0.173", "@ai-sdk/openai@4.0.118", "zod@4.6.7", "@types/node@20",
            "@opentelemetry/api@1.9.1", "@opentelemetry/instrumentation@0.223.0",
            "@opentelemetry/instrumentation-grpc@0.223.0", "@opentelemetry/sdk-trace-base@2.12.1",
            "@opentelemetry/sdk-trace-node@2.12.1"]
# What raw.allow has beyond its defaults where OpenAI's SDK is to do everything that is tried here.
ALLOWED = ["GET /models/**", "POST /chat/completions", "GET /chat/completions/**", "POST /responses/**",
           "GET /responses/**", "DELETE /responses/**", "POST /embeddings", "POST /moderations",
           "POST /images/generations", "POST /images/edits", "POST /audio/speech", "POST /audio/transcriptions",
           "GET /files/**", "POST /files", "DELETE /files/**", "GET /batches/**", "POST /batches"]
TSCONFIG = """{"compilerOptions": {"target": "es2022", "module": "nodenext", "strict": true, "skipLibCheck": true,
  "noUncheckedIndexedAccess": true, "types": ["node"]}, "include": ["examples/**/*.ts", "openai/*.ts"]}
"""


def server() -> str:
    rules = [rule.split() for rule in ALLOWED]
    allow = "".join(f"    - {{method: {method}, path: '{path}'}}\n" for method, path in rules)
    return world.SERVERS["plain"] + "raw:\n  allow:\n" + allow


def newcomer(folder: pathlib.Path) -> None:
    """What somebody has who has installed everything."""
    archive, package = languages.node_package()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"private": true, "type": "module"}\n', "utf-8")
    languages.download("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline",
                       "--cache", languages.BUILD / "npm", archive, *PACKAGES, cwd=folder)
    shutil.copytree(ROOT / "client" / "node" / "examples", folder / "examples")
    shutil.copytree(HERE / "openai" / "node", folder / "openai")
    shutil.copy(folder / "examples" / "picture.png", folder / "openai")
    for program in (HERE / "node").glob("*.mjs"):
        shutil.copy(program, folder)
    (folder / "tsconfig.json").write_text(TSCONFIG, "utf-8")
    languages.run(package / "node_modules" / ".bin" / "tsc", "-p", ".", cwd=folder)


def run(name: str, command: list[str], folder: pathlib.Path, environment: dict[str, str]) -> bool:
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True,
                          timeout=120, check=False)
    good = done.returncode == 0 and bool(done.stdout.strip())
    print("ok    " if good else "FAILED", name, flush=True)
    if not good:
        print((done.stdout + done.stderr)[-4000:])
    return good


def programs(folder: pathlib.Path) -> dict[str, list[str]]:
    found = {str(path.relative_to(folder)): ["node", str(path)]
             for part in ("examples", "openai") for path in sorted((folder / part).rglob("*.js"))}
    return {**found, "OpenAI's SDK through the gateway": ["node", "--test-reporter=spec", "openai_check.mjs"],
            "Vercel's AI SDK through the gateway": ["node", "--test-reporter=spec", "ai_sdk_check.mjs"],
            "OpenTelemetry": ["node", "--import", "./telemetry.mjs", "telemetry_check.mjs"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    try:
        newcomer(work / "newcomer")
    except Missing as missing:
        print(f"skipped: {missing}")
        return 77
    except subprocess.CalledProcessError as error:
        print(error.cmd, error.output[-4000:])
        return 1
    world.SERVERS["openai"] = server()
    with world.World(arguments.bin.resolve(), work / "world") as all_of_it:
        environment = {"INFERWIRE_SERVER": all_of_it.target("openai"), "SIMULATOR": all_of_it.upstream,
                       "OPENAI_BASE_URL": all_of_it.upstream, "OPENAI_API_KEY": "any"}
        results = [run(name, command, work / "newcomer", environment)
                   for name, command in programs(work / "newcomer").items()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
