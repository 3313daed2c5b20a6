#!/usr/bin/env python3
"""Draws what a program has printed as a terminal in SVG, light or dark as its reader's system is. Nothing is
invented: sections may be left out and long lines are folded.

Usage: tests/demo.sh build/release/bin 2>&1 | docs/pictures/terminal.py [--leave-out TITLE ...] >docs/pictures/demo.svg
"""
import argparse
import html
import re
import sys
import textwrap

COLUMNS, SIZE, LINE, PAD, BAR = 104, 13, 18, 18, 30
STYLE = """
  .window { fill: #ffffff; stroke: #d0d7de } .bar { fill: #f6f8fa } .dot { fill: #d0d7de }
  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328;
         white-space: pre }
  .title { font-weight: bold; fill: #0550ae } .command { fill: #116329 } .name { fill: #59636e }
  @media (prefers-color-scheme: dark) {
    .window { fill: #0d1117; stroke: #3d444d } .bar { fill: #151b23 } .dot { fill: #3d444d }
    text { fill: #e6edf3 } .title { fill: #79c0ff } .command { fill: #7ee787 } .name { fill: #9198a1 }
  }
"""


def sections(text: str) -> list[tuple[str, list[str]]]:
    """The text by its titles (== TITLE), without the codes of colours and what a progress line overwrote."""
    found: list[tuple[str, list[str]]] = []
    for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).splitlines():
        line = line.rstrip().rsplit("\r", 1)[-1]
        if line.startswith("== "):
            found.append((line[3:], []))
        elif found:
            found[-1][1].append(line)
    return found


def folded(line: str) -> list[str]:
    first, *rest = textwrap.wrap(line, COLUMNS, replace_whitespace=False, drop_whitespace=False) or [""]
    return [first, *(part.lstrip() for part in rest)]


def picture(shown: list[tuple[str, list[str]]], name: str) -> str:
    rows: list[tuple[str, str]] = []
    for title, lines in shown:
        rows += [("", ""), ("title", f"== {title}")]
        body = "\n".join(lines).strip("\n").splitlines()
        rows += [("command" if line.startswith("$ ") else "", part) for line in body for part in folded(line)]
    rows = rows[1:]
    width, height = COLUMNS * 8 + 2 * PAD, BAR + len(rows) * LINE + 2 * PAD
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
           f'role="img" aria-label="{html.escape(name)}">', f"<style>{STYLE}</style>",
           f'<rect class="window" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>',
           f'<path class="bar" d="M1 {BAR}V8a7 7 0 0 1 7-7h{width - 16}a7 7 0 0 1 7 7v{BAR - 8}z"/>']
    out += [f'<circle class="dot" cx="{18 + 18 * i}" cy="15" r="5"/>' for i in range(3)]
    out.append(f'<text class="name" x="{width // 2}" y="19" text-anchor="middle">{html.escape(name)}</text>')
    for number, (kind, line) in enumerate(rows):
        if line:
            attribute = f' class="{kind}"' if kind else ""
            out.append(f'<text{attribute} x="{PAD}" y="{BAR + PAD + number * LINE + SIZE - 2}" xml:space="preserve">'
                       f"{html.escape(line, quote=False)}</text>")
    return "\n".join([*out, "</svg>"]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--leave-out", nargs="*", default=[], metavar="TITLE",
                        help="how the titles of sections that are not shown begin")
    parser.add_argument("--name", default="./dev demo")
    arguments = parser.parse_args()
    shown = [(title, lines) for title, lines in sections(sys.stdin.read())
             if not any(title.startswith(left) for left in arguments.leave_out)]
    sys.stdout.write(picture(shown, arguments.name))


if __name__ == "__main__":
    main()
