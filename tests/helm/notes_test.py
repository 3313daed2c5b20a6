#!/usr/bin/env python3
"""What the notes after an installation tell people to type works, at a server with the configuration that the chart
renders: the command, Python and grpcurl are run where they are there, for the others the names have to exist.

Usage: notes_test.py INFERWIRE_SERVER"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

import chart
import stage
from chart import ROOT, of_kind

SERVER = None  # inferwire-server, from the command line
LINES = re.compile(r"^  (command|Python|Go|Java|Node|C\+\+) +(\S.*)$", re.MULTILINE)
SOURCES = {"Python": "client/python/src/inferwire/*.py", "Go": "client/go/inferwire/*.go", "Node": "client/node/src/*.ts",
           "Java": "client/java/src/main/java/io/inferwire/client/*.java", "C++": "client/cpp/include/inferwire/client/*.h"}  # fmt: skip
NOT_OURS = {"File", "print"}
PLAIN = {"simulator": {"enabled": True}}
TLS = PLAIN | {"tls": {"enabled": True, "existingSecret": "server"}}
MUTUAL = TLS | {"tls": TLS["tls"] | {"clientAuth": "require"}, "tests": {"enabled": False}}
CASES = {"plain text": PLAIN, "TLS": TLS, "mutual TLS": MUTUAL, "reflection": PLAIN | {"config": {"server": {"reflection": True}}}}
TARGET = "dns:///gw-inferwire-headless.llm.svc:50051"


def lines(values):
    return dict(LINES.findall(chart.notes(values=values)))


def python_with_grpc():
    """A Python that can load the client, with the stubs' own libraries."""
    for python in (sys.executable, ROOT / "build/clients/python-venv/bin/python"):
        if pathlib.Path(python).exists() and subprocess.run([python, "-c", "import grpc, google.rpc"], capture_output=True).returncode == 0:
            return python
    return None


def grpcurl():
    folders = [str(folder) for folder in (ROOT / "build/tools").glob("*") if (folder / "grpcurl").exists()]
    return shutil.which("grpcurl", path=os.pathsep.join([*folders, os.environ["PATH"]]))


class Notes(unittest.TestCase):
    def test_every_name_of_a_client_exists(self):
        for case, values in CASES.items():
            for language, line in lines(values).items():
                if language == "command":
                    continue
                sources = "\n".join(path.read_text() for path in ROOT.glob(SOURCES[language]))
                called = set(re.findall(r"(\w+)\(", line)) - NOT_OURS
                self.assertTrue(called, line)
                for name in called | set(re.findall(r"[{ .](\w+) ?[:=] ", line)) - {"err"}:
                    self.assertRegex(sources, rf"\b{name}\b", f"{case}: {language}")

    def test_what_it_says_to_type_is_answered(self):
        python, curl = python_with_grpc(), grpcurl()
        for missing in [name for name, there in (("grpcio", python), ("grpcurl", curl)) if not there]:
            print(f"not run: {missing} is not there")
        for case, values in CASES.items():
            with self.subTest(case), tempfile.TemporaryDirectory() as folder:
                folder = pathlib.Path(folder)
                with stage.process([SERVER, "--config", self.configuration(folder, values)], folder / "log", ends_with_signals=2) as server:
                    port = stage.from_log(server, folder / "log", r'"address":"127\.0\.0\.1:(\d+)"')[1]
                    notes = chart.notes(values=values).replace(TARGET, f"localhost:{port}").replace("localhost:50051", f"localhost:{port}")
                    notes = notes.replace("-authority gw-inferwire.llm.svc", "-authority localhost")
                    told = dict(LINES.findall(notes))
                    self.run_in(folder, shlex.split(told["command"]), SERVER.with_name("inferwire"))
                    if python:
                        self.run_in(folder, ["python", "-c", "import inferwire; " + told["Python"]], python)
                    if curl:
                        command = re.search(r"^  grpcurl (?:.*\\\n)?.*", notes, re.MULTILINE)[0].replace("\\\n", "")
                        self.run_in(folder, shlex.split(command), curl)

    def run_in(self, folder, command, program):
        environment = os.environ | {"PYTHONPATH": str(ROOT / "client/python/src")}
        run = subprocess.run([program, *command[1:]], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout, r"\w+ \w+")

    def configuration(self, folder, values):
        """The chart's, with files and addresses of this machine; the folder has what the notes presuppose."""
        key, certificate = stage.certificate(folder)
        shutil.copy(certificate, folder / "ca.crt")
        (folder / "proto").symlink_to(ROOT / "proto")
        docs = chart.to_json(chart.template(values=values).stdout, strict=True)
        (config,) = [doc["data"]["inferwire.yaml"] for doc in of_kind(docs, "ConfigMap")]
        for inside, here in (("/etc/inferwire/tls/tls.crt", certificate), ("/etc/inferwire/tls/tls.key", key),
                             ("/etc/inferwire/client-ca/ca.crt", certificate), ("0.0.0.0:50051", "127.0.0.1:0"),
                             ("0.0.0.0:9464", "127.0.0.1:0")):  # fmt: skip
            config = config.replace(inside, str(here))
        path = folder / "inferwire.yaml"
        path.write_text(config)
        return path


if __name__ == "__main__":
    SERVER = pathlib.Path(sys.argv.pop(1))
    chart.tool_folder("go")
    chart.main()
