"""What has come of a streamed response, and how to go on behind it."""

from __future__ import annotations

import grpc

from . import v1
from .answers import ResponseEvent
from .errors import CLIENT_DOMAIN, NOT_RESUMABLE, InferwireError

#: After these nothing follows but the stream's end.
FINAL = ("response.completed", "response.incomplete", "response.failed", "response.cancelled")


class Reception:
    """Of one response, over any number of streams."""

    def __init__(self, request: v1.StreamResponseRequest) -> None:
        self._heartbeat_interval = request.heartbeat_interval if request.HasField("heartbeat_interval") else None
        self._options = request.options if request.HasField("options") else None
        self.response_id = request.resume.response_id
        self._upstream = request.resume.upstream
        #: Number of the last event that has come.
        self.last: int | None = None
        if request.resume.HasField("starting_after"):
            self.last = request.resume.starting_after
        #: It goes on at the upstream without us.
        self._lasting = request.params.background or request.HasField("resume")
        self.texts: list[str] = []
        self.response: v1.Response | None = None
        self._started = self._uncounted = False

    def take(self, message: v1.StreamResponseResponse) -> bool:
        """False: it has come before, from the stream before."""
        kind = message.WhichOneof("event")
        if kind == "started":
            self._upstream = self._upstream or message.started.gateway.upstream
            first, self._started = not self._started, True
            return first
        if kind != "response_event":
            return True
        event = message.response_event
        if event.HasField("sequence_number"):
            if self.last is not None and event.sequence_number <= self.last:
                return False
            self.last = event.sequence_number
        else:
            self._uncounted = True
        if event.HasField("response"):
            self.response_id = event.response.id or self.response_id
            if event.type in FINAL:
                self.response = event.response
        self.texts.append(ResponseEvent(message).text)
        return True

    def can_go_on(self) -> bool:
        return bool(self.response_id) and not self._uncounted

    def goes_on_after(self, error: InferwireError) -> bool:
        """Whether the client goes on by itself; Patience says after which errors and for how long."""
        stopped = error.code == grpc.StatusCode.CANCELLED or self.response is not None
        return self._lasting and self.can_go_on() and not stopped

    def resumption(self) -> v1.StreamResponseRequest:
        """What brings the events behind the last one."""
        request = v1.StreamResponseRequest(
            resume=v1.ResponseResumption(response_id=self.response_id, starting_after=self.last,
                                         upstream=self._upstream),
            options=self._options, heartbeat_interval=self._heartbeat_interval)
        request.options.ClearField("idempotency_key")  # it is the first request's
        return request


def not_resumable() -> InferwireError:
    return InferwireError(grpc.StatusCode.FAILED_PRECONDITION, "no event has come that the stream could go on behind",
                          domain=CLIENT_DOMAIN, reason=NOT_RESUMABLE)
