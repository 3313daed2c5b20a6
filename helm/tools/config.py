#!/usr/bin/env python3
"""Writes what is said of the server's configuration outside of it, from the keys that it declares: the
example file, and the chart's schema of `config`.

Usage: config.py SERVER [--check]. SERVER is the built inferwire-server. With --check nothing is written:
1 if a file is not what it would be.
"""
import difflib
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "service" / "config" / "inferwire.example.yaml"
SCHEMA = ROOT / "helm" / "inferwire" / "values.schema.json"

# The chart's own, which it sets from other values.
OWN = ["server.listen", "server.admin", "server.insecure", "tls", "upstreams.simulator", "catalogue.file", "store.path",
       "store.postgresql", "ledger.path", "admin_api.listen", "admin_api.insecure", "admin_api.tls"]
# What the chart needs to be there, besides what the server does.
NEEDED = {"": ["server", "drain"], "drain": ["connection_wait", "calls"], "upstreams": ["base_url"]}
ABOUT = {
    "": "The server's own configuration, in its own words (service/config/inferwire.example.yaml).",
    "server": "The server's section server; listen, admin and insecure are the chart's.",
    "admin_api": "The server's section admin_api; listen, insecure and tls are the chart's (adminApi).",
    "store": "The server's section store; path and postgresql are the chart's.",
    "ledger": "The server's section ledger; path is the chart's.",
    "directory": "The server's section directory, for which store has to be set.",
}


def mapping(schema, path):
    """The mapping at a path of keys; of a list, that of its elements."""
    for key in filter(None, path.split(".")):
        schema = schema["properties"][key]
        schema = schema.get("items", schema)
    return schema


def chart_schema(server):
    """The server's schema without what the chart does itself."""
    del server["$schema"], server["title"]
    for path in OWN:
        around, _, key = path.rpartition(".")
        del mapping(server, around)["properties"][key]
    for path, keys in NEEDED.items():
        node = mapping(server, path)
        node["required"] = [key for key in node["properties"] if key in {*keys, *node.get("required", [])}]
    for path, about in ABOUT.items():
        mapping(server, path)["description"] = about
    # Keys are mounted as files.
    api_key = mapping(server, "upstreams")["properties"]["api_key"]
    api_key["description"] = "none, or a file of your own; the keys that the chart mounts are in upstreamKeys."
    api_key["oneOf"] = [form for form in api_key["oneOf"] if "env" not in form.get("properties", {})]
    del mapping(server, "upstreams.keys")["properties"]["env"]
    return server


def printed(server, what):
    return subprocess.run([server, "--print-config", what], check=True, stdout=subprocess.PIPE, text=True).stdout


def wanted(server):
    schema = json.loads(SCHEMA.read_text())
    schema["properties"]["config"] = chart_schema(json.loads(printed(server, "schema")))
    return {EXAMPLE: printed(server, "example"), SCHEMA: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"}


def main():
    arguments = [each for each in sys.argv[1:] if each != "--check"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    stale = False
    for path, text in wanted(arguments[0]).items():
        name = str(path.relative_to(ROOT))
        if path.read_text() == text:
            continue
        stale = True
        if "--check" in sys.argv:
            sys.stdout.writelines(difflib.unified_diff(path.read_text().splitlines(True), text.splitlines(True), name,
                                                       "what the server declares"))
        else:
            path.write_text(text)
            print(f"{name} written")
    if stale and "--check" in sys.argv:
        sys.exit("out of date: ./dev config writes them")


if __name__ == "__main__":
    main()
