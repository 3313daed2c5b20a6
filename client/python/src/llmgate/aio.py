"""The client for asyncio: the same calls, awaited.

    async with llmgate.aio.Client("dns:///llmgate:50051") as client:
        print(await client.complete("Why is the sky blue?"))
        async for event in client.stream("Tell me a story."):
            print(event.text, end="", flush=True)
"""

from __future__ import annotations

import asyncio
import collections
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from typing import Generic, TypeVar, overload

import grpc
import grpc.aio

from . import v1
from .channel import Options, call_metadata, open_channel
from .client import Metadata
from .errors import LlmgateError, cut_short, from_rpc
from .many import Ledger, Progress, cancel_message, config_message
from .messages import (DEFAULT_MODEL, HEALTH_METHOD, Event, ManyResult, health_request,
                       health_status, is_last_event, is_last_part, text_of, to_item, to_request,
                       to_result)
from .v1 import chat_service_pb2_grpc, raw_service_pb2_grpc

T = TypeVar("T")


def error_of(error: grpc.aio.AioRpcError) -> LlmgateError:
    return from_rpc(error.code(), error.details(), error.trailing_metadata())


class Client:
    """Takes the members of llmgate.Options. Belongs to one event loop."""

    def __init__(self, target: str = Options.target, **options) -> None:
        self._options = Options(target=target, **options)
        self._channel = open_channel(self._options, grpc.aio)
        self._chat = chat_service_pb2_grpc.ChatServiceStub(self._channel)
        self._raw = raw_service_pb2_grpc.RawServiceStub(self._channel)

    async def close(self) -> None:
        """Cancels what is running."""
        await self._channel.close()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_) -> None:
        await self.close()

    @overload
    async def complete(self, request: str, *, model: str = ..., timeout: float | None = ...,
                       metadata: Metadata = ...) -> str: ...

    @overload
    async def complete(self, request: v1.CompleteRequest | v1.ChatCompletionParams, *,
                       timeout: float | None = ...,
                       metadata: Metadata = ...) -> v1.CompleteResponse: ...

    async def complete(self, request, *, model=DEFAULT_MODEL, timeout=None, metadata=()):
        """Text in, text out; or the typed request in, the typed response out. Cancelling the task
        cancels the call, here and upstream."""
        response = await self._unary(
            self._chat.Complete, to_request(v1.CompleteRequest, request, model), timeout, metadata)
        return text_of(response.completion) if isinstance(request, str) else response

    def stream(self, request: str | v1.ChatCompletionParams | v1.StreamCompleteRequest, *,
               model: str = DEFAULT_MODEL, timeout: float | None = None,
               metadata: Metadata = ()) -> Stream[Event]:
        """Leaving the loop cancels the call, here and upstream. A stream that was cut raises."""
        call = self._start(self._chat.StreamComplete,
                           to_request(v1.StreamCompleteRequest, request, model), timeout, metadata)
        return Stream(call, Event, is_last_event)

    def complete_many(self, items: Iterable | AsyncIterable, *, max_in_flight: int = 0,
                      stream_chunks: bool = False, default_options: v1.CallOptions | None = None,
                      on_progress: Callable[[Progress], None] | None = None,
                      on_chunk: Callable[[v1.CompleteManyChunk], None] | None = None,
                      timeout: float | None = None, metadata: Metadata = ()) -> Many:
        """Any number of requests on one stream; loop over the results, which come as they end.
        Each item is asked for only when it may be sent."""
        first = config_message(max_in_flight, stream_chunks, default_options)
        return Many(lambda requests: self._start(self._chat.CompleteMany, requests, timeout,
                                                 metadata),
                    first, items, on_progress, on_chunk)

    async def invoke(self, call: v1.HttpCall, *, options: v1.CallOptions | None = None,
                     timeout: float | None = None, metadata: Metadata = ()) -> v1.InvokeResponse:
        """Any path that the server allows. An HTTP error status is a value here, not an error."""
        return await self._unary(self._raw.Invoke, v1.InvokeRequest(call=call, options=options),
                                 timeout, metadata)

    def stream_invoke(self, call: v1.HttpCall, *, options: v1.CallOptions | None = None,
                      timeout: float | None = None,
                      metadata: Metadata = ()) -> Stream[v1.StreamInvokeResponse]:
        started = self._start(self._raw.StreamInvoke,
                              v1.StreamInvokeRequest(call=call, options=options), timeout, metadata)
        return Stream(started, lambda message: message, is_last_part)

    async def health(self, service: str = "", *, timeout: float | None = None) -> str:
        """SERVING, NOT_SERVING or SERVICE_UNKNOWN; "" asks for the server as a whole."""
        check = self._channel.unary_unary(HEALTH_METHOD, request_serializer=health_request,
                                          response_deserializer=health_status)
        try:
            return await self._unary(check, service, timeout or self._options.read_timeout, ())
        except LlmgateError as error:
            if error.code == grpc.StatusCode.NOT_FOUND:
                return "SERVICE_UNKNOWN"
            raise

    def _start(self, method, request, timeout: float | None, metadata: Metadata):
        return method(request, timeout=self._options.timeout if timeout is None else timeout,
                      metadata=call_metadata(self._options, metadata))

    async def _unary(self, method, request, timeout, metadata):
        try:
            return await self._start(method, request, timeout, metadata)
        except grpc.aio.AioRpcError as error:
            raise error_of(error) from None


class Stream(Generic[T]):
    """A streamed answer: loop over it once. `async with` cancels at the block's end whatever
    happened; a plain `async for` cancels when it is left."""

    def __init__(self, call, wrap: Callable[..., T], is_last: Callable[..., bool]) -> None:
        self._call = call
        self._wrap = wrap
        self._is_last = is_last

    def __aiter__(self) -> AsyncIterator[T]:
        return _Reading(self._call, self._read())

    async def _read(self) -> AsyncIterator[T]:
        complete = False
        try:
            async for message in self._call:
                complete = complete or self._is_last(message)
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

    async def __aenter__(self) -> Stream[T]:
        return self

    async def __aexit__(self, *_) -> None:
        self._call.cancel()


def _task_is_cancelled() -> bool:
    task = asyncio.current_task()
    cancelling = getattr(task, "cancelling", None)  # Python 3.11
    return cancelling is not None and cancelling() > 0


class _Reading:
    """Ends the call as soon as nobody can read on. A generator alone would be closed only later."""

    def __init__(self, call, generator) -> None:
        self._call = call
        self._generator = generator

    def __aiter__(self):
        return self

    def __anext__(self):
        return self._generator.__anext__()

    def __del__(self) -> None:
        self._call.cancel()  # without effect on a call that has ended


class Many:
    """Results as they come: loop over it once. If the stream itself breaks, the error names in
    `unfinished` every item that was sent and not answered."""

    def __init__(self, start, first, items, on_progress, on_chunk) -> None:
        self._items = items
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

    async def __aexit__(self, *_) -> None:
        self._call.cancel()

    def __aiter__(self) -> AsyncIterator[ManyResult]:
        return _Reading(self._call, self._results())

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
            values = _async_items(self._items)
            position = 0
            while True:
                async with self._changed:
                    await self._changed.wait_for(self._ledger.may_send)
                value = await anext(values, None)
                if value is None:
                    break
                item = to_item(value, position)
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


async def _async_items(items) -> AsyncIterator:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
