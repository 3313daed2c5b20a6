#!/usr/bin/env python3
"""Looks at the admin port's page in a real browser: what it shows under load, and that it obeys its own policy.

Usage: page_test.py BIN_FOLDER WORK_FOLDER. Exit code 77 (skipped) with a reason where there is no Chromium.
Leaves light.png, dark.png and phone.png in the work folder for people to look at.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading

from browser import Browser

READ = "Number(document.documentElement.dataset.readings || 0)"
TEXTS = "Object.fromEntries([...document.querySelectorAll('[id]')].map((e) => [e.id, e.textContent]))"
NUMBERS = ("requests", "inflight", "streams", "connections", "call-p50", "call-p95", "own-p50", "own-p95",
           "chunk-p50", "chunk-p95", "tokens-in", "tokens-out", "cpu", "memory", "descriptors", "uptime")


ROUTED = """
server: {listen: "127.0.0.1:0"}
upstreams:
  - name: one
    base_url: http://127.0.0.1:9/v1
    allow_plain_http: true
    keys: [{name: first, env: PAGE_TEST_KEY}, {name: second, env: PAGE_TEST_KEY_2}]
  - {name: other, simulator: true}
routes:
  - name: gpt-4.1
    targets: [{upstream: one}, {upstream: other, model: gpt-5, group: 2}]
"""


class Server:
    """inferwire-server on free ports, with its embedded simulator."""

    def __init__(self, binary, *source):
        os.environ.update(PAGE_TEST_KEY="one", PAGE_TEST_KEY_2="two")
        self.process = subprocess.Popen(
            [binary, *(source or ("--upstream", "simulator")), "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"],
            stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "started":
                self.target, self.admin = event["address"], event["admin_port"]
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self):
        self.process.kill()
        self.process.wait()


class Load:
    """Calls without pause: good ones, refused ones and slow ones."""

    MODELS = ["gpt-4.1-mini", "gpt-4.1", "gpt-4.1-mini+status=429", "gpt-4.1-mini+ttft=50ms+rate=100"]

    def __init__(self, client, target):
        self.stopped = False
        self.thread = threading.Thread(target=self.run, args=(client, target))
        self.thread.start()

    def run(self, client, target):
        turn = 0
        while not self.stopped:
            model = self.MODELS[turn % len(self.MODELS)]
            turn += 1
            subprocess.run([client, "--server", target, "complete", "hello", "--model", model],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    def stop(self):
        self.stopped = True
        self.thread.join()


def expect(condition, what):
    if not condition:
        sys.exit("failed: " + what)


def check_texts(browser):
    text = browser.evaluate(TEXTS)
    for name in NUMBERS:
        expect(re.search(r"\d", text[name]), f"{name} is a number: {text[name]!r}")
    expect(text["state"] == "serving", "the state is shown: " + text["state"])
    expect(browser.evaluate("document.getElementById('open').hidden") is False, "it is said that anybody is served")
    expect(text["inflight-limit"] == "2000", "the limit is the configured one")
    expect("simulator" in text["upstreams"] and "429" in text["upstreams"], "upstreams: " + text["upstreams"])
    expect("upstreamRATE_LIMITED" in text["errors"], "errors by origin: " + text["errors"])
    expect("gpt-4.1-mini" in text["models"], "models: " + text["models"])
    expect(re.fullmatch(r"[0-9a-f]{8}", text["config"]), "the configuration's hash: " + text["config"])
    expect(browser.evaluate("document.getElementById('history-line').getAttribute('d')").startswith("M"),
           "the history is drawn")


def check_routes(browser, binary, work):
    """Where routes and pools of keys are configured, and only there, the page shows them."""
    hidden = "document.getElementById('routes-section').hidden && document.getElementById('keys-section').hidden"
    expect(browser.evaluate(hidden), "without routes there is no table of them")
    file = work / "routes.yaml"
    file.write_text(ROUTED)
    server = Server(binary, "--config", str(file))
    try:
        browser.open(f"http://127.0.0.1:{server.admin}/", 1280, 900, "light")
        shown = "!document.getElementById('routes-section').hidden && !document.getElementById('keys-section').hidden"
        expect(browser.wait_until(shown, 60), "routes are shown")
        text = browser.evaluate(TEXTS)
        for part in ("gpt-4.1", "one/gpt-4.1", "other/gpt-5", "up"):
            expect(part in text["routes"], f"{part} is among the routes: {text['routes']}")
        expect("first" in text["keys"] and "second" in text["keys"], "keys: " + text["keys"])
    finally:
        server.stop()


def check_access(browser):
    """What people who do not see the page, or do not use a mouse, need of it."""
    expect(browser.evaluate("document.documentElement.lang") == "en", "the language is named")
    expect(browser.evaluate("[...document.querySelectorAll('table')].every((t) => t.querySelectorAll('thead th[scope=col]').length > 1"
                            " && t.closest('[role=region][aria-labelledby]').tabIndex === 0)"),
           "tables have headings and can be scrolled with the keyboard")
    expect(browser.evaluate("document.getElementById('state').getAttribute('role')") == "status",
           "a change of the state is read out")


def main():
    binaries, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        print("skipped: no Chromium (apt-get install chromium)")
        sys.exit(77)
    work.mkdir(parents=True, exist_ok=True)
    server = Server(binaries / "inferwire-server")
    load = Load(binaries / "inferwire", server.target)
    browser = Browser(chromium)
    try:
        url = f"http://127.0.0.1:{server.admin}/"
        for name, width, height, scheme in (("light", 1280, 900, "light"), ("dark", 1280, 900, "dark"),
                                            ("phone", 390, 844, "light")):
            browser.open(url, width, height, scheme)
            expect(browser.wait_until(f"location.href === '{url}' && {READ} >= 4", 60), f"{name}: four readings")
            check_texts(browser)
            expect(browser.evaluate("document.documentElement.scrollWidth") <= width, f"{name}: nothing is too wide")
            browser.picture(work / f"{name}.png")
        check_access(browser)
        expect(not browser.complaints, "the browser complains: " + "\n".join(browser.complaints))
        check_routes(browser, binaries / "inferwire-server", work)
        colours = browser.evaluate("getComputedStyle(document.body).backgroundColor")
        browser.open(url, 1280, 900, "dark")
        expect(browser.wait_until(f"{READ} >= 1", 60), "a reading")
        expect(browser.evaluate("getComputedStyle(document.body).backgroundColor") != colours, "dark is dark")
        load.stop()
        server.stop()
        expect(browser.wait_until("document.getElementById('state').textContent === 'no answer'", 60),
               "a server that is gone is told")
    finally:
        browser.close()
        load.stop()
        server.stop()
    print(f"the page is well; pictures in {work}")


if __name__ == "__main__":
    main()
