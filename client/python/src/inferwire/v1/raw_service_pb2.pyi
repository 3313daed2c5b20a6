from inferwire.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HttpCall(_message.Message):
    __slots__ = ("method", "path", "query", "content_type", "body", "upstream")
    METHOD_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    method: str
    path: str
    query: _containers.RepeatedCompositeFieldContainer[QueryParameter]
    content_type: str
    body: bytes
    upstream: str
    def __init__(self, method: _Optional[str] = ..., path: _Optional[str] = ..., query: _Optional[_Iterable[_Union[QueryParameter, _Mapping]]] = ..., content_type: _Optional[str] = ..., body: _Optional[bytes] = ..., upstream: _Optional[str] = ...) -> None: ...

class QueryParameter(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class InvokeRequest(_message.Message):
    __slots__ = ("call", "options")
    CALL_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    call: HttpCall
    options: _common_pb2.CallOptions
    def __init__(self, call: _Optional[_Union[HttpCall, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class InvokeResponse(_message.Message):
    __slots__ = ("http_status", "content_type", "body", "gateway", "headers")
    HTTP_STATUS_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    http_status: int
    content_type: str
    body: bytes
    gateway: _common_pb2.GatewayInfo
    headers: _containers.RepeatedCompositeFieldContainer[HttpHeader]
    def __init__(self, http_status: _Optional[int] = ..., content_type: _Optional[str] = ..., body: _Optional[bytes] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., headers: _Optional[_Iterable[_Union[HttpHeader, _Mapping]]] = ...) -> None: ...

class HttpHeader(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class StreamInvokeRequest(_message.Message):
    __slots__ = ("call", "options")
    CALL_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    call: HttpCall
    options: _common_pb2.CallOptions
    def __init__(self, call: _Optional[_Union[HttpCall, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class StreamInvokeResponse(_message.Message):
    __slots__ = ("started", "event", "body_part", "completed")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    BODY_PART_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    started: RawStarted
    event: ServerSentEvent
    body_part: bytes
    completed: RawCompleted
    def __init__(self, started: _Optional[_Union[RawStarted, _Mapping]] = ..., event: _Optional[_Union[ServerSentEvent, _Mapping]] = ..., body_part: _Optional[bytes] = ..., completed: _Optional[_Union[RawCompleted, _Mapping]] = ...) -> None: ...

class RawStarted(_message.Message):
    __slots__ = ("http_status", "content_type", "gateway", "headers")
    HTTP_STATUS_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    http_status: int
    content_type: str
    gateway: _common_pb2.GatewayInfo
    headers: _containers.RepeatedCompositeFieldContainer[HttpHeader]
    def __init__(self, http_status: _Optional[int] = ..., content_type: _Optional[str] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., headers: _Optional[_Iterable[_Union[HttpHeader, _Mapping]]] = ...) -> None: ...

class RawCompleted(_message.Message):
    __slots__ = ("gateway",)
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    gateway: _common_pb2.GatewayInfo
    def __init__(self, gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class ServerSentEvent(_message.Message):
    __slots__ = ("event", "id", "data")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    event: str
    id: str
    data: bytes
    def __init__(self, event: _Optional[str] = ..., id: _Optional[str] = ..., data: _Optional[bytes] = ...) -> None: ...
