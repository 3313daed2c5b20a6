"""The row `chaos`: targets die, stall, lie and come back, keys run out and are revoked, the configuration changes every second.

The upstreams are witnesses: what became of each request is known, and every call is held against it."""
import collections
import random
import threading
import time

from rig import Rig, key_files, read_log, result_of, served
from witness import ANSWERED, FAILED, FAULTS, REFUSED, UNKNOWN, Bucket, Witness

RATE = 60  # calls/s, and as many streams: the witnesses are not fast
KEYS = [f"sk-chaos-{i}" for i in range(3)]
KEY_RATE = 15  # requests/s of each: together not quite what comes
MORE = "timeouts: {first_byte: 2s, between_events: 2s}"
ROUTE = {"resend": "failed"}
STRATEGIES = ("weighted", "least_in_flight", "latency", "affinity")

# Of a call whose request was not sent, or refused: why it failed, as its caller is told.
REFUSALS = {"RATE_LIMITED", "UPSTREAM_OVERLOADED", "UPSTREAM_CREDENTIALS_REJECTED", "CIRCUIT_OPEN", "UPSTREAM_UNREACHABLE",
            "DEADLINE"}
TRUE_REASONS = {
    None: REFUSALS,  # no upstream saw it
    REFUSED: REFUSALS,
    FAILED: REFUSALS | {"UPSTREAM_ERROR"},
    UNKNOWN: {"UPSTREAM_UNREACHABLE", "UPSTREAM_TIMEOUT", "UPSTREAM_PROTOCOL", "UPSTREAM_OVERLOADED", "STREAM_TRUNCATED",
              "DEADLINE"}}


class Pool(Witness):
    """An upstream with keys, which are revoked and replaced."""

    def __init__(self, name, folder):
        self.folder, self.current = folder.resolve(), {key: key for key in KEYS}
        super().__init__(name, key_files(folder, KEYS) + ", " + MORE, {key: Bucket(KEY_RATE) for key in KEYS})

    def replace(self, key, pause):
        old = self.current[key]
        new = self.current[key] = f"{key}-{len(self.keys)}"
        self.keys[new] = self.keys[old]
        self.revoked.add(old)
        time.sleep(pause)
        written = self.folder / "new.key"
        written.write_text(new)
        written.rename(self.folder / f"{key}.key")


def disturb(dice, witnesses):
    """One thing goes wrong for a while."""
    victim = dice.choice(witnesses)
    what = dice.random()
    if what < 0.15:
        victim.kill()
        time.sleep(dice.random())
        victim.start()
    elif what < 0.3 and victim.keys:
        victim.replace(dice.choice(KEYS), dice.random())
    elif what < 0.4 and victim.keys:
        victim.keys[victim.current[dice.choice(KEYS)]].level = 0
        time.sleep(dice.random())
    else:
        victim.probability, victim.fault = dice.choice((0.1, 0.5, 1)), dice.choice(FAULTS)
        time.sleep(dice.random())
        victim.fault = None


class Reloads:
    """Another configuration every second."""

    def __init__(self, rig, seed):
        self.rig, self.dice, self.over = rig, random.Random(seed), threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.over.wait(1):
            self.rig.gateway.reload(self.rig.config(**ROUTE, strategy=self.dice.choice(STRATEGIES)))

    def stop(self):
        self.over.set()
        self.thread.join()


class Verdict:
    def __init__(self):
        self.counts = collections.Counter()
        self.examples = {}

    def say(self, fault, *details):
        self.counts[fault] += 1
        self.examples.setdefault(fault, details)

    def judge(self, request, reason, attempts, deaths):
        fates = [fate for _, fate in attempts]
        # Whatever may have been billed is the last that was asked.
        if any(fate in (ANSWERED, UNKNOWN) for fate in fates[:-1]):
            self.say("sent_again_though_it_may_be_billed", request, reason, fates)
        last = fates[-1] if fates else None
        if reason == "OK":
            if last != ANSWERED:
                self.say("answered_by_nobody", request, fates)
        elif last == ANSWERED:
            # A death takes with it what was on its way.
            began = attempts[-1][0]
            if not any(0 <= death - began < 1 for death in deaths) and reason != "DEADLINE":
                self.say("answer_lost", request, reason)
        elif reason not in TRUE_REASONS[last]:
            self.say(f"not_the_reason_{reason}_after_{last}", request, reason, fates)


def judge_all(calls, witnesses):
    verdict = Verdict()
    attempts = collections.defaultdict(list)
    for witness in witnesses:
        for request, when, fate in witness.log:
            attempts[request].append((when, fate[0]))
    deaths = [death for witness in witnesses for death in witness.deaths]
    for request, count in collections.Counter(request for request, _, _ in calls).items():
        if not request or count > 1:
            verdict.say("calls_without_an_id_of_their_own", request, count)
    for request, reason, _ in calls:
        verdict.judge(request, reason, sorted(attempts.pop(request, [])), deaths)
    for request in attempts:
        verdict.say("requests_of_no_call", request)
    return verdict


def judged(options):
    dice = random.Random(options.seed)
    seconds = options.chaos_seconds
    pool = Pool("up0", options.work)
    witnesses = [pool, Witness("up1", f"api_key: none, {MORE}"), Witness("up2", f"api_key: none, {MORE}")]
    logs = [options.work / f"chaos-{mode}.log" for mode in ("unary", "stream")]
    with Rig(options, 0, upstreams=witnesses, groups=False, **ROUTE) as rig:
        loads = [rig.load(seconds, "--mode", mode, "--log", log, "--conversations", 50, rate=RATE)
                 for mode, log in zip(("unary", "stream"), logs)]
        begin = time.monotonic()
        resident = None
        reloading = Reloads(rig, options.seed)
        while (now := time.monotonic()) < begin + seconds:
            disturb(dice, witnesses)
            if resident is None and now >= begin + seconds / 3:
                resident = rig.gateway.resident_kib()
        reloading.stop()
        results = [result_of(load) for load in loads]
        at_end = rig.gateway.resident_kib()
        in_flight = rig.gateway.metric(r"inferwire_requests_in_flight\{[^}]*\}")
        reloads = rig.gateway.metric(r'inferwire_config_reload_total\{[^}]*result="applied"[^}]*\}')
        alive = rig.gateway.process.poll() is None
    calls = [call for log in logs for call in read_log(log)]
    verdict = judge_all(calls, witnesses)
    complete = len(calls) == sum(result["good"] + result["bad"] for result in results)
    flat = at_end <= resident * 1.1 + 4096
    return {"seconds": seconds, "calls": len(calls), "requests": sum(len(each.log) for each in witnesses),
            "unary_served": served(results[0]), "streams_served": served(results[1]),
            "reasons": collections.Counter(reason for _, reason, _ in calls), "faults": verdict.counts,
            "examples": verdict.examples, "reloads": reloads, "resident_kib_at_a_third": resident,
            "resident_kib_at_end": at_end, "in_flight_at_end": in_flight,
            "kept": alive and complete and flat and in_flight == 0 and not verdict.counts}
