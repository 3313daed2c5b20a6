#!/usr/bin/env python3
"""The guard's configuration with a real HAProxy before a real server: honest callers notice nothing, a flood of
opened and reset requests does not reach the server, and a leaving pod cuts no stream.

Usage: guard_test.py BINARIES"""
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

import chart
import stage

BINARIES = None
HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")  # not on everyone's path
RATE = 200


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def guard_config(port, server_port):
    values = {"simulator": {"enabled": True}, "guard": {"enabled": True, "maxRequestsPerSecond": RATE},
              "grpc": {"port": port}, "config": {"drain": {"connection_wait": "70s", "calls": "10s"}}}  # fmt: skip
    run = chart.template(values=values)
    if run.returncode != 0:
        raise AssertionError(run.stderr)
    (text,) = [doc["data"]["haproxy.cfg"] for doc in chart.to_json(run.stdout, strict=True)
               if doc["kind"] == "ConfigMap" and "haproxy.cfg" in doc["data"]]  # fmt: skip
    # On this machine's own address only, and at the server's real port.
    return text.replace(f"bind :{port}", f"bind 127.0.0.1:{port}").replace(f":{port + 1} ", f":{server_port} ")


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def headers():
    """A request's header block, by HPACK's static table and literals."""

    def literal(name, value):
        return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value

    return b"\x83\x86" + b"".join(literal(name, value) for name, value in [
        (b":path", b"/llmgate.v1.ChatService/Complete"), (b":authority", b"llmgate"),
        (b"content-type", b"application/grpc"), (b"te", b"trailers")])  # fmt: skip


def flood(port, requests):
    """Opens and resets requests on new connections as fast as it can; the number that could be sent."""
    sent, block = 0, headers()
    while sent < requests:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
                client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0))
                for stream in range(1, 2001, 2):
                    sent += 1
                    client.sendall(frame(1, 4, stream, block) + frame(3, 0, stream, struct.pack(">I", 8)))
        except OSError:
            sent += 1  # the guard closed the connection
    return sent


class Guard(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        command = [BINARIES / "llmgate-server", "--upstream", "simulator", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        self.server = self.enterContext(stage.process(command, folder / "server.log", ends_with_signals=2))
        self.server_port = int(stage.from_log(self.server, folder / "server.log", r'"address":"127.0.0.1:(\d+)"')[1])
        self.admin = stage.from_log(self.server, folder / "server.log", r'"admin_port":(\d+)')[1]
        self.port = free_port()
        (folder / "haproxy.cfg").write_text(guard_config(self.port, self.server_port))
        command = [HAPROXY, "-W", "-db", "-f", folder / "haproxy.cfg"]
        self.guard = self.enterContext(stage.process(command, folder / "guard.log"))
        stage.wait_until("the guard listens", 10, lambda: self.call("health").returncode == 0)

    def call(self, *arguments):
        command = [BINARIES / "llmgate", "--server", f"127.0.0.1:{self.port}", "--timeout", "10", *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    def metric(self, name):
        text = stage.read(f"http://127.0.0.1:{self.admin}/metrics")
        return sum(float(value) for value in re.findall(rf"^{name}(?:\{{.*\}})? (\S+)$", text, re.MULTILINE))

    def test_honest_calls_pass(self):
        self.assertIn("tokens", self.call("complete", "--no-stream", "Hi").stderr)
        stream = self.call("complete", "--stream", "--model", "gpt-4.1-mini+tokens=300+rate=1000", "Hi")
        self.assertEqual((stream.returncode, "300 out" in stream.stderr), (0, True), stream.stderr)
        failing = self.call("complete", "--no-stream", "--model", "gpt-4.1-mini+status=400", "Hi")
        self.assertIn("origin: caller", failing.stderr)

    def cost(self):
        """The server's megabytes and seconds of CPU, once it has worked off what reached it."""
        seen = []

        def at_rest():
            seen.append(self.metric("process_cpu_seconds_total"))
            return len(seen) > 3 and seen[-1] - seen[-4] < 0.02

        stage.wait_until("the server is at rest", 30, at_rest)
        return self.metric("process_resident_memory_bytes") / 1e6, seen[-1]

    def cost_of_flood(self, port):
        before = self.cost()
        self.assertGreaterEqual(flood(port, 20000), 20000)
        return [after - was for after, was in zip(self.cost(), before)]

    def test_a_flood_of_reset_requests_does_not_reach_the_server(self):
        memory, cpu = self.cost_of_flood(self.port)
        # The address is welcome again once its rate is an honest one.
        stage.wait_until("the flood is forgotten", 30, lambda: self.call("health").returncode == 0)
        self.assertEqual(self.metric("llmgate_requests_in_flight"), 0)
        open_memory, open_cpu = self.cost_of_flood(self.server_port)
        print(f"guard: a flood costs the server {memory:.1f} MB and {cpu:.2f} s of CPU, {open_memory:.1f} MB and {open_cpu:.2f} s without the guard")
        self.assertLess(memory, 10)
        self.assertGreater(open_memory, 2 * memory)
        self.assertGreater(open_cpu, 4 * cpu)  # how fast a flood comes decides about its memory; its work is done in any case

    def test_a_leaving_pod_ends_its_streams_first(self):
        model = "gpt-4.1-mini+tokens=100+rate=50"  # 2 s
        results = []
        caller = threading.Thread(target=lambda: results.append(self.call("complete", "--stream", "--model", model, "Hi")))
        caller.start()
        stage.wait_until("the stream is open", 10, lambda: self.metric("llmgate_streams_active") == 1)
        self.guard.send_signal(signal.SIGUSR1)
        self.server.send_signal(signal.SIGTERM)
        caller.join()
        self.assertEqual(results[0].returncode, 0, results[0].stderr)
        self.assertIn("100 out", results[0].stderr)
        self.assertEqual(self.guard.wait(timeout=20), 0)


if __name__ == "__main__":
    BINARIES = pathlib.Path(sys.argv.pop(1))
    chart.tool_folder("go")
    if not HAPROXY:
        print("skipped: haproxy is not installed")
        sys.exit(chart.SKIPPED)
    chart.main()
