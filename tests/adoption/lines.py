#!/usr/bin/env python3
"""How long ten jobs are in our packages and with OpenAI's SDK: client/LANGUAGE/examples/JOB beside
tests/adoption/openai/LANGUAGE/JOB. Writes the table into README.md.

Usage: lines.py [--check]

A line counts if it is neither blank nor comment; imports count. --check changes nothing, and fails if
the table is not README.md's, if one of ours is longer, or if a job has no counterpart.
"""
import argparse
import ast
import io
import pathlib
import re
import sys
import tokenize

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
JOBS = {"completion": "one answer", "stream": "a stream", "tools": "a loop of called functions, two rounds",
        "typed": "a typed answer", "image": "an image from a file", "many": "50 questions at a time",
        "batch": "a batch", "retry": "a retry that is safe", "deadline": "a deadline", "cancel": "a cancelled stream"}
LANGUAGES = {"python": ("Python", "py"), "node": ("TypeScript", "ts"), "go": ("Go", "go"), "java": ("Java", "java")}
PLACE = re.compile(r"(<!-- adoption lines: [^\n]*-->\n).*(<!-- end of adoption lines -->)", re.S)


def of_python(text: str) -> int:
    """Comments and docstrings do not count."""
    spared = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in spared:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        if documented and ast.get_docstring(node):
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len({number for number in lines if text.splitlines()[number - 1].strip()})


def of_braces(text: str) -> int:
    """Of a language with // and /* */. Strings are skipped, so that a URL begins no comment."""
    parts = re.compile(r"//[^\n]*|/\*.*?\*/|\"\"\".*?\"\"\"|\"(?:\\.|[^\"\\\n])*\"|"
                       r"'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.S)

    def without_comment(found: re.Match) -> str:
        return re.sub(r"[^\n]", "", found[0]) if found[0].startswith(("//", "/*")) else found[0]
    return sum(1 for line in parts.sub(without_comment, text).splitlines() if line.strip())


def count(text: str, ending: str) -> int:
    return of_python(text) if ending == "py" else of_braces(text)


def job_of(path: pathlib.Path, folder: pathlib.Path, ending: str) -> str:
    """completion.py, completion/main.go, CompletionExample.java, Completion.java: completion."""
    name = path.parent.name if ending == "go" and path.parent != folder else path.stem
    return re.sub(r"example$", "", re.sub(r"[^a-z]", "", name.lower()))


def counts(folder: pathlib.Path, ending: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for path in sorted(folder.rglob(f"*.{ending}")) if folder.is_dir() else []:
        if "node_modules" in path.parts or path.name.endswith("_test.go"):
            continue
        job = job_of(path, folder, ending)
        if job in JOBS:
            found[job] = found.get(job, 0) + count(path.read_text("utf-8"), ending)
    return found


def measured(root: pathlib.Path) -> dict[str, tuple[dict[str, int], dict[str, int]]]:
    """Of each language that has both: the lines of OpenAI's and of ours."""
    found = {}
    for language, (_, ending) in LANGUAGES.items():
        theirs = counts(root / "tests" / "adoption" / "openai" / language, ending)
        ours = counts(root / "client" / language / "examples", ending)
        if theirs:
            found[language] = (theirs, ours)
    return found


def table(found: dict[str, tuple[dict[str, int], dict[str, int]]]) -> str:
    if not found:
        return ""
    names = [LANGUAGES[language][0] for language in found]
    lines = ["## Ten jobs in lines of code", "",
             "Lines that are neither blank nor comment, with OpenAI's SDK and with ours:", "",
             f"| job | {' | '.join(names)} |", "|---|" + "---|" * len(names)]
    for job, text in JOBS.items():
        cells = [f"{theirs[job]} → {ours[job]}" if job in theirs and job in ours else ""
                 for theirs, ours in found.values()]
        lines.append(f"| {text} | {' | '.join(cells)} |")
    sums = [f"{sum(theirs.values())} → {sum(ours[job] for job in theirs if job in ours)}"
            for theirs, ours in found.values()]
    lines.append(f"| all | {' | '.join(sums)} |")
    return "\n".join(lines) + "\n"


def faults(found: dict[str, tuple[dict[str, int], dict[str, int]]]) -> list[str]:
    lines = []
    for language, (theirs, ours) in found.items():
        for job in JOBS:
            if job not in theirs or job not in ours:
                lines.append(f"{language}: {job} is missing {'with OpenAI' if job not in theirs else 'of ours'}")
            elif ours[job] > theirs[job]:
                lines.append(f"{language}: {job} has {ours[job]} lines, {theirs[job]} with OpenAI's SDK")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    found, readme = measured(ROOT), ROOT / "README.md"
    old = readme.read_text("utf-8")
    new, places = PLACE.subn(lambda place: place[1] + table(found) + place[2], old)
    if places != 1:
        sys.exit("README.md has no place for the table")
    wrong = faults(found)
    if not arguments.check:
        readme.write_text(new, "utf-8")
    elif new != old:
        wrong.append("README.md: the table is not what tests/adoption/lines.py writes")
    print(table(found) or "no language has the jobs with both")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
