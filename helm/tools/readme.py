#!/usr/bin/env python3
"""Writes the table of values into the chart's README.md, from the comments in values.yaml.

Usage: readme.py [--check]. With --check nothing is written: 1 if the table is not values.yaml's, or a
value has no comment. Only the form that values.yaml has is read: two spaces per level, a comment
above every key that has no keys of its own.
"""
import pathlib
import re
import sys

CHART = pathlib.Path(__file__).resolve().parent.parent / "inferwire"
BEGIN, END = "<!-- values: made by helm/tools/readme.py -->", "<!-- end of values -->"
KEY = re.compile(r"^( *)([A-Za-z][\w.-]*):(?: (.*))?$")


class Value:
    def __init__(self, path, comment, default, line):
        self.path, self.comment, self.default, self.line = path, comment, default, line


def block_end(lines, start, indent):
    """The end of the block below lines[start]: what is indented deeper, with empty lines and comments."""
    end = start + 1
    while end < len(lines) and (lines[end].startswith(" " * (indent + 1)) or not lines[end].strip()):
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def is_leaf(lines, start, end, comment):
    """A key with a comment of its own is a leaf, unless keys below it have comments."""
    return bool(comment) and not any(line.lstrip().startswith("#") for line in lines[start + 1 : end])


def read_values(text):
    lines = text.splitlines()
    values, parents, comment, number = [], [], [], 0
    while number < len(lines):
        line = lines[number]
        if line.lstrip().startswith("#"):
            comment.append(line.lstrip()[1:].strip())
            number += 1
            continue
        match = KEY.match(line)
        if not match:
            comment = []
            number += 1
            continue
        indent, key, default = len(match[1]), match[2], match[3]
        parents = parents[: indent // 2] + [key]
        end = block_end(lines, number, indent)
        if default is None and not is_leaf(lines, number, end, comment):
            number += 1  # a section; its comment is for the reader of the file
        else:
            if default is None:
                default = " ".join(part.strip() for part in lines[number + 1 : end])
            values.append(Value(".".join(parents), " ".join(comment), default, number + 1))
            number = end
        comment = []
    return values


def table(values):
    rows = ["| value | for | default |", "|---|---|---|"]
    for value in values:
        default = value.default if len(value.default) <= 60 else "see values.yaml"
        rows.append("| `%s` | %s | `%s` |" % (value.path, value.comment.replace("|", "\\|"), default.replace("|", "\\|")))
    return "\n".join(rows)


def main():
    values = read_values((CHART / "values.yaml").read_text())
    missing = [value for value in values if not value.comment]
    for value in missing:
        print(f"values.yaml:{value.line}: {value.path} has no comment", file=sys.stderr)
    readme = CHART / "README.md"
    text = readme.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    made = f"{before}{BEGIN}\n\n{table(values)}\n\n{END}{after}"
    if "--check" in sys.argv[1:]:
        if made != text:
            print("README.md's table is not values.yaml's: run helm/tools/readme.py", file=sys.stderr)
        return 1 if missing or made != text else 0
    readme.write_text(made)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
