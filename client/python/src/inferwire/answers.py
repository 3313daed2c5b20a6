"""Parameters made from plain values for the services beside chat, and what their answers say: shared
by Client and aio.Client."""

from __future__ import annotations

import dataclasses
from typing import Any

from . import v1

DEFAULT_EMBEDDING_MODEL = "text-embedding-3-small"
DEFAULT_MODERATION_MODEL = "omni-moderation-latest"
DEFAULT_TEXT_MODEL = "gpt-3.5-turbo-instruct"
DEFAULT_IMAGE_MODEL = "gpt-image-1"


def is_plain(value: Any) -> bool:
    """Text or texts: the answer is as plain."""
    return isinstance(value, (str, list, tuple))


def to_respond(value: Any, model: str) -> Any:
    return v1.ResponseParams(model=model, input=value) if isinstance(value, str) else value


def to_embed(value: Any, model: str, dimensions: int | None) -> Any:
    if not is_plain(value):
        return value
    return v1.EmbeddingParams(model=model, input=texts_of(value), dimensions=dimensions)


def to_moderate(value: Any, model: str) -> Any:
    return v1.ModerationParams(model=model, input=texts_of(value)) if is_plain(value) else value


def to_complete_text(value: Any, model: str) -> Any:
    return v1.TextCompletionParams(model=model, prompt=[value]) if isinstance(value, str) else value


def to_generate_images(value: Any, model: str) -> Any:
    return v1.ImageParams(model=model, prompt=value) if isinstance(value, str) else value


def to_stream_images(value: Any, model: str, previews: int | None) -> Any:
    if not isinstance(value, str):
        return value
    return v1.ImageParams(model=model, prompt=value, partial_images=previews)


def texts_of(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def vectors_of(result: v1.EmbeddingResult) -> list[list[float]]:
    """In the order of the inputs, whatever the order of the answer."""
    return [list(embedding.values) for embedding in sorted(result.embeddings, key=lambda e: e.index)]


def response_text(response: v1.Response) -> str:
    """All of the answer's text; what the model refused with, if it refused."""
    contents = [content for item in response.output for content in item.content_parts]
    return (response.output_text or "".join(content.text for content in contents if content.type == "output_text")
            or "".join(content.refusal for content in contents))


def first_text(completion: v1.TextCompletion) -> str:
    """What the first choice of a text completion, or of a piece of one, says."""
    return next((choice.text for choice in completion.choices if choice.index == 0), "")


@dataclasses.dataclass(frozen=True, slots=True)
class TextEvent:
    """One event of a streamed text completion."""

    message: v1.StreamCompleteTextResponse

    @property
    def text(self) -> str:
        """What this event adds to the text of the first choice; empty for all other events."""
        return first_text(self.message.chunk)

    @property
    def completed(self) -> v1.StreamCompleteTextCompleted | None:
        """The last event's usage, gateway info and, if asked for, whole answer."""
        return self.message.completed if self.message.HasField("completed") else None


@dataclasses.dataclass(frozen=True, slots=True)
class EmbedEvent:
    """One event of streamed embeddings."""

    message: v1.StreamEmbedResponse

    @property
    def embedding(self) -> v1.Embedding | None:
        """`index` says of which text; None: one of the gateway's events (started, completed)."""
        return self.message.embedding if self.message.HasField("embedding") else None

    @property
    def completed(self) -> v1.StreamEmbedCompleted | None:
        """The last event's count, usage and gateway info."""
        return self.message.completed if self.message.HasField("completed") else None


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """An image, or a preview of it, all of whose parts have come."""

    index: int
    preview: int | None
    data: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class ImageEvent:
    """One event of streamed images."""

    message: v1.StreamGenerateImagesResponse
    #: With the last part of an image or preview: all of it.
    picture: Picture | None

    @property
    def completed(self) -> v1.ImageStreamCompleted | None:
        """The last event's usage, gateway info, and what was said beside the images."""
        return self.message.completed if self.message.HasField("completed") else None


class PictureParts:
    """Puts the parts of a stream together."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def take(self, message: v1.StreamGenerateImagesResponse) -> ImageEvent:
        if not message.HasField("part"):
            return ImageEvent(message, None)
        part = message.part
        self._parts.append(part.data)
        if not part.last:
            return ImageEvent(message, None)
        data, self._parts = b"".join(self._parts), []
        preview = part.partial_image_index if part.HasField("partial_image_index") else None
        return ImageEvent(message, Picture(part.index, preview, data))


@dataclasses.dataclass(frozen=True, slots=True)
class ResponseEvent:
    """One event of a streamed response."""

    message: v1.StreamResponseResponse

    @property
    def event(self) -> v1.ResponseEvent | None:
        """The upstream's event; None: one of the gateway (started, completed, heartbeat)."""
        return self.message.response_event if self.message.HasField("response_event") else None

    @property
    def type(self) -> str:
        """response.output_text.delta, ...; empty for the gateway's events."""
        return self.message.response_event.type

    @property
    def text(self) -> str:
        """What this event adds to the answer's text; empty for all other events."""
        event = self.message.response_event
        return event.delta if event.type == "response.output_text.delta" else ""

    @property
    def completed(self) -> v1.ResponseStreamCompleted | None:
        """The last event's id, status, usage and gateway info."""
        return self.message.completed if self.message.HasField("completed") else None
