#!/usr/bin/env python3
"""A newcomer with Java: the built package beside OpenAI's SDK from its registry; every example, the same
jobs with that SDK, the SDK's calls through the gateway, Spring AI, OpenTelemetry.

Usage: java_test.py BIN WORK
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
from generate import BUILD, Missing  # noqa: E402

HERE = ROOT / "tests" / "adoption"
PATHS = ("models", "chat/completions", "responses", "embeddings", "images", "audio", "files", "batches")
ALLOWED = "raw:\n  allow:\n" + "".join(f"    - {{method: {method}, path: /{path}/**}}\n"
                                       for path in PATHS for method in ("GET", "POST", "DELETE"))


def programs_of(folder: pathlib.Path) -> dict[str, list[str]]:
    """What is run, by what it shows."""
    client = languages.java_package()
    own = {jar.name.rpartition("-")[0] for jar in client}
    sdk = languages.java_libraries(HERE / "java" / "pom.xml", BUILD / "java-openai")
    spring = languages.java_libraries(HERE / "java" / "spring" / "pom.xml", BUILD / "java-spring")
    examples = languages.java_compile(client, folder / "examples", (ROOT / "client" / "java" / "examples").glob("*.java"))
    # Of what both bring, the client's is not older.
    beside = [*client, *(jar for jar in sdk if jar.name.rpartition("-")[0] not in own)]
    checks = languages.java_compile(beside, folder / "checks", (HERE / "java").glob("*.java"))
    theirs = languages.java_compile(sdk, folder / "theirs", (HERE / "openai" / "java").glob("*.java"))
    beans = [*client, *(jar for jar in spring if jar.name.rpartition("-")[0] not in own)]
    ai = languages.java_compile(beans, folder / "spring", [HERE / "java" / "Checks.java", *(HERE / "java" / "spring").glob("*.java")])
    picture = str(languages.a_picture())
    found = {f"ours: {name}": command for name, command in languages.java_examples(examples).items()}
    for path in sorted((HERE / "openai" / "java").glob("*.java")):
        found[f"OpenAI's: {path.stem}"] = [*theirs, path.stem, picture]
    found |= {name: [*checks, name] for name in ("OpenAISdkCheck", "OpenTelemetryCheck")}
    return found | {"SpringAiCheck": [*ai, "SpringAiCheck"]}


def fault_of(command: list[str], environment: dict[str, str], folder: pathlib.Path) -> str:
    """Empty if it ends well and has printed something."""
    try:
        result = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True,
                                timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return "\nit has not ended within 120 s"
    good = result.returncode == 0 and result.stdout.strip()
    return "" if good else "\n" + (result.stdout + result.stderr)[-2000:]


def main() -> int:
    programs, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        commands = programs_of(folder)
    except Missing as missing:
        print(f"skipped: {missing}")
        return 77
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd[0]} failed:\n{error.output[-3000:]}")
        return 1
    world.SERVERS["plain"] += ALLOWED
    failed: list[str] = []
    # Failures of one check open no breaker for the next.
    world.UPSTREAM = world.UPSTREAM.replace("max_retries: 0", world.CALM)
    with world.World(programs, folder / "world") as there:
        environment = {**os.environ, "INFERWIRE_SERVER": there.target(), "SIMULATOR": there.upstream,
                       "OPENAI_BASE_URL": there.upstream, "OPENAI_API_KEY": "unused"}
        for name, command in commands.items():
            fault = fault_of(command, environment, folder)
            print(f"{'FAILED' if fault else 'ok    '} {name}", fault, flush=True)
            failed += [name] if fault else []
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
