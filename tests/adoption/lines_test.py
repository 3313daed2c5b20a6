#!/usr/bin/env python3
"""How lines.py counts, and what it refuses. Usage: lines_test.py"""
import pathlib
import sys
import tempfile
import unittest

import lines


class Lines(unittest.TestCase):
    def test_python_counts_what_is_neither_blank_nor_comment(self):
        self.assertEqual(lines.count('"""What\n\nit is."""\n# comment\n\nimport a  # counts\nx = """\n\ntext"""\n'
                                     'def f():\n    """Doc."""\n    return 1\n', "py"), 5)

    def test_braces_count_what_is_neither_blank_nor_comment(self):
        text = '// comment\n/* more\n */\n\nimport x; // counts\nvar url = "https://a/*b*/";\n/** doc */ int y;\n'
        self.assertEqual(lines.count(text, "java"), 3)
        self.assertEqual(lines.count("const a = `\n// text\n`;\n", "ts"), 3)

    def test_jobs_are_found_whatever_the_language_calls_them(self):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            for path in ("openai/Completion.java", "ours/CompletionExample.java", "ours/go/stream/main.go",
                         "ours/other.py"):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text("a\nb\n", "utf-8")
            self.assertEqual(lines.counts(root / "openai", "java"), {"completion": 2})
            self.assertEqual(lines.counts(root / "ours", "java"), {"completion": 2})
            self.assertEqual(lines.counts(root / "ours" / "go", "go"), {"stream": 2})
            self.assertEqual(lines.counts(root / "ours", "py"), {})

    def test_a_longer_or_a_missing_one_is_a_fault(self):
        theirs = {job: 10 for job in lines.JOBS}
        self.assertEqual(lines.faults({"go": (theirs, theirs)}), [])
        self.assertEqual(len(lines.faults({"go": (theirs, {**theirs, "batch": 11})})), 1)
        self.assertEqual(len(lines.faults({"go": (theirs, {job: 1 for job in lines.JOBS if job != "batch"})})), 1)

    def test_the_table_has_a_row_for_each_job_and_a_sum(self):
        jobs = {job: 10 for job in lines.JOBS}
        rows = lines.table({"python": (jobs, jobs), "go": (jobs, jobs)}).splitlines()
        self.assertEqual(rows[4], "| job | Python | Go |")
        self.assertEqual(rows[-1], "| all | 100 → 100 | 100 → 100 |")
        self.assertEqual(len(rows), 6 + len(lines.JOBS) + 1)
        self.assertEqual(lines.table({}), "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
