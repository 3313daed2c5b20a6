"""Whether an event stream came to its end: a server that stops in the middle may close its answer as if all were
well. No I/O."""

from __future__ import annotations

import json
from typing import Any

from . import v1
from .reception import FINAL

_CHATS = ("/chat/completions", "/completions")


class StreamEnd:
    """Of one answer, by the path that was called. What is known of no path here ends when the server says so."""

    def __init__(self, path: str) -> None:
        self._is_chat = path in _CHATS
        self._is_response = path == "/responses" or path.startswith("/responses/")
        self._began: set[int] = set()
        self._finished: set[int] = set()
        self._told = False  # an error, or a response's last event
        #: Behind [DONE] nothing is read: the reader may have it only once all is well.
        self.done = False

    def see(self, message: v1.StreamInvokeResponse) -> None:
        if not message.HasField("event"):
            return
        if message.event.data == b"[DONE]":
            self.done = True
        elif self._is_chat or self._is_response:
            try:
                self._see(json.loads(message.event.data))
            except ValueError:
                return  # the SDK says what is wrong with it

    def _see(self, event: Any) -> None:
        if not isinstance(event, dict):
            return
        kind = event.get("type")
        self._told = self._told or bool(event.get("error")) or kind in FINAL or kind == "error"
        for choice in event.get("choices") or () if self._is_chat else ():
            self._began.add(choice.get("index", 0))
            if choice.get("finish_reason"):
                self._finished.add(choice.get("index", 0))

    @property
    def whole(self) -> bool:
        if self._told or not (self._is_chat or self._is_response):
            return True
        return self._is_chat and bool(self._began) and self._began == self._finished
