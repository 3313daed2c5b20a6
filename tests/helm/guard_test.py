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


def guard_config(port, server_port, rate):
    guard = {"enabled": True} | ({"maxRequestsPerSecond": rate} if rate else {})
    values = {"simulator": {"enabled": True}, "guard": guard,
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


def headers(path=b"/inferwire.v1.ChatService/Complete", more=()):
    """A request's header block, by HPACK's static table and literals."""

    def literal(name, value):
        return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value

    return b"\x83\x86" + b"".join(literal(name, value) for name, value in [
        (b":path", path), (b":authority", b"inferwire"),
        (b"content-type", b"application/grpc"), (b"te", b"trailers"), *more])  # fmt: skip


class Client:
    """HTTP/2 by hand: health checks, with what no library would send along."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0))
        self.next_stream = 1
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def check(self, calls=1, more=()):
        """How many of the calls were answered with a message; None: the connection was closed."""
        block, sent = headers(b"/grpc.health.v1.Health/Check", more), b""
        for _ in range(calls):
            sent += frame(1, 4, self.next_stream, block) + frame(0, 1, self.next_stream, bytes(5))
            self.next_stream += 2
        self.socket.sendall(sent)
        ended = answered = 0
        while ended < calls:
            kind, flags, stream, payload = self.read()
            if kind is None or kind == 7:  # GOAWAY
                return None
            if kind == 4 and not flags & 1:
                self.socket.sendall(frame(4, 1, 0))
            if kind == 0 and payload:
                answered += 1
                self.socket.sendall(frame(8, 0, 0, struct.pack(">I", len(payload))))
            if stream and (kind == 3 or kind in (0, 1) and flags & 1):
                ended += 1
        return answered

    def read(self):
        def take(size):
            while len(self.buffer) < size:
                try:
                    more = self.socket.recv(65536)
                except ConnectionError:
                    more = b""
                if not more:
                    return None
                self.buffer += more
            taken, self.buffer = self.buffer[:size], self.buffer[size:]
            return taken

        head = take(9)
        payload = head and take(int.from_bytes(head[:3], "big"))
        if payload is None:
            return None, 0, 0, b""
        return head[3], head[4], int.from_bytes(head[5:], "big"), payload


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


class Guarded(unittest.TestCase):
    rate = None  # the chart's default

    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        command = [BINARIES / "inferwire-server", "--upstream", "simulator", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        self.server = self.enterContext(stage.process(command, folder / "server.log", ends_with_signals=2))
        self.server_port = int(stage.from_log(self.server, folder / "server.log", r'"address":"127.0.0.1:(\d+)"')[1])
        self.admin = stage.from_log(self.server, folder / "server.log", r'"admin_port":(\d+)')[1]
        self.port = free_port()
        (folder / "haproxy.cfg").write_text(guard_config(self.port, self.server_port, self.rate))
        command = [HAPROXY, "-W", "-db", "-f", folder / "haproxy.cfg"]
        self.guard = self.enterContext(stage.process(command, folder / "guard.log"))
        stage.wait_until("the guard listens", 10, lambda: self.call("health").returncode == 0)

    def call(self, *arguments):
        command = [BINARIES / "inferwire", "--server", f"127.0.0.1:{self.port}", "--timeout", "10", *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    def metric(self, name):
        text = stage.read(f"http://127.0.0.1:{self.admin}/metrics")
        return sum(float(value) for value in re.findall(rf"^{name}(?:\{{.*\}})? (\S+)$", text, re.MULTILINE))



class Guard(Guarded):
    def test_an_illegal_header_of_one_client_cuts_nobody(self):
        model = "gpt-4.1-mini+tokens=150+rate=50"  # 3 s
        results = []

        def stream():
            results.append(self.call("complete", "--stream", "--model", model, "Hi"))

        callers = [threading.Thread(target=stream) for _ in range(8)]
        for caller in callers:
            caller.start()
        stage.wait_until("the streams are open", 20, lambda: self.metric("inferwire_streams_active") == len(callers))
        illegal = [b"!!!", b"a", b"====", b"AAAA AAAA", b"\xff\xfe", b"YQ==,!", b"A" * 120 + b"*"]
        for value in illegal:
            for name in (b"x-bin", b"grpc-trace-bin", b"-bin"):
                with self.subTest(name=name, value=value), Client(self.port) as client:
                    self.assertIn(client.check(more=[(name, value)]), (1, None))
        for caller in callers:
            caller.join()
        self.assertEqual([result.stderr for result in results if result.returncode != 0], [])

    def test_binary_metadata_does_not_end_a_callers_own_calls(self):
        with Client(self.port) as client:
            self.assertEqual(client.check(more=[(b"x-bin", b"!!!")]), 1)
            self.assertEqual(client.check(more=[(b"x-bin", b"YWJj")]), 1)
            self.assertEqual(client.check(), 1)

    def test_headers_over_the_limit_fail_their_own_call_only(self):
        with Client(self.port) as client:
            self.assertEqual(client.check(more=[(b"x-small-%d" % i, b"v" * 100) for i in range(50)]), 1)
            self.assertEqual(client.check(more=[(b"x-large-%d" % i, b"v" * 100) for i in range(85)]), 0)
            self.assertEqual(client.check(), 1)

    def test_an_honest_client_above_a_thousand_calls_a_second_is_served(self):
        with Client(self.port) as client:
            self.assertEqual(sum(client.check(calls=100) or 0 for _ in range(40)), 4000)

    def test_honest_calls_pass(self):
        self.assertIn("tokens", self.call("complete", "--no-stream", "Hi").stderr)
        stream = self.call("complete", "--stream", "--model", "gpt-4.1-mini+tokens=300+rate=1000", "Hi")
        self.assertEqual((stream.returncode, "300 out" in stream.stderr), (0, True), stream.stderr)
        failing = self.call("complete", "--no-stream", "--model", "gpt-4.1-mini+status=400", "Hi")
        self.assertIn("origin: caller", failing.stderr)


class Flood(Guarded):
    rate = RATE

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
        self.assertEqual(self.metric("inferwire_requests_in_flight"), 0)
        open_memory, open_cpu = self.cost_of_flood(self.server_port)
        print(f"guard: a flood costs the server {memory:.1f} MB and {cpu:.2f} s of CPU, {open_memory:.1f} MB and {open_cpu:.2f} s without the guard")
        self.assertLess(memory, 10)
        self.assertGreater(open_memory, 2 * memory)
        self.assertGreater(open_cpu, 4 * cpu)  # how fast a flood comes decides about its memory; its work is done in any case

    def test_beyond_the_rate_calls_are_refused_and_the_connection_is_not(self):
        with Client(self.port) as client:
            answered = client.check(calls=RATE + 100)
            self.assertTrue(0 < answered <= RATE + 1, answered)
            stage.wait_until("the rate is an honest one again", 30, lambda: client.check() == 1)

    def test_a_leaving_pod_ends_its_streams_first(self):
        model = "gpt-4.1-mini+tokens=100+rate=50"  # 2 s
        results = []
        caller = threading.Thread(target=lambda: results.append(self.call("complete", "--stream", "--model", model, "Hi")))
        caller.start()
        stage.wait_until("the stream is open", 10, lambda: self.metric("inferwire_streams_active") == 1)
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
