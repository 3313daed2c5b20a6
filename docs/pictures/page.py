#!/usr/bin/env python3
"""Takes the pictures of the admin port's page, light and dark, while a server with routes is under load.

Usage: page.py PROGRAMS FOLDER       (needs Chromium; writes page-light.webp and page-dark.webp)
"""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "page"))
from browser import Browser  # noqa: E402

MINUTES = "minutes && minutes.calls.length >= 15"  # steps of ten seconds that the server has kept
WIDTH, HEIGHT = 1100, 1500  # what is below is on the page, and not in the picture
RULES = """
rules:
- {match: {model: gpt-4.1-mini}, set: {ttft: 120ms, rate: 80, jitter: 0.3}}
- {match: {model: gpt-4.1}, set: {ttft: 250ms, rate: 60, jitter: 0.3}}
- {match: {model: gpt-4.1, every: 12}, set: {status: 503}}
- {match: {model: gpt-5}, set: {ttft: 900ms, rate: 40, jitter: 0.3}}
- {match: {model: gpt-5, every: 5}, set: {status: 429}}
- {match: {model: gpt-4.1-mini, every: 40}, set: {truncate: all}}
"""
CONFIG = """
server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}
upstreams:
  - {name: openai, base_url: '%(url)s', allow_plain_http: true, api_key: none}
  - {name: azure-eu, base_url: '%(url)s', allow_plain_http: true, api_key: none, tags: [eu]}
  - {name: vllm, dialect: vllm, base_url: '%(url)s', allow_plain_http: true, api_key: none}
routes:
  - {name: gpt-4.1, targets: [{upstream: openai, weight: 70}, {upstream: azure-eu, weight: 30},
                              {upstream: vllm, model: gpt-4.1-mini, group: 2}]}
  - {name: gpt-5, targets: [{upstream: openai}]}
"""


def started(command: list, sign: str, processes: list) -> str:
    """The line by which a process says that it runs."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    processes.append(process)
    line = next(line for line in process.stdout if sign in line)
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return line


class Load:
    """Callers, each with one call at a time."""

    def __init__(self, client: pathlib.Path, target: str) -> None:
        self.command = [client, "--server", target, "complete", "Why is the sky blue?"]
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=arguments) for arguments, count in (
            (("gpt-4.1-mini", "--stream"), 4), (("gpt-4.1", "--no-stream"), 3), (("gpt-5", "--stream"), 2))
            for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def _run(self, model: str, way: str) -> None:
        while not self.over.is_set():
            subprocess.run([*self.command, "--model", model, way], stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    def end(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()


def main() -> None:
    programs, out = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        sys.exit("no Chromium (apt-get install chromium)")
    processes: list[subprocess.Popen] = []
    ended: list = []
    browser = Browser(chromium)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "rules.yaml").write_text(RULES, "utf-8")
        try:
            line = started([programs / "inferwire-simulator", "--listen", "127.0.0.1:0", "--script",
                            folder / "rules.yaml"], "listens on", processes)
            (folder / "config.yaml").write_text(CONFIG % {"url": line.split()[-1]}, "utf-8")
            event = json.loads(started([programs / "inferwire-server", "--config", folder / "config.yaml"],
                                       '"started"', processes))
            load = Load(programs / "inferwire", event["address"])
            ended.append(load.end)
            for scheme in ("light", "dark"):
                browser.open(f"http://127.0.0.1:{event['admin_port']}/", WIDTH, 900, scheme)
                if not browser.wait_until(MINUTES, 240):
                    sys.exit("the page does not read")
                clip = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "scale": 1}
                data = browser.ask("Page.captureScreenshot", format="webp", quality=85, captureBeyondViewport=True, clip=clip)
                (out / f"page-{scheme}.webp").write_bytes(base64.b64decode(data["data"]))
        finally:
            for end in ended:
                end()
            browser.close()
            for process in reversed(processes):
                process.kill()
                process.wait()


if __name__ == "__main__":
    main()
