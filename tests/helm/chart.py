"""The chart and the tools that render and check it, for the tests beside this file."""
import functools
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "helm" / "inferwire"
CI_VALUES = sorted((CHART / "ci").glob("*-values.yaml"))
OLDEST, NEWEST = "1.30.0", "1.37.0"  # Kubernetes
RELEASE, NAMESPACE = "gw", "llm"
SKIPPED = 77  # for ctest


@functools.lru_cache(maxsize=None)
def tool_folder(name):
    run = subprocess.run([ROOT / "tests/helm/tools.sh", name], stdout=subprocess.PIPE, text=True)
    if run.returncode == SKIPPED:
        sys.exit(SKIPPED)  # tools.sh said why
    run.check_returncode()
    return pathlib.Path(run.stdout.strip())


def go_tool(name):
    return tool_folder("go") / name


def helm(*arguments, values=None):
    """Runs helm; values: a tree that is given as a file."""
    command = [go_tool("helm"), *arguments]
    if values is not None:
        command += ["--values", "-"]
    text = None if values is None else json.dumps(values)
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def template(*files, values=None, kubernetes=NEWEST, arguments=()):
    command = ["template", RELEASE, CHART, "--namespace", NAMESPACE, "--kube-version", kubernetes, *arguments]
    for file in files:
        command += ["--values", file]
    return helm(*command, values=values)


def notes(*files, values=None):
    """What helm says after an installation. helm template leaves it out, so a copy of the chart has it as an object."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, CHART.name)
        shutil.copytree(CHART, copy)
        (copy / "templates/NOTES.txt").rename(copy / "notes")
        (copy / "templates/notes.yaml").write_text('notes: {{ tpl (.Files.Get "notes") . | toJson }}\n')
        command = ["template", RELEASE, copy, "--namespace", NAMESPACE, "--kube-version", NEWEST, "--show-only", "templates/notes.yaml"]
        run = helm(*command, *(f"--values={file}" for file in files), values=values)
    if run.returncode != 0:
        raise AssertionError(run.stderr)
    return to_json(run.stdout, strict=False)[0]["notes"]


def to_json(yaml, *, strict):
    """The documents of a YAML text. strict: each must be what the API server takes."""
    command = [go_tool("manifests")] + ([] if strict else ["-plain"])
    run = subprocess.run(command, input=yaml, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        raise AssertionError(run.stderr)
    return json.loads(run.stdout)


@functools.lru_cache(maxsize=None)
def rendered(file, kubernetes=NEWEST):
    run = template(file, kubernetes=kubernetes)
    if run.returncode != 0:
        raise AssertionError(run.stderr)
    return run.stdout


@functools.lru_cache(maxsize=None)
def documents(file):
    return to_json(rendered(file), strict=True)


def of_kind(docs, kind):
    return [doc for doc in docs if doc["kind"] == kind]


def default_values():
    return to_json((CHART / "values.yaml").read_text(), strict=False)[0]


def schema():
    return json.loads((CHART / "values.schema.json").read_text())


def main():
    unittest.main(module="__main__", verbosity=1)
