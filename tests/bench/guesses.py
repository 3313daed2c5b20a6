"""Wrong keys: none is good for anything, and an address that shows many of them is refused unread."""
import json

from api_keys import entry_of, new_key
from callers import Call, Callers, wire
from replicas import Replicas, at_most

AT_ONCE, MOST_WRONG = 50, 60  # of an address, in a minute
REFUSED = r'inferwire_auth_total\{{[^}}]*method="api_key"[^}}]*outcome="refused"[^}}]*reason="{}"[^}}]*\}}'


def wrong_keys(right, count):
    """Of the right key's id, of others, mistyped, cut, longer, empty."""
    mistyped = right[:-1] + ("0" if right[-1] != "0" else "1")
    kinds = (lambda i: new_key(right[3:11]), lambda i: new_key(f"{i:08}"), lambda i: mistyped,
             lambda i: right[:3 + i % (len(right) - 3)], lambda i: right + "0" * (1 + i % 9), lambda i: "iw_")
    return [kinds[i % len(kinds)](i) for i in range(count)]


class Asked(Call):
    """Counts itself; the next one begins when it is over."""

    def __init__(self, keys, answers):
        super().__init__("Complete", wire.chat("gpt-4.1-mini"))
        self.keys, self.answers = keys, answers

    def take(self, message):
        self.answers.append(self.line.key)

    def next(self, line):
        key = next(self.keys, None)
        if key is not None:
            line.key = key
            self.begin(line)

    def over(self):
        if not self.line.lost:
            Asked(self.keys, self.answers).next(self.line)


def ask(callers, address, source, keys):
    """Those of the keys that were answered."""
    answers, keys = [], iter(keys)
    line = callers.connect(address, source=source, keeps=False)
    for _ in range(AT_ONCE):
        Asked(keys, answers).next(line)
    callers.run(lambda: callers.open_calls() == 0)
    return answers


def guessed(options, title):
    right, callers = new_key("RightKey"), Callers()
    identity = json.dumps({"keys": {"entries": [entry_of(right, tenant="acme")]}})
    with Replicas(options, tenants='[{id: acme}]', identity=identity) as rig:
        gateway, guesser, count = rig.gateways[0], "127.0.0.9", options.guesses
        good = ask(callers, gateway.address, "127.0.0.1", [right] * 100)
        accepted = ask(callers, gateway.address, guesser, wrong_keys(right, count))
        accepted += ask(callers, gateway.address, guesser, [right] * 100)
        good += ask(callers, gateway.address, "127.0.0.1", [right] * 100)
        looked_at, unread = (gateway.metric(REFUSED.format(reason)) for reason in ("invalid", "too_many_wrong"))
        callers.close()
    return [at_most(f"{title}: accepted, also the right one from there", len(accepted), 0),
            at_most(f"{title}: looked at", looked_at, 2 * MOST_WRONG),
            at_most(f"{title}: callers elsewhere who were refused", 200 - len(good), 0)], {
                "wrong_keys": count, "refused_unread": unread}
