#!/usr/bin/env python3
"""h2spec against our own wire: the rules of RFC 7540 and 7541, one by one, in plain text and by TLS.

Usage: h2spec_test.py INTEROP_SERVER [H2SPEC OPTIONS...]
"""
import pathlib
import re
import subprocess
import sys
import tempfile

from go_client_test import Server
from tools import ROOT, tools

sys.path.insert(0, str(ROOT / "tests" / "clients"))
from world import make_certificates  # noqa: E402


# What it wants of RFC 7540 and RFC 9113 (5.1) leaves to us: DATA on a closed stream is passed over, as
# it may have been on its way. To tell that it was not, nghttp2 would have to keep closed streams.
PASSED_OVER = {"half closed (remote): Sends a DATA frame",
               "closed: Sends a DATA frame after sending RST_STREAM frame",
               "closed: Sends a DATA frame",
               'Sends a DATA frame on the stream that is not in "open" or "half-closed (local)" state'}


def try_server(h2spec: pathlib.Path, server: Server, more: list[str]) -> bool:
    command = [h2spec, "-h", "127.0.0.1", "-p", server.port, "-o", "1", *more]
    said = subprocess.run(command, text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT).stdout
    summary = re.search(r"\d+ tests, (\d+) passed, .*", said)
    faults = said.partition("Failures:")[2]
    failed = re.findall(r"× \d+: (.*)", faults)
    good = summary is not None and int(summary[1]) > 0 and PASSED_OVER.issuperset(failed)
    print("\n  ".join([summary[0], *failed]) if good else faults or said)
    if code := server.end():
        print(f"the server ended with {code}")
        return True
    return not good


def main() -> int:
    program, more = sys.argv[1], sys.argv[2:]
    h2spec = tools() / "h2spec"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_certificates(folder)
        certificates = [str(folder / "server.pem"), str(folder / "server.key")]
        found = [try_server(h2spec, Server(program), more),
                 try_server(h2spec, Server(program, *certificates), ["-t", "-k", *more])]
    return int(any(found))


if __name__ == "__main__":
    sys.exit(main())
