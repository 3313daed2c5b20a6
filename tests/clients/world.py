"""The real gateway and its simulator as processes, in the variants that cases ask for."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.request

from fault_proxy import FaultProxy



def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# What a server's configuration has beside its upstream.
SERVERS = {
    "plain": "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1, "
             "max_request_bytes: 32MiB}\n"
             "store: {path: store.db}\n"
             # The simulator's batches take no time.
             "batches: {poll_min: 10ms, poll_max: 50ms, watch_interval: 20ms, claim_interval: 20ms}\n",
    "small": "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1, "
             "max_request_bytes: 64KiB, max_response_bytes: 64KiB}\n",
    "tls": "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}\n"
           "tls: {certificate: server.pem, key: server.key}\n",
    "mtls": "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}\n"
            "tls: {certificate: server.pem, key: server.key, client_ca: ca.pem, "
            "client_auth: require}\n",
    # Whose callers need a key: cases/identity.json has one of them.
    "keys": "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}\n"
            "tenants: [{id: acme, models: [gpt-4.1*], operations: [chat], "
            "limits: {max_output_tokens: 100}}]\n"
            "identity: {keys: {entries: [\n"
            "  {id: Contract, tenant: acme, hash: %s},\n"
            "  {id: Expiring, tenant: acme, expires: 2020-01-01, hash: %s}]}}\n"
            % (sha256("iw_Contract_0123456789012345678901234567890123456789abc2p83lW"),
               sha256("iw_Expiring_0123456789012345678901234567890123456789abc1RmCsP")),
    # One call a second: the others wait.
    "queue": "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}\n"
             "limits: {burst: 1s, max_queue_wait: 60s}\n"
             "tenants: [{id: acme, limits: {rpm: 60}}]\n"
             "identity: {required: false, anonymous: acme}\n",
    # Everybody is a tenant that has no money left.
    "poor": "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}\n"
            "tenants: [{id: acme, budget: {day: 0.000001 USD}}]\n"
            "identity: {required: false, anonymous: acme}\n",
    # Two models have ended: one has a replacement, which is asked instead of it.
    "ended": "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}\n"
             "catalogue: {shutdowns: [{model: gpt-4.1, action: move, replacement: gpt-4.1-mini, from: 2020-01-01},\n"
             "                        {model: gpt-4o, action: refuse, from: 2020-01-01}]}\n",
    # Its upstream gives embeddings as lists of numbers.
    "lists": "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}\n",
    # Its upstream has no batches: the gateway asks for the items one by one.
    "itself": "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}\n"
              "store: {path: itself.db}\n"
              "batches: {poll_min: 10ms, poll_max: 50ms, watch_interval: 20ms, "
              "claim_interval: 20ms}\n",
}
# The simulator is every upstream; a target's model says what it does.
ROUTES = """server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}
store: {path: routes.db}
batches: {poll_min: 10ms, poll_max: 50ms, retry_min: 10ms, watch_interval: 20ms, claim_interval: 20ms}
upstreams:
  - {name: first, base_url: '%(url)s', allow_plain_http: true, api_key: none, tags: [eu], models: [first-only], %(calm)s}
  - {name: second, base_url: '%(url)s', allow_plain_http: true, api_key: none, tags: [us], %(calm)s}
  - name: pooled
    base_url: '%(url)s'
    allow_plain_http: true
    keys:
      - {name: small, env: INFERWIRE_TEST_SMALL_KEY, weight: 1000}
      - {name: large, env: INFERWIRE_TEST_LARGE_KEY, weight: 1}
routes:
  - {name: overloaded, targets: [{upstream: first, model: gpt-4.1-mini+status=503},
                                 {upstream: second, model: gpt-4.1-mini+echo, group: 2}]}
  - {name: all-overloaded, targets: [{upstream: first, model: gpt-4.1-mini+status=503},
                                     {upstream: second, model: gpt-4.1-mini+status=503, group: 2}]}
  - {name: cut, targets: [{upstream: first, model: gpt-4.1-mini+error_in_stream=5+tokens=20},
                          {upstream: second, model: gpt-4.1-mini+echo, group: 2}]}
  - {name: reset, targets: [{upstream: first, model: gpt-4.1-mini+reset},
                            {upstream: second, model: gpt-4.1-mini+echo, group: 2}]}
  - {name: pool, targets: [{upstream: pooled, model: gpt-4.1-mini+echo}]}
  - {name: fixed, overrides: [], targets: [{upstream: first, model: gpt-4.1-mini+echo},
                                           {upstream: second, model: gpt-4.1-mini+echo}]}
  - {name: stored, targets: [{upstream: first, model: gpt-4.1-mini},
                             {upstream: second, model: gpt-4.1-mini, group: 2}]}
"""
# Upstreams that do not take a whole file: each has a key of its own, by which the simulator knows them.
UPLOADS = """server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}
store: {path: uploads.db}
upstreams:
%(upstreams)s
"""
UPLOADING = ("  - {name: %(name)s, base_url: '%(url)s', allow_plain_http: true, models: [%(name)s], %(calm)s, "
             "keys: [{name: only, env: INFERWIRE_TEST_%(upper)s_KEY}]}")
FAULTS = {"stalls": {"body_stall": 300000}, "resets": {"body_reset": 300000},
          "refuses": {"body_answer": 300000, "status": 400}}
# Their failures count against nobody, so that one case does not change the next.
CALM = "max_retries: 0, breaker: {failures: 0, ratio: 0}, retry_budget: {ratio: 100, least: 100}"
KEYS = {"INFERWIRE_TEST_SMALL_KEY": "sk-small", "INFERWIRE_TEST_LARGE_KEY": "sk-large",
        **{f"INFERWIRE_TEST_{name.upper()}_KEY": f"sk-{name}" for name in FAULTS}}
RULES = {"rules": [{"match": {"key": "sk-small"}, "set": {"status": 429, "retry_after": 60}},
                   *({"match": {"key": f"sk-{name}"}, "set": fault} for name, fault in FAULTS.items())]}
DIALECTS = {"itself": "vllm", "lists": "mistral"}
UPSTREAM = """upstreams:
  - {name: test, base_url: '%s', allow_plain_http: true, api_key: none, max_retries: 0, dialect: %s}
"""
LIMIT = 20.0  # seconds until something that has to happen counts as not happening


class World:
    def __init__(self, programs: pathlib.Path, folder: pathlib.Path) -> None:
        self._programs, self.folder = programs, folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._processes: list[subprocess.Popen] = []
        self._servers: dict[str, str] = {}
        self._admin_ports: dict[str, int] = {}
        self._questions = 0
        make_certificates(folder)
        line = self._start("inferwire-simulator", "--listen", "127.0.0.1:0", "--batch-time", "0",
                           until="listens on")
        self.upstream = re.search(r"http://\S+", line)[0]
        self._script(RULES)

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        for process in reversed(self._processes):
            process.kill()  # they would wait for their clients to leave
            process.wait()

    def target(self, name: str = "plain") -> str:
        """host:port of a server; it is started when it is first asked for."""
        if name not in self._servers:
            config = self.folder / f"{name}.yaml"
            config.write_text(self._config(name), "utf-8")
            line = self._start("inferwire-server", "--config", config, until='"started"')
            started = json.loads(line)
            self._servers[name], self._admin_ports[name] = started["address"], started["admin_port"]
        return self._servers[name]

    def _config(self, name: str) -> str:
        if name == "routes":
            return ROUTES % {"url": self.upstream, "calm": CALM}
        if name == "uploads":
            return UPLOADS % {"upstreams": "\n".join(
                UPLOADING % {"name": each, "upper": each.upper(), "url": self.upstream, "calm": CALM} for each in FAULTS)}
        return SERVERS[name] + UPSTREAM % (self.upstream, DIALECTS.get(name, "openai"))

    def _script(self, rules: dict) -> None:
        url = self.upstream.removesuffix("/v1") + "/simulator/rules"
        request = urllib.request.Request(url, json.dumps(rules).encode(), method="PUT")
        with urllib.request.urlopen(request, timeout=LIMIT):
            self._questions += 1

    def in_flight(self, name: str) -> int:
        """Calls that a server is working on."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._admin_ports[name]}/metrics", timeout=LIMIT) as answer:
            return sum(int(float(value)) for value in re.findall(
                rb"(?m)^inferwire_requests_in_flight{.*} (.+)$", answer.read()))

    def proxy(self, cut: str) -> FaultProxy:
        host, port = self.target().split(":")
        return FaultProxy((host, int(port)), cut)

    def stats(self) -> dict:
        """What the simulator has seen, without these questions themselves."""
        url = self.upstream.removesuffix("/v1") + "/simulator/stats"
        with urllib.request.urlopen(url, timeout=LIMIT) as answer:
            stats = json.load(answer)
        self._questions += 1
        stats["requests"] -= self._questions
        stats["completed"] -= self._questions - 1  # this one was not answered yet
        return stats

    def _start(self, program: str, *arguments, until: str) -> str:
        """Starts a process and waits for the line that says that it is ready."""
        log = self.folder / f"{program}-{len(self._processes)}.log"
        with open(log, "w", encoding="utf-8") as out:
            process = subprocess.Popen([self._programs / program, *map(str, arguments)], stdout=out,
                                       stderr=subprocess.STDOUT, cwd=self.folder,
                                       env={**os.environ, **KEYS})
        self._processes.append(process)

        def ready():
            return next((line for line in log.read_text("utf-8").splitlines() if until in line), "")

        line = eventually(lambda: ready() or process.poll() is not None) and ready()
        if not line:
            raise RuntimeError(f"{program} did not start:\n{log.read_text('utf-8')}")
        return line


def eventually(condition, limit: float = LIMIT) -> bool:
    """True as soon as it holds."""
    until = time.monotonic() + limit
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def make_certificates(folder: pathlib.Path) -> None:
    """An authority, a server of 127.0.0.1 and a client, as PEM files."""
    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj",
            "/CN=inferwire test authority", "-addext", "keyUsage=keyCertSign")
    for name in ("server", "client"):
        (folder / f"{name}.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", "utf-8")
        openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj",
                f"/CN=inferwire test {name}")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", f"{name}.pem", "-days", "2", "-extfile", f"{name}.ext")
