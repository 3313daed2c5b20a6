"""OpenAI's SDK for asyncio over the gateway: AsyncOpenAI(http_client=inferwire.aio.openai_transport(...))."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from . import v1
from .channel import Options, check
from .errors import InferwireError, cut_short
from .http_calls import (Call, body_bytes, broken_body, failed_answer, library_of, openai_module,
                         stream_class, streamed_answer, to_call, whole_answer)
from .stream_ends import StreamEnd

if TYPE_CHECKING:
    import openai
    from typing_extensions import Unpack

    from .aio import Client
    from .channel import MoreOptions


def openai_transport(target: str | Client | None = None, *, upstream: str = "",
                     **options: Unpack[MoreOptions]) -> openai.DefaultAsyncHttpxClient:
    """What AsyncOpenAI(http_client=...) takes; see inferwire.openai_transport. May be made outside of any
    event loop: each loop that asks has a connection of its own."""
    from .aio import Client  # which has this function

    sdk = openai_module()
    given = target if isinstance(target, Client) else None
    if given is None:
        check(Options(target=target if isinstance(target, str) else None, **options))

    def connect() -> Client:
        return given or Client(target if isinstance(target, str) else None, **options)

    transport = Transport(connect, sdk, upstream, closes=given is None)
    http_client: openai.DefaultAsyncHttpxClient = sdk.DefaultAsyncHttpxClient(transport=transport)
    return http_client


class Transport:
    """As httpx and httpx2 take it, whichever the SDK is made with."""

    def __init__(self, connect: Callable[[], Client], sdk: Any, upstream: str, *, closes: bool) -> None:
        self._connect = connect
        self._sdk = sdk
        self._library = library_of(sdk.DefaultAsyncHttpxClient)
        self._upstream = upstream
        self._closes = closes
        self._clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Client] = weakref.WeakKeyDictionary()

    def _of_this_loop(self) -> Client:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients[loop] = self._connect()
        return self._clients[loop]

    async def handle_async_request(self, request: Any) -> Any:
        call = to_call(request, await request.aread(), self._upstream)
        client = self._of_this_loop()
        try:
            if call.streams:
                return await self._streamed(client, call, request)
            answer = whole_answer(await client.invoke(call.http, options=call.options, timeout=call.timeout))
        except InferwireError as error:
            answer = failed_answer(error, self._library, request)
        return answer.response(self._library, content=answer.body)

    async def _streamed(self, client: Client, call: Call, request: Any) -> Any:
        stream = client.stream_invoke(call.http, options=call.options, timeout=call.timeout)
        messages = aiter(stream)
        answer = streamed_answer(await anext(messages))
        pieces = self._pieces(messages, call.events_of(answer), request)
        body = stream_class(self._library, "AsyncByteStream")(pieces, stream)
        return answer.response(self._library, stream=body)

    async def _pieces(self, messages: AsyncIterator[v1.StreamInvokeResponse], path: str,
                      request: Any) -> AsyncIterator[bytes]:
        end, held = StreamEnd(path), b""
        try:
            async for message in messages:
                end.see(message)
                piece = body_bytes(message)
                if end.done:
                    held += piece
                elif piece:
                    yield piece
            if not end.whole:
                raise cut_short()
        except InferwireError as error:
            raise broken_body(error, self._sdk, self._library, request) from error
        if held:
            yield held

    async def aclose(self) -> None:
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if self._closes and client is not None:
            await client.close()

    async def __aenter__(self) -> Transport:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
