"""The unchanged SDK of OpenAI over the gateway: OpenAI(http_client=inferwire.openai_transport("inferwire:50051"))."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import v1
from .client import Client
from .errors import InferwireError, cut_short
from .http_calls import (Call, body_bytes, broken_body, failed_answer, library_of, openai_module,
                         stream_class, streamed_answer, to_call, whole_answer)
from .stream_ends import StreamEnd

if TYPE_CHECKING:
    import openai
    from typing_extensions import Unpack

    from .channel import MoreOptions


def openai_transport(target: str | Client | None = None, *, upstream: str = "",
                     **options: Unpack[MoreOptions]) -> openai.DefaultHttpxClient:
    """What OpenAI(http_client=...) takes: every request goes through the gateway's RawService, so that its
    routes, aliases, limits and prices hold. Takes what Client takes, or a Client, which stays its owner's.
    upstream: for what names no model (files, batches); empty: the default one. The SDK's api_key goes nowhere."""
    sdk = openai_module()
    ours = isinstance(target, Client)
    client = target if isinstance(target, Client) else Client(target, **options)
    transport = Transport(client, sdk, upstream, closes=not ours)
    http_client: openai.DefaultHttpxClient = sdk.DefaultHttpxClient(transport=transport)
    return http_client


class Transport:
    """As httpx and httpx2 take it, whichever the SDK is made with."""

    def __init__(self, client: Client, sdk: Any, upstream: str, *, closes: bool) -> None:
        self._client = client
        self._sdk = sdk
        self._library = library_of(sdk.DefaultHttpxClient)
        self._upstream = upstream
        self._closes = closes

    def handle_request(self, request: Any) -> Any:
        call = to_call(request, request.read(), self._upstream)
        try:
            if call.streams:
                return self._streamed(call, request)
            answer = whole_answer(self._client.invoke(call.http, options=call.options, timeout=call.timeout))
        except InferwireError as error:
            answer = failed_answer(error, self._library, request)
        return answer.response(self._library, content=answer.body)

    def _streamed(self, call: Call, request: Any) -> Any:
        stream = self._client.stream_invoke(call.http, options=call.options, timeout=call.timeout)
        messages = iter(stream)
        answer = streamed_answer(next(messages))
        pieces = self._pieces(messages, call.events_of(answer), request)
        body = stream_class(self._library, "SyncByteStream")(pieces, stream)
        return answer.response(self._library, stream=body)

    def _pieces(self, messages: Iterator[v1.StreamInvokeResponse], path: str, request: Any) -> Iterator[bytes]:
        end, held = StreamEnd(path), b""
        try:
            for message in messages:
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

    def close(self) -> None:
        if self._closes:
            self._client.close()

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
