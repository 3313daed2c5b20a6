"""Streams of the asyncio client: one answer in pieces, and many answers on one stream."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import grpc
import grpc.aio

from . import v1
from .errors import InferwireError, cut_short, from_rpc
from .many import Ledger, Progress, cancel_message
from .messages import ManyResult, check_items, to_item, to_result

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")


def error_of(error: grpc.aio.AioRpcError) -> InferwireError:
    return from_rpc(error.code(), error.details(), error.trailing_metadata())


class Stream(Generic[T]):
    """A streamed answer: loop over it once. `async with` cancels at the block's end whatever
    happened; a plain `async for` cancels when it is left."""

    def __init__(self, call: Any, wrap: Callable[..., T], is_last: Callable[..., bool] | None) -> None:
        self._call = call
        self._wrap = wrap
        self._is_last = is_last  # None: it may end with any message

    def __aiter__(self) -> AsyncIterator[T]:
        return Reading(self._call, self._read())

    async def _read(self) -> AsyncIterator[T]:
        is_last = self._is_last
        complete = is_last is None
        try:
            async for message in self._call:
                complete = is_last is None or complete or is_last(message)
                yield self._wrap(message)
        except grpc.aio.AioRpcError as error:
            raise error_of(error) from None
        except asyncio.CancelledError:
            # Of the call, not of the task: a reader learns that as any other status.
            if not self._call.cancelled() or _task_is_cancelled():
                raise
            raise from_rpc(grpc.StatusCode.CANCELLED, "cancelled by this client", ()) from None
        if not complete:
            raise cut_short()

    def cancel(self) -> None:
        """The loop then ends with CANCELLED."""
        self._call.cancel()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._call.cancel()


def _task_is_cancelled() -> bool:
    task = asyncio.current_task()
    cancelling = getattr(task, "cancelling", None)  # Python 3.11
    return cancelling is not None and cancelling() > 0


class Reading:
    """Ends the call as soon as nobody can read on. A generator alone would be closed only later."""

    def __init__(self, call: Any, generator: AsyncIterator[Any]) -> None:
        self._call = call
        self._generator = generator

    def __aiter__(self) -> Reading:
        return self

    def __anext__(self) -> Awaitable[Any]:
        return self._generator.__anext__()

    def __del__(self) -> None:
        self._call.cancel()  # without effect on a call that has ended


class Many:
    """Results as they come: loop over it once. If the stream itself breaks, the error names in
    `unfinished` every item that was sent and not answered."""

    def __init__(self, start: Callable[[Any], Any], first: v1.CompleteManyRequest, items: Any,
                 on_progress: Callable[[Progress], None] | None,
                 on_chunk: Callable[[v1.CompleteManyChunk], None] | None, model: str) -> None:
        check_items(items)
        self._items = items
        self._model = model
        self._on_progress = on_progress
        self._on_chunk = on_chunk
        self._changed = asyncio.Condition()
        self._ledger = Ledger()
        self._outbox = collections.deque([first])
        self._no_more_items = False
        self._producer_error: BaseException | None = None
        self._call = start(self._requests())

    @property
    def progress(self) -> Progress:
        return self._ledger.progress

    @property
    def summary(self) -> v1.CompleteManySummary | None:
        """The server's own count, after the loop."""
        return self._ledger.summary

    async def cancel_item(self, item_id: str) -> None:
        """The item's result will be CANCELLED, unless it was answered already."""
        async with self._changed:
            if self._ledger.knows(item_id):
                self._outbox.append(cancel_message(item_id))
                self._changed.notify_all()

    def cancel(self) -> None:
        self._call.cancel()

    async def __aenter__(self) -> Many:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._call.cancel()

    def __aiter__(self) -> AsyncIterator[ManyResult]:
        return Reading(self._call, self._results())

    async def _results(self) -> AsyncIterator[ManyResult]:
        feeder = asyncio.ensure_future(self._feed())
        try:
            async for message in self._call:
                if result := await self._on_message(message):
                    yield result
        except grpc.aio.AioRpcError as error:
            failure = error_of(error)
            failure.unfinished = self._ledger.unfinished()
            raise failure from None
        except asyncio.CancelledError:
            if self._producer_error is not None:
                raise self._producer_error from None
            if not self._call.cancelled() or _task_is_cancelled():
                raise
            failure = from_rpc(grpc.StatusCode.CANCELLED, "cancelled by this client", ())
            failure.unfinished = self._ledger.unfinished()
            raise failure from None
        finally:
            feeder.cancel()
            self._call.cancel()
        if self._ledger.summary is None:
            failure = cut_short()
            failure.unfinished = self._ledger.unfinished()
            raise failure

    async def _on_message(self, message: v1.CompleteManyResponse) -> ManyResult | None:
        event = message.WhichOneof("event")
        async with self._changed:
            if event == "ready":
                self._ledger.on_ready(message.ready)
            elif event == "result":
                self._ledger.on_result(message.result)
            elif event == "summary":
                self._ledger.summary = message.summary
            self._changed.notify_all()
        if event == "chunk" and self._on_chunk:
            self._on_chunk(message.chunk)
        if event != "result":
            return None
        if self._on_progress:
            self._on_progress(self._ledger.progress)
        return to_result(message.result)

    async def _feed(self) -> None:
        try:
            values = async_items(self._items)
            position = 0
            while True:
                async with self._changed:
                    await self._changed.wait_for(self._ledger.may_send)
                value = await anext(values, None)
                if value is None:
                    break
                item = to_item(value, position, self._model)
                position += 1
                async with self._changed:
                    self._ledger.on_sent(item.item_id)
                    self._outbox.append(v1.CompleteManyRequest(item=item))
                    self._changed.notify_all()
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever loops over the results
            self._producer_error = error
            self._call.cancel()
        async with self._changed:
            self._no_more_items = True
            self._changed.notify_all()

    async def _requests(self) -> AsyncIterator[v1.CompleteManyRequest]:
        def all_answered() -> bool:
            # Half-closing only after the last answer keeps the way for cancels open.
            return self._no_more_items and self._ledger.idle()

        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._outbox or all_answered())
                if not self._outbox:
                    return
                message = self._outbox.popleft()
            yield message


async def async_items(items: Any) -> AsyncIterator[Any]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
