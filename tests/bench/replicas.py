"""Three servers that share limits by one PostgreSQL, over TLS, before one simulator, which sees what was let in."""
import shutil
import subprocess
import threading
import time

from postgres import Postgres
from rig import Gateway, Simulator, in_hand, result_of, wait_for

CONFIG = """server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", loops: 1, max_connection_age: 1h}}
drain: {{connection_wait: 66m}}
log: {{calls: false}}
limits: {{max_in_flight: 20000, shared: true, replicas: {replicas}, {limits}}}
ledger: {{path: "{{ledger}}", segment: 4MiB}}
deadlines: {{unary: {deadline}, stream: {deadline}, max: {deadline}}}
store: {{postgresql: {{file: "{url}"}}}}
tenants: {tenants}
identity: {identity}
upstreams:
  - {{name: up, base_url: "http://127.0.0.1:{port}/v1", allow_plain_http: true, api_key: none}}
"""
REPLICAS = 3
MODEL, INPUT_USD, OUTPUT_USD = "gpt-4.1", 2e-6, 8e-6  # per token
ANYONE = "{required: false, anonymous: acme}"


def at_most(name, figure, bound):
    return {"name": name, "figure": figure, "bound": f"<= {bound}", "kept": figure <= bound}


def at_least(name, figure, bound):
    return {"name": name, "figure": figure, "bound": f">= {bound}", "kept": figure >= bound}


class Look:
    """What the simulator had seen at some moment between two times."""

    def __init__(self, simulator):
        self.after = time.monotonic()
        stats = simulator.stats()
        self.before = time.monotonic()
        models = stats["models"].values()
        self.calls = sum(each["requests"] for each in models)
        self.input = sum(each["prompt_tokens"] for each in models)
        self.output = sum(each["completion_tokens"] for each in models)
        self.in_hand = in_hand(stats)

    @property
    def tokens(self):
        return self.input + self.output

    @property
    def usd(self):
        return self.input * INPUT_USD + self.output * OUTPUT_USD


class Watch:
    """A look at the simulator every few milliseconds."""

    def __init__(self, simulator):
        self.simulator, self.looks, self.over = simulator, [], threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.over.wait(0.02):
            try:
                self.looks.append(Look(self.simulator))
            except OSError:
                pass  # it has too much to do

    def stop(self):
        self.over.set()
        self.thread.join()

    def most_in(self, window, what):
        """That came within any such time."""
        most, first = 0, 0
        for look in self.looks:
            while look.before - self.looks[first].after > window:
                first += 1
            most = max(most, getattr(look, what) - getattr(self.looks[first], what))
        return most

    def per_second(self, what):
        begin, counts, last = self.looks[0].before, [], getattr(self.looks[0], what)
        for look in self.looks:
            if look.before - begin >= len(counts) + 1:
                now = getattr(look, what)
                counts.append(now - last)
                last = now
        return counts

    def between(self, begin, end, what):
        """How much came from the first look to the last one within, and in which time."""
        looks = [look for look in self.looks if begin <= look.after and look.before <= end]
        return getattr(looks[-1], what) - getattr(looks[0], what), looks[-1].before - looks[0].before


class Replicas:
    """All callers are the tenant acme with this quota, unless `tenants` and `identity` say something else."""

    def __init__(self, options, quota="", burst="2s", words="", tenants=None, identity=ANYONE, limits="",
                 deadline="10s"):
        self.options, self.loads, self.names = options, [], 0
        self.postgres = Postgres(tls=True)
        self.simulator = Simulator(options.bin, "up")
        if words:
            self.simulator.script(words)
        url = options.work.resolve() / "url"
        url.write_text(self.postgres.url)
        self.config = CONFIG.format(replicas=REPLICAS, limits=f"burst: {burst}{limits}", url=url, deadline=deadline,
                                    port=self.simulator.port, tenants=tenants or f"[{{id: acme, {quota}}}]",
                                    identity=identity)
        self.gateways = [self.start(i) for i in range(REPLICAS)]
        wait_for(lambda: all(each.metric("inferwire_replicas_live") == REPLICAS for each in self.gateways), 15,
                 "the replicas do not know each other")
        self.tls = self.postgres.tls_versions()
        self.watch = Watch(self.simulator)

    def start(self, place):
        """A server, with the ledger of those that were at this place before."""
        ledger = self.options.work.resolve() / f"ledger{place}"
        if self.names < REPLICAS:
            shutil.rmtree(ledger, ignore_errors=True)
        self.names += 1
        return Gateway(self.options.bin, self.options.work / f"governance{self.names}.yaml",
                       self.config.replace("{ledger}", str(ledger)))

    def load(self, gateway, seconds, *more):
        command = [self.options.bin / "grpc_load", gateway.address, "--seconds", str(seconds), "--model", MODEL,
                   "--prompt-bytes", "64", *map(str, more)]
        self.loads.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))

    def load_all(self, seconds, rate):
        for each in self.gateways:
            self.load(each, seconds, "--rate", rate)

    def results(self):
        """Of the loads since the last question, when they have ended."""
        loads, self.loads = self.loads, []
        return [result_of(each) for each in loads]

    def wait_for_calls(self, more=1):
        """So many that were not there before."""
        before = self.calls()
        wait_for(lambda: self.calls() >= before + more, 10, "no calls come")

    def in_doubt(self):
        """USD lent to who has not been heard of since the lease ended, and what of it was for calls in flight."""
        asked = self.postgres.ask("SELECT coalesce(sum(granted - spent), 0) / 1e12, coalesce(sum(reserved), 0) / 1e12 "
                                  "FROM stock_lease WHERE until < now()")
        return tuple(map(float, asked.split("|")))

    def calls(self):
        """That the simulator has seen."""
        return Look(self.simulator).calls

    def spent(self):
        """In USD, by what the simulator has counted."""
        return Look(self.simulator).usd

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.watch.stop()
        self.postgres.thaw()
        for each in self.loads:
            each.kill()
            each.wait()
        for each in self.gateways:
            each.kill()
        self.simulator.kill()
        self.postgres.stop()
