#!/usr/bin/env python3
"""What people look at and load gRPC servers with, against the real server on our own wire and its
simulator: grpcurl, ghz, grpc-health-probe and buf curl, in plain text and by TLS.

Usage: tools_test.py PROGRAMS BUILD_FOLDER
"""
import json
import pathlib
import subprocess
import sys
import unittest

from tools import ROOT, tools

sys.path.insert(0, str(ROOT / "tests" / "clients"))
import world  # noqa: E402

CHAT = "inferwire.v1.ChatService"
PROMPT = "one two three"
REQUEST = json.dumps({"params": {"model": "gpt-4.1-mini+echo",
                                 "messages": [{"role": "ROLE_USER", "content": PROMPT}]}})
BAD_REQUEST = json.dumps({"params": {"model": "gpt-4.1-mini"}})  # without a message
SERVER = "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1, reflection: true}\n"
world.SERVERS["seen"] = SERVER
world.SERVERS["seen_by_tls"] = SERVER + "tls: {certificate: server.pem, key: server.key}\n"


def run(*command, fails: bool = False) -> str:
    """What the command prints; it has to end well, or badly where it fails."""
    done = subprocess.run([str(part) for part in command], text=True, check=False, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if (done.returncode != 0) != fails:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def documents(text: str) -> list:
    """JSON documents, one after the other."""
    found, decoder = [], json.JSONDecoder()
    while text := text.strip():
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


def streamed(text: str) -> str:
    """What a stream says, chunk by chunk. Its last event has to say that it is complete."""
    events = documents(text)
    assert "completed" in events[-1], events[-1]
    choices = [choice for event in events for choice in event.get("chunk", {}).get("choices", [])]
    return "".join(choice.get("delta", {}).get("content", "") for choice in choices)


def completed(text: str) -> str:
    return json.loads(text)["completion"]["choices"][0]["message"]["content"]


class Tools(unittest.TestCase):
    programs: pathlib.Path
    build: pathlib.Path

    @classmethod
    def setUpClass(cls):
        cls.tools = tools()
        cls.world = world.World(cls.programs, cls.build / "interop")
        cls.addClassCleanup(cls.world.__exit__)
        cls.ca = cls.world.folder / "ca.pem"

    def servers(self):
        """Each server's address, and whether it is by TLS."""
        return [(self.world.target("seen"), False), (self.world.target("seen_by_tls"), True)]

    def test_grpcurl_lists_describes_and_calls(self):
        for address, tls in self.servers():
            grpcurl = [self.tools / "grpcurl", *(["-cacert", self.ca] if tls else ["-plaintext"])]
            listed = run(*grpcurl, address, "list").split()
            self.assertLessEqual({CHAT, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                                  "grpc.reflection.v1alpha.ServerReflection"}, set(listed))
            for service in listed:
                self.assertIn("rpc ", run(*grpcurl, address, "describe", service))
            self.assertIn("message ChatCompletionParams",
                          run(*grpcurl, address, "describe", "inferwire.v1.ChatCompletionParams"))
            answer = run(*grpcurl, "-d", REQUEST, address, f"{CHAT}/Complete")
            self.assertEqual(completed(answer), PROMPT)
            answers = run(*grpcurl, "-d", REQUEST, address, f"{CHAT}/StreamComplete")
            self.assertEqual(streamed(answers), PROMPT)
            items = [{"item": {"itemId": str(i)} | json.loads(REQUEST)} for i in range(3)]
            many = "".join(json.dumps(message) for message in [{"config": {}}, *items])
            answers = documents(run(*grpcurl, "-d", many, address, f"{CHAT}/CompleteMany"))
            self.assertEqual({answer["result"]["itemId"] for answer in answers if "result" in answer},
                             {"0", "1", "2"})
            error = run(*grpcurl, "-d", BAD_REQUEST, address, f"{CHAT}/Complete", fails=True)
            self.assertIn("Code: InvalidArgument", error)
            self.assertIn("google.rpc.ErrorInfo", error)  # the details, which it finds by reflection

    def test_ghz_loads_it(self):
        for address, tls in self.servers():
            ghz = [self.tools / "ghz", *(["--cacert", self.ca] if tls else ["--insecure"]),
                   "--format", "json", "-n", "500", "-c", "20", "-d", REQUEST]
            for method in ("Complete", "StreamComplete"):
                for more in ([], ["--enable-compression"], ["--connections", "5"]):
                    report = json.loads(run(*ghz, *more, "--call", f"{CHAT}.{method}", address))
                    self.assertEqual(report["statusCodeDistribution"], {"OK": 500}, (method, more))

    def test_grpc_health_probe_finds_it_serving(self):
        for address, tls in self.servers():
            probe = [self.tools / "grpc-health-probe", f"-addr={address}",
                     *(["-tls", f"-tls-ca-cert={self.ca}"] if tls else [])]
            self.assertIn("SERVING", run(*probe))
            self.assertIn("SERVING", run(*probe, f"-service={CHAT}"))
            self.assertIn("NotFound", run(*probe, "-service=no.such.Service", fails=True))

    def test_buf_curl_lists_and_calls(self):
        got = subprocess.run([ROOT / "tests" / "proto" / "buf.sh", self.build / "buf"], text=True,
                             check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if got.returncode == 77:
            self.skipTest(got.stderr.strip())
        for address, tls in self.servers():
            url = f"{'https' if tls else 'http'}://{address}"
            way = ["--cacert", self.ca] if tls else ["--http2-prior-knowledge"]
            curl = [got.stdout.strip(), "curl", "--protocol", "grpc", *way]
            self.assertIn(f"{CHAT}/StreamComplete", run(*curl, "--list-methods", url))
            for reflection in ("grpc-v1", "grpc-v1alpha"):
                call = [*curl, "--reflect-protocol", reflection, "--data", REQUEST]
                self.assertEqual(completed(run(*call, f"{url}/{CHAT}/Complete")), PROMPT)
                self.assertEqual(streamed(run(*call, f"{url}/{CHAT}/StreamComplete")), PROMPT)


if __name__ == "__main__":
    Tools.build = pathlib.Path(sys.argv.pop()).resolve()
    Tools.programs = pathlib.Path(sys.argv.pop()).resolve()
    unittest.main(verbosity=2)
