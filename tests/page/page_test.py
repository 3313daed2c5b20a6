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
import urllib.error
import urllib.request

from browser import Browser

READ = "Number(document.documentElement.dataset.readings || 0)"
TEXTS = "Object.fromEntries([...document.querySelectorAll('[id]')].map((e) => [e.id, e.textContent]))"
PROMPT = "What only the model may read"
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


# A name that is markup, ends strings, and goes backwards.
HOSTILE = "<img src=x onerror=\"document.title='taken'\">'`${1}\u202e"
TRUNCATED = "gpt-4.1-mini+tokens=20+truncate"

TENANTS = """
server: {listen: "127.0.0.1:0", try_it: true}
upstreams: [{name: simulator, simulator: true}]
tenants: [{id: acme, budget: {day: 1 USD}}]
identity:
  keys:
    entries:
      - %s
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

    MODELS = ["gpt-4.1-mini", "gpt-4.1", "gpt-4.1-mini+status=429", "gpt-4.1-mini+ttft=50ms+rate=100", HOSTILE,
              TRUNCATED]

    def __init__(self, client, target):
        self.stopped = False
        self.thread = threading.Thread(target=self.run, args=(client, target))
        self.thread.start()

    def run(self, client, target):
        turn = 0
        while not self.stopped:
            model = self.MODELS[turn % len(self.MODELS)]
            turn += 1
            subprocess.run([client, "--server", target, "complete", PROMPT, "--model", model, "--stream"],
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
    check_calls(text)
    check_faults(browser, text)


def check_calls(text):
    for part in ("gpt-4.1-mini", "RATE_LIMITED", "STREAM_TRUNCATED", "simulator", "127.0.0.1", HOSTILE):
        expect(part in text["calls"], f"{part} is among the last calls: {text['calls']}")
    expect(PROMPT not in "".join(text.values()), "no text of a call is shown")
    expect(re.search(r"gpt-4\.1-minisimulator0\.40\.1", text["known"]), "models have prices: " + text["known"])


def check_faults(browser, text):
    """What is not good is said above everything else, the worst first."""
    for part in ("cut by the upstream", "Upstream simulator"):
        expect(part in text["faults"], f"{part} is not good: {text['faults']}")
    expect(browser.evaluate("document.getElementById('all-well').hidden"), "not all is well")
    above = "document.getElementById('faults').getBoundingClientRect().top < document.getElementById('now').getBoundingClientRect().top"
    expect(browser.evaluate(above), "it comes first")
    classes = browser.evaluate("[...document.querySelectorAll('#faults li')].map((e) => e.className)")
    expect(classes == sorted(classes), f"the worst is first: {classes}")
    expect(browser.evaluate("[...document.querySelectorAll('#faults a')].every((e) => document.querySelector(e.hash))"),
           "each leads to what says more")


def check_names(browser):
    """A name that callers choose is a text and nothing else."""
    expect(browser.evaluate("document.images.length") == 0, "no name became an element")
    expect(browser.evaluate("document.title") == "inferwire", "no name became a script")


def check_filters(browser):
    browser.evaluate("(() => { const e = document.getElementById('calls-filter'); e.value = 'truncated';"
                     " e.dispatchEvent(new Event('input')); })()")
    reasons = browser.evaluate("[...document.querySelectorAll('#calls tr')].map((e) => e.children[1].textContent)")
    expect(reasons and set(reasons) == {"STREAM_TRUNCATED"}, f"calls can be looked for: {reasons}")
    browser.evaluate("(() => { const e = document.getElementById('known-filter'); e.value = 'no-such-model';"
                     " e.dispatchEvent(new Event('input')); })()")
    expect(browser.evaluate("document.getElementById('known').textContent") == "None is like this.", "models can be looked for")


def check_reload(browser, url):
    """The last minutes are the server's: they are there at the first reading."""
    browser.open(url, 1280, 900, "light")
    expect(browser.wait_until(f"{READ} === 1", 60), "one reading")
    for name in ("history", "tokens", "times"):
        path = browser.evaluate(f"document.querySelector('#{name} path').getAttribute('d')")
        expect("L" in path, f"{name} has several points after a reload: {path}")


def ask(port, headers):
    """The status of an attempt to try a model."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/try", b"{}", headers)
    try:
        return urllib.request.urlopen(request, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


def try_model(browser, key):
    browser.evaluate("(() => { const f = document.getElementById('try-form'); f.model.value = 'gpt-4.1-mini';"
                     f" f.prompt.value = 'hello'; f.key.value = {json.dumps(key)}; document.getElementById('try-send').click(); }})()")
    expect(browser.wait_until("!document.getElementById('try-send').disabled", 60), "there is an answer")
    return browser.evaluate("document.getElementById('try-answer').textContent"), browser.evaluate(
        "document.getElementById('try-about').textContent")


def check_tenants(browser, binaries, work):
    """Callers with their budgets, and a model tried with a key."""
    made = subprocess.run([binaries / "inferwire", "keys", "make", "--tenant", "acme"], capture_output=True, text=True,
                          check=True).stdout
    key, entry = re.search(r"iw_\S+", made)[0], re.search(r"\{id.*\}", made)[0]
    file = work / "tenants.yaml"
    file.write_text(TENANTS % entry)
    server = Server(binaries / "inferwire-server", "--config", str(file))
    try:
        browser.open(f"http://127.0.0.1:{server.admin}/", 390, 844, "light")
        expect(browser.wait_until("!document.getElementById('try-section').hidden", 60), "a model can be tried")
        expect(browser.wait_until(f"{READ} >= 1 && !document.getElementById('all-well').hidden", 60), "all is well, and said so")
        answer, about = try_model(browser, "")
        expect(answer == "" and "CREDENTIALS" in about, "without a key nobody is served: " + about)
        answer, about = try_model(browser, key)
        expect(answer and "simulator" in about and "USD" in about, f"a model answers: {answer!r}, {about}")
        expect(browser.wait_until("document.getElementById('callers').textContent.includes('acme')", 60), "the tenant is shown")
        expect(browser.wait_until("document.getElementById('limits').textContent.includes('USD per day')", 60), "and its budget")
        expect(key not in browser.evaluate("document.body.textContent"), "its key is not")
        own = f"http://127.0.0.1:{server.admin}"
        expect(ask(server.admin, {"Content-Type": "application/json", "Origin": own}) == 202, "the page may")
        for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "application/json", "Origin": "http://evil.example"},
                        {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}):
            expect(ask(server.admin, headers) == 403, f"another site may not: {headers}")
        expect(ask(server.admin, {"Content-Type": "application/json", "Authorization": "Bearer \x7f"}) == 200, "no bad byte does harm")
    finally:
        server.stop()


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
        expect(browser.evaluate("document.getElementById('try-section').hidden"), "no model can be tried unless it is wanted")
    finally:
        server.stop()


def check_access(browser):
    """What people who do not see the page, or do not use a mouse, need of it."""
    expect(browser.evaluate("document.documentElement.lang") == "en", "the language is named")
    expect(browser.evaluate("[...document.querySelectorAll('table')].every((t) => t.querySelectorAll('thead th[scope=col]').length > 1"
                            " && t.closest('[role=region][aria-labelledby]').tabIndex === 0)"),
           "tables have headings and can be scrolled with the keyboard")
    expect(browser.evaluate("[...document.querySelectorAll('input, textarea')].every((e) => e.labels.length === 1)"),
           "what can be filled in has a name")
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
                                            ("phone", 320, 640, "light")):
            browser.open(url, width, height, scheme)
            expect(browser.wait_until(f"location.href === '{url}' && {READ} >= 4", 60), f"{name}: four readings")
            check_texts(browser)
            expect(browser.evaluate("document.documentElement.scrollWidth") <= width, f"{name}: nothing is too wide")
            expect(browser.evaluate("[...document.querySelectorAll('.scroll')].every((e) => e.scrollWidth <= e.clientWidth)"),
                   f"{name}: no table is too wide")
            check_names(browser)
            browser.picture(work / f"{name}.png")
        check_access(browser)
        check_filters(browser)
        check_reload(browser, url)
        expect(not browser.complaints, "the browser complains: " + "\n".join(browser.complaints))
        check_routes(browser, binaries / "inferwire-server", work)
        check_tenants(browser, binaries, work)
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
