"""The services beside chat, of the blocking client: a helper for what is asked most, and `call` for
every other RPC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

from . import v1
from .answers import (DEFAULT_EMBEDDING_MODEL, DEFAULT_IMAGE_MODEL, DEFAULT_MODERATION_MODEL,
                      DEFAULT_TEXT_MODEL, EmbedEvent, ImageEvent, PictureParts, TextEvent, first_text, is_plain,
                      response_text, to_complete_text, to_embed, to_generate_images, to_moderate, to_respond,
                      to_stream_images, vectors_of)
from .channel import Metadata
from .media import Media
from .messages import request_of
from .realtime import RealtimeSession
from .realtime_events import DEFAULT_REALTIME_MODEL, REALTIME_TIMEOUT, connect_of, first_message
from .response_streams import ResponseStream
from .rpcs import rpc_of
from .streams import Stream


class Services(Media):
    """A part of Client, which has the channel."""

    @overload
    def respond(self, request: v1.CreateResponseRequest | v1.ResponseParams, *, idempotency_key: str = ...,
                timeout: float | None = ..., metadata: Metadata = ...) -> v1.CreateResponseResponse: ...

    @overload
    def respond(self, request: str, *, model: str = ..., idempotency_key: str = ...,
                timeout: float | None = ..., metadata: Metadata = ...) -> str: ...

    def respond(self, request: str | v1.CreateResponseRequest | v1.ResponseParams, *,
                model: str | None = None, idempotency_key: str = "", timeout: float | None = None,
                metadata: Metadata = ()) -> str | v1.CreateResponseResponse:
        """A response: text in, text out; or the typed request in, the typed response out."""
        answer: v1.CreateResponseResponse = self.call(
            request_of(v1.CreateResponseRequest, to_respond(request, model or self._options.model), idempotency_key),
            timeout=timeout, metadata=metadata)
        return response_text(answer.response) if isinstance(request, str) else answer

    def stream_response(self, request: str | v1.ResponseParams | v1.StreamResponseRequest, *,
                        model: str | None = None, idempotency_key: str = "",
                        timeout: float | None = None, metadata: Metadata = ()) -> ResponseStream:
        """The events of a new response; leaving the loop cancels the call. With params.background,
        the stream goes on by itself when its connection breaks, within the timeout; if it has gone
        on and the response fails, that is its `response`, not an error."""
        def start(message: v1.StreamResponseRequest, seconds: float) -> Stream[v1.StreamResponseResponse]:
            return self.stream_call(message, timeout=seconds, metadata=metadata)

        return ResponseStream(
            start, request_of(v1.StreamResponseRequest, to_respond(request, model or self._options.model),
                              idempotency_key),
            self._options.timeout if timeout is None else timeout)

    def resume_response(self, response_id: str, starting_after: int | None = None, *, upstream: str = "",
                        timeout: float | None = None, metadata: Metadata = ()) -> ResponseStream:
        """The events of a response in the background behind the one with this number; None: all."""
        resume = v1.ResponseResumption(response_id=response_id, starting_after=starting_after,
                                       upstream=upstream)
        return self.stream_response(v1.StreamResponseRequest(resume=resume), timeout=timeout,
                                    metadata=metadata)

    @overload
    def embed(self, request: v1.EmbedRequest | v1.EmbeddingParams, *, idempotency_key: str = ...,
              timeout: float | None = ..., metadata: Metadata = ...) -> v1.EmbedResponse: ...

    @overload
    def embed(self, request: str, *, model: str = ..., dimensions: int | None = ...,
              idempotency_key: str = ..., timeout: float | None = ...,
              metadata: Metadata = ...) -> list[float]: ...

    @overload
    def embed(self, request: list[str] | tuple[str, ...], *, model: str = ...,
              dimensions: int | None = ..., idempotency_key: str = ..., timeout: float | None = ...,
              metadata: Metadata = ...) -> list[list[float]]: ...

    def embed(self, request: Any, *, model: str = DEFAULT_EMBEDDING_MODEL, dimensions: int | None = None,
              idempotency_key: str = "", timeout: float | None = None, metadata: Metadata = ()) -> Any:
        """One text in, one vector out; several in, as many out, in their order; or the typed request
        in, the typed response out."""
        answer: v1.EmbedResponse = self.call(
            request_of(v1.EmbedRequest, to_embed(request, model, dimensions), idempotency_key),
            timeout=timeout, metadata=metadata)
        if not is_plain(request):
            return answer
        vectors = vectors_of(answer.result)
        return vectors[0] if isinstance(request, str) else vectors

    def stream_embed(self, request: str | list[str] | tuple[str, ...] | v1.EmbeddingParams | v1.StreamEmbedRequest, *,
                     model: str = DEFAULT_EMBEDDING_MODEL, dimensions: int | None = None,
                     idempotency_key: str = "", timeout: float | None = None,
                     metadata: Metadata = ()) -> Stream[EmbedEvent]:
        """Each embedding as it arrives, of any number of texts, in upstream's order. Leaving the loop
        cancels the call, here and upstream. A stream that was cut raises."""
        message = request_of(v1.StreamEmbedRequest, to_embed(request, model, dimensions), idempotency_key)
        rpc = rpc_of(message, streams=True)
        return Stream(self._start(rpc.on(self._channel), message, timeout, metadata), EmbedEvent, rpc.is_last)

    @overload
    def moderate(self, request: v1.ModerateRequest | v1.ModerationParams, *, idempotency_key: str = ...,
                 timeout: float | None = ..., metadata: Metadata = ...) -> v1.ModerateResponse: ...

    @overload
    def moderate(self, request: str, *, model: str = ..., idempotency_key: str = ...,
                 timeout: float | None = ..., metadata: Metadata = ...) -> v1.ModerationResult: ...

    @overload
    def moderate(self, request: list[str] | tuple[str, ...], *, model: str = ...,
                 idempotency_key: str = ..., timeout: float | None = ...,
                 metadata: Metadata = ...) -> list[v1.ModerationResult]: ...

    def moderate(self, request: Any, *, model: str = DEFAULT_MODERATION_MODEL, idempotency_key: str = "",
                 timeout: float | None = None, metadata: Metadata = ()) -> Any:
        """One text in, one result out; several in, as many out; or the typed request in, the typed
        response out. A flagged text is a result, not an error."""
        answer: v1.ModerateResponse = self.call(
            request_of(v1.ModerateRequest, to_moderate(request, model), idempotency_key),
            timeout=timeout, metadata=metadata)
        if not is_plain(request):
            return answer
        results = list(answer.moderation.results)
        return results[0] if isinstance(request, str) else results

    @overload
    def complete_text(self, request: v1.CompleteTextRequest | v1.TextCompletionParams, *,
                      idempotency_key: str = ..., timeout: float | None = ...,
                      metadata: Metadata = ...) -> v1.CompleteTextResponse: ...

    @overload
    def complete_text(self, request: str, *, model: str = ..., idempotency_key: str = ...,
                      timeout: float | None = ..., metadata: Metadata = ...) -> str: ...

    def complete_text(self, request: str | v1.CompleteTextRequest | v1.TextCompletionParams, *,
                      model: str = DEFAULT_TEXT_MODEL, idempotency_key: str = "",
                      timeout: float | None = None,
                      metadata: Metadata = ()) -> str | v1.CompleteTextResponse:
        """How a text goes on, by a model that knows no chats: text in, text out; or typed."""
        answer: v1.CompleteTextResponse = self.call(
            request_of(v1.CompleteTextRequest, to_complete_text(request, model), idempotency_key),
            timeout=timeout, metadata=metadata)
        return first_text(answer.completion) if isinstance(request, str) else answer

    def stream_complete_text(self, request: str | v1.TextCompletionParams | v1.StreamCompleteTextRequest, *,
                             model: str = DEFAULT_TEXT_MODEL, idempotency_key: str = "",
                             timeout: float | None = None, metadata: Metadata = ()) -> Stream[TextEvent]:
        """Leaving the loop cancels the call, here and upstream. A stream that was cut raises."""
        message = request_of(v1.StreamCompleteTextRequest, to_complete_text(request, model), idempotency_key)
        rpc = rpc_of(message, streams=True)
        return Stream(self._start(rpc.on(self._channel), message, timeout, metadata), TextEvent, rpc.is_last)

    @overload
    def generate_images(self, request: v1.GenerateImagesRequest | v1.ImageParams, *,
                        idempotency_key: str = ..., timeout: float | None = ...,
                        metadata: Metadata = ...) -> v1.GenerateImagesResponse: ...

    @overload
    def generate_images(self, request: str, *, model: str = ..., idempotency_key: str = ...,
                        timeout: float | None = ..., metadata: Metadata = ...) -> list[v1.Image]: ...

    def generate_images(self, request: str | v1.GenerateImagesRequest | v1.ImageParams, *,
                        model: str = DEFAULT_IMAGE_MODEL, idempotency_key: str = "",
                        timeout: float | None = None,
                        metadata: Metadata = ()) -> list[v1.Image] | v1.GenerateImagesResponse:
        """A prompt in, images out (`image.data` or `image.url`); or typed."""
        answer: v1.GenerateImagesResponse = self.call(
            request_of(v1.GenerateImagesRequest, to_generate_images(request, model), idempotency_key),
            timeout=timeout, metadata=metadata)
        return list(answer.result.images) if isinstance(request, str) else answer

    def stream_images(self, request: str | v1.ImageParams | v1.StreamGenerateImagesRequest, *,
                      model: str = DEFAULT_IMAGE_MODEL, previews: int | None = None,
                      idempotency_key: str = "", timeout: float | None = None,
                      metadata: Metadata = ()) -> Stream[ImageEvent]:
        """Images of any size, with previews while they are made: `event.picture` whenever one is
        complete. Leaving the loop cancels the call, here and upstream. A stream that was cut raises."""
        message = request_of(v1.StreamGenerateImagesRequest, to_stream_images(request, model, previews),
                             idempotency_key)
        rpc = rpc_of(message, streams=True)
        return Stream(self._start(rpc.on(self._channel), message, timeout, metadata), PictureParts().take,
                      rpc.is_last)

    def realtime(self, start: str | v1.RealtimeStart = DEFAULT_REALTIME_MODEL, *,
                 session: v1.RealtimeSession | None = None, timeout: float = REALTIME_TIMEOUT,
                 metadata: Metadata = ()) -> RealtimeSession:
        """A session with a model that listens and speaks: send events, text and audio, and loop over
        it for what comes. The timeout is for all of it."""
        return RealtimeSession(
            lambda requests: self._start(connect_of(self._channel), requests, timeout, metadata),
            first_message(start, session))

    def call(self, request: Any, *, timeout: float | None = None, metadata: Metadata = ()) -> Any:
        """Any RPC by its request: call(v1.GetResponseRequest(...)) gives a v1.GetResponseResponse."""
        rpc = rpc_of(request, streams=False)
        if timeout is None and rpc.reads:
            timeout = self._options.read_timeout
        return self._unary(rpc.on(self._channel), request, timeout, metadata)

    def stream_call(self, request: Any, *, timeout: float | None = None,
                    metadata: Metadata = ()) -> Stream[Any]:
        """Any RPC with a streamed answer; see call."""
        rpc = rpc_of(request, streams=True)
        call = self._start(rpc.on(self._channel), request, timeout, metadata)
        return Stream(call, lambda message: message, rpc.is_last)

    def call_pages(self, request: Any, *, timeout: float | None = None,
                   metadata: Metadata = ()) -> Iterator[Any]:
        """The pages of a List RPC, one after the other; the timeout is for each."""
        following = type(request)()
        following.CopyFrom(request)
        while True:
            page = self.call(following, timeout=timeout, metadata=metadata)
            yield page
            if not page.next_page_token:
                return
            following.page_token = page.next_page_token
