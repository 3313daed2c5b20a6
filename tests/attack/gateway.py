"""A real inferwire-server, what it costs, and a good caller beside the attack."""
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request

CONFIG = """server:
  listen: 127.0.0.1:0
  admin: 127.0.0.1:0
  loops: {loops}
  handshake_timeout: 1s
  memory_quota: 64MiB
  max_connections_per_peer: 400
log: {{calls: false}}
limits: {{memory_bytes: 256MiB}}
{tls}
upstreams:
  - name: mock
    base_url: http://127.0.0.1:{port}/v1
    allow_plain_http: true
    api_key: none
"""
TLS = "tls: {{certificate: {work}/server.crt, key: {work}/server.key}}"
QUOTA_MIB = 64


def make_certificate(work):
    if not (work / "server.crt").exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", work / "server.key",
                        "-out", work / "server.crt"], check=True, stderr=subprocess.DEVNULL)


def favour(process, core, priority=-10):
    """When latencies are measured nobody waits for the attacker, or for what else runs on the machine."""
    if core is not None and os.geteuid() == 0:
        os.setpriority(os.PRIO_PROCESS, process.pid, priority)


def pinned(core, command):
    return command if core is None else ["taskset", "-c", str(core), *command]


class Upstream:
    def __init__(self, binaries, core=None):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(pinned(core, [binaries / "mock_upstream", str(self.port)]),
                                        stdout=subprocess.DEVNULL)
        favour(self.process, core)

    def stop(self):
        self.process.kill()
        self.process.wait()


class Gateway:
    def __init__(self, binary, work, port, tls=False, loops=1, core=None):
        work.mkdir(parents=True, exist_ok=True)
        if tls:
            make_certificate(work)
        path = work / "server.yaml"
        path.write_text(CONFIG.format(port=port, loops=loops, tls=TLS.format(work=work) if tls else ""))
        self.process = subprocess.Popen(pinned(core, [binary, "--config", path]), stdout=subprocess.PIPE, text=True)
        favour(self.process, core)
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "started":
                host, _, address_port = event["address"].rpartition(":")
                self.target, self.admin = (host, int(address_port)), event["admin_port"]
                break
        else:
            sys.exit("the server did not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        self.process.kill()
        self.process.wait()

    def cpu_seconds(self):
        total, tasks = 0, f"/proc/{self.process.pid}/task"
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/schedstat", encoding="utf-8") as schedstat:
                total += int(schedstat.read().split()[0])
        return total / 1e9

    def memory(self):
        """MiB now, and at most since forget_peak."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            lines = status.read()
        return [int(re.search(rf"{key}:\s+(\d+)", lines)[1]) / 1024 for key in ("VmRSS", "VmHWM")]

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="utf-8") as clear:
            clear.write("5")

    def metrics(self):
        """Every sample that is not 0, by its series."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=20) as answer:
            lines = answer.read().decode()
        found = re.findall(r"^(inferwire_\S+(?: \S+=\S+)*) (\S+)$", lines, re.M)
        return {series: float(value) for series, value in found if float(value) != 0}

    def failures(self):
        """Connections that it ended, by why."""
        reason = re.compile(r'inferwire_connections_failed_total\{reason="(\w+)"\}')
        return {found[1]: int(value) for series, value in self.metrics().items() if (found := reason.match(series))}


class GoodCaller:
    """Unary calls at a steady rate on a connection of its own."""

    def __init__(self, binaries, gateway, seconds, rate=500, core=None, mode="unary"):
        host, port = gateway.target
        command = [binaries / "h2_load", f"{host}:{port}", "--mode", mode, "--rate", str(rate), "--seconds",
                   str(seconds), "--connections", "1", "--model", "mock-b256"]
        self.process = subprocess.Popen(pinned(core, command), stdout=subprocess.PIPE, text=True)
        favour(self.process, core, -15)

    def result(self):
        out = self.process.communicate(timeout=120)[0]
        loaded = json.loads(out) if out else {"good": 0, "bad": 1, "latency_us": None, "error": "nothing"}
        latency = loaded["latency_us"] or {"p50": 0, "p99": 0, "max": 0}
        return {"good": loaded["good"], "bad": loaded["bad"], "error": loaded.get("error", ""),
                "p50_us": latency["p50"], "p99_us": latency["p99"], "max_us": latency["max"]}
