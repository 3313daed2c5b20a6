#!/usr/bin/env python3
"""The install lines of the READMEs, run as they stand there: each in a fresh folder outside of this
repository, followed by a small program that uses what they have installed.

Usage: install_lines_test.py --language NAME --build FOLDER

The clone that the lines begin with takes this tree as it is, uncommitted files included. Exit code
77 if the language was skipped: its tools are missing, and the reason is printed.
"""
import argparse
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

import languages
from generate import BUILD, Missing, go_environment, need, run
from languages import ROOT, download, need_version

URL = "https://github.com/inferwire/inferwire"
# Whatever fetches a package, or builds and installs one.
INSTALLS = re.compile(r"\bpip3? install\b|\bnpm (?:install|i|ci)\b|\bgo (?:get|install|mod)\b|"
                      r"\bmvn\b.*\binstall\b|\bdev install\b|\bcmake --install\b")
VERSION = languages.project_version()


def readmes() -> list[pathlib.Path]:
    return [ROOT / "README.md", *sorted((ROOT / "client").glob("*/README.md"))]


def fenced(readme: pathlib.Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", readme.read_text("utf-8"), re.M | re.S)


def lines_of(language: str) -> str:
    """The one block of the language's README that installs."""
    readme = ROOT / "client" / language / "README.md"
    blocks = [block for block in fenced(readme, "sh") if INSTALLS.search(block)]
    assert len(blocks) == 1, f"{readme}: {len(blocks)} blocks install something, not one"
    return blocks[0]


def check_that_none_is_missed() -> None:
    run_here = "".join(lines_of(language) for language in LANGUAGES)
    for readme in readmes():
        for block in re.findall(r"^```\w*\n(.*?)^```", readme.read_text("utf-8"), re.M | re.S):
            for line in block.splitlines():
                assert not INSTALLS.search(line) or line in run_here, f"{readme}: nobody runs: {line}"


def repository(folder: pathlib.Path) -> pathlib.Path:
    """A repository of one commit: this tree as it is, without what is built in it."""
    listed = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, check=False)
    copy = folder / "repository"
    if listed.returncode == 0:
        names = {os.fsdecode(name) for name in listed.stdout.split(b"\0") if name}
        for name in sorted(name for name in names if (ROOT / name).is_file()):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    else:  # an unpacked archive
        left_out = shutil.ignore_patterns("build", "node_modules", "dist", "target", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=left_out)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost", "-c",
           "init.defaultBranch=main", "-c", "core.autocrlf=false"]
    run(*git, "init", "-q", cwd=copy)
    run(*git, "add", "-A", "-f", cwd=copy)
    run(*git, "commit", "-q", "-m", "As it is", cwd=copy)
    return copy


@dataclasses.dataclass
class Place:
    """Where a user works."""
    folder: pathlib.Path
    environment: dict[str, str]

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def run(self, *command) -> None:
        download(*command, cwd=self.folder, env=self.environment)

    def install(self, lines: str) -> None:
        print(lines, end="", flush=True)
        self.run("bash", "-euxo", "pipefail", "-c", lines)


def python(place: Place, lines: str, _build: pathlib.Path) -> None:
    try:
        run(sys.executable, "-m", "venv", place.folder / "venv")
    except subprocess.CalledProcessError as error:
        raise Missing("this python3 has no venv module") from error
    place.environment["PATH"] = f"{place.folder / 'venv' / 'bin'}:{os.environ['PATH']}"
    place.environment["PIP_CACHE_DIR"] = str(BUILD / "pip")
    place.install(lines)
    place.write("app.py", f"""import importlib.metadata
import inferwire
assert inferwire.Client("gateway:1").target == "dns:///gateway:1"
package = importlib.metadata.metadata("inferwire")
assert package["Version"] == "{VERSION}" and package["License-Expression"] == "Apache-2.0"
names = [str(file) for file in importlib.metadata.files("inferwire")]
assert "inferwire/py.typed" in names, names
assert any(name.endswith("licenses/LICENSE") for name in names), names
""")
    place.run("python", "app.py")


def go(place: Place, lines: str, _build: pathlib.Path) -> None:
    need_version("go", "version", (1, 25))
    place.environment |= go_environment()
    (module,) = set(re.findall(r"-require (\S+)@", lines))
    place.run("go", "mod", "init", "example.com/app")
    place.write("main.go", f"""package main

import "{module}/inferwire"

func main() {{
	client, err := inferwire.Connect("gateway:1", inferwire.Options{{}})
	if err != nil || client.Target() != "dns:///gateway:1" || inferwire.Version != "{VERSION}" {{
		panic(err)
	}}
}}
""")
    place.install(lines)
    place.run("go", "run", ".")


def node(place: Place, lines: str, _build: pathlib.Path) -> None:
    need_version("node", "--version", (20,))
    need("npm")
    place.environment["npm_config_cache"] = str(BUILD / "npm")
    place.write("app.mjs", """import { Client } from "@inferwire/client";
import { Role } from "@inferwire/client/v1";
if (new Client("gateway:1").target !== "dns:///gateway:1" || !Role.USER) process.exit(1);
""")
    place.install(lines)
    place.run("node", "app.mjs")
    installed = place.folder / "node_modules" / "@inferwire" / "client"
    assert (installed / "LICENSE").is_file() and (installed / "dist" / "index.d.ts").is_file()
    assert not installed.is_symlink()
    # The same as a link to a folder that lies elsewhere, as people do who work on both.
    place.write("beside/app.mjs", (place.folder / "app.mjs").read_text("utf-8"))
    place.write("beside/package.json", "{}\n")
    for made in ("node_modules", "dist"):
        shutil.rmtree(place.folder / "inferwire" / "client" / "node" / made, ignore_errors=True)
    place.run("npm", "--prefix", "beside", "install", "--omit=dev", "./inferwire/client/node")
    place.run("node", "beside/app.mjs")


JAVA_PROJECT = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>app</artifactId>
  <version>1</version>
  <properties><maven.compiler.release>17</maven.compiler.release></properties>
  <dependencies>%s</dependencies>
  <build><pluginManagement><plugins>
    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.13.0</version></plugin>
    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
  </plugins></pluginManagement></build>
</project>
"""


def java(place: Place, lines: str, _build: pathlib.Path) -> None:
    need("mvn", "java")
    need_version("javac", "-version", (17,))
    local = BUILD / "m2"
    installed = local / "io" / "inferwire"
    shutil.rmtree(installed, ignore_errors=True)
    place.environment["MAVEN_OPTS"] = f"-Dmaven.repo.local={local}"
    place.install(lines)
    folder = installed / "inferwire-client" / VERSION
    for kind, wanted in (("", "META-INF/LICENSE"), ("", "io/inferwire/client/InferwireClient.class"),
                         ("-sources", "io/inferwire/client/InferwireClient.java"),
                         ("-javadoc", "io/inferwire/client/InferwireClient.html")):
        with zipfile.ZipFile(folder / f"inferwire-client-{VERSION}{kind}.jar") as jar:
            assert wanted in jar.namelist(), f"{jar.filename} has no {wanted}"
    (dependency,) = fenced(ROOT / "client" / "java" / "README.md", "xml")
    place.write("pom.xml", JAVA_PROJECT % dependency)
    place.write("src/main/java/App.java", """import io.inferwire.client.InferwireClient;

class App {
  public static void main(String[] args) {
    System.out.println(InferwireClient.connect("gateway:1").target());
  }
}
""")
    place.run("mvn", "-B", "-q", "compile")


def cpp(place: Place, lines: str, build: pathlib.Path) -> None:
    """To build all of it once more would prove nothing: `dev install` installs what is built."""
    listed = subprocess.run([ROOT / "dev"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^  install +PREFIX", listed, re.M), listed
    place.write("dev-install", f"""#!/bin/sh
[ "$1" = install ] && exec cmake --install '{build}' --component client --prefix "$2"
""")
    (place.folder / "dev-install").chmod(0o755)
    lines, count = re.subn(r"^inferwire/dev install", "./dev-install install", lines, flags=re.M)
    assert count == 1, lines
    (snippet,) = fenced(ROOT / "client" / "cpp" / "README.md", "cmake")
    found, linked = re.fullmatch(r"(find_package.*\n)(target_link_libraries.*\n)", snippet).groups()
    place.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\n"
                "project(app LANGUAGES CXX)\n" + found + "add_executable(app main.cc)\n" + linked)
    shutil.copy(ROOT / "tests" / "client" / "consumer" / "main.cc", place.folder)
    place.install(lines)
    place.run("cmake", "--build", "build")
    place.run("build/app")
    assert list((place.folder / "prefix").glob("share/doc/*/LICENSE"))


LANGUAGES = {"cpp": cpp, "python": python, "go": go, "node": node, "java": java}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--language", required=True, choices=list(LANGUAGES))
    parser.add_argument("--build", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    check_that_none_is_missed()
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="install-lines-") as name:
        folder = pathlib.Path(name)
        assert ROOT not in folder.resolve().parents, "the temporary folder is inside the repository"
        try:
            need("git")
            clone = repository(folder)
            place = Place(folder / "work", {
                **os.environ, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_VALUE_0": URL,
                "GIT_CONFIG_KEY_0": f"url.{clone.as_uri()}.insteadOf"})
            place.folder.mkdir()
            LANGUAGES[arguments.language](place, lines_of(arguments.language),
                                          arguments.build.resolve())
        except Missing as missing:
            print(f"skipped: {missing}")
            return 77
        except subprocess.CalledProcessError as error:
            print(f"{' '.join(map(str, error.cmd))} failed:\n{error.output[-4000:]}")
            return 1
    print(f"{arguments.language}: the lines install the package")
    return 0


if __name__ == "__main__":
    sys.exit(main())
