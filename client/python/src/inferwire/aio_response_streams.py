"""A streamed response for the asyncio client: see response_streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import grpc

from . import v1
from .aio_streams import Stream, Reading
from .answers import ResponseEvent
from .batches import Patience
from .errors import InferwireError, from_rpc
from .reception import Reception, not_resumable

Start = Callable[[v1.StreamResponseRequest, float], Stream[v1.StreamResponseResponse]]


class ResponseStream:
    """Loop over it once; leaving the loop cancels the call (a response in the background goes on at
    the upstream). `text`, `response` and the others say what has come so far."""

    def __init__(self, start: Start, request: v1.StreamResponseRequest, timeout: float,
                 reception: Reception | None = None) -> None:
        self._start, self._timeout = start, timeout
        self._patience = Patience(timeout)
        self._reception = reception or Reception(request)
        self._cancelled = asyncio.Event()
        self._stream = start(request, timeout)

    @property
    def text(self) -> str:
        """The answer's text."""
        return "".join(self._reception.texts)

    @property
    def response(self) -> v1.Response | None:
        """The whole response, once it has ended."""
        return self._reception.response

    @property
    def response_id(self) -> str:
        return self._reception.response_id

    @property
    def last_sequence_number(self) -> int | None:
        """Where to go on: see Client.resume_response."""
        return self._reception.last

    def resume(self) -> ResponseStream:
        """The stream behind the last event that has come, after an error or a loop that was left;
        its `text` begins with what has come before."""
        if not self._reception.can_go_on():
            raise not_resumable()
        self.cancel()
        return ResponseStream(self._start, self._reception.resumption(), self._timeout, self._reception)

    def __aiter__(self) -> AsyncIterator[ResponseEvent]:
        return Reading(self, self._read())

    async def _read(self) -> AsyncIterator[ResponseEvent]:
        while True:
            try:
                async for message in self._stream:
                    self._patience.reset()
                    if self._reception.take(message):
                        yield ResponseEvent(message)
                return
            except InferwireError as error:
                if not self._reception.goes_on_after(error):
                    raise
                await self._pause(self._patience.pause_after(error))
            self._stream = self._start(self._reception.resumption(), self._patience.left(self._timeout))

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._cancelled.wait(), seconds)
        except (TimeoutError, asyncio.TimeoutError):  # two classes before Python 3.11
            return
        raise from_rpc(grpc.StatusCode.CANCELLED, "cancelled by this client", ())

    def cancel(self) -> None:
        """The loop then ends with CANCELLED."""
        self._cancelled.set()
        self._stream.cancel()

    async def __aenter__(self) -> ResponseStream:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cancel()
