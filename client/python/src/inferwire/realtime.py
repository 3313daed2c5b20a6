"""A realtime session of the blocking client."""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable, Iterator
from typing import Any

import grpc

from . import v1
from .errors import cut_short, from_rpc
from .realtime_events import OUTBOX_SIZE, Course, RealtimeEvent, answer_wanted, said, to_message
from .running import Running, error_of


class RealtimeSession:
    """Send from any thread, and loop over it for what the model answers. `end` is the proper end:
    the loop then runs to `completed`. Leaving the loop, or the block of `with`, cancels."""

    def __init__(self, start: Callable[[Iterator[v1.ConnectRequest]], Any], first: v1.ConnectRequest) -> None:
        self._course = Course()
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._outbox = collections.deque([first])
        self._ended = self._over = False
        self._call = Running(start(self._requests()))

    @property
    def started(self) -> v1.UpstreamStarted | None:
        """Once the upstream has taken the session."""
        return self._course.started

    @property
    def completed(self) -> v1.RealtimeCompleted | None:
        """Usage and cost of the whole session, after the loop."""
        return self._course.completed

    def send(self, event: v1.RealtimeClientEvent | v1.ConnectRequest | bytes | str) -> None:
        """An event, audio (bytes), or an event as JSON text. Waits while the network is behind."""
        message = to_message(event)
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._ended or len(self._outbox) < OUTBOX_SIZE)
            if self._over or self._ended:
                raise from_rpc(grpc.StatusCode.CANCELLED, "the session has ended", ())
            self._outbox.append(message)
            self._changed.notify_all()

    def say(self, text: str) -> None:
        """The user's words, and the wish for an answer."""
        self.send(said(text))
        self.send(answer_wanted())

    def end(self) -> None:
        """Nothing more is sent. What the model is saying still comes."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def cancel(self) -> None:
        """From any thread; the loop then ends with CANCELLED."""
        self._stop()
        self._call.cancel()

    def __iter__(self) -> Iterator[RealtimeEvent]:
        try:
            for message in self._call:
                if self._course.take(message):
                    yield RealtimeEvent(message)
        except grpc.RpcError as error:
            raise error_of(error) from None
        finally:
            self._stop()
            self._call.end()
        if self._course.completed is None:
            raise cut_short()

    def __enter__(self) -> RealtimeSession:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._call.end()

    def _requests(self) -> Iterator[v1.ConnectRequest]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._over or self._ended or self._outbox)
                if self._over or not self._outbox:
                    return
                message = self._outbox.popleft()
                self._changed.notify_all()
            yield message

    def _stop(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()
