#!/usr/bin/env python3
"""Writes the chart's Grafana dashboards from panels.py. Usage: dashboards.py [--check]; with --check nothing
is written, and 1 means that a file is not what it would be made now."""
import json
import pathlib
import sys
import urllib.parse

import panels

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "inferwire" / "dashboards"
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
# Grafana's Explore with the gateway's spans of the time that is shown. What is in ${} Grafana fills in.
TRACES = "/explore?schemaVersion=1&panes=" + urllib.parse.quote(json.dumps({"traces": {
    "datasource": "${traces}",
    "queries": [{"refId": "A", "queryType": "traceql", "query": '{resource.service.name="inferwire"}'}],
    "range": {"from": "${__from}", "to": "${__to}"},
}}, separators=(",", ":")), safe="${}:,")  # fmt: skip


def query_variable(name, label, query):
    return {
        "allValue": ".+",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "datasource": DATASOURCE,
        "includeAll": True,
        "label": label,
        "multi": True,
        "name": name,
        "query": query,
        "refresh": 2,
        "sort": 1,
        "type": "query",
    }


def variables(dashboard):
    return [
        {"label": "Data source", "name": "datasource", "query": "prometheus", "type": "datasource"},
        {"label": "Traces", "name": "traces", "query": "tempo", "type": "datasource"},
        query_variable("namespace", "Namespace", "label_values(inferwire_build_info, namespace)"),
        query_variable("job", "Job", 'label_values(inferwire_build_info{namespace=~"$namespace"}, job)'),
        query_variable("instance", "Instance", 'label_values(inferwire_build_info{namespace=~"$namespace", job=~"$job"}, instance)'),
    ] + [query_variable(*variable) for variable in dashboard.variables]  # fmt: skip


def annotation(name, colour, expression, title, text):
    return {"datasource": DATASOURCE, "enable": True, "expr": expression, "iconColor": colour, "name": name, "step": "60s",
            "textFormat": text, "titleFormat": title}  # fmt: skip


def is_from_histogram(expression):
    return "_bucket{" in expression


def field_config(panel):
    defaults = {"unit": panel.unit}
    if panel.kind == "timeseries" and any(is_from_histogram(expression) for expression, _ in panel.queries):
        defaults["links"] = [{"targetBlank": True, "title": "Traces", "url": TRACES}]
    if panel.kind == "timeseries":
        defaults["custom"] = {"fillOpacity": 30 if panel.stack else 0, "showPoints": "never"}
        if panel.stack:
            defaults["custom"]["stacking"] = {"mode": "normal"}
        if panel.unit in ("reqps", "percentunit"):
            defaults["min"] = 0
    if panel.kind == "gauge":
        defaults |= {"min": 0, "max": 1}
        defaults["thresholds"] = {
            "mode": "absolute",
            "steps": [{"color": "red", "value": None}, {"color": "orange", "value": 0.25}, {"color": "green", "value": 0.5}],
        }
    return {"defaults": defaults, "overrides": []}


def options(panel):
    if panel.kind == "timeseries":
        return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}}
    if panel.kind == "heatmap":
        return {"calculate": False, "color": {"mode": "scheme", "scheme": "Oranges"}, "yAxis": {"unit": panel.unit}}
    if panel.kind == "table":
        return {}
    return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}


def target(panel, index, expression, legend):
    made = {"datasource": DATASOURCE, "expr": expression, "legendFormat": legend or "__auto", "refId": chr(ord("A") + index)}
    if panel.kind in ("stat", "gauge", "bargauge", "table"):
        made["instant"] = True
    if panel.kind in ("heatmap", "table"):
        made["format"] = panel.kind
    if panel.kind == "timeseries" and is_from_histogram(expression):
        made["exemplar"] = True
    return made


def panel_json(panel, number, x, y):
    return {
        "datasource": DATASOURCE,
        "description": panel.description,
        "fieldConfig": field_config(panel),
        "gridPos": {"h": 8, "w": panel.width, "x": x, "y": y},
        "id": number,
        "options": options(panel),
        "targets": [target(panel, index, *query) for index, query in enumerate(panel.queries)],
        "title": panel.title,
        "type": panel.kind,
    }


def layout(rows):
    """From left to right, then down; a row's title takes a line."""
    made, y = [], 0
    for title, row in rows:
        made.append({"collapsed": False, "gridPos": {"h": 1, "w": 24, "x": 0, "y": y}, "id": len(made) + 1,
                     "panels": [], "title": title, "type": "row"})  # fmt: skip
        x, y = 0, y + 1
        for panel in row:
            if x + panel.width > 24:
                x, y = 0, y + 8
            made.append(panel_json(panel, len(made) + 1, x, y))
            x += panel.width
        y += 8
    return made


def dashboard_json(dashboard):
    return {
        "annotations": {"list": [annotation(*each) for each in panels.ANNOTATIONS]},
        "description": dashboard.description,
        "editable": False,
        "graphTooltip": 1,
        "links": [{"asDropdown": False, "includeVars": True, "keepTime": True, "tags": ["inferwire"], "title": "Inferwire",
                   "type": "dashboards"},
                  {"icon": "external link", "targetBlank": True, "title": "Traces", "type": "link", "url": TRACES}],
        "panels": layout(dashboard.rows),
        "refresh": "30s",
        "schemaVersion": 36,
        "tags": ["inferwire"],
        "templating": {"list": variables(dashboard)},
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "",
        "title": dashboard.title,
        "uid": "inferwire-" + dashboard.name,
    }  # fmt: skip


def main():
    stale = set(FOLDER.glob("*.json")) - {FOLDER / f"{dashboard.name}.json" for dashboard in panels.DASHBOARDS}
    for dashboard in panels.DASHBOARDS:
        file = FOLDER / f"{dashboard.name}.json"
        text = json.dumps(dashboard_json(dashboard), indent=1) + "\n"
        if "--check" not in sys.argv[1:]:
            file.write_text(text)
        elif not file.exists() or file.read_text() != text:
            stale.add(file)
    for file in sorted(stale):
        print(f"{file.name} is not what helm/tools/panels.py says: run helm/tools/dashboards.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
