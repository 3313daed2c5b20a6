#!/usr/bin/env python3
"""What registries ask of the packages: one licence, one version, addresses and keywords. Needs no
tools of the languages; that the packages install is another test's."""
import json
import re
import sys
import tomllib

import languages
from languages import CLIENT, ROOT

URL = "https://github.com/inferwire/inferwire"


def check_licenses() -> None:
    text = (ROOT / "LICENSE").read_bytes()
    assert b"Apache License" in text and b"Version 2.0, January 2004" in text
    for name in ("cpp", *languages.VERSION_FILES):
        assert (CLIENT / name / "LICENSE").read_bytes() == text, f"client/{name}: another LICENSE"


def check_versions() -> None:
    faults = [fault for name in languages.VERSION_FILES for fault in languages.wrong_versions(name)]
    chart = (ROOT / "helm" / "inferwire" / "Chart.yaml").read_text("utf-8")
    if re.findall(r"^appVersion: (.+)$", chart, re.M) != [languages.project_version()]:
        faults.append("helm/inferwire/Chart.yaml: another appVersion")
    assert not faults, "\n".join(faults)


def check_retries() -> None:
    """Every RPC that costs nothing to repeat is repeated."""
    names = json.loads((CLIENT / "service_config.json").read_text("utf-8"))["methodConfig"][0]["name"]
    repeated = {(name["service"], name.get("method", "")) for name in names}
    for proto in (ROOT / "proto" / "inferwire" / "v1").glob("*_service.proto"):
        text = proto.read_text("utf-8")
        for service, body in re.findall(r"^service (\w+) {\n(.*?)^}", text, re.M | re.S):
            rpcs = set(re.findall(r"^  rpc (\w+)\(", body, re.M))
            known = {method for name, method in repeated if name == f"inferwire.v1.{service}"}
            missing = {rpc for rpc in rpcs if re.match("(?:Get|List|Delete|Cancel|Count)[A-Z]", rpc)} - known
            assert "" in known or not missing, f"client/service_config.json: {service} lacks {sorted(missing)}"
            assert known - {""} <= rpcs, f"client/service_config.json: {service} has no {sorted(known - rpcs)}"


def check_python() -> None:
    project = tomllib.loads((CLIENT / "python" / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0" and project["license-files"] == ["LICENSE"]
    assert project["description"] and project["keywords"] and project["readme"] == "README.md"
    assert all(url.startswith(URL) for url in project["urls"].values()), project["urls"]
    assert (CLIENT / "python" / "src" / "inferwire" / "py.typed").exists()


def check_node() -> None:
    package = json.loads((CLIENT / "node" / "package.json").read_text("utf-8"))
    assert package["license"] == "Apache-2.0" and package["description"] and package["keywords"]
    assert package["homepage"].startswith(URL) and package["bugs"]["url"].startswith(URL)
    assert package["repository"]["url"] == f"git+{URL}.git"
    assert package["repository"]["directory"] == "client/node"


def check_java() -> None:
    pom = (CLIENT / "java" / "pom.xml").read_text("utf-8")
    for wanted in ("<name>Apache-2.0</name>", f"<url>{URL}</url>", "<description>",
                   "<artifactId>maven-source-plugin</artifactId>",
                   "<artifactId>maven-javadoc-plugin</artifactId>"):
        assert wanted in pom, f"client/java/pom.xml has no {wanted}"
    assert "SNAPSHOT" not in pom


def main() -> int:
    for check in (check_licenses, check_versions, check_retries, check_python, check_node, check_java):
        check()
        print(check.__name__, "ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
