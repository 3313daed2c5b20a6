"""Files that go up: what the cases say of them as files that are read, and what comes of the calls."""
import asyncio
import io

import inferwire
from google.protobuf import json_format
from inferwire import v1


class Broken(Exception):
    """Of a file that cannot be read on."""


class Cancelled(Exception):
    """By the program, where a blocking call goes on."""


class File(io.RawIOBase):
    """Zeros, and perhaps a fault. Without a size: the client only reads it."""

    def __init__(self, spec: dict) -> None:
        self.name = spec["name"]
        self._left, self._fails = spec["bytes"], spec.get("fails", False)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = bytes(min(self._left, size))
        self._left -= len(data)
        if not data and self._fails:
            raise Broken("the file broke")
        return data


class Upload:
    """One call; `call` is made with what it returns."""

    def __init__(self, case: dict, options: dict) -> None:
        self.case, self.sent, self.task = case, 0, None
        self._options = {**options, "on_progress": self._progress}

    def _progress(self, sent: int) -> None:
        self.sent = sent
        if sent >= self.case.get("cancel_after", sent + 1):
            if self.task is None:
                raise Cancelled()
            self.task.get_loop().call_soon_threadsafe(self.task.cancel)

    def start(self, client):
        """What the client's call gives; of aio.Client to be awaited."""
        method, files = self.case["method"], [File(spec) for spec in self.case["files"] if not spec.get("mask")]
        request = self.case.get("request", {})
        if method == "FilesService/UploadFile":
            return client.upload_file(files[0], **request, **self._options)
        if method == "ImagesService/EditImages":
            params = json_format.ParseDict(request, v1.ImageEditParams())
            masks = [File(spec) for spec in self.case["files"] if spec.get("mask")]
            return client.edit_image(files, params, mask=masks[0] if masks else None, **self._options)
        if method == "AudioService/Transcribe":
            return client.transcribe(files[0], json_format.ParseDict(request, v1.TranscriptionParams()), **self._options)
        return client.translate(files[0], json_format.ParseDict(request, v1.TranslationParams()), **self._options)

    def result(self, answer) -> dict:
        response = json_format.MessageToDict(answer)
        return {"sent": self.sent, "response": {"file": response} if isinstance(answer, v1.File) else response}

    def failed(self, error: BaseException, seen_error) -> dict:
        seen = {"sent": self.sent}
        if isinstance(error, (Cancelled, asyncio.CancelledError)):
            return {**seen, "cancelled": True}
        if isinstance(error, Broken):
            return {**seen, "fault": str(error)}
        return {**seen, "error": seen_error(error)}


ENDS = (Broken, Cancelled, asyncio.CancelledError, inferwire.InferwireError)
