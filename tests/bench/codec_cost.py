#!/usr/bin/env python3
"""codec_cost.py PROGRAM: what each translation costs, as instructions (callgrind) and time."""
import json
import re
import subprocess
import sys

CASES = {  # iterations for the clock
    "answer_decode": 20000, "answer_encode": 20000,
    "chunk_decode": 50000, "chunk_encode": 50000,
    "prompt_decode": 500, "prompt_encode": 500,
}
FEW, MORE = 10, 30  # the difference leaves start-up and the first run out


def instructions(program, case, iterations):
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, case, str(iterations)],
        capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", run.stderr).group(1))


def main():
    program = sys.argv[1]
    rows = []
    for case, iterations in CASES.items():
        counted = (instructions(program, case, MORE) - instructions(program, case, FEW)) / (MORE - FEW)
        times = sorted(float(subprocess.run([program, case, str(iterations)], capture_output=True, text=True,
                                            check=True).stdout) for _ in range(5))
        rows.append({"case": case, "instructions": round(counted), "microseconds": round(times[2] / 1000, 2)})
        print(f"{case:14} {rows[-1]['instructions']:>10} instructions {rows[-1]['microseconds']:>9.2f} us", flush=True)
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as out:
            json.dump(rows, out, indent=1)


if __name__ == "__main__":
    main()
