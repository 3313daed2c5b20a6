"""The client for asyncio: the same calls, awaited.

    async with inferwire.aio.Client("dns:///inferwire:50051") as client:
        print(await client.complete("Why is the sky blue?"))
        async for event in client.stream("Tell me a story."):
            print(event.text, end="", flush=True)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio

from . import v1
from .aio_chats import Chats
from .aio_files import Files
from .aio_grpc_calls import Reach, keep_status
from .aio_services import Services
from .aio_streams import Many, Stream, async_items, error_of
from .batch_items import BatchInput, Items
from .batches import BatchItemResult, Patience, is_last_change, is_last_result, to_item_result
from .channel import LongRequests, Metadata, MoreOptions, Options, call_metadata, open_channel
from .chat import Message, params_of
from .errors import InferwireError, client_closed
from .many import Progress, config_message
from .messages import HEALTH_METHOD, check_items, health_request, health_status, is_last_part
from .openai_async import openai_transport
from .v1 import (batches_service_pb2_grpc, models_service_pb2_grpc, raw_service_pb2_grpc,
                 routes_service_pb2_grpc, usage_service_pb2_grpc)

if TYPE_CHECKING:
    from typing_extensions import Unpack


__all__ = ["Client", "openai_transport"]


class Client(Chats, Files, Services):
    """Takes the members of inferwire.Options. Belongs to one event loop."""

    def __init__(self, target: str | None = None, **options: Unpack[MoreOptions]) -> None:
        self._options = Options(target=target, **options)
        self._channel, self._target = open_channel(self._options, grpc.aio)
        self._long_requests = LongRequests(self._options, grpc.aio)
        self._closed = False
        self._raw = raw_service_pb2_grpc.RawServiceStub(self._channel)
        self._batches = batches_service_pb2_grpc.BatchesServiceStub(self._channel)
        self._models = models_service_pb2_grpc.ModelsServiceStub(self._channel)
        self._routes = routes_service_pb2_grpc.RoutesServiceStub(self._channel)
        self._usage = usage_service_pb2_grpc.UsageServiceStub(self._channel)

    @property
    def target(self) -> str:
        """Where the calls go, as gRPC is told."""
        return self._target

    async def close(self) -> None:
        """Cancels what is running; later calls raise CLIENT_CLOSED."""
        self._closed = True
        for channel in [self._channel, *self._long_requests.close()]:
            await channel.close()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def complete_many(self, items: Iterable[Any] | AsyncIterable[Any], *, max_in_flight: int = 0,
                      stream_chunks: bool = False, default_options: v1.CallOptions | None = None,
                      on_progress: Callable[[Progress], None] | None = None,
                      on_chunk: Callable[[v1.CompleteManyChunk], None] | None = None,
                      timeout: float | None = None, metadata: Metadata = ()) -> Many:
        """Any number of requests on one stream; loop over the results, which come as they end.
        Each item is asked for only when it may be sent."""
        first = config_message(max_in_flight, stream_chunks, default_options)
        return Many(lambda requests: self._start(self._chat.CompleteMany, requests, timeout,
                                                 metadata),
                    first, items, on_progress, on_chunk, self._options.model)

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

    async def create_batch(self, items: Iterable[BatchInput] | AsyncIterable[BatchInput],
                           header: v1.BatchHeader | None = None, *,
                           timeout: float | None = None) -> v1.CreateBatchResponse:
        """See inferwire.Client.create_batch."""
        check_items(items)
        stub = batches_service_pb2_grpc.BatchesServiceStub(self._long_requests.channel())
        failure: list[Exception] = []

        async def guarded() -> AsyncIterator[v1.CreateBatchRequest]:
            try:
                made = Items(header, self._options.model)
                yield v1.CreateBatchRequest(header=made.header)
                async for item in async_items(items):
                    yield v1.CreateBatchRequest(item=made.make(item))
            except Exception as error:
                failure.append(error)  # gRPC would only log it
                raise

        try:
            return await self._unary(stub.CreateBatch, guarded(), timeout, ())
        except (InferwireError, asyncio.CancelledError):
            if failure:
                raise failure[0] from None
            raise

    async def get_batch(self, batch_id: str) -> v1.Batch:
        return (await self._read(self._batches.GetBatch,
                                 v1.GetBatchRequest(batch_id=batch_id))).batch

    def list_batches(self) -> AsyncIterator[v1.Batch]:
        """The youngest first, page after page."""
        return self._pages(self._batches.ListBatches, v1.ListBatchesRequest(), "batches")

    async def cancel_batch(self, batch_id: str) -> v1.Batch:
        """Items that are done keep their results."""
        return (await self._read(self._batches.CancelBatch,
                                 v1.CancelBatchRequest(batch_id=batch_id))).batch

    async def delete_batch(self, batch_id: str) -> None:
        """Of a batch that has ended: its items, its results, and its files at the upstream."""
        await self._read(self._batches.DeleteBatch, v1.DeleteBatchRequest(batch_id=batch_id))

    async def watch_batch(self, batch_id: str, *,
                          timeout: float | None = None) -> AsyncIterator[v1.Batch]:
        """The batch as it is, then at each change, until it has ended. timeout: for all of it."""
        def start(patience: Patience) -> Stream[v1.WatchBatchResponse]:
            return Stream(self._start(self._batches.WatchBatch,
                                      v1.WatchBatchRequest(batch_id=batch_id),
                                      patience.left(self._options.timeout), ()),
                          lambda message: message, is_last_change)

        async for message in self._patiently(start, timeout):
            if message.HasField("batch"):
                yield message.batch

    async def batch_results(self, batch_id: str, *, offset: int = 0, follow: bool = True,
                            timeout: float | None = None) -> AsyncIterator[BatchItemResult]:
        """Each result exactly once, from `offset` on (a result's message.next_offset). With follow
        it stays until the batch has ended. timeout: for all of it."""
        def start(patience: Patience) -> Stream[v1.StreamBatchResultsResponse]:
            request = v1.StreamBatchResultsRequest(batch_id=batch_id, offset=offset, follow=follow)
            return Stream(self._start(self._batches.StreamBatchResults, request,
                                      patience.left(self._options.timeout), ()),
                          lambda message: message, is_last_result)

        async for message in self._patiently(start, timeout):
            if message.HasField("result"):
                offset = message.result.next_offset
                yield to_item_result(message.result)

    def list_models(self, filter: str = "", order_by: str = "") -> AsyncIterator[v1.Model]:
        """Page after page. filter and order_by: see ListModelsRequest."""
        request = v1.ListModelsRequest(filter=filter, order_by=order_by)
        return self._pages(self._models.ListModels, request, "models")

    async def get_model(self, model_id: str) -> v1.GetModelResponse:
        """By id, snapshot or alias."""
        return await self._read(self._models.GetModel, v1.GetModelRequest(model_id=model_id))

    async def compare_models(self, model_ids: Iterable[str],
                             workload: v1.Workload | None = None) -> v1.CompareModelsResponse:
        return await self._read(self._models.CompareModels,
                                v1.CompareModelsRequest(model_ids=model_ids, workload=workload))

    async def estimate(self, request: str | Sequence[Message] | v1.ChatCompletionParams, *,
                       model: str | None = None, batch: bool = False) -> v1.EstimateResponse:
        """Counts, prices and checks a request; sends nothing."""
        params = params_of(request, model or self._options.model)
        return await self._read(self._models.Estimate,
                                v1.EstimateRequest(params=params, batch=batch))

    async def list_routes(self, name: str = "") -> v1.ListRoutesResponse:
        """One route, or all, with how their targets are."""
        return await self._read(self._routes.ListRoutes, v1.ListRoutesRequest(name=name))

    async def explain_route(self, request: str | Sequence[Message] | v1.ChatCompletionParams, *,
                            model: str | None = None,
                            route: v1.RoutePreferences | None = None) -> v1.ExplainRouteResponse:
        """Where a request would go now, and why; sends nothing."""
        params = params_of(request, model or self._options.model)
        return await self._read(self._routes.ExplainRoute, v1.ExplainRouteRequest(
            params=params, options=v1.CallOptions(route=route)))

    async def get_limits(self, *, scope: v1.Scope | None = None) -> v1.GetLimitsResponse:
        """Who the gateway takes the caller for, and what is left of its limits."""
        return await self._read(self._usage.GetLimits, v1.GetLimitsRequest(scope=scope))

    async def query_usage(self, request: v1.QueryUsageRequest) -> v1.QueryUsageResponse:
        """What was used and what it cost: one page; its next_page_token is for the next one."""
        return await self._read(self._usage.QueryUsage, request)

    async def health(self, service: str = "", *, timeout: float | None = None) -> str:
        """SERVING, NOT_SERVING or SERVICE_UNKNOWN; "" asks for the server as a whole."""
        check = self._channel.unary_unary(HEALTH_METHOD, request_serializer=health_request,
                                          response_deserializer=health_status)
        try:
            return await self._unary(check, service, timeout or self._options.read_timeout, ())
        except InferwireError as error:
            if error.code == grpc.StatusCode.NOT_FOUND:
                return "SERVICE_UNKNOWN"
            raise

    def _start(self, method: Any, request: Any, timeout: float | None, metadata: Metadata) -> Any:
        if self._closed:
            raise client_closed()
        return keep_status(method(request, timeout=self._options.timeout if timeout is None else timeout,
                                  metadata=call_metadata(self._options, metadata)))

    async def _unary(self, method: Any, request: Any, timeout: float | None,
                     metadata: Metadata) -> Any:
        reach = Reach()
        try:
            with reach:
                call = self._start(method, request, timeout, metadata)
            return await call
        except grpc.aio.AioRpcError as error:
            raise error_of(error) from None
        except asyncio.CancelledError:
            reach.cancel()
            raise
