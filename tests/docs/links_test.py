#!/usr/bin/env python3
"""Every link of the project's Markdown leads somewhere: to a file of this tree, and to a heading in it. What is
outside of it is not asked for.

Usage: links_test.py
"""
import pathlib
import re
import sys
import tempfile
import unittest
import urllib.parse

from pages import ROOT, pages, split

OURS = re.compile(r"https://github\.com/inferwire/inferwire/(?:blob|tree)/main/(.+)")
LINK = re.compile(r"!?\[(?:[^][]|\[[^][]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^ {0,3}\[[^]]+\]:\s*<?(\S+?)>?(?:\s|$)")
HTML = re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=\"([^\"]+)\"")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
NAMED = re.compile(r"<a\b[^>]*?\b(?:id|name)=\"([^\"]+)\"")


def without_code(line: str) -> str:
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)


def anchor(heading: str) -> str:
    """What GitHub makes of a heading."""
    text = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    text = re.sub(r"[*~]|(?<!\w)_|_(?!\w)", "", text)
    return re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")


def anchors(page: pathlib.Path) -> set[str]:
    found: set[str] = set()
    for _, line in split(page, page.read_text("utf-8"))[0]:
        found.update(NAMED.findall(line))
        if heading := HEADING.match(line):
            name, count = anchor(heading[1]), 0
            while (name if not count else f"{name}-{count}") in found:
                count += 1
            found.add(name if not count else f"{name}-{count}")
    return found


def links(page: pathlib.Path) -> list[tuple[int, str]]:
    found = []
    for number, line in split(page, page.read_text("utf-8"))[0]:
        line = without_code(line)
        targets = [*LINK.findall(line), *REFERENCE.findall(line), *HTML.findall(line)]
        found += [(number, target) for target in targets]
    return found


def fault(page: pathlib.Path, target: str, root: pathlib.Path) -> str:
    """Why the link leads nowhere; empty if it does not."""
    ours = OURS.fullmatch(target)
    if not ours and re.match(r"[a-z][a-z0-9+.-]*:", target):
        return "" if urllib.parse.urlsplit(target).netloc or target.startswith("mailto:") else "no address"
    path, _, name = (ours[1] if ours else target).partition("#")
    path = urllib.parse.unquote(path)
    if path.startswith("/"):
        return "begins with /"
    place = ((root if ours else page.parent) / path).resolve() if path else page.resolve()
    if root != place and root not in place.parents:
        return "leaves the repository"
    if not place.exists():
        return "no such file"
    if name and place.suffix == ".md" and name not in anchors(place):
        return f"no heading #{name}"
    return "" if not name or place.suffix == ".md" or re.fullmatch(r"L\d+(-L\d+)?", name) else "no heading there"


def faults(found: list[pathlib.Path], root: pathlib.Path) -> list[str]:
    return [f"{page.relative_to(root)}:{line}: {target}: {why}"
            for page in found for line, target in links(page) if (why := fault(page, target, root))]


class Links(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        found = pages()
        self.assertGreater(len(found), 50, "the tree is not here")
        self.assertGreater(sum(len(links(page)) for page in found), 200)
        self.assertEqual(faults(found, ROOT), [])

    def test_the_readme_is_short_and_begins_with_the_commands(self):
        lines = (ROOT / "README.md").read_text("utf-8").splitlines()
        self.assertLessEqual(len(lines), 150)
        commands = [line for line in lines if line.startswith("./dev ")][:2]
        self.assertEqual([line.split()[1] for line in commands], ["demo", "test"])
        self.assertLess(lines.index(commands[0]), 20)

    def test_every_page_begins_with_its_heading(self):
        self.assertEqual([str(page.relative_to(ROOT)) for page in pages()
                          if not page.read_text("utf-8").startswith("# ")], [])

    def test_every_page_is_reached_from_the_readme(self):
        seen, left = set(), [ROOT / "README.md"]
        while left:
            page = left.pop()
            if page in seen or page.suffix != ".md":
                continue
            seen.add(page)
            for _, target in links(page):
                if not re.match(r"[a-z]+:|#", target):
                    left.append((page.parent / target.partition("#")[0]).resolve())
        self.assertEqual(set((ROOT / "docs").glob("*.md")) - seen, set())

    def test_what_is_broken_is_found(self):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name).resolve()
            page = root / "page.md"
            page.write_text("# A `b_c` d: [e](x.md)\n# A `b_c` d: e\n## Twice\n## Twice\n"
                            "[a](#a-b_c-d-e) [b](#twice-1) [c](page.md#a-b_c-d-e-1) ![d](page.md) `[no](no.md)`\n"
                            "```sh\n[no](no.md)\n```\n[w](https://example.com/x#y) <a id=\"here\"></a> [h](#here)\n",
                            "utf-8")
            (root / "x.md").write_text("", "utf-8")
            self.assertEqual(faults([page], root), [])
            for broken in ("[a](no.md)", "[a](#twice-2)", "![a](no.png)", "[a]: no.md", "[a](../page.md)",
                           "<img src=\"no.svg\">", "[`a`](x.md#y)", "[a](/page.md)", "[a [b]](no.md \"title\")",
                           "[a](https://github.com/inferwire/inferwire/blob/main/no.md)", "[a](https:no)"):
                page.write_text(f"# Twice\n{broken}\n", "utf-8")
                self.assertEqual(len(faults([page], root)), 1, broken)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
