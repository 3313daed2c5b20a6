"""A noisy team beside quiet ones, at a limit of their tenant's: who is served, how long they wait, what they hear."""
import json
import statistics
import time

from api_keys import entry_of, new_key
from callers import Call, Callers, field_of, fields_of, number_field, seconds_of, wire
from replicas import MODEL, Replicas, at_least, at_most

PER_SECOND = 100  # calls that the tenant may make
QUIET, QUIET_RATE, TIMES = [f"quiet{i}" for i in range(5)], 8, 20
PATIENCE = {"noisy": 30, "quiet": 2}  # seconds
LONG_ENOUGH = 1  # second: an estimate of a shorter wait is not looked at


def request(patience):
    options = wire.field(21, number_field(1, patience))
    return wire.chat(MODEL) + wire.field(2, options)


class Asked(Call):
    """Counts itself."""

    def __init__(self, patience, counted):
        super().__init__("StreamComplete", request(patience))
        self.counted, self.eta, self.waited = counted, None, None
        counted.append(self)

    def take(self, message):
        event = fields_of(message)
        if 5 in event and self.eta is None:
            self.eta = seconds_of(field_of(event[5][0], 2))
        if 3 in event:
            self.waited = seconds_of(field_of(event[3][0], 2, 20))
            self.ended = time.monotonic()


def p99(values):
    return sorted(values)[min(len(values) - 1, int(0.99 * len(values)))]


def tenant_of(teams):
    return json.dumps([{"id": "acme", "limits": {"rpm": 60 * PER_SECOND}, "teams": [{"id": each} for each in teams]}])


def run_load(gateways, keys, seconds):
    """The calls of each team; all are over, but for those of the noisy one that would wait longer."""
    callers = Callers()
    try:
        counted, end = {team: [] for team in keys}, time.monotonic() + seconds
        for team, key in keys.items():
            lines = [callers.connect(each.address, key) for each in gateways]
            patience = PATIENCE["noisy" if team == "noisy" else "quiet"]
            rate = QUIET_RATE * (TIMES if team == "noisy" else 1)

            def begin(lines=lines, patience=patience, team=team):
                Asked(patience, counted[team]).begin(callers.dice.choice(lines))
            callers.arrivals(rate, end, begin)
        callers.run(lambda: time.monotonic() > end + PATIENCE["quiet"])
    finally:
        callers.close()
    return counted, end


def noisy(options, title, gateways):
    """They call so many of the three servers."""
    teams = ["noisy", *QUIET]
    keys = {team: new_key(f"team{i:04}") for i, team in enumerate(teams)}
    entries = [entry_of(key, tenant="acme", team=team) for team, key in keys.items()]
    with Replicas(options, tenants=tenant_of(teams), identity=json.dumps({"keys": {"entries": entries}}),
                  limits=", max_queue_wait: 30s, queue_calls: 10000, queue_calls_per_tenant: 10000",
                  deadline="60s") as rig:
        counted, end = run_load(rig.gateways[:gateways], keys, options.seconds)
    quiet = [call for team in QUIET for call in counted[team]]
    waits = [call.waited for call in quiet if call.waited is not None]
    # What is served when the load has ended is served sooner than anyone could know.
    told = [call for calls in counted.values() for call in calls
            if call.eta is not None and call.waited is not None and call.waited >= LONG_ENOUGH and call.ended < end]
    errors = [abs(call.eta - call.waited) / call.waited for call in told] or [1.0]
    loud = counted["noisy"]
    return [at_least(f"{title}: neighbours served", round(len(waits) / len(quiet), 5), 0.999),
            at_most(f"{title}: p99 of their waits, s", round(p99(waits), 3), 2),
            at_most(f"{title}: median error of the ETA", round(statistics.median(errors), 3), 0.2)], {
                "neighbours_calls": len(quiet), "noisy_calls": len(loud),
                "noisy_served": sum(call.waited is not None for call in loud), "etas_held_against_waits": len(told),
                "longest_wait_s": round(max((call.waited for call in told), default=0), 1)}
