#!/usr/bin/env python3
"""Writes the bill of materials of the programs as CycloneDX 1.5 JSON: which Debian packages are in them, and how.

Usage: sbom.py BUILD_FOLDER VERSION PROGRAM... >inferwire.cdx.json

Scanners see the packages of shared libraries; what is linked in statically, or comes out of headers alone, they can only
learn from here. Linked: the files that the linker read (bin/*.link). Headers: what the compiler read (ninja -t deps).
Needs Debian. The same inputs give the same bytes.
"""
import functools
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse


def output(*command: str) -> str:
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout


@functools.cache
def packages_of(files: frozenset) -> set:
    """The packages that own these files. Some know theirs by /lib, which is a link to /usr/lib."""
    names = sorted(files | {f.removeprefix("/usr") for f in files if f.startswith("/usr/lib")})
    found = output("dpkg", "-S", *names) if names else ""
    return {line.split(":")[0] for line in found.splitlines() if not line.startswith("diversion")}


def linked_statically(build: pathlib.Path) -> set:
    archives = set()
    for link in sorted(build.glob("bin/*.link")):
        words = link.read_text("utf-8").replace("\\\n", " ").split()
        archives |= {w for w in words if w.startswith("/usr/lib") and w.endswith(".a") and "/gcc/" not in w}
    if not archives:
        sys.exit(f"sbom: no archive in {build}/bin/*.link: was the server linked?")
    return packages_of(frozenset(archives))


def loaded(programs: list) -> set:
    libraries = set()
    for program in programs:
        libraries |= set(re.findall(r"(?:=> |^\t)(/\S+) \(", output("ldd", program), re.M))
    return packages_of(frozenset(str(pathlib.Path(p).resolve()) for p in libraries))


def compiled_from_headers(build: pathlib.Path) -> set:
    """One header of each folder stands for all: they are of one package."""
    headers = {}
    for line in output("ninja", "-C", str(build), "-t", "deps").splitlines():
        path = line.strip()
        if path.startswith("/usr/include/") and "/c++/" not in path:
            headers.setdefault(path.rpartition("/")[0], path)
    return packages_of(frozenset(headers.values()))


def component(package: str, how: str) -> dict:
    version, source, architecture = output(
        "dpkg-query", "-W", "-f=${Version}\t${source:Package} ${source:Version}\t${Architecture}\n",
        package).splitlines()[0].split("\t")
    purl = f"pkg:deb/debian/{package}@{urllib.parse.quote(version)}?arch={architecture}&distro=debian-12"
    return {"type": "library", "bom-ref": purl, "name": package, "version": version, "purl": purl,
            "properties": [{"name": "inferwire:linkage", "value": how}, {"name": "inferwire:source", "value": source}]}


def vocabulary(build: pathlib.Path) -> list:
    return [{"type": "data", "bom-ref": f"pkg:pypi/{name}@{version}", "name": name, "version": version,
             "purl": f"pkg:pypi/{name}@{version}", "properties": [{"name": "inferwire:linkage", "value": "data"}]}
            for wheel in sorted((build.parent / "vocabulary").glob("*.whl"))
            for name, version in [wheel.name.split("-")[:2]]]


def main() -> None:
    if len(sys.argv) < 4:
        sys.exit(__doc__.split("\n\n")[1])
    build, version, programs = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    how = {}
    for packages, linkage in ((compiled_from_headers(build), "headers"), (loaded(programs), "shared"),
                              (linked_statically(build), "static")):
        how |= dict.fromkeys(packages, linkage)
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
           "metadata": {"component": {"type": "application", "bom-ref": f"inferwire@{version}", "name": "inferwire",
                                      "version": version}},
           "components": [component(package, how[package]) for package in sorted(how)] + vocabulary(build)}
    json.dump(bom, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
