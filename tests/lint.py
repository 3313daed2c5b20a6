#!/usr/bin/env python3
"""clang-tidy over what changed since the last clean run.

Usage: lint.py BUILD_FOLDER [--all] [--seconds N] [FILE...]

A file is clean if clang-tidy has nothing to say about it; it stays so until it, a header of ours that it
includes, or .clang-tidy changes. BUILD_FOLDER/lint remembers which are. On a fresh checkout nothing is
remembered: then a file counts as clean if it and its headers are as they were at the revision in
tests/lint_clean_at, which --all writes when all files are clean. FILE...: only these, clean or not.

--seconds bounds the time for a gate: files that changed themselves come first, then those whose headers
did, and what is left when the time is over is said and is no failure.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLEAN_AT = ROOT / "tests" / "lint_clean_at"
FOLDERS = ("service", "client/cpp")
INCLUDE_ROOTS = ("service", "client/cpp/include", "client/cpp/src", "client/cpp")


def git(*arguments: str) -> str | None:
    done = subprocess.run(["git", "-C", ROOT, *arguments], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    return done.stdout if done.returncode == 0 else None


def sources() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).rglob("*.cc")
                  if "examples" not in path.parts)


class Includes:
    """Which headers of ours a file includes, directly or not."""

    def __init__(self):
        self._direct: dict[str, list[str]] = {}

    def direct(self, path: str) -> list[str]:
        if path not in self._direct:
            found = []
            for name in re.findall(r'^#include "([^"]+)"', (ROOT / path).read_text("utf-8"), re.M):
                for root in (str(pathlib.PurePath(path).parent), *INCLUDE_ROOTS):
                    if (ROOT / root / name).is_file():
                        found.append(os.path.normpath(f"{root}/{name}"))
                        break
            self._direct[path] = found
        return self._direct[path]

    def all(self, path: str) -> list[str]:
        seen, left = set(), [path]
        while left:
            for header in self.direct(left.pop()):
                if header not in seen:
                    seen.add(header)
                    left.append(header)
        return sorted(seen)


def key_of(path: str, includes: Includes) -> str:
    digest = hashlib.sha256()
    for part in (".clang-tidy", path, *includes.all(path)):
        digest.update(part.encode() + b"\0" + (ROOT / part).read_bytes() + b"\0")
    return digest.hexdigest()


def changed_since_clean() -> set[str] | None:
    """Paths that differ from the revision that was clean; None: it is not known what does."""
    revision = CLEAN_AT.read_text("utf-8").strip() if CLEAN_AT.is_file() else ""
    changed = git("diff", "--name-only", revision, "--") if revision else None
    new = git("ls-files", "--others", "--exclude-standard")
    return None if changed is None or new is None else set(changed.split() + new.split())


def without_precompiled(build: pathlib.Path, to: pathlib.Path) -> None:
    """The build's commands without its precompiled headers: they are gcc's, and hide what a file forgets to include."""
    commands = json.loads((build / "compile_commands.json").read_text("utf-8"))
    for each in commands:
        each["command"] = re.sub(r" (-Winvalid-pch|-fpch-preprocess|-include \S*cmake_pch\.hxx)(?= )", "", each["command"])
    (to / "compile_commands.json").write_text(json.dumps(commands), "utf-8")


def tidy(path: str, build: pathlib.Path) -> tuple[str, str]:
    done = subprocess.run(["clang-tidy-14", "-p", str(build), "--quiet", path], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    noise = re.compile(r"^\d+ warnings? (and \d+ errors? )?generated\.$|^Suppressed |^Use -header-filter|^$")
    text = "\n".join(line for line in done.stdout.splitlines() if not noise.match(line))
    return path, text if done.returncode != 0 or "warning:" in text else ""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    includes = Includes()
    clean = arguments.build / "lint"
    clean.mkdir(parents=True, exist_ok=True)
    without_precompiled(arguments.build, clean)
    names = arguments.files or sources()
    keys = {name: key_of(name, includes) for name in names}
    changed = None if arguments.all or arguments.files else changed_since_clean()

    def is_clean(name: str) -> bool:
        if arguments.files:
            return False
        if (clean / keys[name]).exists():
            return True
        return changed is not None and changed.isdisjoint([".clang-tidy", name, *includes.all(name)])

    left = [name for name in names if not is_clean(name)]
    left.sort(key=lambda name: (changed is not None and name not in changed, name))
    end = time.monotonic() + arguments.seconds if arguments.seconds else None
    bad = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        def look(name: str):
            return None if end and time.monotonic() > end else tidy(name, clean)
        for name, result in zip(left, pool.map(look, left)):
            if result is None:
                skipped += 1
            elif result[1]:
                bad += 1
                print(result[1], flush=True)
            else:
                (clean / keys[name]).touch()
    print(f"lint: {len(left) - skipped} of {len(names)} files looked at, {bad} with findings"
          + (f"; {skipped} not looked at, the time was over" if skipped else ""))
    if arguments.all and not bad and not skipped:
        CLEAN_AT.write_text((git("rev-parse", "HEAD") or "").strip() + "\n", "utf-8")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
