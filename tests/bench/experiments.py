"""What takes more than one run: latency by offered load, overload, and a longer time."""
import json
import subprocess
import threading
import time

import contestants
import machine

SHARES = (0.3, 0.5, 0.7, 0.9)   # of the measured maximum
OVERLOADS = (1.5, 3.0)
PRIORITIES = {"interactive": 0.6, "batch": 0.4, "background": 1.0}  # of the maximum, asked for at the same time
LONGEST = 20                    # seconds that a load may need to end after its time
OVERLOAD_LIMIT = 64             # calls in flight that the gateway admits, where an upstream takes the time
DEFAULT_LIMIT = 2000            # the same, where the processor is the limit


def load(bench, contestant, seconds, *options):
    """One run of the load program; its result."""
    program = "h2_load" if contestant.grpc else "http_load"
    command = [str(bench.bin / program), contestant.target(), "--seconds", str(seconds),
               *map(str, options)]
    for pid in contestant.pids():
        command += ["--pid", str(pid)]
    try:
        run = subprocess.run(machine.pinned(machine.REST_CORE, command), capture_output=True, text=True,
                             check=False, timeout=LONGEST + seconds)
    except subprocess.TimeoutExpired:
        return {"failed": "did not come to an end"}
    return json.loads(run.stdout) if run.stdout.strip() else {"failed": run.stderr.strip()[-300:]}


def latency_by_load(bench, seconds):
    """Open loop, Poisson arrivals, from the intended start, at shares of each one's own maximum."""
    found = {}
    for each in bench.present:
        if each.name not in ("inferwire", "nginx"):
            continue
        best = load(bench, each, seconds, "--in-flight", 64).get("calls_per_second", 0)
        rows = []
        for share in SHARES:
            result = load(bench, each, seconds, "--rate", best * share)
            if "failed" in result:
                break
            rows.append({"share": share, "rate": best * share, **(result.get("latency_us") or {}),
                         "bad": result.get("bad"), "generator": result.get("generator_cpu_share")})
        found[each.name] = {"maximum": best, "rows": rows}
    return found


# By what is the limit: calls in flight that are admitted, and the model.
KINDS = {"upstream": (OVERLOAD_LIMIT, ("--model", "mock-d20000")), "processor": (DEFAULT_LIMIT, ())}


def overload(bench, seconds):
    """More calls than it admits: what it still serves, how quickly it refuses, and what is after."""
    found = {"limit": OVERLOAD_LIMIT}
    for kind, (limit, model) in KINDS.items():
        gate = contestants.Inferwire(bench.bin, bench.work, limit)
        gate.start()
        try:
            found[kind] = overload_of(bench, gate, seconds, *model)
        finally:
            gate.stop()
    return found


def overload_of(bench, gate, seconds, *model):
    """The rows of one kind of overload: the time an upstream takes is the limit, or else the processor is."""
    alone = load(bench, gate, seconds, "--in-flight", OVERLOAD_LIMIT, *model)
    if "failed" in alone:
        return {"maximum": 0, "rows": [{"times": 1, "failed": alone["failed"]}]}
    best, rows = alone["calls_per_second"], []
    for times in OVERLOADS:
        over = load(bench, gate, seconds, "--rate", best * times, *model)
        after = load(bench, gate, 1, "--rate", best * 0.5, *model)
        if "failed" in over or "failed" in after:
            rows.append({"times": times, "failed": over.get("failed") or after.get("failed")})
            continue
        rows.append({"times": times, "goodput": over["good"] / over["seconds"] / best,
                     "rejected": over["bad"], "rejection_us": over.get("rejection_us"),
                     "latency_us": over["latency_us"], "generator": over["generator_cpu_share"],
                     "after_bad": after["bad"], "after_p99_us": after["latency_us"]["p99"]})
    return {"maximum": best, "rows": rows}


def priorities(bench, seconds):
    """Calls of three priorities together, twice what can be served: how much of each is."""
    found = {}
    for kind, (limit, model) in KINDS.items():
        gate = contestants.Inferwire(bench.bin, bench.work, limit)
        gate.start()
        try:
            best = load(bench, gate, seconds, "--in-flight", OVERLOAD_LIMIT, *model).get("calls_per_second", 0)
            found[kind] = together(bench, gate, seconds, best, *model)
        finally:
            gate.stop()
    return found


def together(bench, gate, seconds, best, *model):
    """One load of each priority at the same time; their results by priority."""
    rows = {}

    def run(priority, share):
        rows[priority] = load(bench, gate, seconds, "--rate", best * share, "--priority", priority, *model)

    loads = [threading.Thread(target=run, args=each) for each in PRIORITIES.items()]
    for each in loads:
        each.start()
    for each in loads:
        each.join()
    return {"maximum": best, "rows": rows}


def soak(bench, seconds):
    """Streams and calls together for a longer time, a fifth of them cancelled: memory and descriptors at its thirds."""
    gate = next(each for each in bench.present if each.name == "inferwire")
    samples, over = [], threading.Event()

    def sample():
        while not over.wait(1):
            samples.append(machine.memory_and_descriptors(gate.pids()))

    sampler = threading.Thread(target=sample)
    results = {}

    def run(name, *options):
        results[name] = load(bench, gate, seconds, *options)

    loads = [threading.Thread(target=run, args=("streams", "--mode", "stream", "--in-flight", 60, "--model",
                                                "mock-c100-i100000", "--cancel-percent", 20)),
             threading.Thread(target=run, args=("unary", "--in-flight", 4, "--cancel-percent", 20))]
    begin = time.monotonic()
    for thread in [sampler, *loads]:
        thread.start()
    for thread in loads:
        thread.join()
    over.set()
    sampler.join()
    third = max(1, len(samples) // 3)
    parts = [samples[:third], samples[third:2 * third], samples[2 * third:]]
    return {"seconds": time.monotonic() - begin,
            "resident_kib": [max((each[0] for each in part), default=0) for part in parts],
            "descriptors": [max((each[1] for each in part), default=0) for part in parts],
            "good": sum(each.get("good", 0) for each in results.values()),
            "bad": sum(each.get("bad", 1) for each in results.values()),
            "cancelled": sum(each.get("cancelled", 0) for each in results.values())}


# By the names that --only knows.
ALL = {"S1-latency": lambda bench, arguments: latency_by_load(bench, arguments.seconds),
       "S6": lambda bench, arguments: overload(bench, arguments.seconds),
       "S6-priorities": lambda bench, arguments: priorities(bench, arguments.seconds),
       "S8": lambda bench, arguments: soak(bench, arguments.soak)}
