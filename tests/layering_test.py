#!/usr/bin/env python3
"""Greps the includes of service/ against the layers: an arrow may only point down.

Usage: layering_test.py SOURCE_ROOT
"""
import pathlib
import re
import sys

# Layer -> the layers of service/ whose headers it may include (its own always).
LAYERS = {
    "base": set(),
    "codec": {"base"},
    "http": {"base"},
    "catalogue": {"base"},
    "tokens": {"base"},
    "openai": {"base", "catalogue", "codec", "http", "tokens"},
    "models": {"base", "catalogue", "codec", "openai", "tokens"},
    "policy": {"base"},
    "store": {"base"},
    "batch": {"base", "catalogue", "codec", "http", "openai", "store", "tokens"},
    "config": {"base", "catalogue", "openai"},  # of openai only the table of dialects: CMake links no more
    "rpc": {"base", "batch", "store", "catalogue", "codec", "http", "models", "openai", "policy", "config"},
    "admin": {"base"},
    "otlp": {"base"},
    "simulator": {"base"},
    "server": {"base", "batch", "store", "catalogue", "codec", "http", "openai", "policy", "config", "rpc",
               "admin", "otlp", "simulator"},
    "main": {"base", "config", "server"},
}
# Library -> the only layers that may see it.
LIBRARIES = {
    r"grpcpp/|grpc/": {"rpc", "otlp", "server"},
    r"curl/curl\.h|curl/multi\.h": {"http"},
    r"nlohmann/": {"codec", "openai", "config", "simulator"},
    r"sqlite3\.h|libpq": {"store"},
    r"yaml-cpp/": {"config", "simulator"},
    r"boost/": {"simulator"},
    r"civetweb|CivetServer": {"admin"},
}
# Files at the top of service/ and the layer they are.
TOP = {"batches": "server", "config": "config", "models_yaml": "config", "server": "server", "upstreams": "server",
       "key_ring": "server", "make_settings": "server", "reloader": "server", "main": "main",
       "command_line": "main", "wrapped_socket_calls": "server"}


def layer_of(path: pathlib.PurePath) -> str:
    if len(path.parts) > 1:
        return path.parts[0]
    name = path.name.split(".")[0]
    return next((layer for stem, layer in TOP.items() if name == stem or name.startswith(stem + "_")),
                "?" + name)


def faults_of(path: pathlib.PurePath, text: str):
    layer = layer_of(path)
    if layer not in LAYERS:
        yield f"{path}: belongs to no layer"
        return
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r'#include "([^"]+)"', line):
            included = pathlib.PurePath(match[1])
            if included.parts[0] in ("inferwire", "google", "opentelemetry") or included.parts[:2] == ("grpc", "health"):
                continue  # generated from proto/
            target = layer_of(included)
            if target != layer and target not in LAYERS[layer]:
                yield f"{path}:{number}: {layer} may not include {target} ({included})"
        elif match := re.match(r"#include <([^>]+)>", line):
            for pattern, allowed in LIBRARIES.items():
                if re.match(pattern, match[1]) and layer not in allowed:
                    yield f"{path}:{number}: {layer} may not include <{match[1]}>"


def self_check() -> None:
    """A test that finds nothing must be able to find something."""
    bad = list(faults_of(pathlib.PurePath("base/x.h"), '#include "rpc/loop.h"\n#include <grpcpp/grpcpp.h>'))
    assert len(bad) == 2, bad
    assert not list(faults_of(pathlib.PurePath("rpc/x.h"), '#include "base/error.h"'))


def main() -> int:
    self_check()
    service = pathlib.Path(sys.argv[1]) / "service"
    files = sorted(p for p in service.rglob("*") if p.suffix in (".h", ".cc"))
    faults = [fault for file in files
              for fault in faults_of(file.relative_to(service), file.read_text(encoding="utf-8"))]
    print("\n".join(faults) or f"{len(files)} files, no include against the layers")
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
