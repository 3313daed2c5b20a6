#!/usr/bin/env python3
"""Measures inferwire against other gateways and proxies: interleaved, pinned, repeated.

One core belongs to the gateway, the other to the load and the mock upstream. A run that others
disturbed, or in which the load itself was the limit, is repeated and otherwise marked.
"""
import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import contestants
import experiments
import machine
import plot
import report
from scenarios import SCENARIOS


def dig(result, path):
    for name in path.split("."):
        result = (result or {}).get(name)
    return result


def run_once(bench, contestant, scenario, seconds):
    program = scenario.grpc_program if contestant.grpc else "http_load"
    command = [str(bench.bin / program), contestant.target(), *scenario.options, "--seconds", str(seconds),
               "--connections", str(scenario.connections)]
    for header in contestant.headers:
        command += ["--header", header]
    pids = contestant.pids()
    for pid in pids:
        command += ["--pid", str(pid)]
    ours = [*pids, *bench.mock.pids()]
    busy, own, begin = machine.busy_seconds(), machine.cpu_seconds(ours), time.monotonic()
    run = subprocess.run(machine.pinned(machine.REST_CORE, command), capture_output=True, text=True, check=False)
    took = time.monotonic() - begin
    if not run.stdout.strip():
        return {"failed": run.stderr.strip()[-300:] or f"exit code {run.returncode}"}
    result = json.loads(run.stdout)
    generator = result["generator_cpu_share"] * result["seconds"]
    foreign = machine.busy_seconds() - busy - (machine.cpu_seconds(ours) - own) - generator
    result["foreign_cpu_share"] = max(0.0, foreign / took)
    result["disturbed"] = result["foreign_cpu_share"] > machine.MOST_FOREIGN_CPU
    result["generator_bound"] = result["generator_cpu_share"] > machine.MOST_GENERATOR_CPU
    return result


def run_clean(bench, contestant, scenario, seconds, tries):
    for _ in range(tries):
        result = run_once(bench, contestant, scenario, seconds)
        if not (result.get("disturbed") or result.get("generator_bound")):
            break
    return result


class Bench:
    def __init__(self, arguments):
        self.bin = Path(arguments.bin).resolve()
        self.work = Path(arguments.work).resolve() / "run"
        self.work.mkdir(parents=True, exist_ok=True)
        self.mock = contestants.Process([str(self.bin / "mock_upstream"), str(contestants.MOCK_PORT)],
                                        machine.REST_CORE, contestants.MOCK_PORT, self.work / "mock.log")
        self.present, self.absent = [], {}
        wanted = [contestants.Direct(self.bin, self.work, self.mock), contestants.Inferwire(self.bin, self.work)]
        if arguments.loops:
            wanted.append(contestants.Inferwire(self.bin, self.work, loops=arguments.loops))
        for name in filter(None, arguments.peers.split(",")):
            if name in contestants.PEERS:
                wanted.append(contestants.PEERS[name](self.bin, self.work))
            else:
                self.absent[name] = "no such peer; known: " + ", ".join(contestants.PEERS)
        for each in wanted:
            try:
                each.start()
                self.present.append(each)
            except contestants.CannotRun as why:
                self.absent[each.name] = str(why)

    def stop(self):
        for each in self.present:
            each.stop()
        self.mock.stop()

    def measure(self, arguments):
        results = []
        chosen = [each for each in SCENARIOS if arguments.set in each.tags and
                  (not arguments.only or each.name in arguments.only.split(","))]
        for scenario in chosen:
            runs = {}
            for repeat in range(arguments.repeats):
                for contestant in self.present:
                    if (scenario.grpc_only and not contestant.grpc) or (scenario.heavy and contestant.slow):
                        continue
                    if scenario.fresh:
                        contestant.stop()
                        contestant.start()
                    if scenario.warmed:
                        run_once(self, contestant, scenario.with_few(), 1)
                    result = run_clean(self, contestant, scenario, arguments.seconds, arguments.tries)
                    runs.setdefault(contestant.name, []).append(result)
                    print(f"  {scenario.name} {contestant.name} {repeat + 1}/{arguments.repeats}: "
                          f"{dig(result, scenario.figure)}", file=sys.stderr, flush=True)
            results.append(summary(scenario, runs))
        return results


def summary(scenario, runs):
    rows = {}
    for name, results in runs.items():
        figures = [value for value in (dig(result, scenario.figure) for result in results) if value is not None]
        rows[name] = {
            "median": statistics.median(figures) if figures else None,
            "min": min(figures, default=None), "max": max(figures, default=None),
            "bad": sum(result.get("bad", 0) for result in results),
            "good": sum(result.get("good", 0) for result in results),
            "disturbed": sum(bool(result.get("disturbed")) for result in results),
            "generator_bound": sum(bool(result.get("generator_bound")) for result in results),
            "runs": results}
    return {"scenario": scenario.name, "what": scenario.what, "unit": scenario.unit, "rows": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=["smoke", "full"])
    parser.add_argument("--peers", default="nginx")
    parser.add_argument("--bin", required=True)
    parser.add_argument("--work", required=True, help="a folder for logs, configurations and results")
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--tries", type=int, default=3, help="of a run that was disturbed")
    parser.add_argument("--only", default="", help="names of scenarios and experiments, with commas")
    parser.add_argument("--loops", type=int, help="also inferwire with so many loops, on all cores")
    parser.add_argument("--soak", type=float, default=60, help="seconds of S8")
    arguments = parser.parse_args()
    arguments.repeats = arguments.repeats or (1 if arguments.set == "smoke" else 5)
    arguments.seconds = arguments.seconds or (2 if arguments.set == "smoke" else 8)
    bench = Bench(arguments)
    try:
        results = bench.measure(arguments)
        more = {name: experiment(bench, arguments) for name, experiment in experiments.ALL.items()
                if arguments.set == "full" and (not arguments.only or name in arguments.only.split(","))}
    finally:
        bench.stop()
    document = {"machine": machine.description(), "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "set": arguments.set, "repeats": arguments.repeats, "seconds": arguments.seconds,
                "versions": {each.name: each.version() for each in bench.present},
                "absent": bench.absent, "results": results, **more}
    out = Path(arguments.work) / "bench.json"
    out.write_text(json.dumps(document, indent=1), encoding="utf-8")
    print(report.table(document))
    print(report.more(document))
    print(f"\nall figures: {out}")
    if "S1-latency" in document:
        picture = Path(arguments.work) / "cost.svg"
        try:
            plot.draw(document, picture)
            print(f"picture: {picture}")
        except ModuleNotFoundError as missing:
            print(f"no picture: {missing} (Debian's python3 has it, another one may not)")
    return report.exit_code(document)


if __name__ == "__main__":
    sys.exit(main())
