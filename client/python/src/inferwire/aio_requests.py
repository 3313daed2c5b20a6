"""Calls of the asyncio client whose request is a stream: why the call has ended is what its status says.

When a call ends while a message is on its way, grpc.aio learns two things at once: that the message was not sent,
and the status. If the first comes first, it makes "INTERNAL: Internal error from Core" of it and drops the status,
e.g. the gateway's refusal of a file that is still going up. There is no public way to have it otherwise."""

from __future__ import annotations

import asyncio
from typing import Any

_installing: set[asyncio.Task[None]] = set()


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
    if hasattr(call, "_interceptors_task"):  # what they have made is there in a moment
        task = asyncio.ensure_future(_keep_later(call._interceptors_task))
        _installing.add(task)
        task.add_done_callback(_installing.discard)
    elif hasattr(call, "_cython_call") and hasattr(call, "_done_writing_flag"):
        call._cython_call = _Call(call._cython_call)
    return call


async def _keep_later(made: asyncio.Task[Any]) -> None:
    await asyncio.wait([made])
    if not made.cancelled() and made.exception() is None:
        keep_status(made.result())
