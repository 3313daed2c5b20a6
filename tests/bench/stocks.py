"""Budgets and calls at once: what three servers are lent of them, and what is left behind by one that is killed."""
import time

from replicas import REPLICAS, Replicas, at_most
from rig import wait_for


def words_of(tokens):
    """Half of the answers are a quarter as long."""
    return (f'rules: [{{set: "tokens={tokens}; ttft=100ms"}}, '
            f'{{match: {{probability: 0.5}}, set: "tokens={tokens // 4}"}}]')


def most_usd(usd, reserve):
    return usd if reserve == "worst_case" else round(usd * 1.001, 6)


def row_of(rig):
    """What the store has of the budget, in USD: the limit, what of it is lent, and spent."""
    asked = rig.postgres.ask("SELECT lim / 1e12, granted / 1e12, spent / 1e12 FROM stock")
    return [round(float(each), 6) for each in asked.split("|")]


def budget(options, title, usd, reserve, tokens, frozen=False):
    """Callers of three servers, about forty at once each, spend a budget to its end."""
    with Replicas(options, f"budget: {{month: {usd} USD, reserve: {reserve}}}", words=words_of(tokens)) as rig:
        rig.load_all(options.budget_seconds, 400)
        if frozen:
            time.sleep(options.budget_seconds / 4)
            rig.postgres.freeze()
            time.sleep(3)
            rig.postgres.thaw()
        rig.results()
        time.sleep(1)  # until the last reports are in
        spent, row, calls = rig.spent(), row_of(rig), rig.calls()
    return [at_most(f"{title}: USD spent", round(spent, 6), most_usd(usd, reserve))], {
        "calls": calls, "limit_lent_spent": row, "tls": rig.tls}


def budget_and_kill(options, title, usd, reserve, tokens):
    """One of three is killed while they spend, and comes back later with its ledger."""
    with Replicas(options, f"budget: {{month: {usd} USD, reserve: {reserve}}}", words=words_of(tokens)) as rig:
        rig.load_all(options.budget_seconds, 100)
        time.sleep(options.budget_seconds / 4)
        before, began = rig.spent(), time.monotonic()
        time.sleep(2)
        rig.gateways[0].kill()
        a_second = (rig.spent() - before) / (time.monotonic() - began) / REPLICAS
        wait_for(lambda: rig.in_doubt()[0] > 0, 10, "nothing is in doubt")
        in_doubt, in_flight = rig.in_doubt()
        rig.results()
        rig.gateways[0] = rig.start(0)
        back = time.monotonic()
        wait_for(lambda: rig.in_doubt()[0] == 0, 30, "what is in doubt stays so")
        corrected = time.monotonic() - back
        time.sleep(1)  # until the last reports are in
        spent, row = rig.spent(), row_of(rig)
    return [at_most(f"{title}: in doubt, in s of its spending", round(in_doubt / a_second, 2), 1),
            at_most(f"{title}: s until it is corrected when it is back", round(corrected, 1), 30),
            at_most(f"{title}: USD spent", round(spent, 6), most_usd(usd, reserve))], {
                "usd_in_doubt": in_doubt, "of_it_for_calls_in_flight": in_flight,
                "usd_a_second_of_one": round(a_second, 4), "limit_lent_spent": row}


def mean_at_once(looks, begin, seconds=1):
    found = [look.in_hand for look in looks if begin <= look.before < begin + seconds]
    return sum(found) / max(1, len(found))


def slots(options, title, limit, kill=False):
    """Calls at once: at each of three servers more callers than there is room for."""
    with Replicas(options, f"limits: {{concurrent: {limit}}}", words='rules: [{set: "tokens=10; ttft=100ms"}]') as rig:
        rig.load_all(options.slot_seconds, 400 if kill else 200)
        if kill:
            time.sleep(options.slot_seconds / 3)
            rig.gateways[0].kill()
            killed = time.monotonic()
        results = [each["good"] for each in rig.results()]
        rig.watch.stop()
        looks = rig.watch.looks
    busy = [look for look in looks if look.in_hand > 0]
    rows = [at_most(f"{title}: most at once", max(look.in_hand for look in busy), limit)]
    details = {"mean_at_once": round(sum(look.in_hand for look in busy) / len(busy), 1), "served": results}
    if kill:
        usual = mean_at_once(looks, killed - 2, 2)
        back = next((look.before - killed for look in looks if look.before > killed + 0.2 and
                     mean_at_once(looks, look.before) >= 0.95 * usual), 3600)
        rows.append(at_most(f"{title}: s until the others have its slots", round(back, 2), 5))
    return rows, details
