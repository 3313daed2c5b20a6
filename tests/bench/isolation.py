"""R8: two tenants' calls, of which many are cancelled, while targets fail and are ejected and the configuration changes.

Each prompt is a text of its own, which its answer has to repeat; the upstreams note every text that they see."""
import collections
import json
import subprocess

from chaos import Reloads
from rig import CONFIG, UPSTREAM, Gateway, result_of

WELL, ILL = "mock-e1-c5-k5", "mock-e1-c5-f700-k20"  # of a thousand requests so many fail (f) or are cut off (k)
MORE = "api_key: none, breaker: {out: 1s, out_most: 2s, warm_up: 1s}"
LOADS = [("acme", "unary", 10), ("acme", "stream", 25), ("globex", "unary", 10), ("globex", "stream", 25)]


class Mock:
    def __init__(self, options, name):
        self.name, self.log = name, options.work / f"{name}.log"
        self.process = subprocess.Popen([options.bin / "mock_upstream", "0", self.log], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def requests(self):
        """Of each text the fates, in the order in which the requests came; once the process has ended."""
        with open(self.log, encoding="utf-8") as lines:
            return [line.split(" ") for line in lines.read().splitlines()]


class Rig:
    """A server with a route over two upstreams, of which one is ill."""

    def __init__(self, options):
        self.options = options
        self.mocks = [Mock(options, name) for name in ("up0", "up1")]
        self.turns = 0
        self.gateway = Gateway(options.bin, options.work / "isolation.yaml", self.config())

    def config(self, strategy="weighted", **_):
        self.turns += 1
        ill = self.turns // 20 % 2  # for twenty seconds each: the breaker looks at ten
        upstreams = "".join(UPSTREAM.format(name=each.name, port=each.port, key=MORE) for each in self.mocks)
        targets = [{"upstream": each.name, "model": ILL if i == ill else WELL} for i, each in enumerate(self.mocks)]
        route = {"name": "gpt-4.1-mini", "strategy": strategy, "targets": targets}
        return CONFIG.format(upstreams=upstreams, routes="routes: " + json.dumps([route]))

    def load(self, tenant, mode, cancelled):
        command = [self.options.bin / "grpc_load", self.gateway.address, "--tenant", f"{tenant}-{mode}", "--mode", mode,
                   "--seconds", str(self.options.isolation_seconds), "--in-flight", "16", "--model", "gpt-4.1-mini",
                   "--cancel-percent", str(cancelled)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def stop(self):
        self.gateway.kill()
        for each in self.mocks:
            each.process.terminate()
            each.process.wait()


def sent_again(requests):
    """How many texts were sent on although they may have been billed."""
    fates = collections.defaultdict(list)
    for _, text, fate in sorted(requests, key=lambda each: int(each[0])):
        fates[text].append(fate)
    return sum("billed" in each[:-1] for each in fates.values())


def isolated(options):
    rig = Rig(options)
    try:
        reloading = Reloads(rig, options.seed)
        results = [result_of(load) for load in [rig.load(*each) for each in LOADS]]
        reloading.stop()
        in_flight = rig.gateway.metric(r"inferwire_requests_in_flight\{[^}]*\}")
        changes = rig.gateway.metric(r"inferwire_place_changes_total\{[^}]*\}")
        reloads = rig.gateway.metric(r'inferwire_config_reload_total\{[^}]*result="applied"[^}]*\}')
        alive = rig.gateway.process.poll() is None
    finally:
        rig.stop()
    requests = [request for mock in rig.mocks for request in mock.requests()]
    total = {each: sum(result[each] for result in results) for each in ("good", "bad", "cancelled", "foreign")}
    again = sent_again(requests)
    return {"calls": total["good"] + total["bad"] + total["cancelled"], **total, "requests": len(requests),
            "sent_again_though_billed": again, "reloads": reloads, "place_changes": changes, "in_flight_at_end": in_flight,
            "kept": alive and total["foreign"] == 0 and again == 0 and in_flight == 0 and changes > 0}
