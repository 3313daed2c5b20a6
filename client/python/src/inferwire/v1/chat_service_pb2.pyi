import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.rpc import status_pb2 as _status_pb2
from inferwire.v1 import chat_pb2 as _chat_pb2
from inferwire.v1 import common_pb2 as _common_pb2
from inferwire.v1 import json_pb2 as _json_pb2
from inferwire.v1 import governance_pb2 as _governance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CompleteRequest(_message.Message):
    __slots__ = ("params", "options")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    params: _chat_pb2.ChatCompletionParams
    options: _common_pb2.CallOptions
    def __init__(self, params: _Optional[_Union[_chat_pb2.ChatCompletionParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class CompleteResponse(_message.Message):
    __slots__ = ("completion", "gateway")
    COMPLETION_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    completion: _chat_pb2.ChatCompletion
    gateway: _common_pb2.GatewayInfo
    def __init__(self, completion: _Optional[_Union[_chat_pb2.ChatCompletion, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class StreamCompleteRequest(_message.Message):
    __slots__ = ("params", "options", "stream")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    params: _chat_pb2.ChatCompletionParams
    options: _common_pb2.CallOptions
    stream: StreamOptions
    def __init__(self, params: _Optional[_Union[_chat_pb2.ChatCompletionParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ..., stream: _Optional[_Union[StreamOptions, _Mapping]] = ...) -> None: ...

class StreamOptions(_message.Message):
    __slots__ = ("accumulate", "heartbeat_interval")
    ACCUMULATE_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    accumulate: bool
    heartbeat_interval: _duration_pb2.Duration
    def __init__(self, accumulate: bool = ..., heartbeat_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class StreamCompleteResponse(_message.Message):
    __slots__ = ("started", "chunk", "completed", "heartbeat", "queued")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    QUEUED_FIELD_NUMBER: _ClassVar[int]
    started: StreamStarted
    chunk: _chat_pb2.ChatCompletionChunk
    completed: StreamCompleted
    heartbeat: _common_pb2.Heartbeat
    queued: _governance_pb2.Queued
    def __init__(self, started: _Optional[_Union[StreamStarted, _Mapping]] = ..., chunk: _Optional[_Union[_chat_pb2.ChatCompletionChunk, _Mapping]] = ..., completed: _Optional[_Union[StreamCompleted, _Mapping]] = ..., heartbeat: _Optional[_Union[_common_pb2.Heartbeat, _Mapping]] = ..., queued: _Optional[_Union[_governance_pb2.Queued, _Mapping]] = ...) -> None: ...

class StreamStarted(_message.Message):
    __slots__ = ("gateway",)
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    gateway: _common_pb2.GatewayInfo
    def __init__(self, gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class StreamCompleted(_message.Message):
    __slots__ = ("usage", "gateway", "completion")
    USAGE_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_FIELD_NUMBER: _ClassVar[int]
    usage: _common_pb2.Usage
    gateway: _common_pb2.GatewayInfo
    completion: _chat_pb2.ChatCompletion
    def __init__(self, usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., completion: _Optional[_Union[_chat_pb2.ChatCompletion, _Mapping]] = ...) -> None: ...

class CompleteManyRequest(_message.Message):
    __slots__ = ("config", "item", "cancel")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    config: CompleteManyConfig
    item: CompleteManyItem
    cancel: CompleteManyCancel
    def __init__(self, config: _Optional[_Union[CompleteManyConfig, _Mapping]] = ..., item: _Optional[_Union[CompleteManyItem, _Mapping]] = ..., cancel: _Optional[_Union[CompleteManyCancel, _Mapping]] = ...) -> None: ...

class CompleteManyConfig(_message.Message):
    __slots__ = ("max_in_flight", "stream_chunks", "default_options")
    MAX_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    STREAM_CHUNKS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_OPTIONS_FIELD_NUMBER: _ClassVar[int]
    max_in_flight: int
    stream_chunks: bool
    default_options: _common_pb2.CallOptions
    def __init__(self, max_in_flight: _Optional[int] = ..., stream_chunks: bool = ..., default_options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class CompleteManyItem(_message.Message):
    __slots__ = ("item_id", "params", "options", "timeout")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    params: _chat_pb2.ChatCompletionParams
    options: _common_pb2.CallOptions
    timeout: _duration_pb2.Duration
    def __init__(self, item_id: _Optional[str] = ..., params: _Optional[_Union[_chat_pb2.ChatCompletionParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class CompleteManyCancel(_message.Message):
    __slots__ = ("item_id",)
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    def __init__(self, item_id: _Optional[str] = ...) -> None: ...

class CompleteManyResponse(_message.Message):
    __slots__ = ("ready", "chunk", "result", "summary")
    READY_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    ready: CompleteManyReady
    chunk: CompleteManyChunk
    result: CompleteManyResult
    summary: CompleteManySummary
    def __init__(self, ready: _Optional[_Union[CompleteManyReady, _Mapping]] = ..., chunk: _Optional[_Union[CompleteManyChunk, _Mapping]] = ..., result: _Optional[_Union[CompleteManyResult, _Mapping]] = ..., summary: _Optional[_Union[CompleteManySummary, _Mapping]] = ...) -> None: ...

class CompleteManyReady(_message.Message):
    __slots__ = ("max_in_flight",)
    MAX_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    max_in_flight: int
    def __init__(self, max_in_flight: _Optional[int] = ...) -> None: ...

class CompleteManyChunk(_message.Message):
    __slots__ = ("item_id", "chunk")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    chunk: _chat_pb2.ChatCompletionChunk
    def __init__(self, item_id: _Optional[str] = ..., chunk: _Optional[_Union[_chat_pb2.ChatCompletionChunk, _Mapping]] = ...) -> None: ...

class CompleteManyResult(_message.Message):
    __slots__ = ("item_id", "completion", "error", "gateway")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    completion: _chat_pb2.ChatCompletion
    error: _status_pb2.Status
    gateway: _common_pb2.GatewayInfo
    def __init__(self, item_id: _Optional[str] = ..., completion: _Optional[_Union[_chat_pb2.ChatCompletion, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class CompleteManySummary(_message.Message):
    __slots__ = ("succeeded", "failed", "cancelled", "usage", "cost", "unpriced")
    SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    UNPRICED_FIELD_NUMBER: _ClassVar[int]
    succeeded: int
    failed: int
    cancelled: int
    usage: _common_pb2.Usage
    cost: _common_pb2.Cost
    unpriced: int
    def __init__(self, succeeded: _Optional[int] = ..., failed: _Optional[int] = ..., cancelled: _Optional[int] = ..., usage: _Optional[_Union[_common_pb2.Usage, _Mapping]] = ..., cost: _Optional[_Union[_common_pb2.Cost, _Mapping]] = ..., unpriced: _Optional[int] = ...) -> None: ...

class GetChatCompletionRequest(_message.Message):
    __slots__ = ("completion_id", "upstream")
    COMPLETION_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    completion_id: str
    upstream: str
    def __init__(self, completion_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class GetChatCompletionResponse(_message.Message):
    __slots__ = ("completion", "gateway")
    COMPLETION_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    completion: _chat_pb2.ChatCompletion
    gateway: _common_pb2.GatewayInfo
    def __init__(self, completion: _Optional[_Union[_chat_pb2.ChatCompletion, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class ListChatCompletionsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "order", "model", "metadata", "upstream")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    order: str
    model: str
    metadata: _containers.ScalarMap[str, str]
    upstream: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., order: _Optional[str] = ..., model: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ..., upstream: _Optional[str] = ...) -> None: ...

class ListChatCompletionsResponse(_message.Message):
    __slots__ = ("completions", "next_page_token", "gateway", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    COMPLETIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    completions: _containers.RepeatedCompositeFieldContainer[_chat_pb2.ChatCompletion]
    next_page_token: str
    gateway: _common_pb2.GatewayInfo
    extra: _containers.ScalarMap[str, str]
    def __init__(self, completions: _Optional[_Iterable[_Union[_chat_pb2.ChatCompletion, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class StoredCompletionParams(_message.Message):
    __slots__ = ("metadata", "extra")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    METADATA_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    metadata: _containers.ScalarMap[str, str]
    extra: _containers.ScalarMap[str, str]
    def __init__(self, metadata: _Optional[_Mapping[str, str]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class UpdateChatCompletionRequest(_message.Message):
    __slots__ = ("completion_id", "params", "upstream")
    COMPLETION_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    completion_id: str
    params: StoredCompletionParams
    upstream: str
    def __init__(self, completion_id: _Optional[str] = ..., params: _Optional[_Union[StoredCompletionParams, _Mapping]] = ..., upstream: _Optional[str] = ...) -> None: ...

class UpdateChatCompletionResponse(_message.Message):
    __slots__ = ("completion", "gateway")
    COMPLETION_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    completion: _chat_pb2.ChatCompletion
    gateway: _common_pb2.GatewayInfo
    def __init__(self, completion: _Optional[_Union[_chat_pb2.ChatCompletion, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class DeleteChatCompletionRequest(_message.Message):
    __slots__ = ("completion_id", "upstream")
    COMPLETION_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    completion_id: str
    upstream: str
    def __init__(self, completion_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class DeleteChatCompletionResponse(_message.Message):
    __slots__ = ("gateway",)
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    gateway: _common_pb2.GatewayInfo
    def __init__(self, gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class ListChatMessagesRequest(_message.Message):
    __slots__ = ("completion_id", "page_size", "page_token", "order", "upstream")
    COMPLETION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    completion_id: str
    page_size: int
    page_token: str
    order: str
    upstream: str
    def __init__(self, completion_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., order: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class ListChatMessagesResponse(_message.Message):
    __slots__ = ("messages", "next_page_token", "gateway", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[_chat_pb2.ChatMessage]
    next_page_token: str
    gateway: _common_pb2.GatewayInfo
    extra: _containers.ScalarMap[str, str]
    def __init__(self, messages: _Optional[_Iterable[_Union[_chat_pb2.ChatMessage, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...
