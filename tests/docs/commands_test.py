#!/usr/bin/env python3
"""The commands of README.md and docs/, run as they stand there, page by page in a fresh folder, against
the real server and its simulator; and the configurations on these pages, checked by the server.

Usage: commands_test.py PROGRAMS WORK_FOLDER

A block of commands is run unless the line before it says why not: <!-- not run: REASON -->. Of those
the verbs and options of our own programs are looked up. <!-- needs: PROGRAM ... --> names others'
programs: where one is missing the block is left out, and that is printed. The addresses on the pages
are those of a server with defaults; here it has others.
"""
import concurrent.futures
import functools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import threading
import unittest

from pages import ROOT, Block, for_users, split

sys.path.insert(0, str(ROOT / "tests" / "clients"))
import world  # noqa: E402

# What the pages speak of: two places for gpt-4.1, one with a tag, and a pool of machines.
CONFIG = """
server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1, reflection: true, route_admin: true}
store: {path: %(name)s.db}
ledger: {path: %(name)s}
batches: {poll_min: 10ms, poll_max: 50ms, watch_interval: 20ms, claim_interval: 20ms}
upstreams:
  - {name: openai, base_url: '%(url)s', allow_plain_http: true, api_key: none}
  - {name: azure-eu, base_url: '%(url)s', allow_plain_http: true, api_key: none, tags: [eu], models: [my-deployment]}
  - {name: vllm, dialect: vllm, base_url: '%(url)s', allow_plain_http: true, api_key: none, models: [llama-3.1-8b],
     endpoints: {list: ['10.0.0.7:8000', '10.0.0.8:8000']}}
routes:
  - {name: gpt-4.1, targets: [{upstream: openai}, {upstream: azure-eu, model: my-deployment, group: 2}]}
"""
OURS = ("inferwire", "inferwire-server", "inferwire-simulator")
LIMIT = 180  # seconds for a block


class World(world.World):
    starting = threading.Lock()

    def start(self, name: str) -> tuple[str, str]:
        """A server's addresses: of gRPC and of the admin port."""
        config = self.folder / f"{name}.yaml"
        config.write_text(CONFIG % {"url": self.upstream, "name": name}, "utf-8")
        with self.starting:
            event = json.loads(self._start("inferwire-server", "--config", config, until='"started"'))
        return event["address"], f"127.0.0.1:{event['admin_port']}"


def blocks(kind: str) -> list[Block]:
    found = [block for page in for_users() for block in split(page, page.read_text("utf-8"))[1]]
    return [block for block in found if block.kind == kind]


def marked(block: Block, name: str) -> str:
    found = re.fullmatch(rf"{name}: (.+)", block.mark)
    return found[1] if found else ""


def commands(text: str) -> list[list[str]]:
    """The simple commands of shell lines, as words, without what is assigned before them."""
    found: list[list[str]] = []
    for line in text.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        found.append([])
        for word in lexer:
            if set(word) <= set("|&;"):
                found.append([])
            else:
                found[-1].append(word)
    for words in found:
        while words and (re.match(r"[A-Z_]+=", words[0]) or words[0] == "exec"):
            del words[0]
    return [words for words in found if words]


def others(build: pathlib.Path) -> dict[str, pathlib.Path]:
    """grpcurl, ghz, ...: of this machine, or as tests/interop has them."""
    found = {}
    folders = {"grpcurl": ROOT / "build/tools/interop", "ghz": ROOT / "build/tools/interop",
               "grpc-health-probe": ROOT / "build/tools/interop",
               "buf": build / "buf/node_modules/.bin"}
    for name, folder in folders.items():
        path = folder / name if (folder / name).exists() else shutil.which(name)
        if path:
            found[name] = pathlib.Path(path)
    return found


class Commands(unittest.TestCase):
    maxDiff = None
    programs: pathlib.Path
    work: pathlib.Path

    @classmethod
    def setUpClass(cls):
        cls.world = World(cls.programs, cls.work)
        cls.addClassCleanup(cls.world.__exit__)
        cls.others = others(cls.work.parent)
        path = cls.work / "bin"
        path.mkdir()
        for name, program in {**{n: cls.programs / n for n in OURS}, **cls.others}.items():
            (path / name).symlink_to(program)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("INFERWIRE_")}
        cls.environment = {**kept, "PATH": f"{path}:{os.environ['PATH']}", "HOME": str(cls.work)}

    def run_page(self, page: pathlib.Path) -> tuple[int, list[str]]:
        """How many blocks of it were run, and what went wrong."""
        todo = [block for block in blocks("sh") if block.page == page and not marked(block, "not run")]
        if not todo:
            return 0, []
        folder, count, faults = self.work / f"in-{page.stem}", 0, []
        folder.mkdir()
        grpc, admin = self.world.start(page.stem)
        environment = {**self.environment, "INFERWIRE_SERVER": grpc}
        for block in todo:
            if missing := set(marked(block, "needs").split()) - set(self.others):
                print(f"{block}: left out, there is no {', '.join(sorted(missing))}")
                continue
            text = re.sub(r"\b(?:127\.0\.0\.1|localhost):50051\b", grpc, block.text)
            text = re.sub(r"\b(?:127\.0\.0\.1|localhost):9464\b", admin, text)
            try:
                done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=folder,
                                      env=environment, stdin=subprocess.DEVNULL, text=True, check=False,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT)
            except subprocess.TimeoutExpired as late:
                faults.append(f"{block} did not end in {LIMIT} s:\n{block.text}\n{late.output}")
                continue
            count += 1
            if done.returncode != 0:
                faults.append(f"{block} ended with {done.returncode}:\n{block.text}\n{done.stdout[-2000:]}")
        return count, faults

    def test_every_command_works(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(self.run_page, for_users()))
        self.assertEqual("\n".join(fault for _, faults in results for fault in faults), "")
        self.assertGreater(sum(count for count, _ in results), 6)

    @functools.lru_cache(maxsize=None)
    def help_of(self, *words: str) -> str:
        done = subprocess.run([self.programs / words[0], *words[1:], "--help"], capture_output=True, text=True,
                              check=True)
        return done.stdout

    def unknown(self, words: list[str]) -> list[str]:
        """The verbs and options of this command that its program does not have."""
        verbs = [words[0]]
        faults = []
        for word in words[1:]:
            listed = re.findall(r"^  ([a-z][a-z-]*)", self.help_of(*verbs).partition("ubcommands:")[2], re.M)
            if word.startswith("-") and word != "-":
                option = word.partition("=")[0]
                known = self.help_of(*verbs) + self.help_of(verbs[0])
                if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", known):
                    faults.append(option)
            elif word in listed:
                verbs.append(word)
            elif listed and len(verbs) == 1:
                faults.append(word)
                break
        return faults

    def test_what_is_not_run_names_verbs_and_options_that_exist(self):
        usage = subprocess.run([ROOT / "dev"], capture_output=True, text=True, check=True).stdout
        verbs = re.findall(r"^  (\w+)", usage, re.M)
        faults = []
        for block in blocks("sh"):
            if not marked(block, "not run"):
                continue
            for words in commands(block.text):
                if words[0] == "./dev":
                    faults += [f"{block}: ./dev {words[1]}"] if words[1] not in verbs else []
                elif words[:3] == ["docker", "compose", "exec"]:
                    words = words[4:]
                if words[0] in OURS:
                    faults += [f"{block}: {' '.join(words)}: {fault}" for fault in self.unknown(words)]
        self.assertEqual(faults, [])
        self.assertEqual(self.unknown(["inferwire", "models", "compare", "--no-such", "a", "b"]), ["--no-such"])
        self.assertEqual(self.unknown(["inferwire", "guess", "Hi"]), ["guess"])

    def test_others_programs_are_named_in_the_versions_that_are_tried(self):
        modules = (ROOT / "tests" / "interop" / "tools" / "go.mod").read_text("utf-8")
        buf = (ROOT / "tests" / "proto" / "buf.sh").read_text("utf-8")
        text = (ROOT / "docs" / "tools.md").read_text("utf-8")
        named = re.findall(r"go install ([\w./-]+?)(?:/cmd/\w+)?@(v\S+)", text)
        self.assertEqual(len(named), 3)
        for module, version in named:
            self.assertIn(f"{module} {version} ", modules)
        self.assertEqual(re.findall(r"@bufbuild/buf@(\S+)", text), re.findall(r"^version=(\S+)", buf, re.M))

    def test_marks_are_understood(self):
        for block in blocks("sh"):
            self.assertTrue(not block.mark or marked(block, "not run") or marked(block, "needs"),
                            f"{block}: {block.mark}")

    def check(self, name: str, config: str) -> str:
        """What the server says of a configuration; its keys come from the environment."""
        file = self.work / f"{name}.yaml"
        file.write_text(config, "utf-8")
        keys = {found: "sk-test" for found in re.findall(r"env: (\w+)", config)}
        done = subprocess.run([self.programs / "inferwire-server", "--config", file, "--check-config"], text=True,
                              env={**os.environ, **keys}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return "" if done.returncode == 0 else done.stdout

    def test_configurations_have_no_fault(self):
        count = 0
        for block in blocks("yaml"):
            if block.text.startswith(" "):
                continue  # a part of one
            count += 1
            self.assertEqual(self.check(f"{block.page.stem}-{block.line}", block.text), "", str(block))
        self.assertGreaterEqual(count, 4)
        self.assertIn("routs", self.check("wrong", "upstreams: [{name: a, simulator: true}]\nrouts: []\n"))

    def test_the_servers_of_compose_have_configurations_without_a_fault(self):
        text = (ROOT / "compose.yaml").read_text("utf-8")
        files = re.findall(r"file: (\S+\.yaml)\}", text)
        self.assertEqual(len(files), 2)
        (self.work / "data").mkdir()
        for name in files:
            config = (ROOT / name).read_text("utf-8").replace("/data", str(self.work / "data"))
            self.assertEqual(self.check(f"compose-{pathlib.Path(name).stem}", config), "", name)


if __name__ == "__main__":
    Commands.work = pathlib.Path(sys.argv.pop()).resolve()
    Commands.programs = pathlib.Path(sys.argv.pop()).resolve()
    unittest.main(verbosity=2)
