"""An upstream that remembers what it did with every request: answered, refused, failed, or left unknown.

Speaks as much of OpenAI's HTTP API as chat completions need, and fails as it is told."""
import asyncio
import json
import random
import threading
import time

# What became of a request, as far as its sender may know.
ANSWERED, REFUSED, FAILED, UNKNOWN = "answered", "refused", "failed", "unknown"
TEXT = ["An ", "answer ", "of ", "four."]
FAULTS = ("overloaded", "limited", "failed", "error_in_200", "bad_gateway", "reset", "stall", "page", "half", "cut")


def error(kind, code=None):
    return json.dumps({"error": {"message": f"{kind} on purpose", "type": kind, "code": code, "param": None}}).encode()


def chunk(delta, finish=None):
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4.1-mini",
                                   "choices": [choice]}).encode() + b"\n\n"


class Bucket:
    """A key's requests per second, of which it holds those of two seconds."""

    def __init__(self, per_second):
        self.per_second, self.level, self.at = per_second, 2 * per_second, time.monotonic()

    def take(self):
        now = time.monotonic()
        self.level = min(2 * self.per_second, self.level + (now - self.at) * self.per_second)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True

    def headers(self):
        return {"x-ratelimit-limit-requests": int(self.per_second * 60), "x-ratelimit-remaining-requests": int(self.level),
                "x-ratelimit-reset-requests": f"{(2 * self.per_second - self.level) / self.per_second:.3f}s"}


class Connection(asyncio.Protocol):
    def __init__(self, witness):
        self.witness, self.buffer = witness, b""

    def connection_made(self, transport):
        self.transport = transport
        self.witness.open.add(self)

    def connection_lost(self, _):
        self.witness.open.discard(self)

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            lines = self.buffer[:end].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            length = int(headers.get("content-length", 0))
            if len(self.buffer) < end + 4 + length:
                return
            body = self.buffer[end + 4:end + 4 + length]
            self.buffer = self.buffer[end + 4 + length:]
            asyncio.ensure_future(self.witness.serve(self, headers, json.loads(body)))

    def answer(self, status, body, headers=(), content_type="application/json", length=None):
        head = [f"HTTP/1.1 {status} X", f"content-type: {content_type}", f"content-length: {length or len(body)}"]
        head += [f"{name}: {value}" for name, value in dict(headers).items()]
        self.transport.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)


class Witness:
    """thaw and kill are what a rig ends its upstreams with."""

    def __init__(self, name, key="api_key: none", keys=None):
        self.name, self.key, self.keys = name, key, keys or {}  # keys: secret -> Bucket
        self.revoked = set()
        self.fault, self.probability = None, 0.0
        self.log = []  # (request id, when, [what became of it])
        self.deaths = []
        self.open = set()
        self.dice = random.Random(name)
        self.server, self.port = None, 0
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.start()

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def start(self):
        async def listen():
            self.server = await self.loop.create_server(lambda: Connection(self), "127.0.0.1", self.port,
                                                        reuse_address=True)
            self.port = self.server.sockets[0].getsockname()[1]
        self.call(listen())

    def kill(self):
        async def die():
            self.deaths.append(time.monotonic())
            self.server.close()
            for each in list(self.open):
                each.transport.abort()
        self.call(die())

    def thaw(self):
        self.fault = None

    async def serve(self, connection, headers, body):
        fate = [UNKNOWN]
        self.log.append((headers.get("x-client-request-id", ""), time.monotonic(), fate))
        bucket = self.keys.get(headers.get("authorization", "").removeprefix("Bearer "))
        limits = bucket.headers() if bucket else {}
        if self.keys and (bucket is None or headers["authorization"].removeprefix("Bearer ") in self.revoked):
            fate[0] = REFUSED
            return connection.answer(401, error("invalid_request_error", "invalid_api_key"))
        if bucket and not bucket.take():
            fate[0] = REFUSED
            return connection.answer(429, error("requests", "rate_limit_exceeded"), {**bucket.headers(), "retry-after": 1})
        if self.fault and self.dice.random() < self.probability:
            return await self.fail(connection, fate, body.get("stream", False))
        await asyncio.sleep(self.dice.random() * 0.05)
        if body.get("stream"):
            await self.stream(connection, limits)
        else:
            connection.answer(200, self.completion(), limits)
        if not connection.transport.is_closing():
            fate[0] = ANSWERED

    async def fail(self, connection, fate, is_stream):
        what = self.fault
        if what == "overloaded":
            fate[0] = REFUSED
            connection.answer(503, error("service_unavailable_error"), {"retry-after": 0})
        elif what == "limited":
            fate[0] = REFUSED
            connection.answer(429, error("requests", "rate_limit_exceeded"), {"retry-after": 1})
        elif what == "failed":
            fate[0] = FAILED
            connection.answer(500, error("server_error"))
        elif what == "error_in_200":
            fate[0] = FAILED
            connection.answer(200, error("server_error"))
        elif what == "bad_gateway":
            connection.answer(502, b"<html>502</html>", content_type="text/html")
        elif what == "page":
            connection.answer(200, b"<html>hello</html>", content_type="text/html")
        elif what == "half":
            body = self.completion()
            connection.answer(200, body[:len(body) // 2])
        elif what == "cut" and is_stream:
            connection.transport.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" +
                                       chunk({"role": "assistant"}) + chunk({"content": TEXT[0]}))
            await asyncio.sleep(0.01)
            connection.transport.abort()
        elif what == "stall":
            pass  # until the other side has enough
        else:
            connection.transport.abort()

    @staticmethod
    def completion():
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "".join(TEXT)}}
        return json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "gpt-4.1-mini", "choices": [choice],
                           "usage": {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9}}).encode()

    async def stream(self, connection, limits):
        def send(data):
            connection.transport.write(b"%x\r\n%s\r\n" % (len(data), data))

        head = ["HTTP/1.1 200 OK", "content-type: text/event-stream", "transfer-encoding: chunked"]
        head += [f"{name}: {value}" for name, value in limits.items()]
        connection.transport.write("\r\n".join(head).encode() + b"\r\n\r\n")
        send(chunk({"role": "assistant", "content": ""}))
        for text in TEXT:
            await asyncio.sleep(0.005)
            send(chunk({"content": text}))
        send(chunk({}, "stop"))
        usage = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4.1-mini", "choices": [],
                 "usage": {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9}}
        send(b"data: " + json.dumps(usage).encode() + b"\n\ndata: [DONE]\n\n")
        connection.transport.write(b"0\r\n\r\n")
