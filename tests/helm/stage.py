"""A stage for the dashboards: two inferwire-servers on their simulator, callers that use them well and badly, and a
real Prometheus that scrapes both and knows the chart's rules. Everything is on 127.0.0.1, on free ports."""
import contextlib
import json
import os
import pathlib
import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "helm/inferwire/rules"
JOB, NAMESPACE = "demo-inferwire", "demo"

# What the callers do, again and again. The model's suffix tells the simulator how to behave.
PROMPT = "Tell me a story about a river."
CALLS = [
    ["complete", "--no-stream", PROMPT],
    ["complete", "--no-stream", "--model", "gpt-4.1+ttft=30ms+rate=800+tokens=80", PROMPT],
    ["complete", "--stream", "--model", "gpt-4.1-mini+ttft=80ms+rate=200+tokens=60", PROMPT],
    ["complete", "--stream", "--model", "gpt-5+ttft=300ms+rate=100+tokens=40", PROMPT],
    ["complete", "--no-stream", "--model", "routed", PROMPT],  # falls back
    ["raw", "GET", "/models"],
    ["raw", "POST", "/embeddings", "--data", '{"model":"text-embedding-3-small","input":"river"}'],
    ["raw", "POST", "/chat/completions", "--stream", "--data",
     '{"model":"gpt-4.1","stream":true,"messages":[{"role":"user","content":"Hi"}]}'],
]  # fmt: skip
# Now and then something goes wrong: at the provider, between, or with the caller.
BAD_CALLS = [
    ["complete", "--no-stream", "--model", "gpt-4.1-mini+status=429+retry_after=1", PROMPT],
    ["complete", "--no-stream", "--model", "gpt-4.1-mini+status=503", PROMPT],
    ["complete", "--no-stream", "--model", "gpt-4.1-mini+status=401", PROMPT],
    ["complete", "--no-stream", "--model", "gpt-4.1-mini+garbage=json", PROMPT],
    ["complete", "--stream", "--model", "gpt-4.1-mini+truncate", PROMPT],
    ["complete", "--stream", "--model", "gpt-4.1-mini+usage=none", PROMPT],
    ["complete", "--no-stream", "--model", "gpt-4.1-mini+reset", PROMPT],
    ["complete", "--no-stream", "--model", "gpt-4.1-mini+stall", PROMPT],  # ends by its deadline
    ["complete", "--no-stream", "--model", "away", PROMPT],
    ["complete", "--no-stream", "--model", "replicated", PROMPT],
    ["raw", "GET", "/organization/users"],
]


def read(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def wait_until(what, seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.1)
    raise TimeoutError(f"not within {seconds} s: {what}")


@contextlib.contextmanager
def process(command, log, *, ends_with_signals=1):
    """Runs a program and yields its log's path; ends it afterwards."""
    with open(log, "w") as file:
        child = subprocess.Popen(list(map(str, command)), stdout=file, stderr=subprocess.STDOUT)
    try:
        yield child
    finally:
        for _ in range(ends_with_signals):
            child.terminate()
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def from_log(child, log, pattern):
    """What a program says once it is ready."""

    def look():
        match = re.search(pattern, pathlib.Path(log).read_text())
        if not match and child.poll() is not None:
            raise RuntimeError(pathlib.Path(log).read_text())
        return match

    return wait_until(pattern, 60, look)


def certificate(folder):
    key, cert = folder / "tls.key", folder / "tls.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True)  # fmt: skip
    return key, cert


class Gateway:
    """One inferwire-server with TLS, on its simulator."""

    def __init__(self, binaries, folder, stack):
        folder.mkdir()
        self.client = binaries / "inferwire"
        key, self.authority = certificate(folder)
        made = subprocess.run([self.client, "keys", "make", "--tenant", "acme"], check=True, capture_output=True, text=True)
        self.key, entry = made.stdout.split(maxsplit=1)
        (folder / "keys.yaml").write_text("keys:\n  " + entry.strip() + "\n")
        config = {
            "server": {"listen": "127.0.0.1:0", "admin": "127.0.0.1:0", "max_connections_per_peer": 40},
            "tls": {"certificate": str(self.authority), "key": str(key)},
            "upstreams": [
                # The many-calls are more than it takes at once.
                {"name": "simulator", "simulator": True, "limits": {"in_flight": 6, "queue": 1, "queue_wait": "1s"},
                 "discovery": {}},
                {"name": "replicas", "base_url": "http://localhost:9/v1", "allow_plain_http": True, "models": ["replicated"],
                 "api_key": {"file": str(folder / "key")}, "endpoints": {"dns": "localhost", "port": 9}},
                # Nobody listens there.
                {"name": "away", "base_url": "http://127.0.0.1:9/v1", "allow_plain_http": True,
                 "api_key": {"file": str(folder / "key")}, "models": ["away"],
                 "health": {"every": "1s", "timeout": "500ms", "check": "all"}},
                {"name": "pool", "base_url": "http://127.0.0.1:9/v1", "allow_plain_http": True, "models": ["gone"],
                 "keys": [{"name": name, "file": str(folder / "key")} for name in "ab"], "breaker": {"failures": 2}},
            ],
            "routes": [{"name": "routed", "targets": [{"upstream": "pool", "model": "gone"},
                                                      {"upstream": "simulator", "model": "gpt-4.1-mini", "group": 2}],
                        "shadow": {"upstream": "simulator", "model": "gpt-4.1", "percent": 100},
                        "hedge": {"after": "1s"}}],
            "tracing": {"endpoint": "http://127.0.0.1:9", "sample_ratio": 1, "queue_spans": 64, "batch_spans": 32, "timeout": "1s"},
            # The items of its many-calls wait for each other.
            "tenants": [{"id": "acme", "limits": {"concurrent": 2}, "budget": {"month": "100 USD", "day": "10 USD"}}],
            # Other callers are nobody in particular, and nobody listens where the issuer's keys should be.
            "identity": {"required": False, "keys": {"files": [str(folder / "keys.yaml")]},
                         "jwt": [{"issuer": "https://issuer.example", "audiences": ["inferwire"], "jwks_url": "http://127.0.0.1:9/keys",
                                  "rules": [{"claims": {"sub": "x"}, "tenant": "acme"}]}]},
            "store": {"path": str(folder / "store.db")},
            "batches": {"poll_min": "1s", "poll_max": "2s", "sweep_interval": "1s"},
            "log": {"calls": False},
        }  # fmt: skip
        (folder / "key").write_text("of-no-account")
        (folder / "inferwire.yaml").write_text(json.dumps(config))
        log = folder / "log"
        # The second signal: callers are gone, nothing to wait for.
        command = [binaries / "inferwire-server", "--config", folder / "inferwire.yaml"]
        child = stack.enter_context(process(command, log, ends_with_signals=2))
        self.address = from_log(child, log, r'"address":"([^"]+)"')[1]
        self.admin = "127.0.0.1:" + from_log(child, log, r'"admin_port":(\d+)')[1]
        # As an operator would, later.
        config["log"]["level"] = "warning"
        (folder / "changed.yaml").write_text(json.dumps(config))
        (folder / "changed.yaml").replace(folder / "inferwire.yaml")

    def call(self, arguments, key=None):
        """key: of the tenant acme; none: by nobody in particular."""
        environment = {name: value for name, value in os.environ.items() if name != "INFERWIRE_API_KEY"}
        if key:
            environment["INFERWIRE_API_KEY"] = key
        command = [self.client, "--server", self.address, "--ca", self.authority, "--timeout", "2", *arguments]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment).returncode


class Callers:
    """Threads that call until they are stopped."""

    def __init__(self, gateways, folder, threads=3):
        self.gateways, self.stopped, self.calls = gateways, threading.Event(), 0
        self.questions = folder / "questions.jsonl"
        self.questions.write_text("".join(json.dumps({"item_id": f"q{i}", "prompt": f"Question {i}"}) + "\n" for i in range(50)))
        for gateway in gateways:
            gateway.call(["batch", "create", str(self.questions)])
        self.threads = [threading.Thread(target=self.run, args=(number,)) for number in range(threads)]
        self.threads.append(threading.Thread(target=self.crowd))
        for thread in self.threads:
            thread.start()

    def run(self, number):
        many = ["many", str(self.questions), "--max-in-flight", "8", "--output", "/dev/null"]
        calls = [call for bad in BAD_CALLS for call in [*CALLS, many, bad]]
        position = number * len(calls) // 3
        while not self.stopped.is_set():
            gateway, call = self.gateways[position % len(self.gateways)], calls[position % len(calls)]
            gateway.call(call, gateway.key if position // len(CALLS) % 2 else None)
            self.calls += 1
            position += 1

    def crowd(self):
        """More connections from one address than it may have."""
        host, port = self.gateways[0].address.rsplit(":", 1)
        while not self.stopped.is_set():
            with contextlib.ExitStack() as stack:
                for _ in range(60):
                    stack.enter_context(socket.create_connection((host, int(port))))
                self.stopped.wait(0.2)
            self.stopped.wait(5)

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


class Prometheus:
    """Debian's Prometheus with the chart's rules, scraping every second."""

    def __init__(self, program, folder, gateways, stack):
        folder.mkdir()
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "2s"},
            "rule_files": [str(path) for path in sorted(RULES.glob("*.yaml"))],
            "scrape_configs": [{
                "job_name": JOB,
                "static_configs": [{"targets": [gateway.admin for gateway in gateways], "labels": {"namespace": NAMESPACE}}],
            }],
        }  # fmt: skip
        (folder / "prometheus.yml").write_text(json.dumps(config))
        command = [program, "--config.file", folder / "prometheus.yml", "--storage.tsdb.path", folder / "data",
                   "--web.listen-address", "127.0.0.1:0", "--log.format", "json"]  # fmt: skip
        log = folder / "log"
        child = stack.enter_context(process(command, log))
        self.url = "http://" + from_log(child, log, r'"address":"(127\.0\.0\.1:[1-9]\d*)"')[1]
        wait_until("Prometheus is ready", 30, self.is_ready)

    def is_ready(self):
        try:
            return read(self.url + "/-/ready")
        except urllib.error.URLError:
            return None

    def query(self, expression):
        """The samples of an instant query. Raises what Prometheus says about a wrong one."""
        try:
            text = read(self.url + "/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
        except urllib.error.HTTPError as error:
            raise ValueError(f"{expression}: {error.read().decode()}") from None
        return json.loads(text)["data"]["result"]

    def rules(self):
        groups = json.loads(read(self.url + "/api/v1/rules"))["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]


@contextlib.contextmanager
def play(binaries, prometheus, folder):
    """Two gateways, their callers and a Prometheus, until the block ends."""
    folder = pathlib.Path(folder)
    with contextlib.ExitStack() as stack:
        gateways = [Gateway(pathlib.Path(binaries), folder / f"gateway{number}", stack) for number in range(2)]
        server = Prometheus(prometheus, folder / "prometheus", gateways, stack)
        callers = Callers(gateways, folder)
        stack.callback(callers.stop)
        yield gateways, server, callers


def dashboards():
    for file in sorted((ROOT / "helm/inferwire/dashboards").glob("*.json")):
        yield file.stem, json.loads(file.read_text())


def as_prometheus_gets_it(expression):
    """With Grafana's variables replaced."""
    expression = expression.replace("$__rate_interval", "15s").replace("$__range", "1m")
    for variable in ("namespace", "job", "instance", "model", "upstream"):
        expression = expression.replace(f"${variable}", ".+")
    return expression


def panel_queries():
    """(dashboard, panel, PromQL, legend)."""
    for name, dashboard in dashboards():
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                yield name, panel["title"], as_prometheus_gets_it(target["expr"]), target["legendFormat"]


def annotation_queries():
    """Name -> PromQL; all dashboards have the same."""
    return {each["name"]: as_prometheus_gets_it(each["expr"]) for _, dashboard in dashboards() for each in dashboard["annotations"]["list"]}
