#!/usr/bin/env python3
"""codec_cost.py PROGRAM OUT RECORDED: what each translation costs, as instructions (callgrind) and time.

Fails if one costs over 2 % more instructions than recorded. Debian's compiler and libraries are the same for all
who build on it; whoever makes a translation dearer for a reason records the new number with it.
"""
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


SLACK = 0.02


def main():
    program, out_file, recorded_file = sys.argv[1:4]
    with open(recorded_file, encoding="utf-8") as text:
        recorded = json.load(text)
    rows, dearer = [], []
    for case, iterations in CASES.items():
        counted = (instructions(program, case, MORE) - instructions(program, case, FEW)) / (MORE - FEW)
        times = sorted(float(subprocess.run([program, case, str(iterations)], capture_output=True, text=True,
                                            check=True).stdout) for _ in range(5))
        rows.append({"case": case, "instructions": round(counted), "microseconds": round(times[2] / 1000, 2)})
        ratio = counted / recorded[case]
        print(f"{case:14} {rows[-1]['instructions']:>10} instructions ({ratio - 1:+.1%}) "
              f"{rows[-1]['microseconds']:>9.2f} us", flush=True)
        if ratio > 1 + SLACK:
            dearer.append(case)
    with open(out_file, "w", encoding="utf-8") as out:
        json.dump(rows, out, indent=1)
    if dearer:
        print("dearer than recorded in " + recorded_file + ": " + ", ".join(dearer))
    return 1 if dearer else 0


if __name__ == "__main__":
    sys.exit(main())
