#!/usr/bin/env python3
"""grpc-go's interop client against a TestService on our own wire, in plain text and by TLS: every
case that asks for no cloud and nothing beyond the wire (reports of load).

Usage: go_client_test.py INTEROP_SERVER [CASE...]
"""
import pathlib
import subprocess
import sys
import tempfile

from tools import ROOT, tools

sys.path.insert(0, str(ROOT / "tests" / "clients"))
from world import make_certificates  # noqa: E402

CASES = ["empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong",
         "empty_stream", "timeout_on_sleeping_server", "cancel_after_begin",
         "cancel_after_first_response", "status_code_and_message", "special_status_message",
         "custom_metadata", "unimplemented_method", "unimplemented_service", "pick_first_unary",
         "rpc_soak", "channel_soak"]
SOAK = ["--soak_iterations=200", "--soak_num_threads=4", "--soak_overall_timeout_seconds=60",
        "--soak_per_iteration_max_acceptable_latency_ms=10000"]
LIMIT = 90.0  # seconds; a case takes less than one
# The client cancels, and closes the stream all the same: where the answer to that is there before it
# looks, it reports OK. What it says then is no fault, but one of a few runs has to show the cancel.
CROSSING = {"cancel_after_begin": "CloseAndRecv() got error code 0, want 1"}
RUNS = 5


class Server:
    """The TestService. It ends with its standard input."""

    def __init__(self, program: str, *arguments: str) -> None:
        self._process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        self.port = self._process.stdout.readline().strip().rpartition(":")[2]

    def end(self) -> int:
        self._process.communicate()
        return self._process.returncode


def run(client: pathlib.Path, port: str, case: str, more: list[str]) -> str:
    """What went wrong; empty: nothing."""
    command = [client, "--server_host=127.0.0.1", f"--server_port={port}", f"--test_case={case}",
               *(SOAK if case.endswith("_soak") else []), *more]
    try:
        done = subprocess.run(command, text=True, check=False, timeout=LIMIT,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return "it does not end"
    return "" if done.returncode == 0 else done.stdout


def main() -> int:
    program, cases = sys.argv[1], sys.argv[2:] or CASES
    client = tools() / "client"
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_certificates(folder)
        tls = ["--use_tls", "--use_test_ca", f"--ca_file={folder / 'ca.pem'}"]
        certificates = [str(folder / "server.pem"), str(folder / "server.key")]
        for way, server, more in (("plain", Server(program), []),
                                  ("tls", Server(program, *certificates), tls)):
            for case in cases:
                for _ in range(RUNS):
                    fault = run(client, server.port, case, more)
                    if case not in CROSSING or CROSSING[case] not in fault:
                        break
                print(f"{way:6}{case:30}{'FAILED' if fault else 'passed'}\n{fault}", end="")
                faults += bool(fault)
            if code := server.end():
                print(f"{way}: the server ended with {code}")
                faults += 1
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main())
