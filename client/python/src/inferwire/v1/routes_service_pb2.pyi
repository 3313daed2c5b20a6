import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from inferwire.v1 import chat_pb2 as _chat_pb2
from inferwire.v1 import common_pb2 as _common_pb2
from inferwire.v1 import routing_pb2 as _routing_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PlaceState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PLACE_STATE_UNSPECIFIED: _ClassVar[PlaceState]
    PLACE_STATE_UP: _ClassVar[PlaceState]
    PLACE_STATE_PROBING: _ClassVar[PlaceState]
    PLACE_STATE_OUT: _ClassVar[PlaceState]
    PLACE_STATE_COOLING_DOWN: _ClassVar[PlaceState]
    PLACE_STATE_DRAINED: _ClassVar[PlaceState]
    PLACE_STATE_REMOVED: _ClassVar[PlaceState]
    PLACE_STATE_SILENT: _ClassVar[PlaceState]
    PLACE_STATE_WARMING_UP: _ClassVar[PlaceState]
PLACE_STATE_UNSPECIFIED: PlaceState
PLACE_STATE_UP: PlaceState
PLACE_STATE_PROBING: PlaceState
PLACE_STATE_OUT: PlaceState
PLACE_STATE_COOLING_DOWN: PlaceState
PLACE_STATE_DRAINED: PlaceState
PLACE_STATE_REMOVED: PlaceState
PLACE_STATE_SILENT: PlaceState
PLACE_STATE_WARMING_UP: PlaceState

class Place(_message.Message):
    __slots__ = ("upstream", "endpoint", "key", "model")
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    upstream: str
    endpoint: str
    key: str
    model: str
    def __init__(self, upstream: _Optional[str] = ..., endpoint: _Optional[str] = ..., key: _Optional[str] = ..., model: _Optional[str] = ...) -> None: ...

class PlaceStatus(_message.Message):
    __slots__ = ("place", "state", "back_after", "reason", "in_flight", "limit", "time_to_first_byte", "answered", "failed")
    PLACE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BACK_AFTER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    TIME_TO_FIRST_BYTE_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    place: Place
    state: PlaceState
    back_after: _duration_pb2.Duration
    reason: str
    in_flight: int
    limit: int
    time_to_first_byte: _duration_pb2.Duration
    answered: int
    failed: int
    def __init__(self, place: _Optional[_Union[Place, _Mapping]] = ..., state: _Optional[_Union[PlaceState, str]] = ..., back_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., reason: _Optional[str] = ..., in_flight: _Optional[int] = ..., limit: _Optional[int] = ..., time_to_first_byte: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., answered: _Optional[int] = ..., failed: _Optional[int] = ...) -> None: ...

class Route(_message.Message):
    __slots__ = ("name", "also", "strategy", "resend", "require_tags", "targets", "hedge")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ALSO_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    RESEND_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_TAGS_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    HEDGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    also: _containers.RepeatedScalarFieldContainer[str]
    strategy: str
    resend: _routing_pb2.Resend
    require_tags: _containers.RepeatedScalarFieldContainer[str]
    targets: _containers.RepeatedCompositeFieldContainer[RouteTarget]
    hedge: Hedge
    def __init__(self, name: _Optional[str] = ..., also: _Optional[_Iterable[str]] = ..., strategy: _Optional[str] = ..., resend: _Optional[_Union[_routing_pb2.Resend, str]] = ..., require_tags: _Optional[_Iterable[str]] = ..., targets: _Optional[_Iterable[_Union[RouteTarget, _Mapping]]] = ..., hedge: _Optional[_Union[Hedge, _Mapping]] = ...) -> None: ...

class Hedge(_message.Message):
    __slots__ = ("after", "most")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    MOST_FIELD_NUMBER: _ClassVar[int]
    after: _duration_pb2.Duration
    most: int
    def __init__(self, after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., most: _Optional[int] = ...) -> None: ...

class RouteTarget(_message.Message):
    __slots__ = ("upstream", "model", "group", "weight", "tags", "places")
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    PLACES_FIELD_NUMBER: _ClassVar[int]
    upstream: str
    model: str
    group: int
    weight: int
    tags: _containers.RepeatedScalarFieldContainer[str]
    places: _containers.RepeatedCompositeFieldContainer[PlaceStatus]
    def __init__(self, upstream: _Optional[str] = ..., model: _Optional[str] = ..., group: _Optional[int] = ..., weight: _Optional[int] = ..., tags: _Optional[_Iterable[str]] = ..., places: _Optional[_Iterable[_Union[PlaceStatus, _Mapping]]] = ...) -> None: ...

class ListRoutesRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class ListRoutesResponse(_message.Message):
    __slots__ = ("routes", "places")
    ROUTES_FIELD_NUMBER: _ClassVar[int]
    PLACES_FIELD_NUMBER: _ClassVar[int]
    routes: _containers.RepeatedCompositeFieldContainer[Route]
    places: _containers.RepeatedCompositeFieldContainer[PlaceStatus]
    def __init__(self, routes: _Optional[_Iterable[_Union[Route, _Mapping]]] = ..., places: _Optional[_Iterable[_Union[PlaceStatus, _Mapping]]] = ...) -> None: ...

class ExplainRouteRequest(_message.Message):
    __slots__ = ("params", "options")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    params: _chat_pb2.ChatCompletionParams
    options: _common_pb2.CallOptions
    def __init__(self, params: _Optional[_Union[_chat_pb2.ChatCompletionParams, _Mapping]] = ..., options: _Optional[_Union[_common_pb2.CallOptions, _Mapping]] = ...) -> None: ...

class ExplainRouteResponse(_message.Message):
    __slots__ = ("route", "strategy", "candidates", "reason", "message", "needs", "hedge")
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NEEDS_FIELD_NUMBER: _ClassVar[int]
    HEDGE_FIELD_NUMBER: _ClassVar[int]
    route: str
    strategy: str
    candidates: _containers.RepeatedCompositeFieldContainer[Candidate]
    reason: str
    message: str
    needs: _containers.RepeatedScalarFieldContainer[str]
    hedge: Hedge
    def __init__(self, route: _Optional[str] = ..., strategy: _Optional[str] = ..., candidates: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., needs: _Optional[_Iterable[str]] = ..., hedge: _Optional[_Union[Hedge, _Mapping]] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("target", "order", "why")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    target: RouteTarget
    order: int
    why: str
    def __init__(self, target: _Optional[_Union[RouteTarget, _Mapping]] = ..., order: _Optional[int] = ..., why: _Optional[str] = ...) -> None: ...

class DrainRequest(_message.Message):
    __slots__ = ("place", "ttl")
    PLACE_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    place: Place
    ttl: _duration_pb2.Duration
    def __init__(self, place: _Optional[_Union[Place, _Mapping]] = ..., ttl: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class DrainResponse(_message.Message):
    __slots__ = ("places",)
    PLACES_FIELD_NUMBER: _ClassVar[int]
    places: _containers.RepeatedCompositeFieldContainer[PlaceStatus]
    def __init__(self, places: _Optional[_Iterable[_Union[PlaceStatus, _Mapping]]] = ...) -> None: ...

class UndrainRequest(_message.Message):
    __slots__ = ("place",)
    PLACE_FIELD_NUMBER: _ClassVar[int]
    place: Place
    def __init__(self, place: _Optional[_Union[Place, _Mapping]] = ...) -> None: ...

class UndrainResponse(_message.Message):
    __slots__ = ("places",)
    PLACES_FIELD_NUMBER: _ClassVar[int]
    places: _containers.RepeatedCompositeFieldContainer[PlaceStatus]
    def __init__(self, places: _Optional[_Iterable[_Union[PlaceStatus, _Mapping]]] = ...) -> None: ...

class ResetRequest(_message.Message):
    __slots__ = ("place",)
    PLACE_FIELD_NUMBER: _ClassVar[int]
    place: Place
    def __init__(self, place: _Optional[_Union[Place, _Mapping]] = ...) -> None: ...

class ResetResponse(_message.Message):
    __slots__ = ("places",)
    PLACES_FIELD_NUMBER: _ClassVar[int]
    places: _containers.RepeatedCompositeFieldContainer[PlaceStatus]
    def __init__(self, places: _Optional[_Iterable[_Union[PlaceStatus, _Mapping]]] = ...) -> None: ...
