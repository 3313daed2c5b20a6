"""Files at the provider, of the blocking client."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

from . import v1
from .batches import Patience
from .caller import Caller
from .channel import Metadata
from .forms import File, OnProgress, upload_form
from .messages import is_last_part
from .saving import save
from .streams import Stream
from .v1 import files_service_pb2_grpc


class Received:
    """How far a download has come."""

    def __init__(self, offset: int, on_progress: OnProgress | None) -> None:
        self._on_progress = on_progress
        #: Of the next byte.
        self.offset = offset
        #: As the provider suggests it; None before the first bytes, or if it says nothing.
        self.filename: str | None = None
        #: Of the whole file; None: not known yet.
        self.size: int | None = None

    def _take(self, message: v1.DownloadFileResponse) -> bytes:
        if message.HasField("started"):
            started = message.started
            self.filename = started.filename if started.HasField("filename") else None
            self.size = started.size_bytes if started.HasField("size_bytes") else None
        elif message.HasField("completed"):
            self.size = message.completed.size_bytes
        self.offset += len(message.data)
        if message.data and self._on_progress:
            self._on_progress(self.offset)
        return message.data


class Download(Received):
    """A file as it comes: loop over its bytes once, or save it. When the connection breaks it goes on behind
    what has come, until the timeout."""

    def __init__(self, start: Callable[[Download], Iterator[v1.DownloadFileResponse]],
                 offset: int, on_progress: OnProgress | None) -> None:
        super().__init__(offset, on_progress)
        self._start = start

    def __iter__(self) -> Iterator[bytes]:
        for message in self._start(self):
            if piece := self._take(message):
                yield piece

    def save(self, path: str | os.PathLike[str]) -> int:
        """Writes all of it; the number of bytes. What was cut leaves no file."""
        return save(self, path)

    def read(self) -> bytes:
        return b"".join(self)


class Files(Caller):
    """A part of Client, which has the channel."""

    @functools.cached_property
    def _files(self) -> Any:
        return self._stub(files_service_pb2_grpc.FilesServiceStub)

    def upload_file(self, file: File, purpose: str = "user_data", *, filename: str = "", upstream: str = "",
                    on_progress: OnProgress | None = None, timeout: float | None = None,
                    metadata: Metadata = ()) -> v1.File:
        """A path, bytes, or a file that is read while it goes up. purpose: batch, fine-tune, user_data, ..."""
        stub = files_service_pb2_grpc.FilesServiceStub(self._long_requests.channel())
        answer: v1.UploadFileResponse = self._send(
            stub.UploadFile, upload_form(file, purpose, filename, upstream, on_progress), timeout, metadata)
        return answer.file

    def download_file(self, file_id: str, *, offset: int = 0, upstream: str = "",
                      on_progress: OnProgress | None = None, timeout: float | None = None) -> Download:
        """for piece in client.download_file(id): ..., or .save(path), or .read()."""
        def start(download: Download) -> Iterator[v1.DownloadFileResponse]:
            def once(patience: Patience) -> Stream[v1.DownloadFileResponse]:
                request = v1.DownloadFileRequest(file_id=file_id, offset=download.offset, upstream=upstream)
                return Stream(self._start(self._files.DownloadFile, request,
                                          patience.left(self._options.timeout), ()),
                              lambda message: message, is_last_part)

            return self._patiently(once, timeout)

        return Download(start, offset, on_progress)

    def get_file(self, file_id: str, *, upstream: str = "") -> v1.File:
        answer: v1.GetFileResponse = self._read(
            self._files.GetFile, v1.GetFileRequest(file_id=file_id, upstream=upstream))
        return answer.file

    def list_files(self, purpose: str = "", *, upstream: str = "") -> Iterator[v1.File]:
        """The caller's own, the youngest first, page after page."""
        request = v1.ListFilesRequest(purpose=purpose, upstream=upstream)
        return self._pages(self._files.ListFiles, request, "files")

    def delete_file(self, file_id: str, *, upstream: str = "") -> None:
        self._read(self._files.DeleteFile, v1.DeleteFileRequest(file_id=file_id, upstream=upstream))
