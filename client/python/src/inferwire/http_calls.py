"""Requests of OpenAI's SDK as calls of RawService, and what came of them as HTTP answers. No I/O: shared by
the transports of the blocking and the asyncio SDK."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

import grpc

from . import v1
from .errors import UNREACHABLE, InferwireError, cut_short

#: What an HTTP answer says of its own length and form: the gateway has taken the body out of it.
_FRAMING = frozenset({"content-length", "content-encoding", "transfer-encoding", "connection"})
_WHOLE = ("application/json", "*/*", "")
_FORM_STREAM = re.compile(rb'name="stream"\r\n(?:[^\r\n]+\r\n)*\r\n(?:true|1)\r\n', re.IGNORECASE)
_STATUS = {
    grpc.StatusCode.INVALID_ARGUMENT: 400, grpc.StatusCode.FAILED_PRECONDITION: 400,
    grpc.StatusCode.OUT_OF_RANGE: 400, grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403, grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409, grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429, grpc.StatusCode.CANCELLED: 499,
    grpc.StatusCode.UNIMPLEMENTED: 501, grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}


@dataclasses.dataclass(frozen=True)
class Call:
    http: v1.HttpCall
    options: v1.CallOptions
    timeout: float | None  # seconds; None: the client's own
    streams: bool

    def events_of(self, answer: Answer) -> str:
        """The path whose events the answer's body is; empty: it has none, or tells of an error."""
        kind = next((value for name, value in answer.headers if name == "content-type"), "")
        return self.http.path if answer.status < 400 and kind.startswith("text/event-stream") else ""


@dataclasses.dataclass(frozen=True)
class Answer:
    """The head of an HTTP answer, and its body if that is there already."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""

    def response(self, library: Any, **body: Any) -> Any:
        """As a Response of the library; body: content or stream."""
        headers = [(name.encode(), value.encode()) for name, value in self.headers]  # as text they had to be ASCII
        return library.Response(self.status, headers=headers, **body)


def to_call(request: Any, body: bytes, upstream: str) -> Call:
    """request: of httpx or httpx2."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    parameters = parse_qsl(query, keep_blank_values=True)
    content_type = request.headers.get("content-type", "") if body else ""
    http = v1.HttpCall(
        method=request.method, path=_below_v1(path), content_type=content_type, body=body, upstream=upstream,
        query=[v1.QueryParameter(name=name, value=value) for name, value in parameters])
    options = v1.CallOptions(client_request_id=request.headers.get("x-client-request-id", ""),
                             idempotency_key=request.headers.get("idempotency-key", ""))
    accept = request.headers.get("accept", "").partition(";")[0].strip().lower()
    streams = (accept not in _WHOLE or ("stream", "true") in parameters or _asks_for_stream(content_type, body))
    return Call(http, options, request.extensions.get("timeout", {}).get("read"), streams)


def _below_v1(path: str) -> str:
    """/chat/completions, whatever host and prefix the SDK's base_url has."""
    _, v1_segment, rest = path.partition("/v1/")
    return f"/{rest}" if v1_segment else path


def _asks_for_stream(content_type: str, body: bytes) -> bool:
    if content_type.startswith("multipart/"):
        return _FORM_STREAM.search(body) is not None
    if b'"stream"' not in body:
        return False
    try:
        value = json.loads(body)
    except ValueError:
        return False
    return isinstance(value, dict) and value.get("stream") is True


def whole_answer(response: v1.InvokeResponse) -> Answer:
    headers = _headers(response.headers, response.content_type, response.gateway)
    headers.append(("content-length", str(len(response.body))))
    return Answer(response.http_status, headers, response.body)


def streamed_answer(message: v1.StreamInvokeResponse) -> Answer:
    """Of a stream's first message; the body follows."""
    if not message.HasField("started"):
        raise cut_short()
    started = message.started
    return Answer(started.http_status, _headers(started.headers, started.content_type, started.gateway))


def _headers(given: Iterable[v1.HttpHeader], content_type: str, gateway: v1.GatewayInfo) -> list[tuple[str, str]]:
    headers = [(header.name, header.value) for header in given if header.name not in _FRAMING]
    names = {name for name, _ in headers}
    ours = [("content-type", content_type), ("x-request-id", gateway.request_id)]
    if gateway.HasField("retry_after"):
        ours.append(("retry-after", f"{gateway.retry_after.ToMilliseconds() / 1000:g}"))
    headers += [(name, value) for name, value in ours if value and name not in names]
    headers.append(("x-inferwire-request-id", gateway.request_id))
    if gateway.cost.HasField("total_picousd"):
        headers.append(("x-inferwire-cost-picousd", str(gateway.cost.total_picousd)))
    return headers


def failed_answer(error: InferwireError, library: Any, request: Any) -> Answer:
    """A call that brought no answer, as a server would have answered it. What HTTP has no answer for is raised:
    a server that cannot be reached and one that does not answer in time."""
    if error.code == grpc.StatusCode.DEADLINE_EXCEEDED:
        raise library.ReadTimeout(str(error), request=request) from error
    if error.reason == UNREACHABLE:
        raise library.ConnectError(str(error), request=request) from error
    status = _STATUS.get(error.code, 500)
    if status == 429 and (not error.reason or error.reason.endswith("TOO_LARGE")):
        status = 413
    kind = "invalid_request_error" if status < 500 and status != 429 else "server_error"
    if status == 429:
        kind = "rate_limit_error"
    body = {"error": {"message": str(error), "type": kind, "code": error.reason or error.code.name,
                      "param": error.fields[0].field if error.fields else None}}
    headers = [("content-type", "application/json"), ("x-should-retry", "true" if error.retryable else "false")]
    if error.retry_after is not None:
        headers.append(("retry-after", f"{error.retry_after:g}"))
    if error.request_id:
        headers += [("x-request-id", error.request_id), ("x-inferwire-request-id", error.request_id)]
    return Answer(status, headers, json.dumps(body).encode())


def broken_body(error: InferwireError, sdk: Any, library: Any, request: Any) -> Exception:
    """What a body that was cut raises: the SDK's connection or timeout error. It is the HTTP library's, too, which
    is what SDKs before version 3 let through."""
    in_time = error.code != grpc.StatusCode.DEADLINE_EXCEEDED
    kinds = ("APIConnectionError", "RemoteProtocolError") if in_time else ("APITimeoutError", "ReadTimeout")
    return _broken(getattr(sdk, kinds[0]), getattr(library, kinds[1]))(str(error), request)


@functools.cache
def _broken(of_sdk: type[Exception], of_library: type[Exception]) -> Callable[[str, Any], Exception]:
    def begin(self: Any, message: str, request: Any) -> None:
        Exception.__init__(self, message)
        self.message, self.request, self.body, self.code = message, request, None, None

    made: type[Exception] = type(of_sdk.__name__, (of_sdk, of_library), {"__init__": begin})
    return made


def body_bytes(message: v1.StreamInvokeResponse) -> bytes:
    """What a message adds to the body, as it was on the wire."""
    if not message.HasField("event"):
        return message.body_part
    event = message.event
    lines = [b"event: " + event.event.encode()] if event.event else []
    if event.id:
        lines.append(b"id: " + event.id.encode())
    lines += [b"data: " + line for line in event.data.split(b"\n")]
    return b"\n".join(lines) + b"\n\n"


def library_of(client: type[Any]) -> Any:
    """httpx2, or httpx: what an SDK of this version is made with, by its own class of clients."""
    return sys.modules[next(base.__module__.partition(".")[0] for base in client.__mro__
                            if base.__name__ in ("Client", "AsyncClient"))]


@functools.cache
def stream_class(library: Any, base: str) -> type[Any]:
    """A body that closes what it reads from: of the library's SyncByteStream or AsyncByteStream."""
    return type("Body", (_AsyncBody if base == "AsyncByteStream" else _Body, getattr(library, base)), {})


class _Body:
    def __init__(self, pieces: Any, stream: Any) -> None:
        self._pieces, self._stream = pieces, stream

    def __iter__(self) -> Any:
        return self._pieces

    def close(self) -> None:
        self._stream.cancel()


class _AsyncBody:
    def __init__(self, pieces: Any, stream: Any) -> None:
        self._pieces, self._stream = pieces, stream

    def __aiter__(self) -> Any:
        return self._pieces

    async def aclose(self) -> None:
        self._stream.cancel()


def openai_module() -> Any:
    try:
        import openai
    except ImportError:
        raise ImportError("openai_transport is for OpenAI's SDK: pip install openai") from None
    return openai

