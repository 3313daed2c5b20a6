import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inferwire.v1 import common_pb2 as _common_pb2
from inferwire.v1 import json_pb2 as _json_pb2
from inferwire.v1 import responses_pb2 as _responses_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateResponseRequest(_message.Message):
    __slots__ = ("params", "options")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    params: _responses_pb2.ResponseParams
    options: _common_pb2.CallOptions
    def __init__(self, params: _Optional[_Union[_responses_pb2.ResponseParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class CreateResponseResponse(_message.Message):
    __slots__ = ("response", "gateway")
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    response: _responses_pb2.Response
    gateway: _common_pb2.GatewayInfo
    def __init__(self, response: _Optional[_Union[_responses_pb2.Response, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class StreamResponseRequest(_message.Message):
    __slots__ = ("params", "resume", "options", "heartbeat_interval")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    params: _responses_pb2.ResponseParams
    resume: ResponseResumption
    options: _common_pb2.CallOptions
    heartbeat_interval: _duration_pb2.Duration
    def __init__(self, params: _Optional[_Union[_responses_pb2.ResponseParams, _Mapping]] = ..., resume: _Optional[_Union[ResponseResumption, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ResponseResumption(_message.Message):
    __slots__ = ("response_id", "starting_after", "upstream")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    STARTING_AFTER_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    starting_after: int
    upstream: str
    def __init__(self, response_id: _Optional[str] = ..., starting_after: _Optional[int] = ..., upstream: _Optional[str] = ...) -> None: ...

class StreamResponseResponse(_message.Message):
    __slots__ = ("started", "response_event", "completed", "heartbeat")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_EVENT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    started: _common_pb2.UpstreamStarted
    response_event: _responses_pb2.ResponseEvent
    completed: ResponseStreamCompleted
    heartbeat: _common_pb2.Heartbeat
    def __init__(self, started: _Optional[_Union[_common_pb2.UpstreamStarted, _Mapping]] = ..., response_event: _Optional[_Union[_responses_pb2.ResponseEvent, _Mapping]] = ..., completed: _Optional[_Union[ResponseStreamCompleted, _Mapping]] = ..., heartbeat: _Optional[_Union[_common_pb2.Heartbeat, _Mapping]] = ...) -> None: ...

class ResponseStreamCompleted(_message.Message):
    __slots__ = ("response_id", "status", "usage", "gateway")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    status: _responses_pb2.ResponseStatus
    usage: _common_pb2.Usage
    gateway: _common_pb2.GatewayInfo
    def __init__(self, response_id: _Optional[str] = ..., status: _Optional[_Union[_responses_pb2.ResponseStatus, str]] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class GetResponseRequest(_message.Message):
    __slots__ = ("response_id", "include", "upstream")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    include: _containers.RepeatedScalarFieldContainer[str]
    upstream: str
    def __init__(self, response_id: _Optional[str] = ..., include: _Optional[_Iterable[str]] = ..., upstream: _Optional[str] = ...) -> None: ...

class GetResponseResponse(_message.Message):
    __slots__ = ("response", "gateway")
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    response: _responses_pb2.Response
    gateway: _common_pb2.GatewayInfo
    def __init__(self, response: _Optional[_Union[_responses_pb2.Response, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class WatchResponseRequest(_message.Message):
    __slots__ = ("response_id", "poll_interval", "heartbeat_interval", "upstream")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    POLL_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    poll_interval: _duration_pb2.Duration
    heartbeat_interval: _duration_pb2.Duration
    upstream: str
    def __init__(self, response_id: _Optional[str] = ..., poll_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., upstream: _Optional[str] = ...) -> None: ...

class WatchResponseResponse(_message.Message):
    __slots__ = ("response", "heartbeat")
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    response: _responses_pb2.Response
    heartbeat: _common_pb2.Heartbeat
    def __init__(self, response: _Optional[_Union[_responses_pb2.Response, _Mapping]] = ..., heartbeat: _Optional[_Union[_common_pb2.Heartbeat, _Mapping]] = ...) -> None: ...

class CancelResponseRequest(_message.Message):
    __slots__ = ("response_id", "upstream")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    upstream: str
    def __init__(self, response_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class CancelResponseResponse(_message.Message):
    __slots__ = ("response", "gateway")
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    response: _responses_pb2.Response
    gateway: _common_pb2.GatewayInfo
    def __init__(self, response: _Optional[_Union[_responses_pb2.Response, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class DeleteResponseRequest(_message.Message):
    __slots__ = ("response_id", "upstream")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    upstream: str
    def __init__(self, response_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class DeleteResponseResponse(_message.Message):
    __slots__ = ("gateway",)
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    gateway: _common_pb2.GatewayInfo
    def __init__(self, gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class ListInputItemsRequest(_message.Message):
    __slots__ = ("response_id", "page_size", "page_token", "include", "upstream")
    RESPONSE_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    response_id: str
    page_size: int
    page_token: str
    include: _containers.RepeatedScalarFieldContainer[str]
    upstream: str
    def __init__(self, response_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., include: _Optional[_Iterable[str]] = ..., upstream: _Optional[str] = ...) -> None: ...

class ListInputItemsResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "gateway", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_responses_pb2.ResponseItem]
    next_page_token: str
    gateway: _common_pb2.GatewayInfo
    extra: _containers.ScalarMap[str, str]
    def __init__(self, items: _Optional[_Iterable[_Union[_responses_pb2.ResponseItem, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class CountInputTokensRequest(_message.Message):
    __slots__ = ("params", "options")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    params: _responses_pb2.ResponseParams
    options: _common_pb2.CallOptions
    def __init__(self, params: _Optional[_Union[_responses_pb2.ResponseParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class CountInputTokensResponse(_message.Message):
    __slots__ = ("input_tokens", "gateway", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    input_tokens: int
    gateway: _common_pb2.GatewayInfo
    extra: _containers.ScalarMap[str, str]
    def __init__(self, input_tokens: _Optional[int] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class CompactResponseRequest(_message.Message):
    __slots__ = ("params", "options")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    params: _responses_pb2.ResponseParams
    options: _common_pb2.CallOptions
    def __init__(self, params: _Optional[_Union[_responses_pb2.ResponseParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class CompactResponseResponse(_message.Message):
    __slots__ = ("compaction", "gateway")
    COMPACTION_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    compaction: ResponseCompaction
    gateway: _common_pb2.GatewayInfo
    def __init__(self, compaction: _Optional[_Union[ResponseCompaction, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class ResponseCompaction(_message.Message):
    __slots__ = ("id", "created_at", "output", "usage", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    id: str
    created_at: _timestamp_pb2.Timestamp
    output: _containers.RepeatedCompositeFieldContainer[_responses_pb2.ResponseItem]
    usage: _common_pb2.Usage
    extra: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., output: _Optional[_Iterable[_Union[_responses_pb2.ResponseItem, _Mapping]]] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...
