#!/usr/bin/env python3
"""A real Prometheus that scrapes real servers under load answers every query of the dashboards and every rule.

Usage: prometheus_test.py BINARIES"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import stage

SKIPPED = 77
BINARIES = PROMTOOL = None

# Metrics that may be without a series, or an observation, here, and why.
MAY_BE_EMPTY = {
    "inferwire_batch_step_failures_total": "the simulator's batches go well",
    "inferwire_batch_strange_lines_total": "the simulator's batches go well",
    "inferwire_caller_": "the stage's callers show no certificate",
    "inferwire_credentials_ignored_total": "the stage's callers show no token",
    "inferwire_lease_exchange_seconds": "the stage's gateways share no limits",
    "inferwire_maybe_billed_": "no call of the stage fails after sending",
    "inferwire_realtime_session_seconds": "the stage's callers hold no sessions",
    "inferwire_upstream_key_echoes_total": "the simulator keeps its key to itself",
}


def selectors_of(expression):
    return set(re.findall(r"(?:\w|:)+\{[^}]*\}", expression))


class UnderLoad(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        program = PROMTOOL.with_name("prometheus")
        cls.gateways, cls.prometheus, cls.callers = cls.enterClassContext(stage.play(BINARIES, program, folder))
        # Each kind of trouble has happened on both gateways, and been scraped a few times since.
        stage.wait_until("all calls have been made", 60, lambda: cls.callers.calls > 250)
        scrapes = f'min(count_over_time(up{{job="{stage.JOB}"}}[2m]))'
        now = float(cls.prometheus.query(scrapes)[0]["value"][1])
        stage.wait_until("ten scrapes more", 30, lambda: float(cls.prometheus.query(scrapes)[0]["value"][1]) >= now + 10)

    def test_every_panel_has_data(self):
        count, empty = 0, []
        for dashboard, title, expression, _ in stage.panel_queries():
            count += 1
            if not self.prometheus.query(expression) and not any(metric in expression for metric in MAY_BE_EMPTY):
                empty.append((dashboard, title, expression))
        self.assertEqual(empty, [])
        print(f"Prometheus: {count} queries of the dashboards have data; may be empty: {MAY_BE_EMPTY}")

    def test_a_rollout_marks_the_pictures_for_as_long_as_pods_are_new(self):
        annotations = stage.annotation_queries()
        started = annotations["Rollouts"].replace("< 120", "< 3600")
        self.assertNotEqual(started, annotations["Rollouts"])
        ((sample,),) = [self.prometheus.query(started)]
        self.assertEqual((sample["metric"]["job"], sample["value"][1]), (stage.JOB, "2"))
        self.assertEqual(self.prometheus.query(annotations["Rollouts"].replace("< 120", "< 0")), [])
        for name in ("Configuration", "Alerts"):
            self.prometheus.query(annotations[name])  # which fails if Prometheus does not understand it

    def test_every_panel_shows_numbers(self):
        for dashboard, title, expression, _ in stage.panel_queries():
            if any(metric in expression for metric in MAY_BE_EMPTY):
                continue
            values = [sample["value"][1] for sample in self.prometheus.query(expression)]
            self.assertFalse(values and all(value in ("NaN", "+Inf", "-Inf") for value in values), (dashboard, title, values))

    def test_every_rule_selects_something(self):
        missing, selectors = [], set()
        for rule in self.prometheus.rules():
            selectors |= {(rule["name"], selector) for selector in selectors_of(rule["query"])}
        for name, selector in sorted(selectors):
            if not self.prometheus.query(selector):
                missing.append((name, selector))
        self.assertEqual(missing, [])
        print(f"Prometheus: {len(selectors)} selectors of {len(self.prometheus.rules())} rules have data")

    def test_every_recording_rule_records(self):
        def unrecorded():
            rules = [rule for rule in self.prometheus.rules() if rule["type"] == "recording"]
            return [rule["name"] for rule in rules if not self.prometheus.query(rule["name"])]

        stage.wait_until("the rules have been evaluated", 60, lambda: not unrecorded())

    def test_no_rule_fails(self):
        self.assertEqual([rule for rule in self.prometheus.rules() if rule.get("lastError")], [])

    def test_both_gateways_are_seen(self):
        self.assertEqual(len(self.prometheus.query("inferwire_build_info")), 2)

    def test_the_exposition_is_clean(self):
        text = stage.read(f"http://{self.gateways[0].admin}/metrics")
        run = subprocess.run([PROMTOOL, "check", "metrics"], input=text, text=True, capture_output=True)
        self.assertEqual((run.returncode, run.stdout + run.stderr), (0, ""))


if __name__ == "__main__":
    BINARIES = pathlib.Path(sys.argv.pop(1))
    run = subprocess.run([stage.ROOT / "tests/helm/tools.sh", "prometheus"], stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(run.returncode)
    PROMTOOL = pathlib.Path(run.stdout.strip(), "promtool")
    unittest.main()
