import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from inferwire.v1 import governance_pb2 as _governance_pb2
from inferwire.v1 import json_pb2 as _json_pb2
from inferwire.v1 import routing_pb2 as _routing_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CallOptions(_message.Message):
    __slots__ = ("client_request_id", "attempt_timeout", "max_retries", "validate_only", "include_raw_response", "route", "idempotency_key", "max_queue_wait", "user", "label", "include_limits")
    CLIENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    MAX_RETRIES_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_RAW_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    MAX_QUEUE_WAIT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_LIMITS_FIELD_NUMBER: _ClassVar[int]
    client_request_id: str
    attempt_timeout: _duration_pb2.Duration
    max_retries: int
    validate_only: bool
    include_raw_response: bool
    route: _routing_pb2.RoutePreferences
    idempotency_key: str
    max_queue_wait: _duration_pb2.Duration
    user: str
    label: str
    include_limits: bool
    def __init__(self, client_request_id: _Optional[str] = ..., attempt_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_retries: _Optional[int] = ..., validate_only: bool = ..., include_raw_response: bool = ..., route: _Optional[_Union[_routing_pb2.RoutePreferences, _Mapping]] = ..., idempotency_key: _Optional[str] = ..., max_queue_wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., user: _Optional[str] = ..., label: _Optional[str] = ..., include_limits: bool = ...) -> None: ...

class GatewayInfo(_message.Message):
    __slots__ = ("request_id", "upstream_request_id", "upstream", "model", "attempts", "upstream_time", "time_to_first_byte", "cost", "rate_limits", "raw_response", "client_request_id", "retry_after", "attempt_log", "route", "queued_for", "limits", "usage_source", "replayed", "reserved_picousd", "warnings")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_TIME_FIELD_NUMBER: _ClassVar[int]
    TIME_TO_FIRST_BYTE_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMITS_FIELD_NUMBER: _ClassVar[int]
    RAW_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_LOG_FIELD_NUMBER: _ClassVar[int]
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    QUEUED_FOR_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    USAGE_SOURCE_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    RESERVED_PICOUSD_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    upstream_request_id: str
    upstream: str
    model: str
    attempts: int
    upstream_time: _duration_pb2.Duration
    time_to_first_byte: _duration_pb2.Duration
    cost: Cost
    rate_limits: _containers.RepeatedCompositeFieldContainer[RateLimit]
    raw_response: bytes
    client_request_id: str
    retry_after: _duration_pb2.Duration
    attempt_log: _containers.RepeatedCompositeFieldContainer[_routing_pb2.AttemptInfo]
    route: _routing_pb2.RouteInfo
    queued_for: _duration_pb2.Duration
    limits: _containers.RepeatedCompositeFieldContainer[_governance_pb2.LimitState]
    usage_source: _governance_pb2.UsageSource
    replayed: bool
    reserved_picousd: int
    warnings: _containers.RepeatedCompositeFieldContainer[Warning]
    def __init__(self, request_id: _Optional[str] = ..., upstream_request_id: _Optional[str] = ..., upstream: _Optional[str] = ..., model: _Optional[str] = ..., attempts: _Optional[int] = ..., upstream_time: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., time_to_first_byte: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., cost: _Optional[_Union[Cost, _Mapping]] = ..., rate_limits: _Optional[_Iterable[_Union[RateLimit, _Mapping]]] = ..., raw_response: _Optional[bytes] = ..., client_request_id: _Optional[str] = ..., retry_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., attempt_log: _Optional[_Iterable[_Union[_routing_pb2.AttemptInfo, _Mapping]]] = ..., route: _Optional[_Union[_routing_pb2.RouteInfo, _Mapping]] = ..., queued_for: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., limits: _Optional[_Iterable[_Union[_governance_pb2.LimitState, _Mapping]]] = ..., usage_source: _Optional[_Union[_governance_pb2.UsageSource, str]] = ..., replayed: bool = ..., reserved_picousd: _Optional[int] = ..., warnings: _Optional[_Iterable[_Union[Warning, _Mapping]]] = ...) -> None: ...

class Warning(_message.Message):
    __slots__ = ("reason", "message", "model_end")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    MODEL_END_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    model_end: ModelEnd
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ..., model_end: _Optional[_Union[ModelEnd, _Mapping]] = ...) -> None: ...

class ModelEnd(_message.Message):
    __slots__ = ("model_id", "shutdown_date", "days_left", "replacement_model_id")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    SHUTDOWN_DATE_FIELD_NUMBER: _ClassVar[int]
    DAYS_LEFT_FIELD_NUMBER: _ClassVar[int]
    REPLACEMENT_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    shutdown_date: str
    days_left: int
    replacement_model_id: str
    def __init__(self, model_id: _Optional[str] = ..., shutdown_date: _Optional[str] = ..., days_left: _Optional[int] = ..., replacement_model_id: _Optional[str] = ...) -> None: ...

class Cost(_message.Message):
    __slots__ = ("total_picousd", "input_picousd", "cached_input_picousd", "output_picousd", "price_revision", "service_tier", "unpriced_reason", "cache_write_picousd", "provider_stated_picousd", "estimated", "estimate_of", "estimated_picousd", "unpriced_items", "priced_model")
    class UnpricedItemsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    TOTAL_PICOUSD_FIELD_NUMBER: _ClassVar[int]
    INPUT_PICOUSD_FIELD_NUMBER: _ClassVar[int]
    CACHED_INPUT_PICOUSD_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_PICOUSD_FIELD_NUMBER: _ClassVar[int]
    PRICE_REVISION_FIELD_NUMBER: _ClassVar[int]
    SERVICE_TIER_FIELD_NUMBER: _ClassVar[int]
    UNPRICED_REASON_FIELD_NUMBER: _ClassVar[int]
    CACHE_WRITE_PICOUSD_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_STATED_PICOUSD_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_FIELD_NUMBER: _ClassVar[int]
    ESTIMATE_OF_FIELD_NUMBER: _ClassVar[int]
    ESTIMATED_PICOUSD_FIELD_NUMBER: _ClassVar[int]
    UNPRICED_ITEMS_FIELD_NUMBER: _ClassVar[int]
    PRICED_MODEL_FIELD_NUMBER: _ClassVar[int]
    total_picousd: int
    input_picousd: int
    cached_input_picousd: int
    output_picousd: int
    price_revision: str
    service_tier: str
    unpriced_reason: str
    cache_write_picousd: int
    provider_stated_picousd: int
    estimated: bool
    estimate_of: str
    estimated_picousd: int
    unpriced_items: _containers.ScalarMap[str, int]
    priced_model: str
    def __init__(self, total_picousd: _Optional[int] = ..., input_picousd: _Optional[int] = ..., cached_input_picousd: _Optional[int] = ..., output_picousd: _Optional[int] = ..., price_revision: _Optional[str] = ..., service_tier: _Optional[str] = ..., unpriced_reason: _Optional[str] = ..., cache_write_picousd: _Optional[int] = ..., provider_stated_picousd: _Optional[int] = ..., estimated: bool = ..., estimate_of: _Optional[str] = ..., estimated_picousd: _Optional[int] = ..., unpriced_items: _Optional[_Mapping[str, int]] = ..., priced_model: _Optional[str] = ...) -> None: ...

class RateLimit(_message.Message):
    __slots__ = ("metric", "limit", "remaining", "reset_after")
    METRIC_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    RESET_AFTER_FIELD_NUMBER: _ClassVar[int]
    metric: str
    limit: int
    remaining: int
    reset_after: _duration_pb2.Duration
    def __init__(self, metric: _Optional[str] = ..., limit: _Optional[int] = ..., remaining: _Optional[int] = ..., reset_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Usage(_message.Message):
    __slots__ = ("input_tokens", "output_tokens", "total_tokens", "input_details", "output_details", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    INPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_TOKENS_FIELD_NUMBER: _ClassVar[int]
    INPUT_DETAILS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_DETAILS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    input_tokens: int
    output_tokens: int
    total_tokens: int
    input_details: InputTokenDetails
    output_details: OutputTokenDetails
    extra: _containers.ScalarMap[str, str]
    def __init__(self, input_tokens: _Optional[int] = ..., output_tokens: _Optional[int] = ..., total_tokens: _Optional[int] = ..., input_details: _Optional[_Union[InputTokenDetails, _Mapping]] = ..., output_details: _Optional[_Union[OutputTokenDetails, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class InputTokenDetails(_message.Message):
    __slots__ = ("cached_tokens", "cache_write_tokens", "audio_tokens", "text_tokens", "image_tokens", "cached_tokens_details", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CACHED_TOKENS_FIELD_NUMBER: _ClassVar[int]
    CACHE_WRITE_TOKENS_FIELD_NUMBER: _ClassVar[int]
    AUDIO_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TEXT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_TOKENS_FIELD_NUMBER: _ClassVar[int]
    CACHED_TOKENS_DETAILS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    cached_tokens: int
    cache_write_tokens: int
    audio_tokens: int
    text_tokens: int
    image_tokens: int
    cached_tokens_details: CachedTokenDetails
    extra: _containers.ScalarMap[str, str]
    def __init__(self, cached_tokens: _Optional[int] = ..., cache_write_tokens: _Optional[int] = ..., audio_tokens: _Optional[int] = ..., text_tokens: _Optional[int] = ..., image_tokens: _Optional[int] = ..., cached_tokens_details: _Optional[_Union[CachedTokenDetails, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class CachedTokenDetails(_message.Message):
    __slots__ = ("text_tokens", "audio_tokens", "image_tokens", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TEXT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    AUDIO_TOKENS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_TOKENS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    text_tokens: int
    audio_tokens: int
    image_tokens: int
    extra: _containers.ScalarMap[str, str]
    def __init__(self, text_tokens: _Optional[int] = ..., audio_tokens: _Optional[int] = ..., image_tokens: _Optional[int] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class OutputTokenDetails(_message.Message):
    __slots__ = ("reasoning_tokens", "audio_tokens", "text_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens", "image_tokens", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    REASONING_TOKENS_FIELD_NUMBER: _ClassVar[int]
    AUDIO_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TEXT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_PREDICTION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    REJECTED_PREDICTION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_TOKENS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    reasoning_tokens: int
    audio_tokens: int
    text_tokens: int
    accepted_prediction_tokens: int
    rejected_prediction_tokens: int
    image_tokens: int
    extra: _containers.ScalarMap[str, str]
    def __init__(self, reasoning_tokens: _Optional[int] = ..., audio_tokens: _Optional[int] = ..., text_tokens: _Optional[int] = ..., accepted_prediction_tokens: _Optional[int] = ..., rejected_prediction_tokens: _Optional[int] = ..., image_tokens: _Optional[int] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class UpstreamStarted(_message.Message):
    __slots__ = ("gateway",)
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    gateway: GatewayInfo
    def __init__(self, gateway: _Optional[_Union[GatewayInfo, _Mapping]] = ...) -> None: ...

class TokenList(_message.Message):
    __slots__ = ("tokens",)
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    tokens: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, tokens: _Optional[_Iterable[int]] = ...) -> None: ...

class TextList(_message.Message):
    __slots__ = ("texts",)
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, texts: _Optional[_Iterable[str]] = ...) -> None: ...

class Heartbeat(_message.Message):
    __slots__ = ("time",)
    TIME_FIELD_NUMBER: _ClassVar[int]
    time: _timestamp_pb2.Timestamp
    def __init__(self, time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
