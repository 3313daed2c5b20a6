"""What the measurements of routes and limits are made of: simulators as upstreams, servers before them, load."""
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import machine

CONFIG = """server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", loops: 1}}
log: {{calls: false}}
limits: {{max_in_flight: 20000}}
deadlines: {{unary: 10s, stream: 10s, max: 10s}}
upstreams:
{upstreams}
{routes}
"""
UPSTREAM = ('  - {{name: {name}, base_url: "http://127.0.0.1:{port}/v1", allow_plain_http: true, {key}, '
            'models: ["{name}-only"]}}\n')
GOOD = "rules: []"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, method="GET", body=None, timeout=5):
    request = urllib.request.Request(url, method=method, data=body and body.encode())
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return answer.read().decode()


def wait_for(done, seconds, what):
    """Until it comes true, and what it then is."""
    until = time.monotonic() + seconds
    while not (found := done()):
        if time.monotonic() > until:
            sys.exit(f"waited {seconds} s in vain: {what}")
        time.sleep(0.02)
    return found


def key_files(folder, secrets):
    """The `keys` of an upstream, each in a file of its own."""
    keys = []
    for secret in secrets:
        path = folder.resolve() / f"{secret}.key"
        path.write_text(secret)
        keys.append({"name": secret.removeprefix("sk-"), "file": str(path)})
    return "keys: " + json.dumps(keys)


class Simulator:
    """One upstream. Its port stays, whatever happens to its process."""

    def __init__(self, binaries, name, key="api_key: none"):
        self.binaries, self.name, self.key, self.port = binaries, name, key, free_port()
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.binaries / "inferwire-simulator", f"--listen=127.0.0.1:{self.port}", "--any-model"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                return fetch(self.url("health"), timeout=1)
            except OSError:
                time.sleep(0.02)
        sys.exit(f"simulator {self.name} did not start")

    def url(self, what):
        return f"http://127.0.0.1:{self.port}/simulator/{what}"

    def script(self, text):
        fetch(self.url("rules"), "PUT", text)

    def stats(self):
        return json.loads(fetch(self.url("stats")))

    def requests(self):
        return self.stats()["requests"]

    def in_hand(self):
        """How many requests it has; none if it is gone."""
        try:
            return in_hand(self.stats())
        except OSError:
            return 0

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Gateway:
    def __init__(self, binaries, path, config, core=None):
        self.path = path
        self.path.write_text(config)
        command = machine.pinned(core, [binaries / "inferwire-server", "--config", self.path])
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "started":
                self.address, self.admin = event["address"], event["admin_port"]
                break
        else:
            sys.exit("the server did not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def series(self):
        return fetch(f"http://127.0.0.1:{self.admin}/metrics", timeout=10)

    def metric(self, pattern):
        """The sum of the series whose name and labels match."""
        return sum(float(value) for value in re.findall(rf"^{pattern} (\S+)$", self.series(), re.M))

    def resident_kib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def reload(self, config):
        self.path.write_text(config)
        self.process.send_signal(signal.SIGHUP)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Rig:
    """Upstreams, and servers before them with a route "gpt-4.1-mini" over all of them in their order.

    groups: each upstream is a group of its own, else all are one. keys: `keys` of the upstreams instead of none."""

    def __init__(self, options, count, gateways=1, groups=True, key="api_key: none", upstreams=None, **route):
        self.options, self.groups = options, groups
        self.simulators = upstreams or [Simulator(options.bin, f"up{i}", key) for i in range(count)]
        config = self.config(**route)
        self.gateways = [Gateway(options.bin, options.work / f"gateway{i}.yaml", config) for i in range(gateways)]
        self.gateway = self.gateways[0]

    def config(self, **route):
        upstreams = "".join(UPSTREAM.format(name=each.name, port=each.port, key=each.key) for each in self.simulators)
        targets = [{"upstream": each.name, "model": "gpt-4.1-mini", "group": i + 1 if self.groups else 1}
                   for i, each in enumerate(self.simulators)]
        routes = [{"name": "gpt-4.1-mini", "targets": targets, **route}]
        return CONFIG.format(upstreams=upstreams, routes="routes: " + json.dumps(routes))

    def load(self, seconds, *more, rate=None):
        address = "ipv4:" + ",".join(each.address for each in self.gateways)
        command = [self.options.bin / "grpc_load", address, "--rate", str(rate or self.options.rate), "--seconds",
                   str(seconds), "--model", "gpt-4.1-mini", *map(str, more)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def requests(self):
        return sum(each.requests() for each in self.simulators)

    def metric(self, pattern):
        return sum(each.metric(pattern) for each in self.gateways)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in self.gateways:
            each.kill()
        for each in self.simulators:
            each.thaw()
            each.kill()


def in_hand(stats):
    # The question for them is one of them.
    return stats["requests"] - stats["completed"] - stats["aborts"] - stats["faults"] - 1


def result_of(process):
    return json.loads(process.communicate(timeout=900)[0])


def served(result):
    return round(result["good"] / max(1, result["good"] + result["bad"]), 5)


def read_log(path):
    """Of each call: its id, OK or why it failed, how its target was chosen."""
    with open(path, encoding="utf-8") as lines:
        return [tuple(line.split(" ")) for line in lines.read().splitlines()]
