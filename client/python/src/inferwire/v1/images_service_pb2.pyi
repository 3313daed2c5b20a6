import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inferwire.v1 import common_pb2 as _common_pb2
from inferwire.v1 import json_pb2 as _json_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ImageParams(_message.Message):
    __slots__ = ("prompt", "model", "n", "size", "quality", "output_format", "output_compression", "background", "moderation", "response_format", "style", "partial_images", "user", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    N_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FORMAT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_COMPRESSION_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    MODERATION_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FORMAT_FIELD_NUMBER: _ClassVar[int]
    STYLE_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_IMAGES_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    prompt: str
    model: str
    n: int
    size: str
    quality: str
    output_format: str
    output_compression: int
    background: str
    moderation: str
    response_format: str
    style: str
    partial_images: int
    user: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, prompt: _Optional[str] = ..., model: _Optional[str] = ..., n: _Optional[int] = ..., size: _Optional[str] = ..., quality: _Optional[str] = ..., output_format: _Optional[str] = ..., output_compression: _Optional[int] = ..., background: _Optional[str] = ..., moderation: _Optional[str] = ..., response_format: _Optional[str] = ..., style: _Optional[str] = ..., partial_images: _Optional[int] = ..., user: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ImageEditParams(_message.Message):
    __slots__ = ("prompt", "model", "n", "size", "quality", "output_format", "output_compression", "background", "moderation", "response_format", "input_fidelity", "partial_images", "user", "images", "mask", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    N_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FORMAT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_COMPRESSION_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    MODERATION_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FORMAT_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIDELITY_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_IMAGES_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    MASK_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    prompt: str
    model: str
    n: int
    size: str
    quality: str
    output_format: str
    output_compression: int
    background: str
    moderation: str
    response_format: str
    input_fidelity: str
    partial_images: int
    user: str
    images: _containers.RepeatedCompositeFieldContainer[ImageReference]
    mask: ImageReference
    extra: _containers.ScalarMap[str, str]
    def __init__(self, prompt: _Optional[str] = ..., model: _Optional[str] = ..., n: _Optional[int] = ..., size: _Optional[str] = ..., quality: _Optional[str] = ..., output_format: _Optional[str] = ..., output_compression: _Optional[int] = ..., background: _Optional[str] = ..., moderation: _Optional[str] = ..., response_format: _Optional[str] = ..., input_fidelity: _Optional[str] = ..., partial_images: _Optional[int] = ..., user: _Optional[str] = ..., images: _Optional[_Iterable[_Union[ImageReference, _Mapping]]] = ..., mask: _Optional[_Union[ImageReference, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ImageReference(_message.Message):
    __slots__ = ("image_url", "file_id", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    IMAGE_URL_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    image_url: str
    file_id: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, image_url: _Optional[str] = ..., file_id: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ImageResult(_message.Message):
    __slots__ = ("created", "images", "background", "output_format", "size", "quality", "usage", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CREATED_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FORMAT_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    created: _timestamp_pb2.Timestamp
    images: _containers.RepeatedCompositeFieldContainer[Image]
    background: str
    output_format: str
    size: str
    quality: str
    usage: _common_pb2.Usage
    extra: _containers.ScalarMap[str, str]
    def __init__(self, created: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., images: _Optional[_Iterable[_Union[Image, _Mapping]]] = ..., background: _Optional[str] = ..., output_format: _Optional[str] = ..., size: _Optional[str] = ..., quality: _Optional[str] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Image(_message.Message):
    __slots__ = ("data", "url", "revised_prompt", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    DATA_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    REVISED_PROMPT_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    url: str
    revised_prompt: str
    extra: _containers.ScalarMap[str, str]
    def __init__(self, data: _Optional[bytes] = ..., url: _Optional[str] = ..., revised_prompt: _Optional[str] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ImageEvent(_message.Message):
    __slots__ = ("type", "data", "created", "size", "quality", "background", "output_format", "partial_image_index", "usage", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FORMAT_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_IMAGE_INDEX_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    type: str
    data: bytes
    created: _timestamp_pb2.Timestamp
    size: str
    quality: str
    background: str
    output_format: str
    partial_image_index: int
    usage: _common_pb2.Usage
    extra: _containers.ScalarMap[str, str]
    def __init__(self, type: _Optional[str] = ..., data: _Optional[bytes] = ..., created: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., size: _Optional[str] = ..., quality: _Optional[str] = ..., background: _Optional[str] = ..., output_format: _Optional[str] = ..., partial_image_index: _Optional[int] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class GenerateImagesRequest(_message.Message):
    __slots__ = ("params", "options")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    params: ImageParams
    options: _common_pb2.CallOptions
    def __init__(self, params: _Optional[_Union[ImageParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class GenerateImagesResponse(_message.Message):
    __slots__ = ("result", "gateway")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    result: ImageResult
    gateway: _common_pb2.GatewayInfo
    def __init__(self, result: _Optional[_Union[ImageResult, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class StreamGenerateImagesRequest(_message.Message):
    __slots__ = ("params", "options", "heartbeat_interval")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    params: ImageParams
    options: _common_pb2.CallOptions
    heartbeat_interval: _duration_pb2.Duration
    def __init__(self, params: _Optional[_Union[ImageParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class StreamGenerateImagesResponse(_message.Message):
    __slots__ = ("started", "part", "completed", "heartbeat")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    started: _common_pb2.UpstreamStarted
    part: ImagePart
    completed: ImageStreamCompleted
    heartbeat: _common_pb2.Heartbeat
    def __init__(self, started: _Optional[_Union[_common_pb2.UpstreamStarted, _Mapping]] = ..., part: _Optional[_Union[ImagePart, _Mapping]] = ..., completed: _Optional[_Union[ImageStreamCompleted, _Mapping]] = ..., heartbeat: _Optional[_Union[_common_pb2.Heartbeat, _Mapping]] = ...) -> None: ...

class ImagePart(_message.Message):
    __slots__ = ("index", "partial_image_index", "data", "last")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_IMAGE_INDEX_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    index: int
    partial_image_index: int
    data: bytes
    last: bool
    def __init__(self, index: _Optional[int] = ..., partial_image_index: _Optional[int] = ..., data: _Optional[bytes] = ..., last: bool = ...) -> None: ...

class ImageStreamCompleted(_message.Message):
    __slots__ = ("result", "gateway")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    result: ImageResult
    gateway: _common_pb2.GatewayInfo
    def __init__(self, result: _Optional[_Union[ImageResult, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class EditImagesRequest(_message.Message):
    __slots__ = ("header", "upload", "data", "end")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    header: EditImagesHeader
    upload: ImageUpload
    data: bytes
    end: UploadsEnd
    def __init__(self, header: _Optional[_Union[EditImagesHeader, _Mapping]] = ..., upload: _Optional[_Union[ImageUpload, _Mapping]] = ..., data: _Optional[bytes] = ..., end: _Optional[_Union[UploadsEnd, _Mapping]] = ...) -> None: ...

class EditImagesHeader(_message.Message):
    __slots__ = ("params", "options", "uploads", "heartbeat_interval")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    UPLOADS_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    params: ImageEditParams
    options: _common_pb2.CallOptions
    uploads: int
    heartbeat_interval: _duration_pb2.Duration
    def __init__(self, params: _Optional[_Union[ImageEditParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ..., uploads: _Optional[int] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ImageUpload(_message.Message):
    __slots__ = ("filename", "mime_type", "mask")
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    MASK_FIELD_NUMBER: _ClassVar[int]
    filename: str
    mime_type: str
    mask: bool
    def __init__(self, filename: _Optional[str] = ..., mime_type: _Optional[str] = ..., mask: bool = ...) -> None: ...

class UploadsEnd(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class EditImagesResponse(_message.Message):
    __slots__ = ("result", "gateway")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    result: ImageResult
    gateway: _common_pb2.GatewayInfo
    def __init__(self, result: _Optional[_Union[ImageResult, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class StreamEditImagesRequest(_message.Message):
    __slots__ = ("header", "upload", "data", "end")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    header: EditImagesHeader
    upload: ImageUpload
    data: bytes
    end: UploadsEnd
    def __init__(self, header: _Optional[_Union[EditImagesHeader, _Mapping]] = ..., upload: _Optional[_Union[ImageUpload, _Mapping]] = ..., data: _Optional[bytes] = ..., end: _Optional[_Union[UploadsEnd, _Mapping]] = ...) -> None: ...

class StreamEditImagesResponse(_message.Message):
    __slots__ = ("started", "part", "completed", "heartbeat")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    started: _common_pb2.UpstreamStarted
    part: ImagePart
    completed: ImageStreamCompleted
    heartbeat: _common_pb2.Heartbeat
    def __init__(self, started: _Optional[_Union[_common_pb2.UpstreamStarted, _Mapping]] = ..., part: _Optional[_Union[ImagePart, _Mapping]] = ..., completed: _Optional[_Union[ImageStreamCompleted, _Mapping]] = ..., heartbeat: _Optional[_Union[_common_pb2.Heartbeat, _Mapping]] = ...) -> None: ...
