#!/usr/bin/env python3
"""What routes promise while upstreams fail, measured on real processes: the server, simulators as its upstreams, load.

Usage: routes.py --bin BIN_FOLDER --work WORK_FOLDER [--only R1,R6] [--seconds N] [--rate N] [--chaos-seconds N] [--isolation-seconds N]
Prints one JSON object; the exit code is 1 if a promise was not kept.
"""
import argparse
import json
import pathlib
import random
import sys
import time

import chaos
import isolation
import quotas
from rig import GOOD, Rig, result_of, served


def amplification(rig, seconds):
    """Upstream requests per call, over all of it and in the worst second."""
    load = rig.load(seconds)
    before = last = rig.requests()
    worst = 0
    while load.poll() is None:
        time.sleep(1)
        now = rig.requests()
        worst, last = max(worst, now - last), now
    result = result_of(load)
    calls = result["good"] + result["bad"]
    return result, round((rig.requests() - before) / calls, 3), round(worst / (calls / result["seconds"]), 3)


def all_fail(options):
    """R1: every request to the only target fails."""
    with Rig(options, 1) as rig:
        rig.simulators[0].script('rules: [{set: "status=503; retry_after=0"}]')
        _, mean, worst = amplification(rig, options.seconds)
    with Rig(options, 2) as rig:
        rig.simulators[0].script('rules: [{set: "status=503; retry_after=0"}]')
        result = result_of(rig.load(options.seconds))
    return {"requests_per_call": mean, "worst_second": worst, "served_with_second": served(result),
            "kept": mean <= 1.15 and worst <= 1.25 and served(result) >= 0.999}


def tenth_fails(options):
    """R2: a tenth of the requests to the only target fails."""
    with Rig(options, 1) as rig:
        rig.simulators[0].script('rules: [{match: {probability: 0.1}, set: "status=503; retry_after=0"}]')
        result, mean, _ = amplification(rig, options.seconds)
    return {"served": served(result), "requests_per_call": mean, "kept": served(result) >= 0.995}


def goes_and_comes(options):
    """R3: the first of two targets is killed and comes back."""
    with Rig(options, 2) as rig:
        load = rig.load(options.seconds)
        time.sleep(options.seconds * 0.2)
        rig.simulators[0].kill()
        time.sleep(options.seconds * 0.3)
        rig.simulators[0].start()
        result = result_of(load)
    return {"served": served(result), "p50_ms": result["latency_us"]["p50"] / 1000,
            "p99_ms": result["latency_us"]["p99"] / 1000, "kept": served(result) >= 0.999}


def black_hole(options):
    """R4: the first of two targets takes requests and answers none; calls have 10 s."""
    with Rig(options, 2, resend="anything") as rig:
        rig.simulators[0].script('rules: [{set: "stall"}]')
        result = result_of(rig.load(options.seconds))
    return {"served": served(result), "p99_ms": result["latency_us"]["p99"] / 1000, "kept": served(result) >= 0.999}


FAULTS = ("status=500", "status=503; retry_after=0", "status=429; retry_after=1", "status=502", "reset", "reset_after=100",
          "stall", "garbage=html", "garbage=json", "error_in_200", "truncate", "error_in_stream=3", "wrong_content_length=10")


def everything_fails(options):
    """R6: targets die, stall, lie and come back, and the configuration changes every second."""
    dice = random.Random(options.seed)
    with Rig(options, 3, resend="failed") as rig:
        unary = rig.load(options.seconds)
        streams = rig.load(options.seconds, "--mode", "stream")
        first = None
        until = time.monotonic() + options.seconds
        while time.monotonic() < until:
            victim = dice.choice(rig.simulators)
            what = dice.random()
            if what < 0.1:
                victim.kill()
                time.sleep(dice.random())
                victim.start()
            elif what < 0.2:
                victim.freeze()
                time.sleep(dice.random())
                victim.thaw()
            else:
                probability = dice.choice((0.1, 0.5, 1))
                victim.script(f'rules: [{{match: {{probability: {probability}}}, set: "{dice.choice(FAULTS)}"}}]')
                time.sleep(dice.random())
                victim.script(GOOD)
            strategy = dice.choice(("weighted", "least_in_flight", "latency", "affinity"))
            rig.gateway.reload(rig.config(resend="failed", strategy=strategy))
            if first is None and time.monotonic() > until - options.seconds * 0.7:
                first = rig.gateway.resident_kib()
        results = [result_of(unary), result_of(streams)]
        last = rig.gateway.resident_kib()
        in_flight = rig.gateway.metric(r"inferwire_requests_in_flight\{[^}]*\}")
        reloads = rig.gateway.metric(r'inferwire_config_reload_total\{[^}]*result="applied"[^}]*\}')
        alive = rig.gateway.process.poll() is None
    return {"unary_served": served(results[0]), "streams_served": served(results[1]), "reloads": reloads,
            "resident_kib_then": first, "resident_kib_at_end": last, "in_flight_at_end": in_flight,
            "last_errors": [each.get("error", "") for each in results],
            "kept": alive and in_flight == 0 and last < first * 1.3 + 8192}


ROWS = {"R1": all_fail, "R2": tenth_fails, "R3": goes_and_comes, "R4": black_hole, "R5": quotas.uneven_keys,
        "R6": everything_fails, "R7": quotas.prompt_cache, "R8": isolation.isolated, "chaos": chaos.judged}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--only", default=",".join(ROWS))
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--chaos-seconds", type=int, default=60, help="600 is the full row")
    parser.add_argument("--isolation-seconds", type=int, default=30, help="until there were 10^6 calls: the full row")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    outcome = {}
    for row in options.only.split(","):
        outcome[row] = ROWS[row](options)
        print(row, json.dumps(outcome[row]), file=sys.stderr)
    print(json.dumps(outcome, indent=2))
    return 0 if all(row["kept"] for row in outcome.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
