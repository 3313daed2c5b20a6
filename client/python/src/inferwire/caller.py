"""What the parts of the blocking client call by."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from .batches import Patience
from .channel import LongRequests, Metadata, Options
from .errors import InferwireError, client_closed
from .forms import Form
from .streams import Stream


class Caller:
    """Client has all of it; its parts only need to know that it is there."""

    _options: Options
    _channel: Any
    _long_requests: LongRequests
    _closed: bool

    def _stub(self, kind: Callable[[Any], Any]) -> Any:
        """Of a service. gRPC crashes where one is made on a channel that is closed."""
        if self._closed:
            raise client_closed()
        return kind(self._channel)

    def _start(self, method: Any, request: Any, timeout: float | None, metadata: Metadata) -> Any:
        raise NotImplementedError

    def _unary(self, method: Any, request: Any, timeout: float | None, metadata: Metadata) -> Any:
        raise NotImplementedError

    def _read(self, method: Any, request: Any) -> Any:
        return self._unary(method, request, self._options.read_timeout, ())

    def _pages(self, method: Any, request: Any, name: str) -> Iterator[Any]:
        while True:
            page = self._read(method, request)
            yield from getattr(page, name)
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def _patiently(self, start: Callable[[Patience], Stream[Any]],
                   timeout: float | None) -> Iterator[Any]:
        """The messages of streams that follow one another until one comes to its end."""
        patience = Patience(timeout)
        while True:
            try:
                for message in start(patience):
                    patience.reset()
                    yield message
                return
            except InferwireError as error:
                time.sleep(patience.pause_after(error))

    def _send(self, method: Any, form: Form, timeout: float | None, metadata: Metadata) -> Any:
        try:
            return self._unary(method, form.messages(), timeout, metadata)
        except Exception:
            if form.fault is not None:
                raise form.fault from None
            raise
        finally:
            form.close()
