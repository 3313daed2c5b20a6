"""Many tenants' calls at once, some cancelled, CompleteMany and batches among them: whose is what comes back."""
import collections
import json
import os
import re
import subprocess
import time

from api_keys import entry_of, new_key
from callers import Call, Callers, field_of, fields_of, wire
from replicas import Replicas, at_most

TENANTS, WITH_BATCHES, BATCH_ITEMS = 50, 5, 20
AT_ONCE = 2  # calls of a tenant at each server
MODEL, SLOW = "gpt-4.1-mini+echo", "gpt-4.1-mini+echo+ttft=20ms"  # slow ones are there to be cancelled
LONGEST = 0.03  # s until a call is cancelled that is to be
CANCELLED, MANY, STREAMS = 0.3, 0.05, 0.35  # of the calls
ITEMS = 5  # of a CompleteMany
MUCH = {"limits": {"rpm": 100_000_000, "tpm": 100_000_000_000}, "budget": {"month": "1000000 USD"}}
MARK = re.compile(rb"own-(t\d\d)-")


def name_of(number):
    return f"t{number:02}"


class Tenant:
    """What its callers were told."""

    def __init__(self, number):
        self.name, self.key = name_of(number), new_key(f"Tenant{number:02}")
        self.told = {"kept": [0, 0], "cancelled": [0, 0]}  # calls, pico-USD
        self.lines = []


class Judge:
    def __init__(self, target, dice):
        self.target, self.dice, self.begun = target, dice, 0
        self.ids, self.counts, self.examples = set(), collections.Counter(), {}

    def say(self, fault, *details):
        self.counts[fault] += 1
        self.examples.setdefault(fault, [str(each) for each in details])

    def look(self, tenant, message):
        for name in MARK.findall(message):
            if name.decode() != tenant.name:
                self.say("foreign", tenant.name, message)

    def answered(self, tenant, label, mark, text, gateway):
        """An answer whose caller was told of its use."""
        if text != mark:
            self.say("foreign", tenant.name, mark, text)
        request = field_of(gateway, 1)
        if not request or request in self.ids:
            self.say("id_of_another", tenant.name, request)
        self.ids.add(request)
        tenant.told[label][0] += 1
        tenant.told[label][1] += field_of(gateway, 10, 1) or 0


class Marked(Call):
    """A call of a tenant whose prompt says so; when it is over the next one begins."""

    def __init__(self, judge, tenant, method, label, *requests):
        super().__init__(method, *requests)
        self.judge, self.tenant, self.label = judge, tenant, label
        self.text, self.complete, self.is_over = b"", False, False

    def take(self, message):
        self.judge.look(self.tenant, message)
        self.read(message)

    def over(self):
        self.is_over = True
        if not self.complete and self.label == "kept":
            self.judge.say("not_answered", self.tenant.name, self.path)
        begin_next(self.judge, self.tenant, self.line)


class Unary(Marked):
    def __init__(self, judge, tenant, label, mark):
        super().__init__(judge, tenant, "Complete", label, request(mark, label))
        self.mark = mark

    def read(self, message):
        self.complete = True
        self.judge.answered(self.tenant, self.label, self.mark, field_of(message, 1, 4, 2, 2), field_of(message, 2))


class Stream(Marked):
    def __init__(self, judge, tenant, label, mark):
        super().__init__(judge, tenant, "StreamComplete", label, request(mark, label))
        self.mark = mark

    def read(self, message):
        self.text += field_of(message, 2, 4, 2, 2) or b""
        if (gateway := field_of(message, 3, 2)) is not None:
            self.complete = True
            self.judge.answered(self.tenant, self.label, self.mark, self.text, gateway)


class Many(Marked):
    def __init__(self, judge, tenant, label, mark):
        items = [wire.field(2, wire.field(1, str(i).encode()) + wire.field(2, params(mark + b"-%d" % i, label)))
                 for i in range(ITEMS)]
        super().__init__(judge, tenant, "CompleteMany", label, wire.field(1, wire.field(3, options(label))), *items)
        self.mark = mark

    def read(self, message):
        fields = fields_of(message)
        self.complete = self.complete or 4 in fields
        if 3 not in fields:
            return
        result = fields_of(fields[3][0])
        if 2 in result:
            self.judge.answered(self.tenant, self.label, self.mark + b"-" + result[1][0],
                                field_of(result[2][0], 4, 2, 2), result[4][0])
        elif self.label == "kept":
            self.judge.say("not_answered", self.tenant.name, "item", result[3][0])


def params(mark, label):
    model = SLOW if label == "cancelled" else MODEL
    return wire.field(1, model.encode()) + wire.field(2, b"\x08\x03" + wire.field(2, mark))


def options(label):
    return wire.field(24, label.encode())


def request(mark, label):
    return wire.field(1, params(mark, label)) + wire.field(2, options(label))


def begin_next(judge, tenant, line):
    if judge.begun >= judge.target or line.lost:
        return
    label = "cancelled" if judge.dice.random() < CANCELLED else "kept"
    what = judge.dice.random()
    kind = Many if what < MANY else Stream if what < MANY + STREAMS else Unary
    call = kind(judge, tenant, label, b"own-%s-%d." % (tenant.name.encode(), judge.begun))
    judge.begun += ITEMS if kind is Many else 1
    call.begin(line)
    if label == "cancelled":
        line.callers.at(time.monotonic() + judge.dice.random() * LONGEST, lambda: call.is_over or call.cancel())


class CommandLine:
    """`inferwire` as one of the callers."""

    def __init__(self, options, rig, key):
        self.command = [options.bin / "inferwire", "--json", "--server", rig.gateways[0].address]
        self.environment = {**os.environ, "INFERWIRE_API_KEY": key}

    def start(self, *arguments):
        return subprocess.Popen([*self.command, *arguments], env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def ask(self, *arguments):
        process = self.start(*arguments)
        out, error = process.communicate(timeout=60)
        return process.returncode, out, error


class Batches:
    """One of each of some tenants, beside the calls."""

    def __init__(self, options, rig, tenants):
        self.options, self.rig, self.made = options, rig, []
        for tenant in tenants[:WITH_BATCHES]:
            items, results = (options.work.resolve() / f"{tenant.name}.{what}" for what in ("items", "results"))
            items.write_text("".join(json.dumps({"custom_id": str(i), "model": MODEL, "messages": [
                {"role": "user", "content": f"own-{tenant.name}-batch-{i}."}]}) + "\n" for i in range(BATCH_ITEMS)))
            caller = CommandLine(options, rig, tenant.key)
            self.made.append((tenant, results, caller.start("batch", "create", items, "--output", results)))

    def judge(self, judge):
        """How many results there were, when all have ended; nobody sees another one's batch."""
        found = 0
        for tenant, results, process in self.made:
            _, error = process.communicate(timeout=120)
            if process.returncode:
                judge.say("not_answered", tenant.name, "batch", error)
                continue
            lines = results.read_bytes().splitlines()
            for line in lines:
                judge.look(tenant, line)
            found += sum(b"own-" + tenant.name.encode() + b"-batch-" in line for line in lines)
        self.look_at_others(judge)
        return found

    def look_at_others(self, judge):
        tenants = [tenant for tenant, _, _ in self.made]
        for tenant, other in zip(tenants, tenants[1:]):
            _, listed, _ = CommandLine(self.options, self.rig, tenant.key).ask("batch", "list")
            batches = set(re.findall(r"batch_\w+", listed))
            if not batches:
                judge.say("not_answered", tenant.name, "batch list", listed)
            for batch in batches:
                code, _, error = CommandLine(self.options, self.rig, other.key).ask("batch", "show", batch)
                if code == 0 or "not_found" not in error.lower().replace(" ", "_"):
                    judge.say("foreign", other.name, "sees", batch, error)


def usage_by_tenant(options, rig, key):
    """Calls and pico-USD that the provider reported, by tenant and label."""
    code, out, error = CommandLine(options, rig, key).ask("usage", "--by", "tenant,label,source", "--bucket", "all",
                                                          "--last", "12h")
    if code:
        raise RuntimeError(error)
    sums = {}
    for row in json.loads(out).get("rows", []):
        if row.get("source") == "USAGE_SOURCE_PROVIDER":
            sums[row.get("scope", {}).get("tenant_id", ""), row.get("label", "")] = (
                int(row.get("calls", 0)), int(row.get("picousd", 0)))
    return sums


def figures_of_others(tenants, sums):
    """Tenants whose sums are not those that their callers were told; of cancelled calls nobody was told all."""
    wrong = []
    for tenant in tenants:
        kept, cancelled = (sums.get((tenant.name, label), (0, 0)) for label in ("kept", "cancelled"))
        if kept != tuple(tenant.told["kept"]) or any(a < b for a, b in zip(cancelled, tenant.told["cancelled"])):
            wrong.append((tenant.name, kept, cancelled, tenant.told))
    return wrong


def run_calls(rig, tenants, judge, callers):
    for tenant in tenants:
        for gateway in rig.gateways:
            line = callers.connect(gateway.address, tenant.key)
            for _ in range(AT_ONCE):
                begin_next(judge, tenant, line)
    callers.run(lambda: callers.open_calls() == 0)


def judged(options, title):
    callers = Callers(options.seed)
    tenants, viewer = [Tenant(i) for i in range(TENANTS)], new_key("Viewer00")
    entries = [entry_of(tenant.key, tenant=tenant.name) for tenant in tenants] + [entry_of(viewer, roles=["viewer"])]
    names = [{"id": tenant.name, "labels": ["kept", "cancelled"], **MUCH} for tenant in tenants]
    judge = Judge(options.calls, callers.dice)
    with Replicas(options, tenants=json.dumps(names), identity=json.dumps({"keys": {"entries": entries}}),
                  words='rules: [{match: {path: /v1/batches}, set: "batch_time=0"}]') as rig:
        begin = time.monotonic()
        batches = Batches(options, rig, tenants)
        run_calls(rig, tenants, judge, callers)
        took = time.monotonic() - begin
        results = batches.judge(judge)
        until = time.monotonic() + 30
        while (wrong := figures_of_others(tenants, usage_by_tenant(options, rig, viewer))) and time.monotonic() < until:
            time.sleep(0.5)  # it is uploaded once a second
        for tenant in tenants[::10]:
            if {name for name, _ in usage_by_tenant(options, rig, tenant.key)} - {tenant.name}:
                judge.say("foreign", tenant.name, "sees usage of others")
        callers.close()
    told = sum(tenant.told[label][0] for tenant in tenants for label in tenant.told)
    return [at_most(f"{title}: answers, batches or usage of another", judge.counts["foreign"], 0),
            at_most(f"{title}: ids of another call", judge.counts["id_of_another"], 0),
            at_most(f"{title}: tenants whose sums are not what they were told", len(wrong), 0),
            at_most(f"{title}: calls not answered that were not cancelled", judge.counts["not_answered"], 0)], {
                "calls": judge.begun, "answered": told, "batch_results": results, "seconds": round(took, 1),
                "examples": judge.examples, "wrong_sums": [str(each) for each in wrong[:3]]}
