"""The picture: latency by offered load, and what a chunk costs by the number of streams."""

from machine import MOST_GENERATOR_CPU


def draw(document, path):
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "inferwire", "svg.fonttype": "none"})
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for name, found in document["S1-latency"].items():
        # Where the load itself was the limit, nothing is known of the contestant.
        rows = [row for row in found["rows"] if row["generator"] <= MOST_GENERATOR_CPU]
        rates = [row["rate"] for row in rows]
        for quantile, line in (("p50", "-"), ("p99", "--")):
            left.plot(rates, [row.get(quantile, float("nan")) / 1000 for row in rows], line,
                      marker="o", label=f"{name} {quantile}", color=_colour(name))
    left.set(title="Latency by offered load, one core", xlabel="calls per second", ylabel="ms", yscale="log",
             xscale="log")
    streams = {"S4-100": 100, "S4-300": 300, "S4-1000": 1000}
    by_name = {}
    for result in document["results"]:
        for name, row in result["rows"].items():
            if result["scenario"] in streams and row["median"]:
                by_name.setdefault(name, []).append((streams[result["scenario"]], row["median"]))
    for name, points in by_name.items():
        right.plot(*zip(*sorted(points)), marker="o", label=name, color=_colour(name))
    right.set(title="CPU per chunk, 20 chunks/s per stream", xlabel="streams", ylabel="µs", xscale="log", yscale="log")
    for axes in (left, right):
        axes.grid(True, which="both", alpha=0.2)
        axes.legend(fontsize="small")
    figure.savefig(path, metadata={"Date": None})


def _colour(name):
    return {"inferwire": "tab:blue", "nginx": "tab:green", "direct": "tab:gray", "haproxy": "tab:orange",
            "portkey": "tab:red", "litellm": "tab:purple"}.get(name)
