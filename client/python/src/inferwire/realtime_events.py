"""What goes into a realtime session and comes out of it: shared by Client and aio.Client."""

from __future__ import annotations

import dataclasses
from typing import Any

from . import v1

DEFAULT_REALTIME_MODEL = "gpt-realtime"

#: Longer than any provider's session: the gateway and the provider end it before.
REALTIME_TIMEOUT = 7200.0

#: Messages that may wait for the network; the sender of more waits with them.
OUTBOX_SIZE = 64


@dataclasses.dataclass(frozen=True, slots=True)
class RealtimeEvent:
    """One event of a session."""

    message: v1.ConnectResponse

    @property
    def event(self) -> v1.RealtimeServerEvent | None:
        """The upstream's event; None: one of the gateway (going_away), or JSON text (raw_json)."""
        return self.message.server_event if self.message.HasField("server_event") else None

    @property
    def type(self) -> str:
        """response.output_audio.delta, response.done, ...; empty for the gateway's events."""
        return self.message.server_event.type

    @property
    def text(self) -> str:
        """What this event adds to what the model writes, or to the transcript of what it says."""
        event = self.message.server_event
        said = event.type in ("response.output_text.delta", "response.output_audio_transcript.delta")
        return event.delta if said else ""

    @property
    def audio(self) -> bytes:
        """What this event adds to what the model says."""
        return self.message.server_event.audio

    @property
    def going_away(self) -> v1.RealtimeGoingAway | None:
        """The session will be ended soon, and when."""
        return self.message.going_away if self.message.HasField("going_away") else None


def connect_of(channel: Any) -> Any:
    """As the stubs have it."""
    return channel.stream_stream("/inferwire.v1.RealtimeService/Connect",
                                 request_serializer=v1.ConnectRequest.SerializeToString,
                                 response_deserializer=v1.ConnectResponse.FromString)


def first_message(start: str | v1.RealtimeStart, session: v1.RealtimeSession | None) -> v1.ConnectRequest:
    if isinstance(start, str):
        start = v1.RealtimeStart(model=start, session=session)
    elif session is not None:
        raise TypeError("session: belongs into the start that is given")
    return v1.ConnectRequest(start=start)


def to_message(event: Any) -> v1.ConnectRequest:
    """Audio is bytes, JSON is text, and everything else an event."""
    if isinstance(event, v1.ConnectRequest):
        return event
    if isinstance(event, (bytes, bytearray, memoryview)):
        return v1.ConnectRequest(audio=bytes(event))
    if isinstance(event, str):
        return v1.ConnectRequest(raw_json=event)
    return v1.ConnectRequest(event=event)


def said(text: str) -> v1.RealtimeClientEvent:
    """The user's words."""
    item = v1.ResponseItem(type="message", role="user",
                           content_parts=[v1.ResponseContent(type="input_text", text=text)])
    return v1.RealtimeClientEvent(type="conversation.item.create", item=item)


def answer_wanted() -> v1.RealtimeClientEvent:
    return v1.RealtimeClientEvent(type="response.create")


class Course:
    """What the gateway has said of the session so far."""

    def __init__(self) -> None:
        self.started: v1.UpstreamStarted | None = None
        self.completed: v1.RealtimeCompleted | None = None

    def take(self, message: v1.ConnectResponse) -> bool:
        """False: it is nothing that a loop over the session is shown."""
        kind = message.WhichOneof("event")
        if kind == "started":
            self.started = message.started
        elif kind == "completed":
            self.completed = message.completed
        return kind in ("server_event", "going_away", "raw_json")
