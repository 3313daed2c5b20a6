#!/usr/bin/env python3
"""What lint.py looks at: in a tree of its own, with a clang-tidy that objects to the word BAD."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

LINT = pathlib.Path(__file__).resolve().parent / "lint.py"
TIDY = """#!/bin/sh
for file; do :; done
echo "$file" >>"$SEEN"
! grep -n BAD "$file" | sed 's/.*/warning: BAD/' | grep .
"""

COMMAND = "c++ -O2 -Winvalid-pch -include CMakeFiles/a.dir/cmake_pch.hxx -o b.o -c b.cc"


class LintTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / "tree"
        self.build = pathlib.Path(folder.name) / "build"
        programs = pathlib.Path(folder.name) / "bin"
        for each in (self.root / "tests", self.root / "service", programs):
            each.mkdir(parents=True)
        self.seen = pathlib.Path(folder.name) / "seen"
        shutil.copy(LINT, self.root / "tests")
        (programs / "clang-tidy-14").write_text(TIDY)
        (programs / "clang-tidy-14").chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "SEEN": str(self.seen)}
        (self.root / ".clang-tidy").touch()
        (self.root / "service/a.h").touch()
        (self.root / "service/a.cc").write_text('#include "a.h"\n')
        (self.root / "service/b.cc").touch()
        self.git("init", "-q")
        self.commit()

    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments], cwd=self.root, check=True)

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-qm", "x")

    def lint(self, *arguments):
        """Which files were looked at, the exit code and the last line."""
        self.seen.write_text("")
        self.build.mkdir(exist_ok=True)
        (self.build / "compile_commands.json").write_text(json.dumps([{"command": COMMAND}]))
        done = subprocess.run([sys.executable, "tests/lint.py", self.build, *arguments], cwd=self.root, text=True,
                              stdout=subprocess.PIPE, env=self.environment, check=False)
        return sorted(self.seen.read_text().split()), done.returncode, done.stdout.splitlines()[-1]

    def fresh_checkout(self):
        shutil.rmtree(self.build)

    def test_what_was_clean_is_not_looked_at_again(self):
        self.assertEqual(self.lint()[0], ["service/a.cc", "service/b.cc"])
        self.assertEqual(self.lint(), ([], 0, "lint: 0 of 2 files looked at, 0 with findings"))

    def test_precompiled_headers_are_not_looked_at(self):
        self.lint()
        (entry,) = json.loads((self.build / "lint/compile_commands.json").read_text())
        self.assertEqual(entry["command"], "c++ -O2 -o b.o -c b.cc")

    def test_a_changed_header_counts_for_those_who_include_it(self):
        self.lint()
        (self.root / "service/a.h").write_text("int x;\n")
        self.assertEqual(self.lint()[0], ["service/a.cc"])

    def test_a_finding_fails_until_it_is_mended(self):
        (self.root / "service/b.cc").write_text("BAD\n")
        self.assertEqual(self.lint()[1], 1)
        self.assertEqual(self.lint(), (["service/b.cc"], 1, "lint: 1 of 2 files looked at, 1 with findings"))
        (self.root / "service/b.cc").write_text("good\n")
        self.assertEqual(self.lint()[1], 0)

    def test_a_fresh_checkout_begins_at_the_revision_that_was_clean(self):
        self.lint("--all")
        self.fresh_checkout()
        (self.root / "service/b.cc").write_text("good\n")
        self.assertEqual(self.lint()[0], ["service/b.cc"])

    def test_with_findings_no_revision_is_clean(self):
        (self.root / "service/b.cc").write_text("BAD\n")
        self.lint("--all")
        self.assertFalse((self.root / "tests/lint_clean_at").exists())

    def test_a_revision_that_is_not_there_is_none(self):
        (self.root / "tests/lint_clean_at").write_text("0123456789" * 4 + "\n")
        self.assertEqual(self.lint()[:2], (["service/a.cc", "service/b.cc"], 0))

    def test_what_there_is_no_time_for_is_said_and_is_no_failure(self):
        (self.root / "tests/lint_clean_at").write_text("0123456789" * 4 + "\n")
        seen, code, said = self.lint("--seconds", "1e-9")
        self.assertEqual((seen, code), ([], 0))
        self.assertEqual(said, "lint: 0 of 2 files looked at, 0 with findings; 2 not looked at, the time was over")


if __name__ == "__main__":
    unittest.main()
