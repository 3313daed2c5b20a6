#!/usr/bin/env python3
"""Looks at the admin port's page in a real browser: what it shows under load, and that it obeys its own policy.

Usage: page_test.py BIN_FOLDER WORK_FOLDER. Exit code 77 (skipped) with a reason where there is no Chromium.
Leaves light.png, dark.png and phone.png in the work folder for people to look at.
"""
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--hide-scrollbars", "--enable-logging=stderr", "--v=0"]
# Virtual time: five readings of the page, however slow the machine is.
BUDGET_MS = 10500
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Page(html.parser.HTMLParser):
    """The text of every element with an id, its descendants' included, and the attributes."""

    def __init__(self, text):
        super().__init__()
        self.open, self.text, self.attributes = [], {}, {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        name = attributes.get("id")
        if name:
            self.text.setdefault(name, "")
            self.attributes[name] = attributes
        if tag == "html":
            self.attributes["html"] = attributes
        if tag not in VOID:
            self.open.append((tag, name))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for _, name in self.open:
            if name:
                self.text[name] += data + " "


class Server:
    """llmgate-server on free ports, with its embedded simulator."""

    def __init__(self, binary):
        self.process = subprocess.Popen(
            [binary, "--upstream", "simulator", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"],
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
    """Calls without pause: good ones, refused ones and streams."""

    MODELS = ["gpt-4.1-mini", "gpt-4.1", "gpt-4.1-mini+status=429", "gpt-4.1-mini+ttft=50ms+rate=50"]

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


def browse(chromium, url, *more):
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            [chromium, *FLAGS, f"--user-data-dir={profile}", f"--virtual-time-budget={BUDGET_MS}", *more, url],
            capture_output=True, text=True, timeout=120, check=True)


def expect(condition, what):
    if not condition:
        sys.exit("failed: " + what)


def png_size(path):
    data = pathlib.Path(path).read_bytes()
    expect(data[:8] == b"\x89PNG\r\n\x1a\n", f"{path} is a PNG")
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def check_dom(page):
    number = re.compile(r"\d")
    expect(page.text["state"].strip() == "serving", "the state is shown: " + page.text["state"])
    expect("serving" in page.attributes["state"]["class"], "and has its colour")
    expect(int(page.attributes["html"].get("data-readings", 0)) >= 3, "the page reads again and again")
    for name in ("requests", "inflight", "streams", "connections", "call-p50", "call-p95", "own-p95",
                 "chunk-p50", "tokens-in", "tokens-out", "cpu", "memory", "descriptors", "uptime"):
        expect(number.search(page.text[name]), f"{name} is a number: {page.text[name]!r}")
    expect("2000" in page.text["inflight-limit"], "the limit is the configured one")
    expect("simulator" in page.text["upstreams"] and "429" in page.text["upstreams"], "upstreams and their statuses")
    expect(re.search(r"upstream\s+RATE_LIMITED", page.text["errors"]), "errors by origin: " + page.text["errors"])
    expect("gpt-4.1-mini" in page.text["models"], "models")
    expect(len(page.text["config"].strip()) == 8, "the configuration's hash")
    expect(page.attributes["history-line"].get("d", "").startswith("M"), "the history is drawn")


def main():
    binaries, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        print("skipped: no Chromium (apt-get install chromium)")
        sys.exit(77)
    work.mkdir(parents=True, exist_ok=True)
    server = Server(binaries / "llmgate-server")
    load = Load(binaries / "llmgate", server.target)
    try:
        url = f"http://127.0.0.1:{server.admin}/"
        dom = browse(chromium, url, "--dump-dom")
        (work / "dom.html").write_text(dom.stdout)
        check_dom(Page(dom.stdout))
        for name, size, more in (("light", (1280, 1500), []),
                                 ("dark", (1280, 1500), ["--blink-settings=preferredColorScheme=0"]),
                                 ("phone", (500, 2600), [])):
            path = work / f"{name}.png"
            shot = browse(chromium, url, f"--screenshot={path}", f"--window-size={size[0]},{size[1]}", *more)
            expect(png_size(path) == size, f"{name}: the picture has the window's size")
            for said in (dom.stderr, shot.stderr):
                expect("CONSOLE" not in said, "the console is silent: " + said)
    finally:
        load.stop()
        server.stop()
    print(f"the page is well; pictures in {work}")


if __name__ == "__main__":
    main()
