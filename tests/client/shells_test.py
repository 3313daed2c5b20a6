#!/usr/bin/env python3
"""What is made from the declared command lines: completion, asked in bash, zsh and fish, and the manual pages.

Usage: shells_test.py BUILD_FOLDER
Shells and formatters that this machine does not have are left out, and named.
"""
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

LIMIT = 30  # seconds

# The line before the cursor, what must be offered, and what must not.
LINES = (
    ("inferwire com", {"complete", "completion"}, {"chat"}),
    ("inferwire complete --te", {"--temperature"}, {"--server"}),
    ("inferwire complete --se", {"--server", "--seed"}, {"--temperature"}),
    ("inferwire --server complete cha", {"chat", "chats"}, {"complete"}),
    ("inferwire --json batch c", {"create", "cancel"}, {"watch", "complete"}),
    ("inferwire batch create --me", {"--metadata"}, {"--model"}),
    ("inferwire models ls --fi", set(), {"--server", "list"}),
    ("inferwire complete --color a", {"auto", "always"}, {"never"}),
    ("inferwire usage --bucket m", {"month"}, {"hour"}),
    ("inferwire chat --chat t", {"trip"}, {"other"}),
    ("inferwire chats show t", {"trip"}, {"other"}),
    ("inferwire many que", {"questions.jsonl"}, set()),
    ("inferwire complete --schema que", {"questions.jsonl"}, set()),
)


def output(*command, environment, folder):
    done = subprocess.run(command, env=environment, cwd=folder, text=True, capture_output=True, timeout=LIMIT, check=False)
    assert done.stderr == "", done.stderr
    return done.stdout


def bash(made, environment, folder):
    script = f"source '{made / 'inferwire.bash'}'\n"
    for line, _, _ in LINES:
        words = line.split(" ")
        quoted = " ".join(f"'{word}'" for word in words)
        script += (f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _inferwire 2>/dev/null\n"
                   "printf '%s\\n' \"${COMPREPLY[@]}\" @@\n")
    text = output("bash", "--norc", "-c", script, environment=environment, folder=folder)
    return [set(each.split()) for each in text.split("@@\n")[:-1]]


def fish(made, environment, folder):
    answers = []
    script = f"source '{made / 'inferwire.fish'}'\n"
    script += "".join(f"complete -C '{line}'; echo @@\n" for line, _, _ in LINES)
    text = output("fish", "--no-config", "-c", script, environment=environment, folder=folder)
    for each in text.split("@@\n")[:-1]:
        answers.append({line.split("\t")[0] for line in each.splitlines()})
    return answers


def zsh(made, environment, folder):
    """zsh completes at a prompt only: a terminal, and Ctrl-D, which lists."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-f", "-i"], environment | {"TERM": "dumb", "COLUMNS": "200", "LINES": "1000"})
    text = ""

    def read(until):
        nonlocal text
        end = time.monotonic() + LIMIT
        while until not in text:
            assert select.select([fd], [], [], max(0, end - time.monotonic()))[0], f"{until!r} does not come: {text!r}"
            text += os.read(fd, 65536).decode("utf-8", "replace")
        before, text = text.split(until, 1)
        return before

    os.write(fd, f"unsetopt prompt_cr; PS1=; fpath=('{made}' $fpath); autoload -Uz compinit; compinit -u -D; "
                 "LISTMAX=9999; print EN''D\n".encode())
    read("END\r\n")
    answers = []
    for line, _, _ in LINES:
        read("\x1b[?2004h")  # the editor is ready: it waits for pasted text
        # Ctrl-D lists, Ctrl-U clears the line.
        os.write(fd, (line + "\x04\x15print EN''D\n").encode())
        listed = read("END\r\n").rsplit("print EN", 1)[0].replace(line, " ")
        answers.append(set(re.findall(r"[\w.-]+", listed)))
    os.write(fd, b"exit\n")
    os.waitpid(pid, 0)
    os.close(fd)
    return answers


def completion(build, failed):
    made = build / "client/cpp"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        environment = {"PATH": f"{build / 'bin'}:{os.environ['PATH']}", "HOME": name, "LANG": "C.UTF-8"}
        chats = folder / ".local/share/inferwire/chats"
        chats.mkdir(parents=True)
        for chat in ("trip", "other"):
            (chats / f"{chat}.json").write_text('{"version":1,"created":1,"request":{"model":"m","messages":[]}}', "utf-8")
        (folder / "questions.jsonl").touch()
        for shell in (bash, zsh, fish):
            if not shutil.which(shell.__name__):
                print(f"left out: there is no {shell.__name__}")
                continue
            answers = shell(made, environment, folder)
            assert len(answers) == len(LINES), (shell, answers)
            for (line, wanted, unwanted), offered in zip(LINES, answers):
                if not wanted <= offered or unwanted & offered:
                    failed.append(f"{shell.__name__}: {line!r} offers {sorted(offered)}")
            print(f"ok {shell.__name__}: {len(LINES)} lines")


def manual(build, failed):
    help_text = subprocess.run([build / "bin/inferwire", "--help"], text=True, capture_output=True, check=True).stdout
    verbs = re.findall(r"^  ([a-z]+) ", help_text.split("Subcommands:")[1].split("Examples:")[0], re.M)
    assert len(verbs) > 20, verbs
    for page, wanted in (("inferwire.1", [f"inferwire {verb}" for verb in verbs] + ["--temperature", "INFERWIRE_MODEL"]),
                         ("inferwire-server.8", ["--config", "--check-config", "SIGTERM"])):
        path = build / "client/cpp" / page
        if shutil.which("mandoc"):
            done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", path], text=True, capture_output=True, check=False)
            faults = [line for line in done.stdout.splitlines() if "missing date" not in line]
            if faults:
                failed.append(f"{page}: {faults[:5]}")
        else:
            print("left out: there is no mandoc")
        if not shutil.which("man"):
            print("left out: there is no man")
            continue
        done = subprocess.run(["man", "--warnings", "-l", path], text=True, capture_output=True, timeout=LIMIT, check=False,
                              env={**os.environ, "MANWIDTH": "200", "LC_ALL": "C.UTF-8", "PAGER": "cat", "MANPAGER": "cat"})
        shown = re.sub(r".\x08", "", done.stdout)
        if done.returncode != 0 or done.stderr:
            failed.append(f"{page}: man: {done.stderr[:300]}")
        for each in wanted:
            if each not in shown:
                failed.append(f"{page}: lacks {each}")
        print(f"ok {page}: {len(shown.splitlines())} lines")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    failed = []
    completion(build, failed)
    manual(build, failed)
    for each in failed:
        print(f"FAILED {each}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
