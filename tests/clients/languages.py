"""How each language's package is built, installed as its users would, and its driver started.

Everything is made below build/clients; nothing is installed on the machine. A language whose tools
are missing, or cannot be downloaded, raises generate.Missing with the reason.
"""
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "client"))
sys.path.insert(0, str(ROOT / "tests" / "interop"))
import generate  # noqa: E402
import openai_python_test  # noqa: E402
from generate import BUILD, Missing, need, run  # noqa: E402

DIST = BUILD / "dist"
# One point: what examples look at that ask about a picture.
PICTURE = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f"
                        "00010501012718e3660000000049454e44ae426082")
CLIENT = ROOT / "client"
MAVEN = ["mvn", "-B", "-q", f"-Dmaven.repo.local={BUILD / 'm2'}"]
# What package managers say when they reach no registry.
UNREACHED = re.compile(
    r"Could not resolve host|name resolution|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|"
    r"NewConnectionError|ConnectTimeout|ReadTimeout|dial tcp|i/o timeout|Could not transfer|"
    r"Unknown host|Connection refused|Connection timed out", re.IGNORECASE)


@dataclasses.dataclass
class Ready:
    """drivers: column of the table -> command. examples: name -> command. checks: the same, of what
    only this language has."""
    drivers: dict[str, list[str]]
    examples: dict[str, list[str]]
    checks: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    environment: dict[str, str] = dataclasses.field(default_factory=dict)


def download(*command, **options) -> None:
    """A command that may have to fetch something first."""
    try:
        run(*command, **options)
    except subprocess.CalledProcessError as error:
        if UNREACHED.search(error.output):
            raise Missing(f"{pathlib.PurePath(str(command[0])).name} reaches no registry") from error
        raise


def drift(name: str) -> list[str]:
    """What ./dev proto would change, as lines of text."""
    try:
        return generate.differences(name)
    except subprocess.CalledProcessError as error:
        if UNREACHED.search(error.output):
            raise Missing("the generator cannot be downloaded") from error
        return [f"{error.cmd[0]} failed", error.output[-2000:]]


def need_version(program: str, argument: str, least: tuple[int, ...]) -> None:
    need(program)
    text = subprocess.run([program, argument], capture_output=True, text=True, check=False)
    match = re.search(r"(\d+)(?:\.(\d+))?", text.stdout + text.stderr)
    if match is None or tuple(int(part or 0) for part in match.groups()) < least:
        raise Missing(f"{program} is older than {'.'.join(map(str, least))}")


def replace_in_dist(pattern: str, *built: pathlib.Path) -> list[pathlib.Path]:
    DIST.mkdir(parents=True, exist_ok=True)
    for old in DIST.glob(pattern):
        old.unlink()
    return [pathlib.Path(shutil.copy(path, DIST)) for path in built]


def python(_programs: pathlib.Path) -> Ready:
    """A wheel, installed into a virtual environment."""
    wheels, venv = BUILD / "python-wheel", BUILD / "python-venv"
    shutil.rmtree(wheels, ignore_errors=True)
    try:
        run(sys.executable, "-m", "venv", "--clear", venv)
    except subprocess.CalledProcessError as error:
        raise Missing("this python3 has no venv module") from error
    pip = [venv / "bin" / "python", "-m", "pip", "-q", "--disable-pip-version-check",
           "--cache-dir", BUILD / "pip"]
    # Built from a copy: setuptools leaves folders beside what it builds.
    source = BUILD / "python-source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(CLIENT / "python", source, ignore=shutil.ignore_patterns("__pycache__", "build"))
    download(*pip, "wheel", "--no-deps", "-w", wheels, source)
    (wheel,) = replace_in_dist("*.whl", *wheels.glob("*.whl"))
    # No package of types: users have none either.
    download(*pip, "install", wheel, "mypy", "opentelemetry-sdk", "opentelemetry-instrumentation-grpc")
    add_openai(venv)
    interpreter = str(venv / "bin" / "python")
    driver = [interpreter, str(HERE / "python" / "driver.py")]
    examples = {p.stem: [interpreter, str(p)]
                for p in sorted((CLIENT / "python" / "examples").glob("*.py"))}
    traced = [*driver, "--opentelemetry"]
    types = [interpreter, "-m", "mypy", "--strict", "--cache-dir", str(BUILD / "mypy")]
    sources = [str(HERE / "python" / "types_check.py"), *(command[1] for command in examples.values())]
    own = ["--config-file", str(CLIENT / "python" / "pyproject.toml"), "-p", "inferwire"]
    checks = {"types as mypy reads them": [*types, *sources],
              "its own sources as mypy reads them": [*types[:-1], str(BUILD / "mypy-own"), *own],
              **pyright(venv, pip, sources),
              "a call behind an iterator": [interpreter, str(HERE / "python" / "hidden_call_check.py")],
              "a call that is cancelled behind interceptors": [interpreter, str(HERE / "python" / "cancelled_call_check.py")],
              "plain values, and streams that go on": [interpreter, str(HERE / "python" / "services_check.py")],
              "chats of plain values, types, functions, files": [interpreter, str(HERE / "python" / "chats_check.py")],
              "batches of every endpoint": [interpreter, str(HERE / "python" / "batches_check.py")],
              "OpenAI's SDK over the gateway": [interpreter, str(HERE / "python" / "openai_check.py")],
              "a batch takes no memory": [interpreter, str(HERE / "python" / "long_request_check.py")]}
    return Ready({"python": driver, "python asyncio": [*driver, "--asyncio"],
                  "python opentelemetry": traced,
                  "asyncio opentelemetry": [*traced, "--asyncio"]}, examples, checks)


def pyright(venv: pathlib.Path, pip: list, sources: list[str]) -> dict[str, list[str]]:
    """What its strictest rules make of the package and its users; nothing where there is no Node to run it."""
    if shutil.which("node") is None:
        return {}
    download(*pip, "install", "pyright==1.1.414")
    project = BUILD / "pyright"
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir()
    for source in sources:
        shutil.copy(source, project)
    (project / "pyrightconfig.json").write_text(json.dumps(
        {"typeCheckingMode": "strict", "venvPath": str(venv.parent), "venv": venv.name, "pythonVersion": "3.10"}), "utf-8")
    return {"types as pyright reads them": [str(venv / "bin" / "pyright"), "--project", str(project)]}


def add_openai(venv: pathlib.Path) -> None:
    """OpenAI's SDK, and pydantic with it, from where tests/interop has them."""
    try:
        folder = openai_python_test.client_folder()
    except openai_python_test.NotThere as reason:
        raise Missing(str(reason)) from reason
    (packages,) = (venv / "lib").glob("python*/site-packages")
    (packages / "openai.pth").write_text(f"{folder}\n", "utf-8")


def go(_programs: pathlib.Path) -> Ready:
    """The module, used by another module as any user's would."""
    need_version("go", "version", (1, 25))
    environment, out = generate.go_environment(), BUILD / "go"
    download("go", "build", "-o", out / "driver", ".", cwd=HERE / "go", env=environment)
    run("go", "build", "-o", out / "services_check", "./services_check", cwd=HERE / "go", env=environment)
    download("go", "vet", "./...", cwd=CLIENT / "go", env=environment)
    run("go", "test", "-c", "-o", out / "unit_tests", "./inferwire", cwd=CLIENT / "go", env=environment)
    # Without what debuggers need: a third of the time.
    run("go", "build", "-ldflags=-s -w", "-o", f"{out / 'examples'}/", "./examples/...", cwd=CLIENT / "go", env=environment)
    picture = out / "picture.png"
    picture.write_bytes(PICTURE)
    arguments = {"image": [str(picture)]}
    examples = {folder.name: [str(out / "examples" / folder.name), *arguments.get(folder.name, [])]
                for folder in sorted((CLIENT / "go" / "examples").iterdir())}
    checks = {"plain values, and streams that go on": [str(out / "services_check")],
              "unit tests": [str(out / "unit_tests")]}
    return Ready({"go": [str(out / "driver")]}, examples, checks)


def node_package() -> tuple[pathlib.Path, pathlib.Path]:
    """The archive as it is published, made anew if its sources are younger; and where it was made, with the
    dependencies that its lock file names."""
    need_version("node", "--version", (20,))
    try:
        package = generate.node_package()
    except subprocess.CalledProcessError as error:
        if UNREACHED.search(error.output):
            raise Missing("npm reaches no registry") from error
        raise
    youngest = max(path.stat().st_mtime for path in (CLIENT / "node").rglob("*"))
    for archive in DIST.glob("*.tgz"):
        if archive.stat().st_mtime > youngest:
            return archive, package
    shutil.rmtree(package / "dist", ignore_errors=True)
    run("npm", "run", "--silent", "build", cwd=package)
    packed = BUILD / "node-pack"
    shutil.rmtree(packed, ignore_errors=True)
    packed.mkdir()
    run("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", packed, cwd=package)
    (archive,) = replace_in_dist("*.tgz", *packed.glob("*.tgz"))
    return archive, package


def node(_programs: pathlib.Path) -> Ready:
    """An npm package, installed beside a driver and examples that are not its own."""
    archive, package = node_package()
    user = BUILD / "node"
    shutil.rmtree(user, ignore_errors=True)
    user.mkdir()
    (user / "package.json").write_text('{"private": true, "type": "module"}\n', "utf-8")
    # The packed client, and around it the very dependencies that its lock file names.
    (user / "node_modules" / "@inferwire").mkdir(parents=True)
    for entry in (package / "node_modules").iterdir():
        if not entry.name.startswith("."):
            (user / "node_modules" / entry.name).symlink_to(entry)
    run("tar", "-xzf", archive, "-C", user / "node_modules", "--transform", "s,^package,@inferwire/client,")
    shutil.copytree(package / "examples", user / "examples")
    shutil.copy(HERE / "node" / "types_check.ts", user / "examples")
    (user / "examples" / "tsconfig.json").write_text(EXAMPLES_TSCONFIG, "utf-8")
    tsc = package / "node_modules" / ".bin" / "tsc"
    run(tsc, "-p", "examples", cwd=user)
    # As a bundler finds the package's types; that these are sound has been seen.
    run(tsc, "-p", "examples", "--module", "esnext", "--moduleResolution", "bundler", "--skipLibCheck", "--noEmit", cwd=user)
    (user / "examples" / "types_check.js").unlink()
    for program in sorted((HERE / "node").glob("*.mjs")):
        shutil.copy(program, user)
    examples = {p.stem: ["node", str(p)] for p in sorted((user / "examples").glob("*.js"))}
    checks = {"a wrong argument is the caller's": "arguments", "answers as JSON and as history": "answers",
              "batches of every endpoint": "batches",
              "plain values, and streams that go on": "services", "plain chats, typed answers, functions": "chat",
              "files, sound and pictures": "media", "a fetch for OpenAI's SDK": "fetch"}
    return Ready({"node": ["node", str(user / "driver.mjs")]}, examples,
                 {name: ["node", str(user / f"{program}_check.mjs")] for name, program in checks.items()})


def java_package() -> list[pathlib.Path]:
    """The client's jar, made by Maven, and those that it needs. Made again only after a change."""
    need("mvn", "java")
    need_version("javac", "-version", (17,))
    place, libraries = BUILD / "java-source", BUILD / "java-libraries"
    stamp, wanted = libraries / "complete", digest(CLIENT / "java", ROOT / "proto", CLIENT / "service_config.json")
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        # Built from a copy, so that Maven's target folder stays out of the tree.
        source = place / "client" / "java"
        for old in (place, libraries):
            shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(CLIENT / "java", source, ignore=shutil.ignore_patterns("target"))
        shutil.copy(CLIENT / "service_config.json", source.parent)
        shutil.copytree(ROOT / "proto", place / "proto")
        download(*MAVEN, "package", "dependency:copy-dependencies", f"-DoutputDirectory={libraries}", cwd=source)
        replace_in_dist("inferwire-client-*.jar", *(source / "target").glob("inferwire-client-*.jar"))
        stamp.write_text(wanted, "utf-8")
    client = [jar for jar in DIST.glob("inferwire-client-*.jar")
              if not jar.stem.endswith(("-sources", "-javadoc"))]
    return [*client, *sorted(libraries.glob("*.jar"))]


def java_libraries(pom: pathlib.Path, folder: pathlib.Path) -> list[pathlib.Path]:
    """The jars that a pom names, and theirs."""
    shutil.rmtree(folder, ignore_errors=True)
    download(*MAVEN, "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={folder}", cwd=pom.parent)
    return sorted(folder.glob("*.jar"))


def java_compile(jars: list[pathlib.Path], out: pathlib.Path, sources) -> list[str]:
    """How a program of these sources is started, but for its name."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    path = os.pathsep.join(map(str, [out, *jars]))
    # classfile: libraries name annotations that they do not bring.
    run("javac", "-Xlint:all,-processing,-classfile", "-Werror", "-cp", path, "-d", out, *sorted(sources))
    return ["java", "-XX:+UseSerialGC", "-cp", path]


def java(_programs: pathlib.Path) -> Ready:
    """A jar made by Maven; the driver and the examples see it as any user's program does."""
    start = java_compile(java_package(), BUILD / "java" / "classes",
                         [*(HERE / "java").glob("*.java"), *(CLIENT / "java" / "examples").glob("*.java")])
    checks = {"plain values, and streams that go on": [*start, "ServicesCheck"],
              "prompts, types, functions, files": [*start, "PlainValuesCheck"]}
    return Ready({"java": [*start, "Driver"]}, java_examples(start), checks)


def java_examples(start: list[str]) -> dict[str, list[str]]:
    """With what they are told: a picture, where it is needed."""
    picture = [str(a_picture())]
    return {p.stem: [*start, p.stem, *(picture if p.stem == "ImageExample" else [])]
            for p in sorted((CLIENT / "java" / "examples").glob("*.java"))}


def a_picture() -> pathlib.Path:
    """Two red pixels as PNG."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path = BUILD / "picture.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(b"\0" + b"\xff\0\0" * 2)) + chunk(b"IEND", b""))
    return path


def digest(*places: pathlib.Path) -> str:
    """Of all files below these."""
    total = hashlib.sha256()
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "target" not in path.parts:
                total.update(str(path).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def cpp(programs: pathlib.Path) -> Ready:
    """What CMake built; that the library installs and is found is a test of its own."""
    driver, examples = programs.parent / "tests" / "inferwire_clients_cpp", programs.parent / "examples"
    if not driver.exists():
        raise Missing(f"{driver.name} is not built")
    names = [p.stem for p in sorted((CLIENT / "cpp" / "examples").glob("*.cc"))]
    return Ready({"cpp": [str(driver)]},
                 {name: [str(examples / f"inferwire_example_{name}")] for name in names})


# Strict users must be able to compile against the package's types.
EXAMPLES_TSCONFIG = """{"compilerOptions": {"target": "es2022", "module": "nodenext", "strict": true,
  "noUncheckedIndexedAccess": true, "exactOptionalPropertyTypes": true, "types": ["node"],
  "typeRoots": ["../node_modules/@types"]}, "include": ["*.ts"]}
"""
LANGUAGES = {"cpp": cpp, "python": python, "go": go, "node": node, "java": java}
# Languages whose stubs are in the tree.
GENERATED = {"python", "go", "node"}
# Where a package says its version; each pattern has to be found.
VERSION_FILES = {
    "python": {"python/pyproject.toml": r'^version = "(.+)"'},
    "go": {"go/inferwire/options.go": r'^const Version = "(.+)"', "go/README.md": r"client/go@v(\S+)"},
    "node": {"node/package.json": r'^  "version": "(.+)"', "node/src/channel.ts": r'VERSION = "(.+)"',
             "node/package-lock.json": r'"name": "@inferwire/client",\s+"version": "(.+)"'},
    "java": {"java/pom.xml": r"^  <version>(.+)</version>", "java/README.md": r"^  <version>(.+)</version>",
             "java/src/main/java/io/inferwire/client/InferwireClient.java": r'VERSION = "(.+)"'},
}


def project_version() -> str:
    text = (ROOT / "CMakeLists.txt").read_text("utf-8")
    return re.search(r"project\(inferwire VERSION (\S+)", text)[1]


def wrong_versions(name: str) -> list[str]:
    """The files of a package whose version is not the project's."""
    faults, wanted = [], project_version()
    for path, pattern in VERSION_FILES[name].items():
        found = re.findall(pattern, (CLIENT / path).read_text("utf-8"), re.MULTILINE)
        if not found or set(found) != {wanted}:
            faults.append(f"client/{path}: {', '.join(found) or 'no version'} instead of {wanted}")
    return faults
