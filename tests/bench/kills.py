"""Servers that are killed at any moment while they answer: what their ledgers have of the answers that callers had."""
import json
import time

from api_keys import entry_of, new_key
from callers import Call, Callers, field_of, wire
from replicas import REPLICAS, Replicas, at_most
from tenants import usage_by_tenant

AT_ONCE, CONNECTIONS = 32, 4
MODEL = "gpt-4.1-mini+tokens=20"  # every call costs the same
SOONEST, LATEST = 0.1, 0.6  # s of load until a kill


class Told:
    """What callers were told, and how many of them were told nothing."""

    def __init__(self):
        self.calls = self.picousd = self.untold = 0


class Asked(Call):
    """Begins again until its server is killed."""

    def __init__(self, told):
        super().__init__("Complete", wire.chat(MODEL))
        self.told, self.answered = told, False

    def take(self, message):
        self.answered = True
        self.told.calls += 1
        self.told.picousd += field_of(message, 2, 10, 1)

    def over(self):
        self.told.untold += not self.answered
        if not self.line.lost:
            Asked(self.told).begin(self.line)


def kill_once(rig, place, callers, key, told):
    lines = [callers.connect(rig.gateways[place].address, key) for _ in range(CONNECTIONS)]
    for i in range(AT_ONCE):
        Asked(told).begin(lines[i % CONNECTIONS])
    until = time.monotonic() + callers.dice.uniform(SOONEST, LATEST)
    callers.run(lambda: time.monotonic() > until)
    rig.gateways[place].kill()
    callers.run(lambda: all(line.lost for line in lines))
    rig.gateways[place] = rig.start(place)


def booked(options, rig, viewer, told):
    """Calls and pico-USD in the store's sums, once everything is there."""
    until, seen = time.monotonic() + 60, None
    while time.monotonic() < until:
        last, seen = seen, usage_by_tenant(options, rig, viewer).get(("acme", ""), (0, 0))
        if seen == last and seen[0] >= told.calls:
            break
        time.sleep(2)  # ledgers are uploaded once a second
    return seen


def killed(options, title):
    key, viewer, told, callers = new_key("AcmeKey0"), new_key("Viewer00"), Told(), Callers(options.seed)
    entries = [entry_of(key, tenant="acme"), entry_of(viewer, roles=["viewer"])]
    with Replicas(options, tenants="[{id: acme}]", identity=json.dumps({"keys": {"entries": entries}})) as rig:
        for i in range(options.kills):
            kill_once(rig, i % REPLICAS, callers, key, told)
        calls, picousd = booked(options, rig, viewer, told)
    each = told.picousd // max(1, told.calls)
    return [at_most(f"{title}: answered calls that are not booked", max(0, told.calls - calls), 0),
            at_most(f"{title}: calls booked more than once", max(0, calls - told.calls - told.untold), 0),
            at_most(f"{title}: pico-USD between sums and answers", abs(picousd - calls * each), 0)], {
                "kills": options.kills, "answered": told.calls, "in_flight_at_kills": told.untold, "booked": calls,
                "picousd_told": told.picousd, "picousd_booked": picousd}
