"""gRPC's own calls behind the asyncio client's, which interceptors stand before.

Two things are only to be had there. Interceptors may go on waiting for a call that nobody waits for any more: those
of OpenTelemetry do, so that a call that is cancelled would go on to its end, and cost what it costs. And why a call
has ended while its request was still on its way is what its status says: grpc.aio learns two things at once then,
that a message was not sent, and the status. If the first comes first, it makes "INTERNAL: Internal error from Core"
of it and drops the status, e.g. the gateway's refusal of a file that is still going up. There is no public way to
have it otherwise."""

from __future__ import annotations

import contextvars
from typing import Any

_KINDS = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


class Reach:
    """gRPC's calls of whatever is started in `with` it: more than one where an interceptor asks again."""

    def __init__(self) -> None:
        self._calls: list[Any] = []

    def __enter__(self) -> None:
        self._outer = _reach.set(self)

    def __exit__(self, *_: object) -> None:
        _reach.reset(self._outer)

    def add(self, call: Any) -> None:
        self._calls.append(call)

    def cancel(self) -> None:
        for call in self._calls:
            call.cancel()  # without effect on a call that has ended


_reach: contextvars.ContextVar[Reach | None] = contextvars.ContextVar("inferwire_reach", default=None)


class _Last:
    """The interceptor next to gRPC, of all kinds of calls."""

    async def _seen(self, continuation: Any, details: Any, request: Any) -> Any:
        call = keep_status(await continuation(details, request))
        if (reach := _reach.get()) is not None:
            reach.add(call)
        return call

    intercept_unary_unary = intercept_unary_stream = intercept_stream_unary = intercept_stream_stream = _seen


def look_behind(channel: Any) -> None:
    """The interceptors of a channel of grpc.aio, if there are any: its own, or those that instrumentation gave it."""
    for kind in _KINDS:
        if interceptors := getattr(channel, f"_{kind}_interceptors", None):
            interceptors.append(_Last())


class _Call:
    """gRPC's inner call, but for its own opinion of a message that could not be sent: the status follows."""

    def __init__(self, call: Any) -> None:
        self._call = call

    def set_internal_error(self, _text: str) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)


def keep_status(call: Any) -> Any:
    """The call itself."""
    if hasattr(call, "_cython_call") and hasattr(call, "_done_writing_flag"):
        call._cython_call = _Call(call._cython_call)
    return call
