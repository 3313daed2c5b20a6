"""A PostgreSQL server of the measurement's own, on a unix socket, or on 127.0.0.1 with TLS."""
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from rig import free_port


class Postgres:
    def __init__(self, tls=False):
        versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        if not versions:
            sys.exit("PostgreSQL is not installed")
        self.programs = versions[-1].parent
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="inferwire_pg_", dir="/tmp"))  # a socket's path is short
        self.user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        self.run(self.programs / "initdb", "-D", self.folder / "data", "-U", "test", "-A", "trust", "-E", "UTF8",
                 "--locale=C")
        self.options = ["-k", self.folder, "-c", "listen_addresses=", "-c", "max_connections=60"]
        self.url = f"postgresql:///postgres?user=test&host={self.folder}"
        if tls:
            self.speak_tls()
        self.start()

    def speak_tls(self):
        """On 127.0.0.1 only, for who asks for localhost and trusts a certificate made just now."""
        certificate, key, port = self.folder / "server.crt", self.folder / "server.key", free_port()
        self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
                 "-out", certificate)
        (self.folder / "data/pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 trust\n")
        self.options += ["-c", "listen_addresses=127.0.0.1", "-p", str(port), "-c", "ssl=on",
                         "-c", f"ssl_cert_file={certificate}", "-c", f"ssl_key_file={key}"]
        self.url = (f"postgresql:///postgres?user=test&host=localhost&hostaddr=127.0.0.1&port={port}"
                    f"&sslmode=verify-full&sslrootcert={certificate}")

    def start(self):
        command = [self.programs / "postgres", "-D", self.folder / "data", *self.options]
        self.process = subprocess.Popen(command, user=self.user, cwd=self.folder, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while subprocess.run(self.psql("SELECT 1"), capture_output=True, check=False).returncode:
            if time.monotonic() > until:
                sys.exit("PostgreSQL did not start")
            time.sleep(0.05)

    def run(self, program, *arguments):
        subprocess.run([program, *arguments], check=True, user=self.user, cwd=self.folder,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def psql(self, statement):
        return ["psql", "-qAtd", self.url, "-c", statement]

    def ask(self, statement):
        return subprocess.run(self.psql(statement), check=True, capture_output=True, text=True).stdout.strip()

    def tls_versions(self):
        """Of the connections that others have; "" is one without TLS."""
        asked = self.ask("SELECT DISTINCT coalesce(version, '') FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                         "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
        return asked.split("\n")

    def signal_all(self, what):
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in [pid, *map(int, children)]:
            try:
                os.kill(each, what)
            except ProcessLookupError:
                pass  # it has ended just now

    def freeze(self):
        self.signal_all(signal.SIGSTOP)

    def thaw(self):
        if self.process.poll() is None:
            self.signal_all(signal.SIGCONT)

    def kill(self):
        """All of its processes at once, as a machine dies."""
        self.signal_all(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
