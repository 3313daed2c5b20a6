"""Who takes part: inferwire, the way without any gateway, and other gateways and proxies."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import machine

MOCK_PORT = 18090
LONGEST_START = 60  # seconds


class CannotRun(Exception):
    """Why a contestant cannot take part."""


def wait_for_port(port, process):
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        if process.poll() is not None:
            raise CannotRun(f"ended at once with code {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise CannotRun(f"did not listen within {LONGEST_START} s")


class Process:
    """One process that we started and that we end, by pid."""

    def __init__(self, command, core, port, log, **options):
        self._log = open(log, "w", encoding="utf-8")
        self._process = subprocess.Popen(machine.pinned(core, command), stdout=self._log, stderr=self._log,
                                         **options)
        try:
            wait_for_port(port, self._process)
        except CannotRun:
            self.stop()
            raise

    def pids(self):
        return machine.children(self._process.pid)

    def stop(self):
        for signum in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                self._process.send_signal(signum)
                try:
                    self._process.wait(timeout=3)
                except subprocess.TimeoutExpired:
                    continue
        self._log.close()


class Contestant:
    name = ""
    grpc = False
    port = 0
    path = "/v1/chat/completions"
    headers = ()  # that it wants to see in every request
    core = machine.GATEWAY_CORE  # none: all of them
    environment = {}
    slow = False  # hundreds of streams would take minutes

    def __init__(self, bin_dir, work):
        self.bin, self.work = Path(bin_dir), Path(work)
        self.process = None

    def start(self):
        self.process = Process(self.command(), self.core, self.port,
                               self.work / f"{self.name}.log", cwd=self.work,
                               env={**os.environ, **self.environment})

    def stop(self):
        if self.process:
            self.process.stop()

    def pids(self):
        return self.process.pids()

    def command(self):
        raise NotImplementedError

    def version(self):
        return None

    def target(self):
        return f"http://127.0.0.1:{self.port}{self.path}"

    def write(self, name, text):
        (self.work / name).write_text(text, encoding="utf-8")
        return str(self.work / name)


class Direct(Contestant):
    """No gateway: what the load and the mock cost by themselves."""
    name = "direct"
    port = MOCK_PORT

    def __init__(self, bin_dir, work, mock):
        super().__init__(bin_dir, work)
        self.process = mock

    def start(self):
        pass

    def stop(self):
        pass


class Inferwire(Contestant):
    name, grpc = "inferwire", True

    def __init__(self, bin_dir, work, max_in_flight=8000, loops=1):
        super().__init__(bin_dir, work)
        self.max_in_flight, self.loops = max_in_flight, loops
        # One with other settings may run beside the first.
        self.port = 18051 + (max_in_flight != 8000) + 2 * (loops != 1)
        self.core = machine.GATEWAY_CORE if loops == 1 else None
        if loops != 1:
            self.name = f"inferwire-{loops}"

    def command(self):
        config = self.write(f"inferwire-{self.port}.yaml", f"""\
server: {{listen: "127.0.0.1:{self.port}", admin: "127.0.0.1:{self.port + 100}", loops: {self.loops},
          max_connection_age: 1h}}  # the load does not connect anew
drain: {{connection_wait: 66m}}
limits: {{max_in_flight: {self.max_in_flight}}}
upstreams:
  - {{name: mock, base_url: "http://127.0.0.1:{MOCK_PORT}/v1", allow_plain_http: true, api_key: none}}
""")
        return [str(self.bin / "inferwire-server"), "--config", config]

    def version(self):
        return machine.version_of([str(self.bin / "inferwire-server"), "--version"])

    def target(self):
        return f"127.0.0.1:{self.port}"


class Nginx(Contestant):
    name, port = "nginx", 18080

    def command(self):
        if not shutil.which("nginx"):
            raise CannotRun("nginx is not installed")
        folders = "".join(f"  {kind}_temp_path {self.work}/{kind};\n"
                          for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config = self.write("nginx.conf", f"""\
worker_processes 1; daemon off; pid {self.work}/nginx.pid; error_log {self.work}/nginx.err;
events {{ worker_connections 16384; }}
http {{
  access_log off; client_max_body_size 64m; client_body_buffer_size 2m;
{folders}
  upstream mock {{ server 127.0.0.1:{MOCK_PORT}; keepalive 4096; keepalive_requests 10000000; }}
  server {{
    listen 127.0.0.1:{self.port} backlog=4096; keepalive_requests 10000000;
    location / {{ proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection "";
                 proxy_buffering off; proxy_read_timeout 300s; }}
  }}
}}
""")
        return ["nginx", "-c", config]

    def version(self):
        return machine.version_of(["nginx", "-v"])


class Haproxy(Contestant):
    name, port = "haproxy", 18081

    def command(self):
        if not shutil.which("haproxy"):
            raise CannotRun("haproxy is not installed")
        config = self.write("haproxy.cfg", f"""\
global
  maxconn 9000
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  http-reuse always
  option http-no-delay
frontend in
  bind 127.0.0.1:{self.port}
  default_backend mock
backend mock
  server mock 127.0.0.1:{MOCK_PORT}
""")
        return ["haproxy", "-f", config]

    def version(self):
        return machine.version_of(["haproxy", "-v"])


class Portkey(Contestant):
    """Its lockfile's server library: with what plain npm installs it cannot stream."""
    name, port = "portkey", 18082
    slow = True
    headers = ("Authorization: Bearer sk-bench", "x-portkey-provider: openai",
               f"x-portkey-custom-host: http://127.0.0.1:{MOCK_PORT}/v1")
    package = {"private": True, "dependencies": {"@portkey-ai/gateway": "1.15.2"},
               "overrides": {"@hono/node-server": "1.13.5", "hono": "4.9.7"}}

    def command(self):
        folder = self.work.parent / "portkey"
        server = folder / "node_modules/@portkey-ai/gateway/build/start-server.js"
        if not server.exists():
            if not shutil.which("npm"):
                raise CannotRun("npm is not installed")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "package.json").write_text(json.dumps(self.package), encoding="utf-8")
            run = subprocess.run(["npm", "install", "--no-audit", "--no-fund"],
                                 cwd=folder, capture_output=True, text=True, check=False)
            if run.returncode != 0 or not server.exists():
                raise CannotRun("npm install failed: " + run.stderr.strip()[-200:])
        return ["node", str(server), f"--port={self.port}", "--headless"]

    def version(self):
        return "1.15.2"


class Litellm(Contestant):
    name, port = "litellm", 18083
    slow = True
    headers = ("Authorization: Bearer sk-bench",)
    # It listens on loopback only, and should ask nobody else for prices.
    environment = {"LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
                   "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    package = "litellm[proxy]"

    def command(self):
        folder = self.work.parent / "litellm"
        program = folder / "bin/litellm"
        if not program.exists():
            for step in ([sys.executable, "-m", "venv", str(folder)],
                         [str(folder / "bin/pip"), "install", "--quiet", self.package]):
                run = subprocess.run(step, capture_output=True, text=True, check=False)
                if run.returncode != 0:
                    raise CannotRun("not installed: " + run.stderr.strip()[-200:])
        config = self.write("litellm.yaml", f"""\
model_list:
  - model_name: "*"
    litellm_params: {{model: "openai/*", api_base: "http://127.0.0.1:{MOCK_PORT}/v1", api_key: none}}
litellm_settings: {{telemetry: false}}
""")
        return [str(program), "--config", config, "--host", "127.0.0.1", "--port", str(self.port),
                "--num_workers", "1"]

    def version(self):
        return machine.version_of([str(self.work.parent / "litellm/bin/pip"), "show", "litellm"])


class Bifrost(Contestant):
    name = "bifrost"

    def command(self):
        raise CannotRun("its module github.com/maximhq/bifrost/transports is not in the Go module proxy "
                        "that this machine reaches, and no other registry has it")


class Tensorzero(Contestant):
    name = "tensorzero"

    def command(self):
        raise CannotRun("PyPI has its gateway only embedded in a Python client, without an HTTP server: what "
                        "would be measured is the server around it")


PEERS = {each.name: each for each in (Nginx, Haproxy, Portkey, Litellm, Bifrost, Tensorzero)}
