import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Resend(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESEND_UNSPECIFIED: _ClassVar[Resend]
    RESEND_REFUSED: _ClassVar[Resend]
    RESEND_FAILED: _ClassVar[Resend]
    RESEND_ANYTHING: _ClassVar[Resend]
RESEND_UNSPECIFIED: Resend
RESEND_REFUSED: Resend
RESEND_FAILED: Resend
RESEND_ANYTHING: Resend

class RoutePreferences(_message.Message):
    __slots__ = ("upstream", "allow_fallback", "require_tags", "exclude_upstreams", "affinity_key", "resend", "hedge")
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    ALLOW_FALLBACK_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_TAGS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDE_UPSTREAMS_FIELD_NUMBER: _ClassVar[int]
    AFFINITY_KEY_FIELD_NUMBER: _ClassVar[int]
    RESEND_FIELD_NUMBER: _ClassVar[int]
    HEDGE_FIELD_NUMBER: _ClassVar[int]
    upstream: str
    allow_fallback: bool
    require_tags: _containers.RepeatedScalarFieldContainer[str]
    exclude_upstreams: _containers.RepeatedScalarFieldContainer[str]
    affinity_key: str
    resend: Resend
    hedge: bool
    def __init__(self, upstream: _Optional[str] = ..., allow_fallback: bool = ..., require_tags: _Optional[_Iterable[str]] = ..., exclude_upstreams: _Optional[_Iterable[str]] = ..., affinity_key: _Optional[str] = ..., resend: _Optional[_Union[Resend, str]] = ..., hedge: bool = ...) -> None: ...

class AttemptInfo(_message.Message):
    __slots__ = ("upstream", "model", "endpoint", "key", "started_after", "duration", "http_status", "reason", "may_be_billed", "cause", "waited", "upstream_request_id")
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    STARTED_AFTER_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    HTTP_STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MAY_BE_BILLED_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    WAITED_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    upstream: str
    model: str
    endpoint: str
    key: str
    started_after: _duration_pb2.Duration
    duration: _duration_pb2.Duration
    http_status: int
    reason: str
    may_be_billed: bool
    cause: str
    waited: _duration_pb2.Duration
    upstream_request_id: str
    def __init__(self, upstream: _Optional[str] = ..., model: _Optional[str] = ..., endpoint: _Optional[str] = ..., key: _Optional[str] = ..., started_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., http_status: _Optional[int] = ..., reason: _Optional[str] = ..., may_be_billed: bool = ..., cause: _Optional[str] = ..., waited: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., upstream_request_id: _Optional[str] = ...) -> None: ...

class RouteInfo(_message.Message):
    __slots__ = ("route", "strategy", "chosen_by", "group", "fallback")
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_BY_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_FIELD_NUMBER: _ClassVar[int]
    route: str
    strategy: str
    chosen_by: str
    group: int
    fallback: bool
    def __init__(self, route: _Optional[str] = ..., strategy: _Optional[str] = ..., chosen_by: _Optional[str] = ..., group: _Optional[int] = ..., fallback: bool = ...) -> None: ...
