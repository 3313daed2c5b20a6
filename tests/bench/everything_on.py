"""What a call costs with twelve meters, ten thousand keys and the ledger, beside the same server with nothing of it."""
import json
import os
import shutil
import statistics
import subprocess
import time

import contestants
import machine
from api_keys import entry_of, new_key, write_entries
from callers import Call, Callers, wire
from postgres import Postgres
from replicas import MODEL, at_most
from rig import Gateway, free_port, wait_for

KEYS, TENANTS, TEAMS = 10_000, 10, 10  # teams of each tenant
IN_USE = 64  # keys, one for each call in flight
CONNECTIONS, PROMPT = 4, b"p" * 256  # as S1-64
MUCH = {"limits": {"rpm": 100_000_000, "tpm": 100_000_000_000},
        "budget": {"day": "1000000 USD", "month": "1000000 USD"}}
METERS = 12  # these of a key, its team and its tenant
OFF = """server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", loops: 1, max_connection_age: 1h}}
drain: {{connection_wait: 66m}}
log: {{calls: false}}
upstreams:
  - {{name: mock, base_url: "http://127.0.0.1:{port}/v1", allow_plain_http: true, api_key: none}}
"""
ON = """limits: {{shared: true}}
ledger: {{path: "{ledger}"}}
store: {{postgresql: {{file: "{url}"}}}}
tenants: {tenants}
identity: {{keys: {{files: ["{keys}"]}}}}
"""


class Again(Call):
    """A call with a key of its own that begins again when it has ended, until the time is over."""

    def __init__(self, load, key):
        super().__init__("Complete", wire.chat(MODEL, PROMPT))
        self.load, self.key, self.answered = load, key, False

    def next(self, line):
        self.answered, self.received = False, b""
        line.key = self.key
        self.begin(line)

    def take(self, message):
        self.answered = True

    def over(self):
        if self.answered:
            self.load.good += 1
        else:
            self.load.bad += 1
        if time.monotonic() < self.load.end and not self.line.lost:
            self.next(self.line)


class Load:
    """64 calls in flight on four connections."""

    def __init__(self, address, keys, seconds):
        self.good = self.bad = 0
        self.callers = Callers()
        lines = [self.callers.connect(address) for _ in range(CONNECTIONS)]
        self.end = time.monotonic() + seconds
        for i in range(IN_USE):
            Again(self, keys[i % len(keys)]).next(lines[i % CONNECTIONS])

    def run(self):
        self.callers.run(lambda: self.callers.open_calls() == 0)
        self.callers.close()


class Bench:
    def __init__(self, options):
        self.options, work = options, options.work.resolve()
        self.affinity = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {machine.REST_CORE})  # also of whom it starts
        self.postgres = Postgres(tls=True)
        port = free_port()
        self.mock = contestants.Process([str(options.bin / "mock_upstream"), str(port)], machine.REST_CORE, port,
                                        work / "mock.log")
        keys = [new_key(f"{i:08}") for i in range(KEYS)]
        self.keys = keys[::KEYS // IN_USE][:IN_USE]
        off = OFF.format(port=port)
        self.off = Gateway(options.bin, work / "off.yaml", off, machine.GATEWAY_CORE)
        self.on = Gateway(options.bin, work / "on.yaml", off + self.everything(work, keys), machine.GATEWAY_CORE)

    def everything(self, work, keys):
        (work / "url").write_text(self.postgres.url)
        shutil.rmtree(work / "ledger", ignore_errors=True)
        entries = [entry_of(key, tenant=f"tenant{i % TENANTS}", team=f"team{i // TENANTS % TEAMS}", **MUCH)
                   for i, key in enumerate(keys)]
        teams = [{"id": f"team{i}", **MUCH} for i in range(TEAMS)]
        tenants = json.dumps([{"id": f"tenant{i}", "teams": teams, **MUCH} for i in range(TENANTS)])
        return ON.format(ledger=work / "ledger", url=work / "url", tenants=tenants,
                         keys=write_entries(work / "keys.yaml", entries))

    def meters(self):
        """Of one of the callers."""
        command = [self.options.bin / "inferwire", "--json", "--server", self.on.address, "limits"]
        asked = subprocess.run(command, env={**os.environ, "INFERWIRE_API_KEY": self.keys[0]}, capture_output=True,
                               text=True, check=True)
        return len(json.loads(asked.stdout)["limits"])

    @staticmethod
    def is_idle(gateway):
        """It does nothing for half a second: it has read what there was to read."""
        before = machine.cpu_seconds([gateway.process.pid])
        time.sleep(0.5)
        return machine.cpu_seconds([gateway.process.pid]) - before < 0.05

    def run(self, gateway, keys, seconds):
        """Microseconds of the server's processor time for each call."""
        load = Load(gateway.address, keys, seconds)
        pid = gateway.process.pid
        ours = [pid, os.getpid(), *self.mock.pids(), *machine.children(self.postgres.process.pid)]
        busy, own, cpu = machine.busy_seconds(), machine.cpu_seconds(ours), machine.cpu_seconds([pid])
        begin = time.monotonic()
        load.run()
        took, used = time.monotonic() - begin, machine.cpu_seconds([pid]) - cpu
        foreign = machine.busy_seconds() - busy - (machine.cpu_seconds(ours) - own)
        return {"us": used / max(1, load.good) * 1e6, "good": load.good, "bad": load.bad,
                "calls_per_second": round(load.good / took), "foreign_cpu_share": round(max(0, foreign / took), 3)}

    def run_clean(self, gateway, keys, seconds, tries=3):
        """One that others did not disturb, if there is one."""
        for _ in range(tries):
            run = self.run(gateway, keys, seconds)
            if run["foreign_cpu_share"] <= machine.MOST_FOREIGN_CPU:
                break
        return run

    def stop(self):
        os.sched_setaffinity(0, self.affinity)
        for each in (self.off, self.on):
            each.kill()
        self.mock.stop()
        self.postgres.stop()


def cost(options, title):
    """Both in turns, so that each pair is of the same minute."""
    bench = Bench(options)
    try:
        meters = bench.meters()
        sides = {"off": (bench.off, [None]), "on": (bench.on, bench.keys)}
        for gateway, keys in sides.values():
            wait_for(lambda server=gateway: bench.is_idle(server), 60, "a server does not come to rest")
            bench.run(gateway, keys, 1)
        runs = {name: [] for name in sides}
        for _ in range(options.cost_repeats):
            for name, side in sides.items():
                runs[name].append(bench.run_clean(*side, options.cost_seconds))
    finally:
        bench.stop()
    off, on = (statistics.median(run["us"] for run in runs[name]) for name in sides)
    every = runs["off"] + runs["on"]
    bad = sum(run["bad"] for run in every)
    return [at_most(f"{title}: added CPU, us a call", round(on - off, 2), 2),
            at_most(f"{title}: added CPU, %", round((on / off - 1) * 100, 2), 5),
            at_most(f"{title}: calls that failed", bad, 0)], {
                "disturbed": sum(run["foreign_cpu_share"] > machine.MOST_FOREIGN_CPU for run in every),
                "meters_of_a_call": meters, "keys": KEYS, "off_us": round(off, 2), "on_us": round(on, 2), "runs": runs}
