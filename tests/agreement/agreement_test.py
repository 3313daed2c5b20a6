#!/usr/bin/env python3
"""Prices usages with imported public lists, and asks the lists' own packages what they cost.

Usage: agreement_test.py PRICE_USAGES PRICE_RECORDINGS RECORDINGS FOLDER

FOLDER keeps the packages between runs; without them and without a package index the test is skipped. Every
usage costs the same to the pico-USD, or is counted under a reason that is named here. RECORDINGS, where it is
there, has answers of real servers: those of models that a list has are priced with it.
"""
import collections
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys
from decimal import Decimal

PACKAGES = ["litellm==1.110.2", "genai-prices==0.2.3"]
SKIPPED = 77
USAGES = 100_000
BOUNDARIES = (272_000, 272_001, 200_000, 200_001, 128_000, 128_001)
LEAST_SAID = 0.95  # of the larger list's priced chat entries
LEAST_EQUAL = 0.95  # of the usages
COUNTS = ("input", "cached", "written", "written_long", "output", "reasoning", "audio_input", "cached_audio",
          "audio_output", "image_input", "cached_image", "image_output", "searches")
PICO = 10**12


def install(folder: pathlib.Path) -> bool:
    marker = folder / ("installed-" + "-".join(PACKAGES).replace("==", "_"))
    if not marker.exists():
        command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder / "packages"), *PACKAGES]
        if subprocess.run(command, capture_output=True).returncode != 0:
            return False
        marker.touch()
    sys.path.insert(0, str(folder / "packages"))
    return True


def price(program: str, kind: str, path: pathlib.Path, usages: list) -> tuple:
    lines = "".join("\t".join([model, tier, *(str(counts.get(name, 0)) for name in COUNTS)]) + "\n"
                    for model, tier, counts in usages)
    run = subprocess.run([program, kind, str(path), datetime.date.today().isoformat()], input=lines, capture_output=True,
                         text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    answers = run.stdout.splitlines()
    assert len(answers) == len(usages), (len(answers), len(usages))
    return answers, json.loads(run.stderr)


def random_counts(rng: random.Random, has) -> dict:
    """A usage of those kinds that the entry has a price of."""
    boundary = rng.random() < 0.3
    total = rng.choice(BOUNDARIES) if boundary else int(10 ** rng.uniform(0, 6))
    counts = {"input": total, "output": int(10 ** rng.uniform(0, 5))}
    rest = total
    for name in ("cached", "written"):
        if has(name) and rng.random() < 0.5:
            counts[name] = rng.randint(0, rest)
            rest -= counts[name]
    if has("reasoning") and rng.random() < 0.5:
        counts["reasoning"] = rng.randint(0, counts["output"])
    return counts


class LiteLlm:
    """Its calculation is in doubles: it may be off by their rounding, and by no more."""
    kind = "litellm"
    keys = {"cached": "cache_read_input_token_cost", "written": "cache_creation_input_token_cost"}

    def __init__(self, folder: pathlib.Path):
        os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # the package's own list, and no other
        import litellm
        from litellm.litellm_core_utils.llm_cost_calc import utils
        from litellm.types.utils import CompletionTokensDetailsWrapper, PromptTokensDetailsWrapper, Usage
        self.utils, self.usage = utils, Usage
        self.input_details, self.output_details = PromptTokensDetailsWrapper, CompletionTokensDetailsWrapper
        self.path = pathlib.Path(litellm.__file__).parent / "model_prices_and_context_window_backup.json"
        self.list = json.loads(self.path.read_text())
        self.list.pop("sample_spec", None)

    def pick(self, rng: random.Random, name: str) -> tuple:
        entry = self.list[name]
        tiers = ["standard"] + [tier for tier in ("priority", "flex") if f"input_cost_per_token_{tier}" in entry]
        tier = rng.choice(tiers)
        suffix = "" if tier == "standard" else "_" + tier
        has = lambda kind: kind == "reasoning" or entry.get(self.keys[kind] + suffix) is not None
        return name, tier, random_counts(rng, has)

    def cost(self, name: str, tier: str, counts: dict):
        entry = self.list[name]
        usage = self.usage(
            prompt_tokens=counts["input"], completion_tokens=counts["output"],
            prompt_tokens_details=self.input_details(cached_tokens=counts.get("cached", 0),
                                                     cache_creation_tokens=counts.get("written", 0)),
            completion_tokens_details=self.output_details(reasoning_tokens=counts.get("reasoning", 0)))
        return sum(self.utils.generic_cost_per_token(
            model=name, usage=usage, custom_llm_provider=entry.get("litellm_provider", ""),
            service_tier=None if tier == "standard" else tier, model_info=dict(entry, key=name)))

    def same(self, ours: int, theirs) -> bool:
        return abs(ours - theirs * PICO) <= 0.5 + abs(theirs) * PICO * 1e-14

    def why(self, name: str, tier: str, counts: dict) -> str:
        entry = self.list[name]
        if "off_peak_pricing" in entry:
            return "off-peak hours"
        if "input_cost_per_request" in entry:
            return "the package leaves the fee of a request to another function"
        return ""


class Genai:
    """Exact, in decimals; rounded here as ours is."""
    kind = "genai-prices"
    keys = {"cached": "cache_read_mtok", "written": "cache_write_mtok", "reasoning": "output_reasoning_mtok"}

    def __init__(self, folder: pathlib.Path):
        from genai_prices import types
        from genai_prices.data import providers
        self.types = types
        self.models = {}
        for provider in providers:
            for model in provider.models:
                self.models.setdefault(f"{provider.id}/{model.id}", (provider, model))
        self.list = self.models
        self.now = datetime.datetime.now(datetime.timezone.utc)
        self.path = folder / "genai-prices.json"
        self.path.write_text(json.dumps([{"id": provider.id, "models": [self.model(model) for model in provider.models]}
                                         for provider in providers]))

    def model(self, model) -> dict:
        """The form of the list's own data.json."""
        prices = model.prices
        dated = isinstance(prices, list)
        return {"id": model.id, "match": self.match(model.match), "context_window": model.context_window,
                "price_variants": [{} for _ in getattr(model, "price_variants", None) or []],
                "prices": [{"constraint": self.constraint(each.constraint), "prices": self.prices(each.prices)}
                           for each in prices] if dated else self.prices(prices)}

    def match(self, clause) -> dict:
        if isinstance(clause, self.types.ClauseEquals):
            return {"equals": clause.equals}
        if isinstance(clause, self.types.ClauseOr):
            return {"or": [self.match(each) for each in clause.or_]}
        return {}

    def constraint(self, constraint):
        if constraint is None:
            return None
        return {key: value.isoformat() for key, value in vars(constraint).items()}

    def prices(self, prices) -> dict:
        return {key: self.number(value) for key, value in vars(prices).items() if value is not None and key[0] != "_"}

    def number(self, value):
        if isinstance(value, self.types.TieredPrices):
            return {"base": float(value.base),
                    "tiers": [{"start": tier.start, "price": float(tier.price)} for tier in value.tiers]}
        return float(value)

    def pick(self, rng: random.Random, name: str) -> tuple:
        _, model = self.models[name]
        prices = model.get_prices(self.now)
        has = lambda kind: getattr(prices, self.keys[kind], None) is not None
        return name, "standard", random_counts(rng, has)

    def cost(self, name: str, tier: str, counts: dict):
        provider, model = self.models[name]
        usage = self.types.Usage(input_tokens=counts["input"], output_tokens=counts["output"],
                                 cache_read_tokens=counts.get("cached", 0), cache_write_tokens=counts.get("written", 0),
                                 output_reasoning_tokens=counts.get("reasoning", 0))
        return model.calc_price(usage, provider, genai_request_timestamp=self.now).total_price

    def same(self, ours: int, theirs) -> bool:
        return ours == int(theirs * PICO + Decimal("0.5"))

    def why(self, name: str, tier: str, counts: dict) -> str:
        _, model = self.models[name]
        prices = vars(model.get_prices(self.now))
        if prices.get("requests_kcount") is not None:
            return "the package counts a request only where the usage says so"
        return ""


def compare(source, program: str, usages: int, rng: random.Random) -> list:
    answers, report = price(program, source.kind, source.path, [])
    left_out = {name for reason, names in report.get("unsaid", {}).items() for name in names}
    names = sorted(source.list)
    picked = [source.pick(rng, names[i % len(names)]) for i in range(usages)]
    answers, report = price(program, source.kind, source.path, picked)
    equal, reasons, faults = 0, collections.Counter(), []
    for (name, tier, counts), answer in zip(picked, answers):
        if not answer.lstrip("-").isdigit():
            listed = name in left_out or answer == "MODEL_NOT_PRICED"
            reasons[answer if listed else ""] += 1
            if not listed:
                faults.append(f"{source.kind} {name} {tier} {counts}: {answer}")
            continue
        theirs = source.cost(name, tier, counts)
        if source.same(int(answer), theirs):
            equal += 1
        elif why := source.why(name, tier, counts):
            reasons[why] += 1
        else:
            faults.append(f"{source.kind} {name} {tier} {counts}: ours {answer}, theirs {theirs * PICO}")
    priced = usages - reasons["MODEL_NOT_PRICED"]
    print(f"{source.kind}: {report['models']} models, {report['said']} of {report['entries']} entries said; "
          f"{equal} of {priced} priced usages equal")
    for reason, names in sorted(report.get("unsaid", {}).items()):
        print(f"  not said: {reason}: {len(names)} entries")
    for reason, count in reasons.most_common():
        print(f"  not equal: {reason}: {count} usages")
    if report["chat"]:
        share = report["chat_said"] / report["chat"]
        print(f"  chat entries said: {report['chat_said']} of {report['chat']} ({share:.1%})")
        if share < LEAST_SAID:
            faults.append(f"only {share:.1%} of the priced chat entries can be said")
    if equal < priced * LEAST_EQUAL:
        faults.append(f"only {equal} of {priced} are equal")
    return faults


def price_recordings(source, program: str, recordings: str) -> list:
    command = [program, recordings, source.kind, str(source.path), datetime.date.today().isoformat()]
    run = subprocess.run(command, capture_output=True, text=True)
    print("  " + run.stdout.strip().replace("\n", "\n  "))
    if run.returncode in (0, SKIPPED):
        return []
    return [f"{source.kind}: too few recorded answers are priced {run.stderr[-1000:]}"]


def main() -> int:
    program, recorded, recordings, folder = sys.argv[1:4] + [pathlib.Path(sys.argv[4])]
    folder.mkdir(parents=True, exist_ok=True)
    if not install(folder):
        print("the packages cannot be had here: skipped")
        return SKIPPED
    rng = random.Random(1)
    faults = []
    for source in (LiteLlm(folder), Genai(folder)):
        faults += compare(source, program, USAGES // 2, rng)
        faults += price_recordings(source, recorded, recordings)
    for fault in faults[:20] + faults[-20:]:
        print(fault)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
