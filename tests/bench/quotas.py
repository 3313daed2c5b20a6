"""R5 and R7: what a pool's keys are given, and who answers a conversation, by one gateway and by several."""
import collections
import threading
import time

from rig import Rig, key_files, read_log, result_of, served

DEMAND = 0.97  # of what the keys have together
LARGE, SMALL = [f"sk-large-{i}" for i in range(4)], [f"sk-small-{i}" for i in range(4)]
CONVERSATIONS = 300


def uneven_keys(options):
    """R5: 8 keys, 4 of them with a tenth of the others' quota, at 97 % demand: who refuses could have been spared."""
    large = round(options.rate / DEMAND / (len(LARGE) + len(SMALL) / 10) * 60)  # requests per minute
    small = round(large / 10)
    quota = (len(LARGE) * large + len(SMALL) * small) / 60 * options.seconds
    rows = {}
    for gateways in (1, 2):
        with Rig(options, 1, gateways, key=key_files(options.work, LARGE + SMALL)) as rig:
            rig.simulators[0].script(
                f'rules: [{{match: {{key: "sk-large-*"}}, set: "rpm={large}; limit_window=6s"}}, '
                f'{{match: {{key: "sk-small-*"}}, set: "rpm={small}; limit_window=6s"}}]')
            result = result_of(rig.load(options.seconds))
            calls = result["good"] + result["bad"]
            refused = rig.simulators[0].stats()["errors"] / calls
        # Arrivals are random: the calls that came say what there was to use.
        used = result["good"] / calls * DEMAND
        rows[f"{gateways}_gateways"] = {
            "calls": calls, "of_quota": round(calls / quota, 4), "refused": round(refused, 5), "used": round(used, 4),
            "served": served(result), "p99_ms": result["latency_us"]["p99"] / 1000,
            "kept": refused <= 0.001 and used >= 0.96}
    return {**rows, "kept": all(row["kept"] for row in rows.values())}


class InFlight:
    """How many requests each upstream has in hand, on average since the last question."""

    def __init__(self, simulators):
        self.simulators, self.sums, self.looks = simulators, {}, 0
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.over.wait(0.05):
            seen = {each.name: each.in_hand() for each in self.simulators}
            with self.lock:
                self.looks += 1
                for name, number in seen.items():
                    self.sums[name] = self.sums.get(name, 0) + number

    def take(self):
        with self.lock:
            means = {name: round(number / self.looks, 2) for name, number in self.sums.items()}
            self.sums, self.looks = {}, 0
        return means

    def stop(self):
        self.over.set()
        self.thread.join()


def within(means, alive):
    """No target above 1.25 times its even share, and two."""
    even = sum(means.values()) / alive
    return max(means.values()) <= 1.25 * even + 2


def prompt_cache(options):
    """R7: conversations stay with their target of three, also while one is lost, and none is overrun by the busy one."""
    rows = {}
    log = options.work / "conversations.log"
    for gateways in (1, 4):
        # What was on its way to the one that dies may be sent again here: its loss is not the subject.
        with Rig(options, 3, gateways, groups=False, strategy="affinity", resend="anything") as rig:
            for each in rig.simulators:
                each.script('rules: [{set: "ttft=100ms; jitter=0.5"}]')
            load = rig.load(options.seconds, "--conversations", CONVERSATIONS, "--log", log)
            time.sleep(options.seconds * 0.1)
            in_flight = InFlight(rig.simulators)
            time.sleep(options.seconds * 0.3)
            before = in_flight.take()
            rig.simulators[0].kill()
            time.sleep(2)  # until all have seen it
            in_flight.take()
            time.sleep(max(1, options.seconds * 0.3 - 2))
            without = in_flight.take()
            rig.simulators[0].start()
            rig.simulators[0].script('rules: [{set: "ttft=100ms; jitter=0.5"}]')
            result = result_of(load)
            in_flight.stop()
        chosen = collections.Counter(chosen_by for _, reason, chosen_by in read_log(log) if reason == "OK")
        kept_together = (chosen["OWN"] + chosen["SECOND"]) / max(1, chosen.total())
        rows[f"{gateways}_gateways"] = {
            "own_and_second": round(kept_together, 4), "chosen_by": chosen,
            "in_flight": before, "in_flight_without_one": without, "served": served(result),
            "p99_ms": result["latency_us"]["p99"] / 1000,
            "kept": kept_together >= 0.9 and within(before, 3) and within(without, 2) and served(result) >= 0.999}
    return {**rows, "kept": all(row["kept"] for row in rows.values())}
