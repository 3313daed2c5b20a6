"""Limits per minute: what three servers let in together, and what a call feels of a store that stops."""
import time

from replicas import REPLICAS, Replicas, at_least, at_most

PER_SECOND, BURST = 100, 2  # calls; seconds of it that may come at once
TOKENS = 100  # of a call at most, where tokens are limited
JITTER_MS = 5  # that is nobody's waiting: the processes share two cores


def stop_store(rig, fault, seconds):
    if fault == "freeze":
        rig.postgres.freeze()
        time.sleep(seconds)
        rig.postgres.thaw()
    elif fault == "kill":
        rig.postgres.kill()
        time.sleep(seconds)
        rig.postgres.start()


def replace_replica(rig, begin, options):
    rig.gateways[0].kill()
    time.sleep(1)
    rig.gateways[0] = rig.start(0)
    rig.load(rig.gateways[0], options.seconds - (time.monotonic() - begin), "--rate", PER_SECOND)


def statements(rig):
    """That each server has sent to the store."""
    return [each.metric(r"inferwire_lease_exchanges_total\{[^}]*\}") for each in rig.gateways]


def limited(options, title, what="calls", fault=None):
    """Three times as much is asked for as a limit of calls, or of tokens, allows."""
    unit = 1 if what == "calls" else TOKENS
    quota = f"limits: {{rpm: {60 * PER_SECOND}}}" if what == "calls" else \
        f"limits: {{tpm: {60 * PER_SECOND * TOKENS}, max_output_tokens: {TOKENS}}}"
    with Replicas(options, quota, burst=f"{BURST}s", words='rules: [{set: "tokens=80"}]') as rig:
        begin, before = time.monotonic(), statements(rig)
        rig.load_all(options.seconds, PER_SECOND)
        time.sleep(options.seconds / 3)
        if fault == "replica":
            replace_replica(rig, begin, options)
            before[0] = 0
        else:
            stop_store(rig, fault, options.stop_seconds)
        rig.results()
        took = time.monotonic() - begin
        asked = [round((now - then) / took, 1) for now, then in zip(statements(rig), before)]
        rig.watch.stop()
        watch = rig.watch
    rate, let_in = PER_SECOND * unit, getattr(watch.looks[-1], what)
    rows = [at_most(f"{title}: most {what} in any {window} s", watch.most_in(window, what), rate * (window + BURST))
            for window in (10, 60) if took >= window]
    # After what may come at once, and before the last of those who wait.
    used, seconds = watch.between(begin + 2 * BURST, begin + options.seconds, what)
    details = {"let_in": let_in, "per_second": watch.per_second(what), "statements_per_second": asked,
               "tls": rig.tls}
    return [*rows, at_least(f"{title}: use of the limit", round(used / (rate * seconds), 4), 0.99)], details


def measured(rig, seconds, after=None):
    """The worst p99, in ms, of a load below the limit, and how many calls failed; after: what is done once it runs."""
    rig.load_all(seconds, PER_SECOND)
    if after:
        rig.wait_for_calls(REPLICAS)
        after()
    results = rig.results()
    return max(each["latency_us"]["p99"] for each in results) / 1000, sum(each["bad"] for each in results)


def unnoticed(options, title, fault):
    """Less is asked for than the limit allows, while the store stops and comes back."""
    with Replicas(options, f"limits: {{rpm: {60 * 10 * PER_SECOND}}}", burst=f"{BURST}s") as rig:
        measured(rig, 2)  # its first calls find nothing prepared
        store = rig.postgres
        stop, back = (store.freeze, store.thaw) if fault == "freeze" else (store.kill, store.start)
        phases = {"before": measured(rig, 4), "first": measured(rig, 2, stop),
                  "stopped": measured(rig, max(1, options.stop_seconds - 2)),
                  "back": measured(rig, 2, back), "after": measured(rig, 4)}
    usual = phases["before"][0]
    added = {name: round(p99 - usual, 2) for name, (p99, _) in phases.items()}
    failed = sum(bad for _, bad in phases.values())
    return [at_most(f"{title}: added p99, ms, in the first 2 s", added["first"], 50),
            at_most(f"{title}: added p99, ms, from then on", added["stopped"], JITTER_MS),
            at_most(f"{title}: added p99, ms, in the first 2 s after it is back", added["back"], 50),
            at_most(f"{title}: added p99, ms, from then on again", added["after"], JITTER_MS),
            at_most(f"{title}: calls that failed", failed, 0)], {"p99_ms_and_failed": phases}
