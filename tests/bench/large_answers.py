#!/usr/bin/env python3
"""What others notice while embeddings of 33 MB pass through one loop of the gateway.

Chats at a fixed rate, in turns without and with such answers, one after the other all the time; the quantiles of each turn, and
their medians. The upstream of the embeddings has its answer ready.

  python3 tests/bench/large_answers.py --bin build/release/bin [--seconds 10] [--turns 5] [--rate 500] [--list]
"""
import argparse
import base64
import json
import multiprocessing
import pathlib
import random
import socket
import statistics
import struct
import subprocess
import tempfile

from rig import Gateway

INPUTS, NUMBERS = 2048, 3072
CONFIG = """server: {{listen: "127.0.0.1:0", admin: "127.0.0.1:0", loops: 1}}
log: {{calls: false}}
upstreams:
  - {{name: chat, base_url: "http://127.0.0.1:{chat}/v1", allow_plain_http: true, api_key: none, models: ["*"]}}
  - {{name: embed, base_url: "http://127.0.0.1:{embed}/v1", allow_plain_http: true, api_key: none, models: ["embed-only"]}}
"""


def answer(as_list):
    chance = random.Random(1)
    numbers = [chance.gauss(0, 0.02) for _ in range(NUMBERS)]
    vector = numbers if as_list else base64.b64encode(struct.pack(f"<{NUMBERS}f", *numbers)).decode()
    text = json.dumps(vector)
    data = ",".join(f'{{"object":"embedding","index":{i},"embedding":{text}}}' for i in range(INPUTS))
    body = f'{{"object":"list","data":[{data}],"model":"m","usage":{{"prompt_tokens":8,"total_tokens":8}}}}'.encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def serve(listener, body):
    """One connection after the other, one request after the other."""
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as requests:
            try:
                while head := requests.readline():
                    size = 0
                    while (line := requests.readline().lower()) not in (b"\r\n", b""):
                        if line.startswith(b"content-length:"):
                            size = int(line.split(b":")[1])
                    requests.read(size)
                    connection.sendall(body)
            except OSError:
                continue


def chats(options, address, seconds):
    command = [options.bin / "grpc_load", address, "--mode", "unary", "--rate", str(options.rate), "--seconds", str(seconds),
               "--model", "mock-e1"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def turn(options, address, loaded):
    load = None
    if loaded:
        load = subprocess.Popen([options.bin / "embed_load", address, str(options.seconds + 1)], stdout=subprocess.PIPE, text=True)
    result = chats(options, address, options.seconds)
    embeddings = json.loads(load.communicate(timeout=120)[0]) if load else None
    return result["latency_us"], embeddings


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--list", action="store_true", help="the upstream gives lists of numbers: 130 MB")
    options = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0))
    upstream = multiprocessing.Process(target=serve, args=(listener, answer(options.list)), daemon=True)
    upstream.start()
    mock = subprocess.Popen([options.bin / "mock_upstream", "0"], stdout=subprocess.PIPE, text=True)
    port = int(mock.stdout.readline().rsplit(":", 1)[1])
    with tempfile.TemporaryDirectory() as work:
        gateway = Gateway(options.bin, pathlib.Path(work) / "gateway.yaml",
                          CONFIG.format(chat=port, embed=listener.getsockname()[1]))
        try:
            seen = {False: [], True: []}
            turn(options, gateway.address, True)
            for _ in range(options.turns):
                for loaded in (False, True):
                    latency, embeddings = turn(options, gateway.address, loaded)
                    seen[loaded].append(latency)
                    print("with" if loaded else "without", latency, embeddings or "", flush=True)
            print(f"gateway holds {gateway.resident_kib() // 1024} MiB")
        finally:
            gateway.kill()
            mock.terminate()
            upstream.terminate()
    for quantile in ("p50", "p99", "p999", "max"):
        if quantile not in seen[False][0]:
            continue
        without, loaded = (statistics.median(each[quantile] for each in seen[key]) for key in (False, True))
        print(f"{quantile}: {without:.0f} us without, {loaded:.0f} us with: {loaded / without:.2f} x")


if __name__ == "__main__":
    main()
