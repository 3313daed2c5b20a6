#!/usr/bin/env python3
"""Makes the stubs of client/python, client/go and client/node from proto/, each with its
ecosystem's own generator, and copies client/service_config.json into the packages. Java's stubs are
made by Maven at each build. Examples go into README.md and docs/call.md.

Usage: generate.py [--check] [python|go|node|docs ...]   (all that this machine has tools for)

--check changes nothing and fails with the names of files that are out of date. Tools are installed
into build/clients, in the versions given here and in the packages' lock files.
"""
import argparse
import contextlib
import difflib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
BUILD = ROOT / "build" / "clients"
GRPCIO_TOOLS = "1.76.0"  # its stubs run with every protobuf from 6.31 to 7
GO_PACKAGE = "github.com/inferwire/inferwire/client/go"
GOOGLE_RPC_GO = "google.golang.org/genproto/googleapis/rpc/status"


class Missing(Exception):
    """A tool that is not there; the text says which."""


def protos() -> list[str]:
    return sorted(str(p.relative_to(PROTO)) for p in PROTO.glob("inferwire/v1/*.proto"))


def run(*command, **options) -> None:
    result = subprocess.run([str(c) for c in command], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, check=False, **options)
    if result.returncode != 0:
        raise subprocess.CalledProcessError(result.returncode, command, result.stdout)


def need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            raise Missing(f"{program} is not installed")


def top_level(proto: str) -> list[str]:
    """The top-level messages and enums of a file, and the enums' values."""
    names, in_enum = [], False
    for line in (PROTO / proto).read_text("utf-8").splitlines():
        if match := re.match(r"(message|enum) (\w+)", line):
            names.append(match[2])
            in_enum = match[1] == "enum"
        elif line.startswith("}"):
            in_enum = False
        elif in_enum and (match := re.match(r"  ([A-Z]\w*) = ", line)):
            names.append(match[1])
    return names


# --- Python --------------------------------------------------------------------------------------

def python_tools() -> pathlib.Path:
    """A Python that has the generator."""
    venv = BUILD / f"grpcio-tools-{GRPCIO_TOOLS}"
    python = venv / "bin" / "python"
    if not (venv / "complete").exists():
        try:
            run(sys.executable, "-m", "venv", "--clear", venv)
        except subprocess.CalledProcessError as error:
            raise Missing("this python3 has no venv module") from error
        run(python, "-m", "pip", "install", "-q", "--cache-dir", BUILD / "pip",
            f"grpcio-tools=={GRPCIO_TOOLS}")
        (venv / "complete").touch()
    return python


def generate_python(out: pathlib.Path) -> None:
    python = python_tools()
    package = out / "src" / "inferwire"
    package.mkdir(parents=True)
    run(python, "-m", "grpc_tools.protoc", f"-I{PROTO}", f"--python_out={out / 'src'}",
        f"--pyi_out={out / 'src'}", *protos())
    services = [p for p in protos() if p.endswith("_service.proto")]
    run(python, "-m", "grpc_tools.protoc", f"-I{PROTO}", f"--grpc_python_out={out / 'src'}",
        *services)
    lines = ['"""Every message and enum of the API, by its name. Made from proto/ by ./dev proto."""',
             ""]
    for proto in protos():
        if names := top_level(proto):
            lines.append(f"from .{pathlib.PurePath(proto).stem}_pb2 import (")
            lines += [f"    {name} as {name}," for name in names]
            lines.append(")")
    (package / "v1" / "__init__.py").write_text("\n".join(lines) + "\n", "utf-8")
    shutil.copy(ROOT / "client" / "service_config.json", package)


# --- Go ------------------------------------------------------------------------------------------

def generate_go(out: pathlib.Path) -> None:
    need("go", "protoc")
    tools = BUILD / "go-tools"
    # The generators' versions are those of this module's go.mod and go.sum.
    source = ROOT / "client" / "go" / "tools"
    for tool in ("google.golang.org/protobuf/cmd/protoc-gen-go",
                 "google.golang.org/grpc/cmd/protoc-gen-go-grpc"):
        run("go", "build", "-o", f"{tools}/", tool, cwd=source, env=go_environment())
    out.mkdir(parents=True, exist_ok=True)
    run("protoc", f"-I{PROTO}", *protos(),
        f"--plugin={tools / 'protoc-gen-go'}", f"--plugin={tools / 'protoc-gen-go-grpc'}",
        f"--go_out={out}", f"--go_opt=module={GO_PACKAGE}",
        f"--go_opt=Mgoogle/rpc/status.proto={GOOGLE_RPC_GO}",
        f"--go-grpc_out={out}", f"--go-grpc_opt=module={GO_PACKAGE}",
        f"--go-grpc_opt=Mgoogle/rpc/status.proto={GOOGLE_RPC_GO}")
    (out / "inferwire").mkdir()
    shutil.copy(ROOT / "client" / "service_config.json", out / "inferwire")


def go_environment() -> dict[str, str]:
    import os
    return {**os.environ, "GOMODCACHE": str(BUILD / "go-modules"),
            "GOCACHE": str(BUILD / "go-build"), "GOFLAGS": "-modcacherw -buildvcs=false"}


# --- Node ----------------------------------------------------------------------------------------

def node_package() -> pathlib.Path:
    """A copy of client/node with the packages that its lock file names; the tree stays clean."""
    need("node", "npm")
    copy = BUILD / "node-package"
    copy.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "client" / "node").iterdir():
        if path.is_dir() and path.name in ("src", "examples"):
            shutil.rmtree(copy / path.name, ignore_errors=True)
            shutil.copytree(path, copy / path.name)
        elif path.is_file():
            shutil.copy(path, copy)
    stamp, lock = copy / "node_modules" / ".complete", (copy / "package-lock.json").read_text("utf-8")
    if not stamp.exists() or stamp.read_text("utf-8") != lock:
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--cache", BUILD / "npm",
            cwd=copy)
        stamp.write_text(lock, "utf-8")
    return copy


# What the API's files use of others; google.protobuf's own files come with @bufbuild/protobuf.
NODE_OTHERS = ("google/rpc/status.proto", "google/rpc/error_details.proto",
               "grpc/health/v1/health.proto")


def generate_node(out: pathlib.Path) -> None:
    need("protoc")
    plugin = node_package() / "node_modules" / ".bin" / "protoc-gen-es"
    generated = out / "src" / "gen"
    generated.mkdir(parents=True)
    files = [*protos(), *NODE_OTHERS]
    run("protoc", f"-I{PROTO}", *files, f"--plugin={plugin}", f"--es_out={generated}",
        "--es_opt=target=ts,import_extension=js")
    module = {proto: f"{proto.removesuffix('.proto')}_pb.js" for proto in files}
    # json.proto only tells the gateway's codec how fields are written: no client needs it.
    api = [proto for proto in protos() if not proto.endswith("/json.proto")]
    lines = ["// Every message, enum and service of the API. Made from proto/ by ./dev proto.",
             *(f'export * from "./gen/{module[proto]}";' for proto in api),
             'export * from "./protobuf.js";']
    (out / "src" / "v1.ts").write_text("\n".join(lines) + "\n", "utf-8")
    described = {proto: "file_" + re.sub(r"\W", "_", proto.removesuffix(".proto"))
                 for proto in files}
    lines = ["// The descriptions of all files. Made from proto/ by ./dev proto.",
             *(f'import {{ {described[proto]} }} from "./{module[proto]}";' for proto in files),
             "", "export const files = [", *(f"  {described[proto]}," for proto in files), "];"]
    (generated / "files.ts").write_text("\n".join(lines) + "\n", "utf-8")
    config = (ROOT / "client" / "service_config.json").read_text("utf-8").rstrip()
    (generated / "service_config.ts").write_text(
        "// client/service_config.json, copied by ./dev proto.\n"
        f"export const serviceConfig = {config};\n", "utf-8")


# --- The examples in README.md and docs/call.md ---------------------------------------------------

ROSETTA = {
    "Python": ("python", "client/python/examples/stream.py"),
    "Go": ("go", "client/go/examples/stream/main.go"),
    "TypeScript": ("ts", "client/node/examples/stream.ts"),
    "Java": ("java", "client/java/examples/StreamExample.java"),
    "C++": ("cpp", "client/cpp/examples/stream.cc"),
}
FIRST_PROGRAM = "client/python/examples/first.py"


def region(path: str, name: str) -> str:
    """What stands between the two lines with [name] of an example, without their indentation."""
    lines = (ROOT / path).read_text("utf-8").splitlines()
    marks = [i for i, line in enumerate(lines) if f"[{name}]" in line]
    if len(marks) != 2:
        raise ValueError(f"{path} needs two lines with [{name}]")
    body = lines[marks[0] + 1:marks[1]]
    indent = min(len(line) - len(line.lstrip()) for line in body if line.strip())
    return "\n".join(line[indent:].replace("\t", "  ") for line in body)


def put(page: str, name: str, text: str, out: pathlib.Path) -> None:
    """The page with the text between the comments <!-- name: ... --> and <!-- end of name -->."""
    old = (ROOT / page).read_text("utf-8")
    place = re.compile(rf"(<!-- {name}: [^\n]*-->\n).*(<!-- end of {name} -->)", re.S)
    new, count = place.subn(lambda found: f"{found[1]}{text}{found[2]}", old)
    if count != 1:
        raise ValueError(f"{page} has no place for: {name}")
    (out / page).parent.mkdir(parents=True, exist_ok=True)
    (out / page).write_text(new, "utf-8")


def generate_docs(out: pathlib.Path) -> None:
    first = region(FIRST_PROGRAM, "first program").replace("(server)  ", '("localhost:50051")  ')
    put("README.md", "first program", f"```python\n{first}\n```\n", out)
    parts = [f"\n[{language}](../{path})\n\n```{fence}\n{region(path, 'rosetta')}\n```\n"
             for language, (fence, path) in ROSETTA.items()]
    put("docs/call.md", "rosetta", "".join(parts) + "\n", out)


# Name -> generator, folder, and what in that folder is generated.
TARGETS = {
    "python": (generate_python, "client/python",
               ("src/inferwire/v1/*", "src/inferwire/service_config.json")),
    "go": (generate_go, "client/go", ("inferwirev1/*", "inferwire/service_config.json")),
    "node": (generate_node, "client/node", ("src/gen/**/*.ts", "src/v1.ts")),
    "docs": (generate_docs, ".", ("README.md", "docs/call.md")),
}


def files_of(folder: pathlib.Path, patterns) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text("utf-8")
            for pattern in patterns for p in folder.glob(pattern)
            if p.is_file() and p.suffix != ".pyc"}


def differences(name: str) -> list[str]:
    """Brings nothing up to date; what would change, as lines of text."""
    make, folder, patterns = TARGETS[name]
    with fresh(name) as out:
        make(out)
        new, old = files_of(out, patterns), files_of(ROOT / folder, patterns)
    lines = []
    for path in sorted(new.keys() | old.keys()):
        if new.get(path) != old.get(path):
            lines.append(f"{folder}/{path}: not what ./dev proto makes")
            diff = difflib.unified_diff(old.get(path, "").splitlines(),
                                        new.get(path, "").splitlines(), lineterm="", n=0)
            lines += [f"    {line}" for line in list(diff)[2:8]]
    return lines


@contextlib.contextmanager
def fresh(name: str):
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix=f"generated-{name}-") as folder:
        yield pathlib.Path(folder) / name


def update(name: str) -> None:
    make, folder, patterns = TARGETS[name]
    with fresh(name) as out:
        make(out)
        for path in files_of(ROOT / folder, patterns):
            (ROOT / folder / path).unlink()
        for path, text in files_of(out, patterns).items():
            target = ROOT / folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS])
    arguments = parser.parse_args()
    stale = False
    for name in arguments.targets or TARGETS:
        try:
            if not arguments.check:
                update(name)
                print(f"{name}: up to date")
                continue
            lines = differences(name)
            print("\n".join(lines) or f"{name}: up to date")
            stale = stale or bool(lines)
        except Missing as missing:
            print(f"{name}: skipped, {missing}")
        except subprocess.CalledProcessError as error:
            print(f"{name}: {' '.join(map(str, error.cmd))} failed:\n{error.output}", file=sys.stderr)
            return 1
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
