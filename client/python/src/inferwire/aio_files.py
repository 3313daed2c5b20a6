"""Files at the provider, of the asyncio client: see files."""

from __future__ import annotations

import functools
import os
from collections.abc import AsyncIterator, Callable
from typing import Any

from . import v1
from .aio_caller import Caller
from .aio_streams import Stream
from .batches import Patience
from .channel import Metadata
from .files import Received
from .forms import File, OnProgress, upload_form
from .messages import is_last_part
from .saving import save_async
from .v1 import files_service_pb2_grpc


class Download(Received):
    """See inferwire.Download."""

    def __init__(self, start: Callable[[Download], AsyncIterator[v1.DownloadFileResponse]],
                 offset: int, on_progress: OnProgress | None) -> None:
        super().__init__(offset, on_progress)
        self._start = start

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for message in self._start(self):
            if piece := self._take(message):
                yield piece

    async def save(self, path: str | os.PathLike[str]) -> int:
        """Writes all of it; the number of bytes. What was cut leaves no file."""
        return await save_async(self, path)

    async def read(self) -> bytes:
        return b"".join([piece async for piece in self])


class Files(Caller):
    """A part of Client, which has the channel."""

    @functools.cached_property
    def _files(self) -> Any:
        return self._stub(files_service_pb2_grpc.FilesServiceStub)

    async def upload_file(self, file: File, purpose: str = "user_data", *, filename: str = "", upstream: str = "",
                          on_progress: OnProgress | None = None, timeout: float | None = None,
                          metadata: Metadata = ()) -> v1.File:
        """A path, bytes, or a file that is read while it goes up. purpose: batch, fine-tune, user_data, ..."""
        stub = files_service_pb2_grpc.FilesServiceStub(self._long_requests.channel())
        answer: v1.UploadFileResponse = await self._send(
            stub.UploadFile, upload_form(file, purpose, filename, upstream, on_progress), timeout, metadata)
        return answer.file

    def download_file(self, file_id: str, *, offset: int = 0, upstream: str = "",
                      on_progress: OnProgress | None = None, timeout: float | None = None) -> Download:
        """async for piece in client.download_file(id): ..., or await .save(path), or .read()."""
        def start(download: Download) -> AsyncIterator[v1.DownloadFileResponse]:
            def once(patience: Patience) -> Stream[v1.DownloadFileResponse]:
                request = v1.DownloadFileRequest(file_id=file_id, offset=download.offset, upstream=upstream)
                return Stream(self._start(self._files.DownloadFile, request,
                                          patience.left(self._options.timeout), ()),
                              lambda message: message, is_last_part)

            return self._patiently(once, timeout)

        return Download(start, offset, on_progress)

    async def get_file(self, file_id: str, *, upstream: str = "") -> v1.File:
        answer: v1.GetFileResponse = await self._read(
            self._files.GetFile, v1.GetFileRequest(file_id=file_id, upstream=upstream))
        return answer.file

    def list_files(self, purpose: str = "", *, upstream: str = "") -> AsyncIterator[v1.File]:
        """The caller's own, the youngest first, page after page."""
        request = v1.ListFilesRequest(purpose=purpose, upstream=upstream)
        return self._pages(self._files.ListFiles, request, "files")

    async def delete_file(self, file_id: str, *, upstream: str = "") -> None:
        await self._read(self._files.DeleteFile, v1.DeleteFileRequest(file_id=file_id, upstream=upstream))
