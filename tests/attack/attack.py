#!/usr/bin/env python3
"""What hostile callers cost a real inferwire-server, and what a good caller beside them feels.

Usage: attack.py --bin BIN_FOLDER --work WORK_FOLDER [--server PROGRAM] [--check | --list] [NAME...]

Each attack gets a server of its own with little memory (gateway.py) and comes from another address than the good
caller. It runs once alone, for processor time, memory and how its connections ended; then again and again beside the
good caller, whose latencies stand beside those without it. --check: once, all on one server, beside a good caller, with
bounds that hold on a loaded machine; the exit code is 1 if one did not.
"""
import argparse
import collections
import json
import multiprocessing
import os
import pathlib
import sys
import time

import blocks  # noqa: F401  the attacks register themselves
import bodies  # noqa: F401
import frames  # noqa: F401
import many  # noqa: F401
import readers  # noqa: F401
import registry
import slow  # noqa: F401
import streams  # noqa: F401
from gateway import Gateway, GoodCaller, Upstream
from wire import Over

WARM_UP, AFTER = 0.3, 1.0


def endings_of(endings):
    return dict(collections.Counter(endings))


class Run:
    """An attack on a server, which may have seen others."""

    def __init__(self, options, upstream, each, gateway=None):
        self.options, self.attack = options, each
        cores = sorted(os.sched_getaffinity(0))
        self.core, self.rest = (None, None) if options.check else (cores[0], cores[-1])
        self.gateway = gateway or Gateway(options.server, options.work / each.name, upstream.port, each.tls,
                                          options.loops, self.core)
        if gateway is None and not each.tls:
            GoodCaller(options.bin, self.gateway, WARM_UP).result()

    def good_caller(self, seconds, rate=500):
        return GoodCaller(self.options.bin, self.gateway, seconds, rate, self.rest, self.options.mode)

    def alone(self):
        self.gateway.forget_peak()
        cpu, (memory, _) = self.gateway.cpu_seconds(), self.gateway.memory()
        began = time.monotonic()
        endings = self.attack.run(self.gateway.target)
        took = time.monotonic() - began
        time.sleep(self.options.after)
        kept, peak = self.gateway.memory()
        return {"cpu_s": round(self.gateway.cpu_seconds() - cpu, 3), "took_s": round(took, 2),
                "before_mib": round(memory), "peak_mib": round(peak - memory, 1), "kept_mib": round(kept - memory, 1),
                "endings": endings_of(endings), "metrics": self.gateway.failures(), "alive": self.gateway.alive()}

    def again(self, seconds):
        """In a process of its own, niced: a rival for the other core only."""
        def repeat():
            os.nice(10)
            os.sched_setaffinity(0, {self.rest})
            registry.patience = 0
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                try:
                    self.attack.run(self.gateway.target)
                except (OSError, Over):
                    time.sleep(0.01)
        process = multiprocessing.get_context("fork").Process(target=repeat)
        process.start()
        return process

    def spin(self, seconds):
        """As busy an attacker that leaves the server alone."""
        def repeat():
            os.nice(10)
            os.sched_setaffinity(0, {self.rest})
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                pass
        process = multiprocessing.get_context("fork").Process(target=repeat)
        process.start()
        return process

    def beside(self, seconds):
        found = {}
        for name, rival in (("without", self.spin), ("with", self.again)):
            good = self.good_caller(seconds)
            process = rival(seconds)
            found[name] = good.result()
            process.kill()
            process.join()
        return found


def measure(options, upstream, each):
    run = Run(options, upstream, each)
    try:
        result = run.alone()
        if not each.tls and options.seconds > 0:
            beside = run.beside(options.seconds)
            result["good"] = {name: [round(one["p50_us"]), round(one["p99_us"]), round(one["max_us"]), one["bad"]]
                              for name, one in beside.items()}
            result["error"] = beside["with"]["error"]
            result["alive"] = run.gateway.alive()
        return result
    finally:
        run.gateway.stop()


def check(options, upstream, each, gateways):
    """What was measured, and what was not kept, as texts. gateways: by whether they speak TLS."""
    gateway, first, allowed = gateways.get(each.tls, (None, 0, 0))
    run = Run(options, upstream, each, gateway)
    # What earlier attacks made it hold the allocator may still have.
    first, allowed = first or run.gateway.memory()[0], max(allowed, each.memory)
    gateways[each.tls] = run.gateway, first, allowed
    registry.patience = 0.5 if each.ends is None or "open" in each.ends else 10
    good = None if each.tls else run.good_caller(0.2, 100)
    result = run.alone()
    served = good.result() if good else {"good": 1, "bad": 0}
    faults = []
    if not run.gateway.alive():
        faults.append("the server is gone")
        del gateways[each.tls]
    # How long its calls wait is the machine's affair, too: most of them have to be served even so.
    if served["bad"] > (served["good"] // 2 if each.busy else 0) or served["good"] == 0:
        refused = {} if not run.gateway.alive() else {series: value for series, value in run.gateway.metrics().items()
                                                      if series.startswith("inferwire_calls_refused_total") and value}
        faults.append(f"the good caller: {served}, {refused}")
    if result["cpu_s"] > each.cpu + options.allowance:
        faults.append(f"{result['cpu_s']} s of processor time, {each.cpu} are allowed")
    grown = result["before_mib"] + result["peak_mib"] - first
    if grown > allowed:
        faults.append(f"{grown:.0f} MiB more than at its start, {allowed} are allowed")
    if each.ends is not None and not set(result["endings"]) <= set(each.ends):
        faults.append(f"connections ended as {result['endings']}, not as {each.ends}")
    return result, faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--server", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=3)  # beside the good caller; 0: not at all
    parser.add_argument("--loops", type=int, default=1)
    parser.add_argument("--mode", default="unary")  # of the good caller's calls; health: they have no upstream
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    options.server = options.server or options.bin / "inferwire-server"
    options.after = 0.0 if options.check else AFTER
    options.allowance = 0.15  # the good caller's calls
    chosen = [registry.ATTACKS[name] for name in options.names] or list(registry.ATTACKS.values())
    if options.list:
        print("\n".join(f"{each.name}: {(each.run.__doc__ or '').strip()}" for each in chosen))
        return 0
    gateways = {}
    upstream, bad = Upstream(options.bin, None if options.check else max(os.sched_getaffinity(0))), 0
    try:
        for each in chosen:
            if options.check:
                result, faults = check(options, upstream, each, gateways)
                bad += len(faults) > 0
                print("FAILED" if faults else "ok", each.name, json.dumps(result), "; ".join(faults), flush=True)
            else:
                print(json.dumps({"attack": each.name, **measure(options, upstream, each)}), flush=True)
    finally:
        upstream.stop()
        for gateway, *_ in gateways.values():
            gateway.stop()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
