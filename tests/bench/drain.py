#!/usr/bin/env python3
"""Rolls one of two replicas under load: 1,000 streams and 2,000 unary calls per second lose nothing, and a grace that
is too short ends streams with UNAVAILABLE and GATEWAY_DRAINING.

Usage: drain.py --bin BIN_FOLDER --work WORK_FOLDER [--streams N] [--rate N] [--seconds N] [--age SECONDS]
Prints one JSON object; the exit code is 1 if a promise was not kept.
"""
import argparse
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

CONFIG = """server:
  listen: 127.0.0.1:0
  admin: 127.0.0.1:0
  loops: 1
  max_connections_per_peer: 2000
  max_connection_age: {age}s
log: {{calls: false}}
drain: {{connection_wait: {wait}s, calls: {calls}s, last_call: 1s}}
limits: {{max_in_flight: 20000}}
upstreams:
  - name: mock
    base_url: http://127.0.0.1:{port}/v1
    allow_plain_http: true
    api_key: none
"""


class Replica:
    def __init__(self, binaries, work, name, **config):
        path = work / f"{name}.yaml"
        path.write_text(CONFIG.format(**config))
        self.process = subprocess.Popen([binaries / "inferwire-server", "--config", path],
                                        stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "started":
                self.address, self.admin = event["address"], event["admin_port"]
                return
        sys.exit("a replica did not start")

    def metric(self, series):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        found = re.search(r"^" + re.escape(series) + r" (\S+)$", text, re.M)
        return float(found[1]) if found else 0.0

    def terminate(self):
        self.asked = time.monotonic()
        self.process.send_signal(signal.SIGTERM)

    def wait(self, limit):
        code = self.process.wait(limit)
        return code, time.monotonic() - self.asked

    def kill(self):
        self.process.kill()
        self.process.wait()


def load(binaries, target, *options):
    return subprocess.Popen([binaries / "grpc_load", target, *map(str, options)], stdout=subprocess.PIPE, text=True)


def result_of(process):
    return json.loads(process.communicate(timeout=600)[0])


def wait_for_streams(replica, count):
    until = time.monotonic() + 60
    while replica.metric('inferwire_streams_active{operation="chat"}') < count:
        if time.monotonic() > until:
            sys.exit("the streams did not begin")
        time.sleep(0.1)


def rollout(binaries, work, port, options):
    config = {"port": port, "age": options.age, "wait": max(2, int(options.age * 1.1 + 2)),
              "calls": 120}
    staying = Replica(binaries, work, "staying", **config)
    leaving = Replica(binaries, work, "leaving", **config)
    both = f"ipv4:{staying.address},{leaving.address}"
    try:
        # A stream lasts as long as the whole run: it begins before the signal and ends after it.
        interval = int(1e6 * options.seconds / 40)
        streams = load(binaries, both, "--mode", "stream", "--in-flight", options.streams, "--seconds", 1,
                       "--connections", 20, "--model", f"mock-c40-i{interval}")
        wait_for_streams(leaving, options.streams * 0.4)
        unary = load(binaries, both, "--rate", options.rate, "--seconds", options.seconds, "--connections", 8,
                     "--model", "mock-b256")
        time.sleep(options.seconds * 0.3)
        leaving.terminate()
        unary_result, stream_result = result_of(unary), result_of(streams)
        code, took = leaving.wait(180)
        return {"unary_good": unary_result["good"], "unary_bad": unary_result["bad"],
                "unary_per_second": round(unary_result["calls_per_second"]),
                "unary_p99_ms": round(unary_result["latency_us"]["p99"] / 1000, 1),
                "unary_error": unary_result.get("error", ""),
                "streams_good": stream_result["good"], "streams_bad": stream_result["bad"],
                "streams_error": stream_result.get("error", ""),
                "exit_code": code, "seconds_to_exit": round(took, 1)}
    finally:
        staying.kill()
        leaving.kill()


def too_short(binaries, work, port, options):
    leaving = Replica(binaries, work, "short", port=port, age=options.age,
                      wait=int(options.age * 1.1 + 2), calls=3)
    try:
        streams = load(binaries, leaving.address, "--mode", "stream", "--in-flight", options.streams, "--seconds", 1,
                       "--connections", 20, "--model", "mock-c60-i1000000")
        wait_for_streams(leaving, options.streams)
        leaving.terminate()
        cut = 0.0
        while leaving.process.poll() is None:
            try:
                cut = max(cut, leaving.metric('inferwire_streams_ended_total{operation="chat",reason="drained"}'))
            except OSError:
                break
            time.sleep(0.02)
        code, took = leaving.wait(60)
        result = result_of(streams)
        return {"streams_cut": result["bad"], "message": result["error"], "metric_drained": cut,
                "exit_code": code, "seconds_to_exit": round(took, 1)}
    finally:
        leaving.kill()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--age", type=int, default=5)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mock = subprocess.Popen([options.bin / "mock_upstream", str(port)])
    try:
        outcome = {"rollout": rollout(options.bin, options.work, port, options),
                   "too_short": too_short(options.bin, options.work, port, options)}
    finally:
        mock.kill()
    print(json.dumps(outcome, indent=2))
    roll, short = outcome["rollout"], outcome["too_short"]
    kept = (roll["unary_bad"] == 0 and roll["streams_bad"] == 0 and roll["exit_code"] == 0 and
            roll["streams_good"] >= options.streams and short["streams_cut"] == options.streams and
            short["exit_code"] == 0 and "shutting down" in short["message"])
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
