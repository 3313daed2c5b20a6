#!/usr/bin/env python3
"""Nothing in the tree, file names included, has a name that the product had before.

Usage: name_test.py SOURCE_ROOT
"""
import pathlib
import subprocess
import sys

OLD = "llm" + "gate"  # in two parts, so that this file is not found


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z", "-co", "--exclude-standard"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if listed.returncode != 0:
        print("skipped: this is no checkout")
        return 77
    files = [name for name in listed.stdout.decode().split("\0") if name]
    assert len(files) > 500, "the tree is not here"
    bad = []
    for name in files:
        path = root / name
        if not path.is_file():
            continue
        if OLD in name.lower() or OLD.encode() in path.read_bytes().lower():
            bad.append(name)
    for name in bad:
        print(f"{name}: has the old name")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
