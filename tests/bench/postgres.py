"""A PostgreSQL server of the measurement's own, on a unix socket."""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time


class Postgres:
    def __init__(self):
        versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        if not versions:
            sys.exit("PostgreSQL is not installed")
        self.programs = versions[-1].parent
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="inferwire_pg_", dir="/tmp"))  # a socket's path is short
        self.user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        self.run("initdb", "-D", self.folder / "data", "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=",
             "-c", "max_connections=60"], user=self.user, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.url = f"postgresql:///postgres?user=test&host={self.folder}"
        until = time.monotonic() + 30
        while subprocess.run(self.psql("SELECT 1"), capture_output=True, check=False).returncode:
            if time.monotonic() > until:
                sys.exit("PostgreSQL did not start")
            time.sleep(0.05)

    def run(self, program, *arguments):
        subprocess.run([self.programs / program, *arguments], check=True, user=self.user, cwd=self.folder,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def psql(self, statement):
        return ["psql", "-qAtd", self.url, "-c", statement]

    def ask(self, statement):
        return subprocess.run(self.psql(statement), check=True, capture_output=True, text=True).stdout.strip()

    def signal_all(self, what):
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in [pid, *map(int, children)]:
            os.kill(each, what)

    def freeze(self):
        self.signal_all(signal.SIGSTOP)

    def thaw(self):
        self.signal_all(signal.SIGCONT)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
