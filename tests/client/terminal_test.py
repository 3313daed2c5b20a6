#!/usr/bin/env python3
"""inferwire on a terminal: line editing, history, kept chats, colours, Ctrl-C. A gateway with the simulator answers.

Usage: terminal_test.py BUILD_FOLDER
"""
import os
import pathlib
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import tempfile
import termios
import threading
import time

LIMIT = 30  # seconds for whatever is waited for
PASTE_BEGIN, PASTE_END = "\x1b[200~", "\x1b[201~"
ECHO = "gpt-4.1-mini+echo"


class Terminal:
    """A program on a terminal of its own, and what it wrote there."""

    def __init__(self, command, environment, width=80):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, environment)
        termios.tcsetwinsize(self.fd, (24, width))
        self.output = ""
        self.at = 0  # what is before was waited for already

    def read(self, until):
        """Reads on until the pattern comes; gives the match."""
        pattern, end = re.compile(until, re.S), time.monotonic() + LIMIT
        while not (match := pattern.search(self.output, self.at)):
            ready = select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]
            try:
                piece = os.read(self.fd, 65536) if ready else b""
            except OSError:  # the program has ended
                piece = b""
            if not piece:
                raise AssertionError(f"{until!r} does not come; there is {self.output[self.at:]!r}")
            self.output += piece.decode("utf-8", "replace")
        self.at = match.end()
        return match

    def prompt(self):
        self.read(r"> (\x1b\[K)?$")

    def type(self, text):
        os.write(self.fd, text.encode())

    def say(self, text, answer):
        self.type(text + "\r")
        self.read(re.escape(answer))
        self.read(r"tokens[^\n]*\]\r?\n")
        self.prompt()

    def end(self):
        """Reads the rest; gives the exit code."""
        try:
            while piece := os.read(self.fd, 65536):
                self.output += piece.decode("utf-8", "replace")
        except OSError:
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return code


class World:
    def __init__(self, build, folder):
        self.command = str(build / "bin/inferwire")
        self.folder = folder
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.server = subprocess.Popen(
            [str(build / "bin/inferwire-server"), "--upstream", "simulator", "--listen", "127.0.0.1:0", "--admin",
             "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.server.stdout:
            if found := re.search(r'"address":"([^"]+)"', line):
                self.environment["INFERWIRE_SERVER"] = found[1]
                break
        else:
            raise AssertionError("the server does not say where it listens")
        threading.Thread(target=self.server.stdout.read, daemon=True).start()  # its log must not fill the pipe

    def close(self):
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()

    def open(self, *words, **environment):
        return Terminal([self.command, *words], self.environment | environment)

    def chat(self, *words, **environment):
        terminal = self.open("chat", "--model", ECHO, *words, **environment)
        terminal.prompt()
        return terminal

    def run(self, *words, text="", **environment):
        return subprocess.run([self.command, *words], env=self.environment | environment, input=text, text=True,
                              capture_output=True, timeout=LIMIT, check=False)

    def chats(self):
        return self.run("chats", "--limit", "0").stdout.splitlines()[1:]


def lines_are_edited(world):
    chat = world.chat()
    chat.say("helo\x1b[Dl", "hello")  # left, then the letter that was missing
    chat.say("kälte\x7f\x7f\x7f\x7fühl", "kühl")  # backspace takes whole characters
    chat.say("\x1b[A\x1b[A!", "hello!")  # up twice
    chat.say("one\x1b\rtwo", "one")  # Alt-Enter
    chat.say("first\\\rsecond", "first")
    chat.say(f"{PASTE_BEGIN}pasted 1\rpasted 2\r\rpasted 3{PASTE_END}", "pasted 1")
    chat.type("never sent\x03")
    chat.prompt()
    chat.type("\x04")
    assert chat.end() == 0
    shown = world.run("chats", "show", world.chats()[0].split()[0]).stdout
    questions = re.findall(r"\[user\]\n(.*?)\n\n\[assistant\]", shown, re.S)
    assert questions == ["hello", "kühl", "hello!", "one\ntwo", "first\nsecond",
                         "pasted 1\npasted 2\n\npasted 3"], questions


def history_is_kept_for_its_user_alone(world):
    chat = world.chat()
    chat.say("an earlier question", "an earlier question")
    chat.type("\x04")
    assert chat.end() == 0
    history = world.folder / ".local/state/inferwire/history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    chats = list((world.folder / ".local/share/inferwire/chats").glob("*.json"))
    assert chats and all(stat.S_IMODE(each.stat().st_mode) == 0o600 for each in chats)
    before = history.read_text("utf-8"), len(chats)
    chat = world.chat()
    chat.say("\x1b[A", "an earlier question")
    chat.type("\x04")
    assert chat.end() == 0
    assert history.read_text("utf-8") == before[0]  # the same line twice is one
    before = before[0], len(world.chats())
    chat = world.chat("--no-history")
    chat.say("a secret question", "a secret question")
    chat.type("/exit\r")
    assert chat.end() == 0
    assert before == (history.read_text("utf-8"), len(world.chats()))


def chats_go_on(world):
    chat = world.chat("--chat", "trip", "--system", "Be brief.")
    chat.say("To Rome", "To Rome")
    # While it is open no other process may write it.
    refused = world.run("chat", "--chat", "trip", text="Hi\n")
    assert refused.returncode == 2 and "open in another process" in refused.stderr, refused
    chat.type("\x04")
    assert chat.end() == 0
    piped = world.run("chat", "--continue", text="And then?\n")
    assert piped.returncode == 0 and piped.stdout == "And then?\n", piped
    assert "goes on with trip: 3 messages" in piped.stderr, piped.stderr
    shown = world.run("chats", "show", "trip").stdout
    assert re.findall(r"\[(\w+)\]\n(.*)", shown) == [
        ("system", "Be brief."), ("user", "To Rome"), ("assistant", "To Rome"), ("user", "And then?"),
        ("assistant", "And then?")], shown
    count = len(world.chats())
    assert world.run("chat", "--model", ECHO, text="Hi\n").returncode == 0
    assert len(world.chats()) == count  # piped in, only what has a name is kept
    assert world.run("chats", "delete", "trip").stdout == "trip\n"
    assert world.run("chats", "show", "trip").returncode == 2
    assert world.run("chat", "--chat", "../x", text="Hi\n").returncode == 2


def control_c_cancels_an_answer(world):
    chat = world.chat()
    chat.type("/model gpt-4.1-mini+stall=3\r")
    chat.prompt()
    chat.type("Hi\r")
    chat.read("River")  # of the answer
    chat.type("\x03")
    chat.read("inferwire: cancelled")
    chat.prompt()
    chat.type(f"/model {ECHO}\r")
    chat.prompt()
    chat.say("still there", "still there")
    os.kill(chat.pid, signal.SIGTERM)
    assert chat.end() == 130
    assert chat.output.rstrip().endswith("\x1b[?2004l"), chat.output[-60:]


def answers_cannot_control_the_terminal(world):
    evil = "a\x1b]0;title\x07b\x1b[2Jc\u009b31md"
    answer = world.open("complete", "--model", ECHO, "--color", "never", evil)
    answer.read(re.escape("a^[]0;title^Gb^[[2Jc<U+009B>31md"))
    assert answer.end() == 0
    assert "\x1b" not in answer.output and "\u009b" not in answer.output, answer.output
    assert world.run("complete", "--model", ECHO, evil).stdout == evil + "\n"
    error = world.open("complete", "--model", "\x1b[31mnone+status=404", "Hi")
    assert error.end() != 0
    assert "\x1b" not in error.output, error.output


def colours_are_for_terminals(world):
    text = "# Title\n**bold** `code`"
    coloured = world.open("complete", "--model", ECHO, text)
    coloured.read(r"\x1b\[1;34m# Title\x1b\[0m\r\n.*\x1b\[1mbold\x1b\[0m.*\x1b\[36m`code`\x1b\[0m")
    assert coloured.end() == 0
    for environment, words in (({"NO_COLOR": "1"}, ()), ({"TERM": "dumb"}, ()), ({}, ("--color", "never"))):
        plain = world.open("complete", "--model", ECHO, text, *words, **environment)
        assert plain.end() == 0
        assert "\x1b" not in plain.output, (environment, words, plain.output)
    assert world.run("complete", "--model", ECHO, text).stdout == text + "\n"
    always = world.run("complete", "--model", ECHO, text, "--color", "always", NO_COLOR="1").stdout
    assert "\x1b[1;34m" in always
    assert re.sub(r"\x1b\[[0-9;]*m", "", always) == text + "\n"


def a_terminal_is_not_waited_for(world):
    alone = world.open("complete", "--model", ECHO)
    assert alone.end() == 2
    assert "no prompt" in alone.output
    prompted = world.open("complete", "--model", ECHO, "words")
    assert prompted.end() == 0


def settings_come_from_the_file(world):
    folder = world.folder / ".config/inferwire"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(f"model: {ECHO}\ncolor: never\n", "utf-8")
    shown = world.run("config", INFERWIRE_API_KEY="iw_secret", INFERWIRE_CA="").stdout
    assert re.search(rf"^model +{re.escape(ECHO)} +file ", shown, re.M), shown
    assert re.search(r"^server +127.0.0.1:\d+ +INFERWIRE_SERVER ", shown, re.M), shown
    assert re.search(r"^api_key +\(hidden\) +INFERWIRE_API_KEY ", shown, re.M), shown
    assert re.search(r"^ca +- +not set ", shown, re.M), shown
    assert "iw_secret" not in shown
    assert re.search(r"^server +x:1 +command line ", world.run("config", "--server", "x:1").stdout, re.M)
    assert world.run("complete", "echoed").stdout == "echoed\n"
    assert world.run("complete", "Hi", INFERWIRE_MODEL="gpt-4.1-mini+status=404").returncode == 1
    (folder / "config.yaml").write_text("modle: x\n", "utf-8")
    wrong = world.run("complete", "Hi")
    assert wrong.returncode == 2 and 'line 1: unknown key "modle"' in wrong.stderr, wrong
    for words in (("--help",), ("--version",), ("version",), ("completion", "bash")):
        assert world.run(*words).returncode == 0, words
    (folder / "config.yaml").unlink()


def a_dumb_terminal_does_without_editing(world):
    chat = world.open("chat", "--model", ECHO, TERM="dumb")
    chat.read("> $")
    chat.type("plain\n")
    chat.read(r"plain\r\nplain\r\n")
    chat.read("> $")
    chat.type("\x04")
    assert chat.end() == 0
    assert "\x1b" not in chat.output


CASES = (lines_are_edited, history_is_kept_for_its_user_alone, chats_go_on, control_c_cancels_an_answer,
         answers_cannot_control_the_terminal, colours_are_for_terminals, a_terminal_is_not_waited_for,
         settings_come_from_the_file, a_dumb_terminal_does_without_editing)


def main():
    build = pathlib.Path(sys.argv[1])
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(build, pathlib.Path(folder))
        try:
            for case in CASES:
                if len(sys.argv) > 2 and case.__name__ not in sys.argv[2:]:
                    continue
                begun = time.monotonic()
                try:
                    case(world)
                except AssertionError as error:
                    failed += 1
                    print(f"FAILED {case.__name__}: {error}")
                else:
                    print(f"ok {case.__name__}, {time.monotonic() - begun:.1f} s")
        finally:
            world.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
