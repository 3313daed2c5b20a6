#!/usr/bin/env python3
"""The committed dashboards are those of helm/tools/panels.py, keep the rules that Grafana's dashboard-linter
checks, and ask for metrics that the server declares."""
import json
import pathlib
import re
import subprocess
import sys
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "helm/inferwire/dashboards"
UNITS = {"none", "reqps", "s", "bytes", "Bps", "percentunit", "currencyUSD"}
# Metrics of Prometheus itself.
PROMETHEUS = {"scrape_samples_scraped"}


def files():
    return sorted(FOLDER.glob("*.json"))


def families():
    """Every family that the server declares."""
    sources = [path for path in (ROOT / "service").rglob("*") if path.suffix in (".h", ".cc")]
    text = "\n".join(path.read_text() for path in sources)
    declared = r'\b(?:Counters|Gauges|Histograms|add)\(\s*"((?:grpc|gen_ai_client|inferwire|process)_\w+)"'
    names = set(re.findall(declared, text))
    assert len(names) > 50, names
    return names


def declared_metrics():
    """The families, with what a histogram makes of its name."""
    names = families()
    return names | {name + suffix for name in names for suffix in ("_bucket", "_sum", "_count")}


def metrics_of(expression):
    """The names that are followed by a selector, or could be."""
    return set(re.findall(r"\b((?:grpc|gen_ai|inferwire|process|scrape)_\w+)(?=\{)", expression))


def selectors_of(expression):
    return re.findall(r"\w+(\{[^}]*\})", expression)


class Dashboards(unittest.TestCase):
    def each_panel(self):
        for file in files():
            for panel in json.loads(file.read_text())["panels"]:
                if panel["type"] != "row":
                    yield file, panel

    def each_query(self):
        for file, panel in self.each_panel():
            for target in panel["targets"]:
                yield f"{file.name}: {panel['title']}", target["expr"], panel["type"]

    def test_are_what_their_source_says(self):
        self.assertEqual(subprocess.run([sys.executable, ROOT / "helm/tools/dashboards.py", "--check"]).returncode, 0)
        self.assertEqual([file.stem for file in files()], ["models", "overview", "runtime", "upstream"])

    def test_cannot_be_edited_in_place_and_have_names_of_their_own(self):
        uids = set()
        for file in files():
            dashboard = json.loads(file.read_text())
            self.assertFalse(dashboard["editable"])
            self.assertTrue(dashboard["title"] and dashboard["description"])
            uids.add(dashboard["uid"])
        self.assertEqual(len(uids), len(files()))

    def test_one_variable_chooses_each_data_source(self):
        for file in files():
            variables = json.loads(file.read_text())["templating"]["list"]
            sources = [variable for variable in variables if variable["type"] == "datasource"]
            self.assertEqual([(each["name"], each["query"], each["label"]) for each in sources],
                             [("datasource", "prometheus", "Data source"), ("traces", "tempo", "Traces")])  # fmt: skip

    def test_variables_can_be_all_or_many_and_follow_the_time(self):
        for file in files():
            variables = {each["name"]: each for each in json.loads(file.read_text())["templating"]["list"]}
            self.assertLessEqual({"namespace", "job", "instance"}, variables.keys())
            for name, variable in variables.items():
                if name in ("datasource", "traces"):
                    continue
                self.assertEqual((variable["type"], variable["multi"], variable["includeAll"], variable["allValue"],
                                  variable["refresh"], variable["datasource"]["uid"]),
                                 ("query", True, True, ".+", 2, "${datasource}"), name)  # fmt: skip
                self.assertTrue(variable["label"])

    def test_every_panel_has_a_title_a_description_a_unit_and_a_query(self):
        titles = set()
        for file, panel in self.each_panel():
            self.assertTrue(panel["title"])
            self.assertGreater(len(panel["description"]), 10, panel["title"])
            self.assertIn(panel["fieldConfig"]["defaults"]["unit"], UNITS)
            self.assertEqual(panel["datasource"]["uid"], "${datasource}")
            self.assertTrue(panel["targets"])
            titles.add((file.name, panel["title"]))
        self.assertEqual(len(titles), len(list(self.each_panel())))

    def test_rollouts_configurations_and_alerts_mark_every_picture(self):
        for file in files():
            made = {each["name"]: each for each in json.loads(file.read_text())["annotations"]["list"]}
            self.assertEqual(list(made), ["Rollouts", "Configuration", "Alerts"], file.name)
            for name, each in made.items():
                self.assertTrue(each["enable"])
                self.assertEqual(each["datasource"]["uid"], "${datasource}")
                self.assertIn("{{", each["titleFormat"])
                self.assertLessEqual(metrics_of(each["expr"]), declared_metrics())
                for selector in selectors_of(each["expr"]):
                    for variable in ("namespace",) if name == "Alerts" else ("namespace", "job", "instance"):
                        self.assertIn(f'${variable}"', selector, name)
            self.assertIn('alertname=~"Inferwire.+"', made["Alerts"]["expr"])
        alerts = re.findall(r"- alert: (\w+)", (ROOT / "helm/inferwire/rules/alerts.yaml").read_text())
        self.assertTrue(all(re.fullmatch("Inferwire.+", alert) for alert in alerts))

    def test_what_takes_time_leads_to_its_traces(self):
        linked = 0
        for file, panel in self.each_panel():
            with_exemplars = [target for target in panel["targets"] if target.get("exemplar")]
            histograms = [target for target in panel["targets"] if "_bucket{" in target["expr"] and panel["type"] == "timeseries"]
            self.assertEqual(with_exemplars, histograms, panel["title"])
            links = panel["fieldConfig"]["defaults"].get("links", [])
            self.assertEqual([link["title"] for link in links], ["Traces"] if histograms else [], panel["title"])
            linked += len(links)
        self.assertGreater(linked, 10)

    def test_a_link_to_the_traces_is_one_that_grafana_can_read(self):
        service = re.search(r'service = "(\w+)"', (ROOT / "service/telemetry/otlp/span_message.h").read_text())[1]
        for file in files():
            (link,) = [each for each in json.loads(file.read_text())["links"] if each["type"] == "link"]
            url = urllib.parse.urlsplit(link["url"])
            (pane,) = json.loads(urllib.parse.parse_qs(url.query)["panes"][0]).values()
            self.assertEqual(pane["datasource"], "${traces}")
            self.assertEqual(pane["range"], {"from": "${__from}", "to": "${__to}"})
            self.assertEqual(pane["queries"][0]["query"], f'{{resource.service.name="{service}"}}')

    def test_panels_do_not_overlap_and_stay_within_the_page(self):
        for file in files():
            taken = set()
            for panel in json.loads(file.read_text())["panels"]:
                at = panel["gridPos"]
                self.assertLessEqual(at["x"] + at["w"], 24)
                cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
                self.assertFalse(cells & taken, panel["title"])
                taken |= cells

    def test_every_selector_is_narrowed_to_what_is_chosen(self):
        for where, expression, _ in self.each_query():
            selectors = selectors_of(expression)
            self.assertTrue(selectors, where)
            for selector in selectors:
                for variable in ("namespace", "job", "instance"):
                    self.assertIn(f'{variable}=~"${variable}"', selector, where)

    def test_counters_are_rated_over_the_interval_of_the_picture(self):
        for where, expression, kind in self.each_query():
            for metric in re.findall(r"(\w+_(?:total|bucket|sum|count))\{", expression):
                self.assertRegex(expression, rf"(rate|increase)\({metric}\{{", where)
            for window in re.findall(r"rate\([^[]*\[([^]]*)\]", expression):
                self.assertEqual(window, "$__rate_interval", where)
            for window in re.findall(r"increase\([^[]*\[([^]]*)\]", expression):
                self.assertIn(window, ["$__range"] if kind != "timeseries" else ["1h", "6h"], where)

    def test_only_metrics_of_the_server_are_asked_for(self):
        known = declared_metrics() | PROMETHEUS
        used = set()
        for where, expression, _ in self.each_query():
            used |= metrics_of(expression)
            self.assertLessEqual(metrics_of(expression), known, where)
        self.assertGreater(len(used), 30)

    def test_every_family_of_the_server_is_on_some_dashboard(self):
        shown = {name for _, expression, _ in self.each_query() for name in metrics_of(expression)}
        shown |= {re.sub("_(bucket|sum|count)$", "", name) for name in shown}
        self.assertEqual(families() - shown, set())

    def test_every_family_of_the_server_is_in_the_catalogue(self):
        text = (ROOT / "tests/unit/telemetry/metrics_catalogue_test.cc").read_text()
        catalogue = set(re.findall(r'\{"(\w+)",\s*"(?:counter|gauge|histogram)"', text))
        self.assertEqual(families(), catalogue)

    def test_rules_ask_only_for_metrics_of_the_server_too(self):
        for file in (ROOT / "helm/inferwire/rules").glob("*.yaml"):
            text = "\n".join(line for line in file.read_text().splitlines() if not line.lstrip().startswith("#"))
            self.assertLessEqual(metrics_of(text), declared_metrics(), file.name)

    def test_every_alert_has_a_runbook_and_every_runbook_an_alert(self):
        alerts = set(re.findall(r"- alert: (\w+)", (ROOT / "helm/inferwire/rules/alerts.yaml").read_text()))
        runbooks = {file.stem for file in (ROOT / "helm/inferwire/runbooks").glob("*.md")}
        self.assertEqual(alerts, runbooks)
        for file in (ROOT / "helm/inferwire/runbooks").glob("*.md"):
            for section in ("## Meaning", "## Impact", "## What to do"):
                self.assertIn(section, file.read_text(), file.name)

    def test_runbooks_name_reasons_that_the_api_has(self):
        reasons = set(re.findall(r"ERROR_REASON_(\w+) =", (ROOT / "proto/inferwire/v1/errors.proto").read_text()))
        for file in (ROOT / "helm/inferwire/runbooks").glob("*.md"):
            named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", file.read_text()))
            self.assertLessEqual(named, reasons, file.name)

    def test_runbooks_name_panels_and_alerts_that_exist(self):
        panels = {panel["title"] for _, panel in self.each_panel()} | {"Overview", "Models", "Upstreams", "Runtime"}
        alerts = set(re.findall(r"- alert: (\w+)", (ROOT / "helm/inferwire/rules/alerts.yaml").read_text()))
        for file in (ROOT / "helm/inferwire/runbooks").glob("*.md"):
            for name in re.findall(r"(?<!\*)\*([A-Z][^*]+)\*", file.read_text()):
                self.assertIn(name, panels, file.name)
            for name in re.findall(r"Inferwire\w+", file.read_text()):
                self.assertIn(name, alerts, file.name)


if __name__ == "__main__":
    unittest.main()
