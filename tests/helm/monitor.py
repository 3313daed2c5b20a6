#!/usr/bin/env python3
"""./dev monitor: two gateways under load and a Prometheus that watches them, until Ctrl-C. What a dashboard would
draw is printed every few seconds. Usage: monitor.py BINARIES [SECONDS]"""
import pathlib
import subprocess
import sys
import tempfile
import threading

import stage

SHOWN = [
    ("overview", "Availability"), ("overview", "Requests by method"), ("overview", "Errors by origin"),
    ("overview", "In flight"), ("overview", "Overhead"), ("models", "Time to first chunk, p95"),
    ("models", "Tokens per second"), ("upstream", "Attempts by status"), ("runtime", "Memory"),
]  # fmt: skip
EVERY = 5  # seconds


def text(sample, legend):
    """A sample as Grafana would name it, and its value."""
    for key, value in sample["metric"].items():
        legend = legend.replace("{{%s}}" % key, value)
    return f"{'' if legend == '__auto' else legend} {float(sample['value'][1]):.4g}".strip()


def show(prometheus):
    lines = {}
    for dashboard, title, expression, legend in stage.panel_queries():
        if (dashboard, title) in SHOWN:
            samples = [sample for sample in prometheus.query(expression) if sample["value"][1] != "NaN"]
            samples.sort(key=lambda sample: -float(sample["value"][1]))
            lines.setdefault((dashboard, title), []).extend(text(sample, legend) for sample in samples)
    for shown in SHOWN:
        values = lines[shown]
        more = f"  (and {len(values) - 5} more)" if len(values) > 5 else ""
        print(f"  {shown[1]:26} {'  |  '.join(values[:5]) or '-'}{more}")
    firing = prometheus.query('count by (alertname) (ALERTS{alertstate=~"pending|firing"})')
    print(f"  {'Alerts':26} {', '.join(alert['metric']['alertname'] for alert in firing) or 'none'}\n", flush=True)


def main():
    binaries = pathlib.Path(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else None
    run = subprocess.run([stage.ROOT / "tests/helm/tools.sh", "prometheus"], stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        return run.returncode
    program = pathlib.Path(run.stdout.strip(), "prometheus")
    with tempfile.TemporaryDirectory() as folder, stage.play(binaries, program, folder) as (gateways, prometheus, callers):
        print(f"Prometheus: {prometheus.url}  (its page Graph takes the dashboards' queries)")
        for gateway in gateways:
            print(f"inferwire:    {gateway.address} (TLS), http://{gateway.admin}/metrics")
        print("Grafana, if you have one: add this Prometheus and import helm/inferwire/dashboards/*.json. Ctrl-C ends it all.\n")
        stop, waited = threading.Event(), 0
        while not stop.wait(EVERY) and (seconds is None or waited < seconds):
            waited += EVERY
            print(f"after {waited} s, {callers.calls} calls:")
            show(prometheus)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("ended")
