#!/usr/bin/env python3
"""What limits, budgets, keys and usage promise, measured on real processes: servers that share one PostgreSQL, load.

Usage: governance.py --bin BIN_FOLDER --work WORK_FOLDER [--full] [--only rpm,budget-2] [--seconds N]
Prints one JSON object: rows with name, figure, bound and whether it was kept, and the details of each measurement.
The exit code is 1 if a promise was not kept. What was let in is what the simulator has seen.
"""
import argparse
import json
import pathlib
import sys

import everything_on
import guesses
import kills
import machine
import neighbours
import rates
import stocks
import tenants

SMALL, LARGE = {"usd": 2, "tokens": 200}, {"usd": 200, "tokens": 8000}

# By the names that --only knows: what measures it, and how its rows begin.
MEASUREMENTS = {
    "rpm": (rates.limited, "RPM at 3x", {}),
    "tpm": (rates.limited, "TPM at 3x", {"what": "tokens"}),
    "rpm-store-stopped": (rates.limited, "RPM, PostgreSQL stopped", {"fault": "freeze"}),
    "rpm-store-killed": (rates.limited, "RPM, PostgreSQL killed", {"fault": "kill"}),
    "rpm-replica-killed": (rates.limited, "RPM, a replica killed", {"fault": "replica"}),
    "store-stopped": (rates.unnoticed, "below the limit, PostgreSQL stopped", {"fault": "freeze"}),
    "store-killed": (rates.unnoticed, "below the limit, PostgreSQL killed", {"fault": "kill"}),
    "budget-2": (stocks.budget, "2 USD, worst_case", {**SMALL, "reserve": "worst_case"}),
    "budget-2-expected": (stocks.budget, "2 USD, expected", {**SMALL, "reserve": "expected"}),
    "budget-200": (stocks.budget, "200 USD, worst_case", {**LARGE, "reserve": "worst_case"}),
    "budget-200-expected": (stocks.budget, "200 USD, expected", {**LARGE, "reserve": "expected"}),
    "budget-store-stopped": (stocks.budget, "200 USD, worst_case, PostgreSQL stopped",
                             {**LARGE, "reserve": "worst_case", "frozen": True}),
    "budget-replica-killed": (stocks.budget_and_kill, "200 USD, expected, a replica killed",
                              {**LARGE, "reserve": "expected"}),
    "budget-replica-killed-worst": (stocks.budget_and_kill, "200 USD, worst_case, a replica killed",
                                    {**LARGE, "reserve": "worst_case"}),
    "slots-50": (stocks.slots, "50 calls at once", {"limit": 50}),
    "slots-5": (stocks.slots, "5 calls at once", {"limit": 5}),
    "slots-replica-killed": (stocks.slots, "50 calls at once, a replica killed", {"limit": 50, "kill": True}),
    "cost": (everything_on.cost, "everything on, 12 meters, 10,000 keys", {}),
    "neighbours": (neighbours.noisy, "a team at 20 times its neighbours", {"gateways": 3}),
    "neighbours-one-server": (neighbours.noisy, "a team at 20 times its neighbours, at one server", {"gateways": 1}),
    "ledger-kills": (kills.killed, "servers killed at random", {}),
    "wrong-keys": (guesses.guessed, "wrong keys of one address", {}),
    "isolation": (tenants.judged, "50 tenants", {}),
}


def options_of_command_line():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--only", default=",".join(MEASUREMENTS))
    parser.add_argument("--full", action="store_true", help="minutes of load, and a million calls of many tenants")
    parser.add_argument("--seconds", type=float, help="of load on limits per minute; 20, with --full 80")
    parser.add_argument("--stop-seconds", type=float, default=8, help="that PostgreSQL is away")
    parser.add_argument("--budget-seconds", type=float, default=12)
    parser.add_argument("--slot-seconds", type=float, default=15)
    parser.add_argument("--cost-seconds", type=float, default=3, help="of one run, with everything or with nothing")
    parser.add_argument("--cost-repeats", type=int, help="of both; 5, with --full 15")
    parser.add_argument("--kills", type=int, help="of servers while they answer; 5, with --full 100")
    parser.add_argument("--guesses", type=int, help="wrong keys; 10,000, with --full 100,000")
    parser.add_argument("--calls", type=int, help="of many tenants; 20,000, with --full a million")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.kills = options.kills or (100 if options.full else 5)
    options.guesses = options.guesses or (100_000 if options.full else 10_000)
    options.calls = options.calls or (1_000_000 if options.full else 20_000)
    options.cost_repeats = options.cost_repeats or (15 if options.full else 5)
    options.seconds = options.seconds or (80 if options.full else 20)
    options.bin = options.bin.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    return options


def main():
    options = options_of_command_line()
    rows, details = [], {}
    for name in options.only.split(","):
        measure, title, arguments = MEASUREMENTS[name]
        found, details[name] = measure(options, title, **arguments)
        rows += found
        for row in found:
            print(json.dumps(row), file=sys.stderr, flush=True)
        print(name, json.dumps(details[name]), file=sys.stderr, flush=True)
    report = {"machine": machine.description(), "full": options.full, "rows": rows, "details": details}
    print(json.dumps(report, indent=1))
    sys.exit(0 if all(row["kept"] for row in rows) else 1)


if __name__ == "__main__":
    main()
