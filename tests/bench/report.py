"""The results as a table for people."""

YARDSTICK = "nginx"


def _number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _ratio(value, other):
    return f"{value / other:.2f}x" if value and other else "-"


def table(document):
    lines = []
    for result in document["results"]:
        rows = result["rows"]
        direct = rows.get("direct", {}).get("median")
        yardstick = rows.get(YARDSTICK, {}).get("median")
        lines.append(f"\n{result['scenario']}: {result['what']} [{result['unit']}]")
        lines.append(f"  {'':12}{'median':>10}{'min':>10}{'max':>10}{'to direct':>11}{'to nginx':>10}{'bad':>7}  notes")
        for name, row in rows.items():
            notes = [f"{row[key]} {word}" for key, word in
                     (("disturbed", "disturbed"), ("generator_bound", "load-bound")) if row[key]]
            lines.append(f"  {name:12}{_number(row['median']):>10}{_number(row['min']):>10}{_number(row['max']):>10}"
                         f"{_ratio(row['median'], direct):>11}{_ratio(row['median'], yardstick):>10}"
                         f"{row['bad']:>7}  {', '.join(notes)}")
    for name, why in document["absent"].items():
        lines.append(f"\n{name} did not take part: {why}")
    return "\n".join(lines)


def _overload_row(row):
    if "failed" in row:
        return f"  {row['times']}x: {row['failed']}"
    refused = row["rejection_us"] or {}
    return (f"  {row['times']}x: goodput {row['goodput']:.0%}, refused {row['rejected']} within p50"
            f" {_number(refused.get('p50'))} p99 {_number(refused.get('p99'))} us, load {row['generator']:.0%};"
            f" the second after, at half load: {row['after_bad']} refused, p99 {_number(row['after_p99_us'])} us")


def _priority_row(priority, row):
    if "failed" in row:
        return f"  {priority}: {row['failed']}"
    served, all_of_them = row["good"], row["good"] + row["bad"]
    return (f"  {priority}: {all_of_them / row['seconds']:,.0f}/s asked for, {served / max(1, all_of_them):.1%} served,"
            f" p50 {_number(row['latency_us']['p50'])} p99 {_number(row['latency_us']['p99'])} us,"
            f" refused within p99 {_number((row.get('rejection_us') or {}).get('p99'))} us")


def more(document):
    """The experiments' figures."""
    lines = []
    for name, found in document.get("S1-latency", {}).items():
        lines.append(f"\nlatency by offered load, {name}: at most {found['maximum']:,.0f} calls/s")
        for row in found["rows"]:
            lines.append(f"  {row['share']:4.0%} {row['rate']:8,.0f}/s  p50 {_number(row.get('p50'))} us"
                         f"  p99 {_number(row.get('p99'))} us  bad {row['bad']}  load {row['generator']:.0%}")
    for kind in ("upstream", "processor"):
        if found := document.get("S6", {}).get(kind):
            lines.append(f"\nS6 overload, the {kind} is the limit: at most {found['maximum']:,.0f} calls/s,"
                         f" {document['S6']['limit']} admitted at once")
            lines += [_overload_row(row) for row in found["rows"]]
    for kind, found in document.get("S6-priorities", {}).items():
        lines.append(f"\nS6 priorities, the {kind} is the limit: at most {found['maximum']:,.0f} calls/s")
        lines += [_priority_row(*each) for each in found["rows"].items()]
    if found := document.get("S8"):
        lines.append(f"\nS8 soak {found['seconds']:.0f} s: memory by thirds {found['resident_kib']} KiB, descriptors"
                     f" {found['descriptors']}, {found['good']} good, {found['bad']} bad, {found['cancelled']} cancelled")
    return "\n".join(lines)


def exit_code(document):
    """Not 0 if inferwire itself failed anywhere: figures are never a reason."""
    for result in document["results"]:
        row = result["rows"].get("inferwire")
        if not row or row["good"] == 0 or (row["bad"] > 0 and result["scenario"] != "S7"):
            return 1
    overloads = [row for kind in ("upstream", "processor") for row in document.get("S6", {}).get(kind, {}).get("rows", [])]
    if any("failed" in row for row in overloads) or document.get("S8", {}).get("bad"):
        return 1
    return 0
