"""Sound and pictures as files, of the asyncio client: see media. Files are read in a thread of their own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from typing import Any, overload

from . import v1
from .aio_caller import Caller
from .aio_streams import Stream
from .answers import DEFAULT_IMAGE_MODEL
from .channel import Metadata
from .forms import (DEFAULT_SPEECH_MODEL, DEFAULT_TRANSCRIPTION_MODEL, DEFAULT_TRANSLATION_MODEL, DEFAULT_VOICE,
                    File, OnProgress, edit_form, files_of, text_of_answer, to_speak, to_transcribe,
                    transcription_form)
from .messages import request_of
from .saving import save_async as save
from .v1 import audio_service_pb2_grpc, images_service_pb2_grpc


class Speech:
    """Sound as it comes: loop over its bytes once, or save it; see media.Speech."""

    def __init__(self, stream: Stream[v1.SpeakResponse]) -> None:
        self._stream = stream
        self.content_type = ""
        self.completed: v1.SpeakCompleted | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for message in self._stream:
            if message.HasField("started"):
                self.content_type = message.started.content_type
            elif message.HasField("audio"):
                yield message.audio
            elif message.HasField("completed"):
                self.completed = message.completed

    async def save(self, path: str | os.PathLike[str]) -> int:
        """Writes all of it; the number of bytes. What was cut leaves no file."""
        return await save(self, path)

    def cancel(self) -> None:
        self._stream.cancel()

    async def __aenter__(self) -> Speech:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stream.cancel()


class Media(Caller):
    """A part of Client, which has the channel."""

    def stream_call(self, request: Any, *, timeout: float | None = None, metadata: Metadata = ()) -> Stream[Any]:
        raise NotImplementedError

    def speak(self, request: str | v1.SpeechParams | v1.SpeakRequest, *, model: str = DEFAULT_SPEECH_MODEL,
              voice: str = DEFAULT_VOICE, idempotency_key: str = "", timeout: float | None = None,
              metadata: Metadata = ()) -> Speech:
        message = request_of(v1.SpeakRequest, to_speak(request, model, voice), idempotency_key)
        return Speech(self.stream_call(message, timeout=timeout, metadata=metadata))

    @overload
    async def transcribe(self, file: File, params: None = ..., *, model: str = ..., filename: str = ...,
                         options: v1.CallOptions | None = ..., on_progress: OnProgress | None = ...,
                         timeout: float | None = ..., metadata: Metadata = ...) -> str: ...

    @overload
    async def transcribe(self, file: File, params: v1.TranscriptionParams, *, filename: str = ...,
                         options: v1.CallOptions | None = ..., on_progress: OnProgress | None = ...,
                         timeout: float | None = ..., metadata: Metadata = ...) -> v1.TranscribeResponse: ...

    async def transcribe(self, file: File, params: v1.TranscriptionParams | None = None, *,
                         model: str = DEFAULT_TRANSCRIPTION_MODEL, filename: str = "",
                         options: v1.CallOptions | None = None, on_progress: OnProgress | None = None,
                         timeout: float | None = None,
                         metadata: Metadata = ()) -> str | v1.TranscribeResponse:
        """A recording in, its text out; with typed params, the typed response."""
        answer: v1.TranscribeResponse = await self._send(
            self._stub(audio_service_pb2_grpc.AudioServiceStub).Transcribe,
            transcription_form(v1.TranscribeRequest, v1.TranscribeHeader,
                               to_transcribe(params, model, v1.TranscriptionParams), file, filename, options,
                               on_progress), timeout, metadata)
        return text_of_answer(answer) if params is None else answer

    @overload
    async def translate(self, file: File, params: None = ..., *, model: str = ..., filename: str = ...,
                        options: v1.CallOptions | None = ..., on_progress: OnProgress | None = ...,
                        timeout: float | None = ..., metadata: Metadata = ...) -> str: ...

    @overload
    async def translate(self, file: File, params: v1.TranslationParams, *, filename: str = ...,
                        options: v1.CallOptions | None = ..., on_progress: OnProgress | None = ...,
                        timeout: float | None = ..., metadata: Metadata = ...) -> v1.TranslateAudioResponse: ...

    async def translate(self, file: File, params: v1.TranslationParams | None = None, *,
                        model: str = DEFAULT_TRANSLATION_MODEL, filename: str = "",
                        options: v1.CallOptions | None = None, on_progress: OnProgress | None = None,
                        timeout: float | None = None,
                        metadata: Metadata = ()) -> str | v1.TranslateAudioResponse:
        """The same into English."""
        answer: v1.TranslateAudioResponse = await self._send(
            self._stub(audio_service_pb2_grpc.AudioServiceStub).TranslateAudio,
            transcription_form(v1.TranslateAudioRequest, v1.TranslateAudioHeader,
                               to_transcribe(params, model, v1.TranslationParams), file, filename, options,
                               on_progress), timeout, metadata)
        return text_of_answer(answer) if params is None else answer

    @overload
    async def edit_image(self, files: File | Sequence[File], request: str, *, mask: File | None = ...,
                         model: str = ..., options: v1.CallOptions | None = ...,
                         on_progress: OnProgress | None = ..., timeout: float | None = ...,
                         metadata: Metadata = ...) -> list[v1.Image]: ...

    @overload
    async def edit_image(self, files: File | Sequence[File], request: v1.ImageEditParams, *,
                         mask: File | None = ..., options: v1.CallOptions | None = ...,
                         on_progress: OnProgress | None = ..., timeout: float | None = ...,
                         metadata: Metadata = ...) -> v1.EditImagesResponse: ...

    async def edit_image(self, files: File | Sequence[File], request: str | v1.ImageEditParams, *,
                         mask: File | None = None, model: str = DEFAULT_IMAGE_MODEL,
                         options: v1.CallOptions | None = None, on_progress: OnProgress | None = None,
                         timeout: float | None = None,
                         metadata: Metadata = ()) -> list[v1.Image] | v1.EditImagesResponse:
        """Images and a prompt in, images out; with typed params, the typed response."""
        plain = isinstance(request, str)
        params = v1.ImageEditParams(model=model, prompt=request) if plain else request
        answer: v1.EditImagesResponse = await self._send(
            self._stub(images_service_pb2_grpc.ImagesServiceStub).EditImages,
            edit_form(params, files_of(files), mask, options, on_progress), timeout, metadata)
        return list(answer.result.images) if plain else answer

