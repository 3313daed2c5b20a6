"""The Markdown of the project, as the tests of this folder read it."""
import dataclasses
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})\s*(\w*)")


def pages() -> list[pathlib.Path]:
    """Every .md file of this tree, also one that is not committed yet."""
    listed = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard", "*.md"], cwd=ROOT,
                            capture_output=True, check=False)
    if listed.returncode == 0:
        found = {ROOT / name for name in listed.stdout.decode().split("\0") if name}
        return sorted(page for page in found if page.is_file())
    skipped = {"build", "node_modules", "target", ".git"}  # an unpacked archive
    return sorted(page for page in ROOT.rglob("*.md")
                  if not skipped & set(page.relative_to(ROOT).parts))


def for_users() -> list[pathlib.Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@dataclasses.dataclass
class Block:
    """What stands between two fences. mark: the comment on the line before it."""
    page: pathlib.Path
    line: int
    kind: str
    text: str
    mark: str = ""

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def split(page: pathlib.Path, text: str) -> tuple[list[tuple[int, str]], list[Block]]:
    """The lines outside of fences with their numbers, and the blocks."""
    outside, blocks, fence, before = [], [], "", ""
    for number, line in enumerate(text.splitlines(), 1):
        found = FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and line.strip() == found[1]:
                fence = ""
            else:
                blocks[-1].text += line + "\n"
        elif found:
            fence = found[1]
            mark = re.fullmatch(r"<!-- (.*) -->", before.strip())
            blocks.append(Block(page, number, found[2], "", mark[1] if mark else ""))
        else:
            outside.append((number, line))
        before = line
    assert not fence, f"{page}: a fence is not closed"
    return outside, blocks
