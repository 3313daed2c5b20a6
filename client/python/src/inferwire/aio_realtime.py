"""A realtime session of the asyncio client: see realtime."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import grpc.aio

from . import v1
from .aio_streams import Reading, Stream
from .errors import cut_short, from_rpc
from .realtime_events import OUTBOX_SIZE, Course, RealtimeEvent, answer_wanted, said, to_message

_AIO: Any = grpc.aio
_EOF = _AIO.EOF  # the published types lack it


class RealtimeSession:
    """Send from any task, and loop over it for what the model answers. `end` is the proper end: the
    loop then runs to `completed`. Leaving the loop, or the block of `async with`, cancels."""

    def __init__(self, start: Callable[[AsyncIterator[v1.ConnectRequest]], Any], first: v1.ConnectRequest) -> None:
        self._course = Course()
        self._changed = asyncio.Event()  # another one after each change
        self._outbox = collections.deque([first])
        self._ended = self._over = False
        self._first: asyncio.Future[Any] | None = None
        self._call = start(self._requests())

    @property
    def started(self) -> v1.UpstreamStarted | None:
        """Once the upstream has taken the session."""
        return self._course.started

    @property
    def completed(self) -> v1.RealtimeCompleted | None:
        """Usage and cost of the whole session, after the loop."""
        return self._course.completed

    async def send(self, event: v1.RealtimeClientEvent | v1.ConnectRequest | bytes | str) -> None:
        """An event, audio (bytes), or an event as JSON text. Waits while the network is behind."""
        message = to_message(event)
        while len(self._outbox) >= OUTBOX_SIZE and not (self._over or self._ended):
            await self._changed.wait()
        if self._over or self._ended:
            raise from_rpc(grpc.StatusCode.CANCELLED, "the session has ended", ())
        self._outbox.append(message)
        self._tell()

    async def say(self, text: str) -> None:
        """The user's words, and the wish for an answer."""
        await self.send(said(text))
        await self.send(answer_wanted())

    async def end(self) -> None:
        """Nothing more is sent. What the model is saying still comes."""
        self._ended = True
        self._tell()

    def cancel(self) -> None:
        """The loop then ends with CANCELLED."""
        self._over = True
        self._tell()
        self._call.cancel()

    def __aiter__(self) -> AsyncIterator[RealtimeEvent]:
        return Reading(self._call, self._read())

    async def _read(self) -> AsyncIterator[RealtimeEvent]:
        try:
            async for message in Stream(_Messages(self._call, self._opened()), lambda message: message, None):
                if self._course.take(message):
                    yield RealtimeEvent(message)
        finally:
            self.cancel()  # without effect on a call that has ended
        if self._course.completed is None:
            raise cut_short()

    async def __aenter__(self) -> RealtimeSession:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cancel()

    def _opened(self) -> asyncio.Future[Any]:
        """The first message, or how the call ended instead."""
        if self._first is None:
            first: asyncio.Future[Any] = asyncio.ensure_future(self._call.read())
            first.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._first = first
        return self._first

    async def _requests(self) -> AsyncIterator[v1.ConnectRequest]:
        yield self._outbox.popleft()
        # grpc.aio would make INTERNAL of a refusal that another message meets on its way.
        await asyncio.wait([self._opened()])
        while True:
            while not (self._outbox or self._over or self._ended):
                await self._changed.wait()
            if self._over or not self._outbox:
                return
            message = self._outbox.popleft()
            self._tell()
            yield message

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class _Messages:
    """What the call brings; somebody else waits for the first message, too."""

    def __init__(self, call: Any, first: asyncio.Future[Any]) -> None:
        self._call = call
        self._first: asyncio.Future[Any] | None = first

    def __aiter__(self) -> _Messages:
        return self

    async def __anext__(self) -> Any:
        first, self._first = self._first, None
        message = await (self._call.read() if first is None else asyncio.shield(first))
        if message is _EOF:
            raise StopAsyncIteration
        return message

    def cancel(self) -> None:
        self._call.cancel()

    def cancelled(self) -> bool:
        return bool(self._call.cancelled())
