"""Requests that are files on their way: shared by Client and aio.Client. A file is a path, its bytes, or
anything that is read as one; what is read is sent while it is, never held whole."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import pathlib
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, Union

from . import v1

DEFAULT_SPEECH_MODEL = "gpt-4o-mini-tts"
DEFAULT_TRANSCRIPTION_MODEL = "gpt-4o-transcribe"
DEFAULT_TRANSLATION_MODEL = "whisper-1"
DEFAULT_VOICE = "alloy"

PART_BYTES = 256 * 1024
_IMAGE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp",
                ".gif": "image/gif"}
_IMAGE_BEGINNINGS = {b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}

File = Union[str, "os.PathLike[str]", bytes, IO[bytes]]
#: Is told the bytes that were sent.
OnProgress = Callable[[int], None]


@dataclasses.dataclass
class Source:
    """A file that is read once."""

    name: str
    size: int | None
    stream: IO[bytes]
    ours: bool  # to be closed


def open_source(file: File, name: str, otherwise: str) -> Source:
    """otherwise: what it is called if it has no name of its own."""
    if isinstance(file, bytes):
        return Source(name or otherwise, len(file), io.BytesIO(file), True)
    if isinstance(file, (str, os.PathLike)):
        path = pathlib.Path(file)
        return Source(name or path.name, path.stat().st_size, path.open("rb"), True)
    own = getattr(file, "name", "")
    return Source(name or (pathlib.Path(own).name if isinstance(own, str) and own else otherwise), None, file,
                  False)


class Form:
    """The messages of a form, one after the other: for one call."""

    def __init__(self, kind: Any, header: Any, on_progress: OnProgress | None) -> None:
        self._kind = kind
        self._header = header
        self._on_progress = on_progress
        self._files: list[tuple[Any, Source]] = []
        self._sent = 0
        #: Why no further bytes could be read.
        self.fault: Exception | None = None

    def add(self, upload: Any, source: Source) -> None:
        """upload: what begins it; None where the header names it."""
        self._files.append((upload, source))

    def messages(self) -> Iterator[Any]:
        try:
            yield self._kind(header=self._header)
            for upload, source in self._files:
                if upload is not None:
                    yield self._kind(upload=upload)
                while data := source.stream.read(PART_BYTES):
                    yield self._kind(data=data)
                    self._sent += len(data)
                    if self._on_progress:
                        self._on_progress(self._sent)
        except Exception as error:  # gRPC would only say that the request could not be made
            self.fault = error
            return
        yield self._kind(end={})

    def close(self) -> None:
        for _, source in self._files:
            if source.ours:
                source.stream.close()


def transcription_form(kind: Any, header_kind: Any, params: Any, file: File, filename: str,
                       options: v1.CallOptions | None, on_progress: OnProgress | None) -> Form:
    source = open_source(file, filename, "audio")
    header = header_kind(params=params, options=options,
                         file=v1.AudioFile(filename=source.name, size_bytes=source.size))
    form = Form(kind, header, on_progress)
    form.add(None, source)
    return form


def edit_form(params: Any, files: Sequence[File], mask: File | None, options: v1.CallOptions | None,
              on_progress: OnProgress | None) -> Form:
    header = v1.EditImagesHeader(params=params, options=options)
    if len(files) > 1:
        header.uploads = len(files)
    form = Form(v1.EditImagesRequest, header, on_progress)
    with contextlib.ExitStack() as undo:
        undo.callback(form.close)
        for number, file in enumerate(files, 1):
            form.add(*_upload(file, f"image-{number}.png", mask=False))
        if mask is not None:
            form.add(*_upload(mask, "mask.png", mask=True))
        undo.pop_all()
    return form


def _upload(file: File, otherwise: str, *, mask: bool) -> tuple[Any, Source]:
    source = open_source(file, "", otherwise)
    return v1.ImageUpload(filename=source.name, mime_type=image_type(source.name), mask=mask), source


def image_type(name: str, data: bytes = b"") -> str:
    """By the name's ending, else by how the data begin, else image/png."""
    begun = (kind for beginning, kind in _IMAGE_BEGINNINGS.items() if data.startswith(beginning))
    return _IMAGE_TYPES.get(pathlib.Path(name).suffix.lower()) or next(begun, "image/png")


def upload_form(file: File, purpose: str, filename: str, upstream: str, on_progress: OnProgress | None) -> Form:
    source = open_source(file, filename, "file")
    form = Form(v1.UploadFileRequest, v1.UploadFileHeader(
        filename=source.name, purpose=purpose, size_bytes=source.size, upstream=upstream), on_progress)
    form.add(None, source)
    return form


def files_of(files: Any) -> list[Any]:
    return list(files) if isinstance(files, (list, tuple)) else [files]


def to_transcribe(value: Any, model: str, kind: Any) -> Any:
    return value if value is not None else kind(model=model)


def to_speak(value: Any, model: str, voice: str) -> Any:
    return v1.SpeechParams(model=model, input=value, voice=voice) if isinstance(value, str) else value


def text_of_answer(answer: Any) -> str:
    """The text, or what came in another format."""
    return str(answer.formatted or answer.transcription.text)
