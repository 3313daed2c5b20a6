#!/usr/bin/env python3
"""The contract suite of the clients: the same cases, done by every language against the real
server and its simulator. Prints a table of cases and languages.

Usage: run.py --bin FOLDER --work FOLDER [--language NAME]... [--case TEXT] [--throughput]

Exit code 77 if every language was skipped: its tools are missing, and the reason is printed.
"""
import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time

import judge
import languages
from generate import Missing
from world import LIMIT, World, eventually

CASE_FILES = {"answers": "complete", "many": "many", "errors": "complete", "identity": "complete", "network": "complete",
              "idempotency": "complete", "models": "models", "batches": "batch", "own": "own", "targets": "target",
              "routes": "complete", "responses": "rpc", "embeddings": "rpc", "media": "rpc", "jobs": "rpc",
              "uploads": "rpc_upload", "warnings": "complete", "realtime": "session"}  # and the call where a case does not say
BATCHES = ("batch", "delete_batch")  # calls that take the items of a batch
PREPARED = "package builds and installs"
DRIFT = "generated code is current"
VERSION = "version is the project's"
COLUMNS_AT_ONCE = 1  # of a language; its programs go beside them


def load_cases() -> list[dict]:
    cases = []
    for name, call in CASE_FILES.items():
        cases += [{"call": call, **case} for case in json.loads(
            (languages.HERE / "cases" / f"{name}.json").read_text("utf-8"))]
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names)), "two cases have one name"
    return cases


def params(case: dict) -> dict:
    """A case may give whole parameters, or what differs from a plain request."""
    if "params" in case:
        return case["params"]
    message = {"role": "ROLE_USER", "content": case.get("prompt", "Hi")}
    return {"model": case.get("model", "gpt-4.1-mini"), "messages": [message],
            **case.get("params_more", {})}


def filled(value, saved: dict):
    """With what earlier calls of the case have brought, in the places of its names; {"$texts": 3} is
    as many texts."""
    if isinstance(value, dict) and value.keys() == {"$texts"}:
        return [f"text {i}" for i in range(value["$texts"])]
    if isinstance(value, dict):
        return {name: filled(inner, saved) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, saved) for inner in value]
    return saved.get(value, value) if isinstance(value, str) else value


def found(answer: dict, path: str):
    """response.output.0.id of an answer; KeyError if there is none."""
    value = answer
    for step in path.split("."):
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (IndexError, KeyError, TypeError):
            raise KeyError(f"no {path} in {judge.brief(answer)}") from None
    return value


def items(case: dict) -> list[dict]:
    id_of, body = ("customId", "chatCompletion") if case["call"] in BATCHES else ("itemId", "params")
    if "count" in case:
        return [{id_of: str(i), body: params({**case, "prompt": f"item {i}"})}
                for i in range(case["count"])]
    return [{id_of: item["item_id"], **item.get("body", {body: params(item)})} for item in case["items"]]


class Driver:
    """One driver process; it answers one line for each case."""

    def __init__(self, command: list[str], environment: dict[str, str], log: pathlib.Path) -> None:
        self._log = log
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(log, "wb"),
            text=True, encoding="utf-8", env={**os.environ, **environment})
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def ask(self, case: dict, on_pause, limit: float = 60.0) -> dict:
        try:
            self._tell(json.dumps(case))
            while True:
                line = self._lines.get(timeout=limit)
                if not line:
                    return {"crash": f"the driver has ended:\n{self.log()}"}
                answer = json.loads(line)
                if "paused" not in answer:
                    return answer
                on_pause()
                self._tell("go")
        except queue.Empty:
            self._process.kill()
            return {"crash": f"no answer within {limit:g} s"}
        except BrokenPipeError:
            return {"crash": f"the driver has ended:\n{self.log()}"}

    def _tell(self, line: str) -> None:
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")[-2000:]

    def close(self) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclasses.dataclass
class Table:
    cells: dict[tuple[str, str], list[str]] = dataclasses.field(default_factory=dict)
    skipped: dict[str, str] = dataclasses.field(default_factory=dict)

    def set(self, row: str, column: str, faults: list[str]) -> None:
        self.cells[row, column] = faults
        if faults:
            print(f"FAILED {column}: {row}", *faults, sep="\n    ", flush=True)

    def show(self) -> None:
        columns = list(dict.fromkeys(column for _, column in self.cells))
        rows = list(dict.fromkeys(row for row, _ in self.cells))
        width = max((len(row) for row in rows), default=0)
        print("\n" + " " * width, *columns, sep="  ")
        for row in rows:
            marks = []
            for column in columns:
                faults = self.cells.get((row, column))
                mark = "-" if faults is None else "FAILED" if faults else "ok"
                marks.append(mark.ljust(len(column)))
            print(row.ljust(width), *marks, sep="  ")
        for language, reason in self.skipped.items():
            print(f"skipped {language}: {reason}")
        failed = sum(bool(faults) for faults in self.cells.values())
        print(f"\n{len(self.cells) - failed} passed, {failed} failed, {len(self.skipped)} skipped")

    def failed(self) -> bool:
        return any(self.cells.values())


class Suite:
    def __init__(self, world: World, table: Table, case_filter: str) -> None:
        self._world, self._table = world, table
        self._cases = [case for case in load_cases() if case_filter in case["name"]]

    def run(self, column: str, driver: Driver) -> None:
        for case in self._cases:
            if column in case.get("except", []):  # the language has no such thing
                continue
            self._table.set(case["name"], column, self._run(case, driver, column))

    def request(self, case: dict, target: str, column: str = "") -> dict:
        """What the driver is told: everything but what is expected."""
        told = {name: value for name, value in case.items()
                if name not in ("expect", "upstream", "proxy", "params_more", "server", "cut",
                                "count", "repeat", "except", "before", "save")}
        if told["call"] in ("many", *BATCHES):
            told["items"] = items(case)
        elif told["call"] in ("complete", "stream", "encode", "estimate"):
            told["params"] = params(case)
        if "idempotency_key" in case:
            told["idempotency_key"] += f" {column}"
        if "requestId" in case.get("header", {}):
            told["header"] = {"requestId": f"{column}: {case['name']}"}
        client = {"target": target, **case.get("client", {})}
        client["target"] = client["target"].replace("{port}", target.rpartition(":")[2])
        if "tls" in client:
            client["tls"] = {
                name: value if name == "server_name" else str(self._world.folder / value)
                for name, value in client["tls"].items()}
        return {**told, "client": client}

    def _run(self, case: dict, driver: Driver, column: str) -> list[str]:
        target = self._world.target(case.get("server", "plain"))
        proxy = self._world.proxy(case["cut"]) if "cut" in case else None
        if proxy:
            target = f"127.0.0.1:{proxy.port}"
        before = self._world.stats()
        saved = {"$unique": f"{column}: {case['name']}"}
        try:
            for other in case.get("before", []):  # the same case but for this
                place = self._world.target(other["server"]) if "server" in other else target
                answer = self._ask(filled({**case, **other}, saved), place, driver, column)
                saved |= {name: found(answer, path) for name, path in other.get("save", {}).items()}
            for _ in range(case.get("repeat", 1)):
                answer = self._ask(filled(case, saved), target, driver, column)
            lines = [f"crash: {answer['crash']}"] if "crash" in answer else []
            lines += judge.faults(filled(case["expect"], saved), answer)
            if not eventually(lambda: self._settled(case), 10):
                lines.append("upstream: work goes on after the call")
            lines += self._upstream_faults(case.get("upstream", {}), before)
            if proxy:
                lines += judge.faults(case.get("proxy", {}), vars(proxy), "proxy")
        except KeyError as missing:
            lines = [f"before: {missing.args[0]}"]
        finally:
            if proxy:
                proxy.close()
        return lines

    def _ask(self, case: dict, target: str, driver: Driver, column: str) -> dict:
        return driver.ask(self.request(case, target, column), self._wait_for_standstill)

    def _upstream_faults(self, expected: dict, before: dict) -> list[str]:
        def seen() -> dict:
            after = self._world.stats()
            return {name: after[name] - before[name] for name in expected}

        eventually(lambda: seen() == expected, 5)
        return judge.faults(expected, seen(), "upstream")

    def _settled(self, case: dict) -> bool:
        if self._world.in_flight(case.get("server", "plain")) > 0:
            return False
        stats = self._world.stats()
        return stats["requests"] <= stats["completed"] + stats["aborts"] + stats["faults"]

    def _wait_for_standstill(self) -> None:
        """A reader that does not read has stopped the simulator, through client and gateway."""
        sent, quiet_since = 0, time.monotonic()

        def still() -> bool:
            nonlocal sent, quiet_since
            stats = self._world.stats()
            # The answer to this very question counts, too; a stream moves far more in between.
            if stats["bytes_out"] - sent > 4000 or stats["bytes_pending"] == 0:
                quiet_since = time.monotonic()
            sent = stats["bytes_out"]
            return time.monotonic() - quiet_since > 0.3

        if not eventually(still):
            raise RuntimeError("the upstream was not paused by a slow reader")


def program_faults(command: list[str], environment: dict[str, str], target: str) -> list[str]:
    result = subprocess.run(command, env={**os.environ, **environment, "INFERWIRE_SERVER": target},
                            capture_output=True, text=True, timeout=120, check=False)
    if result.returncode != 0:
        return [f"exit code {result.returncode}", (result.stdout + result.stderr)[-2000:]]
    return [] if result.stdout.strip() else ["it printed nothing"]


def run_language(name: str, programs: pathlib.Path, work: pathlib.Path, table: Table,
                 case_filter: str) -> None:
    try:
        ready = languages.LANGUAGES[name](programs)
    except Missing as missing:
        table.skipped[name] = str(missing)
        return
    except subprocess.CalledProcessError as error:
        table.set(PREPARED, name, [f"{error.cmd[0]} failed", str(error.output)[-3000:]])
        return
    table.set(PREPARED, name, [])
    if name in languages.VERSION_FILES:
        table.set(VERSION, name, languages.wrong_versions(name))
    if name in languages.GENERATED:
        try:
            table.set(DRIFT, name, languages.drift(name))
        except Missing as missing:
            table.skipped[f"{name}: {DRIFT}"] = str(missing)
    # Most of the time is waiting: the programs go beside the columns, each in a world of its own.
    with concurrent.futures.ThreadPoolExecutor(COLUMNS_AT_ONCE) as pool, concurrent.futures.ThreadPoolExecutor(1) as beside:
        parts = [pool.submit(run_column, ready, column, programs, work / name / column.replace(" ", "-"), case_filter)
                 for column in ready.drivers]
        parts.append(beside.submit(run_programs, ready, name, programs, work / name / "programs", case_filter))
        for part in parts:
            table.cells |= part.result().cells


def run_column(ready: languages.Ready, column: str, programs: pathlib.Path, work: pathlib.Path, case_filter: str) -> Table:
    table = Table()
    with World(programs, work) as world:
        driver = Driver(ready.drivers[column], ready.environment, work / "driver.log")
        try:
            Suite(world, table, case_filter).run(column, driver)
        finally:
            driver.close()
    return table


def run_programs(ready: languages.Ready, name: str, programs: pathlib.Path, work: pathlib.Path, case_filter: str) -> Table:
    """Checks and examples, one after the other."""
    table = Table()
    chosen = {row: command for row, command in
              {**ready.checks, **{f"example {each}": command for each, command in ready.examples.items()}}.items()
              if case_filter in row}
    if chosen:
        with World(programs, work) as world:
            for row, command in chosen.items():
                table.set(row, name, program_faults(command, ready.environment, world.target()))
    return table


def throughput(name: str, programs: pathlib.Path, work: pathlib.Path) -> None:
    """Calls and chunks per second of one caller: for orientation, on this machine, now."""
    ready = languages.LANGUAGES[name](programs)
    with World(programs, work / name) as world:
        suite = Suite(world, Table(), "")
        for column, command in ready.drivers.items():
            driver = Driver(command, ready.environment, work / name / f"{column}.log")
            figures = []
            for call, model in (("bench_unary", "gpt-4.1-mini+tokens=10"),
                                ("bench_stream", "gpt-4.1-mini+tokens=50000")):
                case = suite.request({"name": call, "call": call, "seconds": 3,
                                      "params": params({"model": model})}, world.target())
                driver.ask({**case, "seconds": 1}, None)  # warm
                seen = driver.ask(case, None)
                figures.append(seen["count"] / seen["seconds"])
            driver.close()
            print(f"{column:16} {figures[0]:9.0f} calls/s {figures[1]:9.0f} chunks/s", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--language", action="append", choices=list(languages.LANGUAGES))
    parser.add_argument("--case", default="")
    parser.add_argument("--throughput", action="store_true")
    arguments = parser.parse_args()
    judge.self_check()
    programs, work = arguments.bin.resolve(), arguments.work.resolve()
    names = arguments.language or list(languages.LANGUAGES)
    if arguments.throughput:
        for name in names:
            try:
                throughput(name, programs, work)
            except Missing as missing:
                print(f"skipped {name}: {missing}")
        return 0
    table = Table()
    for name in names:
        print(f"== {name}", flush=True)
        run_language(name, programs, work, table, arguments.case)
    table.show()
    if not table.cells:
        return 77
    return 1 if table.failed() else 0


if __name__ == "__main__":
    sys.exit(main())
