#!/usr/bin/env python3
"""Greps the includes of service/ against the layers: an arrow may only point down.

Usage: layering_test.py SOURCE_ROOT
"""
import pathlib
import re
import sys

# Layer -> the layers of service/ whose headers it may include (its own always). Each sees only what is below it:
# app > endpoints > rpc > batch > policy, upstream > openai > identity, gateway > routing > http, codec, catalogue, tokens,
# limits, store, telemetry > tenancy > base. Only app sees config, platform, admin and the simulator.
LAYERS = {"base": set()}
for rank in (["tenancy"], ["http", "codec", "catalogue", "tokens", "limits", "store", "telemetry"], ["ledger", "routing"], ["gateway"],
             ["identity"], ["openai"],
             ["policy", "upstream"], ["batch"], ["rpc"], ["endpoints"]):
    below = set(LAYERS)
    LAYERS.update({layer: below for layer in rank})
LAYERS["tokens"] = {"base", "codec"}
LAYERS["routing"] = {"base", "catalogue"}
LAYERS["ledger"] = {"base", "telemetry", "store", "codec"}
LAYERS["identity"] = {"base", "tenancy", "telemetry", "gateway", "codec", "http"}
LAYERS["store"] = {"base", "tenancy", "limits"}
LAYERS["policy"] = {"base", "tenancy", "telemetry", "limits", "gateway"}
LAYERS["config"] = {"base", "tenancy", "telemetry", "catalogue", "limits", "openai"}  # of openai only the table of dialects: CMake links no more
LAYERS["platform"] = {"base", "telemetry", "gateway", "http"}
LAYERS["admin"] = {"base"}
LAYERS["simulator"] = {"base"}
LAYERS["app"] = set(LAYERS)
# Rooms of a layer that only app puts together: the wire, and what gives them their connections.
ROOMS = {("rpc", "http2"), ("rpc", "listener")}
# Library -> the only layers that may see it.
LIBRARIES = {
    r"grpcpp/|grpc/": {"app", "endpoints", "rpc", "telemetry"},
    r"prometheus/": {"telemetry"},
    r"curl/curl\.h|curl/multi\.h": {"http", "platform"},
    r"nghttp2/": {"rpc"},
    r"cjose/": {"identity"},
    r"nlohmann/": {"codec", "openai", "config", "simulator"},
    r"sqlite3\.h|libpq": {"store"},
    r"absl/(time|civil)": {"limits"},
    r"yaml-cpp/": {"config", "simulator"},
    r"boost/(intrusive|container)/": {"rpc"},
    r"boost/(?!intrusive/|container/)": {"simulator"},
    r"civetweb|CivetServer": {"admin"},
}


def faults_of(path: pathlib.PurePath, text: str):
    layer = path.parts[0]
    if layer not in LAYERS or len(path.parts) < 2:
        yield f"{path}: belongs to no layer"
        return
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r'#include "([^"]+)"', line):
            included = pathlib.PurePath(match[1])
            target = included.parts[0]
            if target in ("inferwire", "google", "opentelemetry") or included.parts[:2] in (("grpc", "health"), ("grpc", "reflection")):
                continue  # generated from proto/
            if target != layer and target not in LAYERS[layer]:
                yield f"{path}:{number}: {layer} may not include {target} ({included})"
            room = included.parts[:2]
            if room in ROOMS and path.parts[:2] != room and layer != "app":
                yield f"{path}:{number}: only app and {'/'.join(room)} itself may include {included}"
        elif match := re.match(r"#include <([^>]+)>", line):
            for pattern, allowed in LIBRARIES.items():
                if re.match(pattern, match[1]) and layer not in allowed:
                    yield f"{path}:{number}: {layer} may not include <{match[1]}>"


def self_check() -> None:
    """A test that finds nothing must be able to find something."""
    bad = list(faults_of(pathlib.PurePath("base/x.h"), '#include "rpc/loop.h"\n#include <grpcpp/grpcpp.h>'))
    assert len(bad) == 2, bad
    assert not list(faults_of(pathlib.PurePath("rpc/x.h"), '#include "base/error.h"'))
    assert list(faults_of(pathlib.PurePath("gateway/x.h"), '#include "upstream/router.h"'))
    assert list(faults_of(pathlib.PurePath("routing/x.h"), '#include "telemetry/log.h"'))
    assert not list(faults_of(pathlib.PurePath("upstream/x.h"), '#include "routing/board.h"'))
    assert list(faults_of(pathlib.PurePath("rpc/loop.h"), '#include "rpc/http2/host.h"'))
    assert not list(faults_of(pathlib.PurePath("rpc/http2/host.cc"), '#include "rpc/http2/host.h"'))


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
