import datetime

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

class Conversation(_message.Message):
    __slots__ = ("id", "created_at", "metadata", "extra")
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
    ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    id: str
    created_at: _timestamp_pb2.Timestamp
    metadata: _containers.ScalarMap[str, str]
    extra: _containers.ScalarMap[str, str]
    def __init__(self, id: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ConversationParams(_message.Message):
    __slots__ = ("metadata", "items", "extra")
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
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    metadata: _containers.ScalarMap[str, str]
    items: _containers.RepeatedCompositeFieldContainer[_responses_pb2.ResponseItem]
    extra: _containers.ScalarMap[str, str]
    def __init__(self, metadata: _Optional[_Mapping[str, str]] = ..., items: _Optional[_Iterable[_Union[_responses_pb2.ResponseItem, _Mapping]]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ConversationItemsParams(_message.Message):
    __slots__ = ("items", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_responses_pb2.ResponseItem]
    extra: _containers.ScalarMap[str, str]
    def __init__(self, items: _Optional[_Iterable[_Union[_responses_pb2.ResponseItem, _Mapping]]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class CreateConversationRequest(_message.Message):
    __slots__ = ("params", "upstream")
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    params: ConversationParams
    upstream: str
    def __init__(self, params: _Optional[_Union[ConversationParams, _Mapping]] = ..., upstream: _Optional[str] = ...) -> None: ...

class CreateConversationResponse(_message.Message):
    __slots__ = ("conversation", "gateway")
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    conversation: Conversation
    gateway: _common_pb2.GatewayInfo
    def __init__(self, conversation: _Optional[_Union[Conversation, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class GetConversationRequest(_message.Message):
    __slots__ = ("conversation_id", "upstream")
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    conversation_id: str
    upstream: str
    def __init__(self, conversation_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class GetConversationResponse(_message.Message):
    __slots__ = ("conversation", "gateway")
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    conversation: Conversation
    gateway: _common_pb2.GatewayInfo
    def __init__(self, conversation: _Optional[_Union[Conversation, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class UpdateConversationRequest(_message.Message):
    __slots__ = ("conversation_id", "params", "upstream")
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    conversation_id: str
    params: ConversationParams
    upstream: str
    def __init__(self, conversation_id: _Optional[str] = ..., params: _Optional[_Union[ConversationParams, _Mapping]] = ..., upstream: _Optional[str] = ...) -> None: ...

class UpdateConversationResponse(_message.Message):
    __slots__ = ("conversation", "gateway")
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    conversation: Conversation
    gateway: _common_pb2.GatewayInfo
    def __init__(self, conversation: _Optional[_Union[Conversation, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class DeleteConversationRequest(_message.Message):
    __slots__ = ("conversation_id", "upstream")
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    conversation_id: str
    upstream: str
    def __init__(self, conversation_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class DeleteConversationResponse(_message.Message):
    __slots__ = ("gateway",)
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    gateway: _common_pb2.GatewayInfo
    def __init__(self, gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class AddConversationItemsRequest(_message.Message):
    __slots__ = ("conversation_id", "params", "include", "upstream")
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    conversation_id: str
    params: ConversationItemsParams
    include: _containers.RepeatedScalarFieldContainer[str]
    upstream: str
    def __init__(self, conversation_id: _Optional[str] = ..., params: _Optional[_Union[ConversationItemsParams, _Mapping]] = ..., include: _Optional[_Iterable[str]] = ..., upstream: _Optional[str] = ...) -> None: ...

class AddConversationItemsResponse(_message.Message):
    __slots__ = ("items", "gateway", "extra")
    class ExtraEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_responses_pb2.ResponseItem]
    gateway: _common_pb2.GatewayInfo
    extra: _containers.ScalarMap[str, str]
    def __init__(self, items: _Optional[_Iterable[_Union[_responses_pb2.ResponseItem, _Mapping]]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ..., extra: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ListConversationItemsRequest(_message.Message):
    __slots__ = ("conversation_id", "page_size", "page_token", "order", "include", "upstream")
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    conversation_id: str
    page_size: int
    page_token: str
    order: str
    include: _containers.RepeatedScalarFieldContainer[str]
    upstream: str
    def __init__(self, conversation_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., order: _Optional[str] = ..., include: _Optional[_Iterable[str]] = ..., upstream: _Optional[str] = ...) -> None: ...

class ListConversationItemsResponse(_message.Message):
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

class GetConversationItemRequest(_message.Message):
    __slots__ = ("conversation_id", "item_id", "include", "upstream")
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    conversation_id: str
    item_id: str
    include: _containers.RepeatedScalarFieldContainer[str]
    upstream: str
    def __init__(self, conversation_id: _Optional[str] = ..., item_id: _Optional[str] = ..., include: _Optional[_Iterable[str]] = ..., upstream: _Optional[str] = ...) -> None: ...

class GetConversationItemResponse(_message.Message):
    __slots__ = ("item", "gateway")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    item: _responses_pb2.ResponseItem
    gateway: _common_pb2.GatewayInfo
    def __init__(self, item: _Optional[_Union[_responses_pb2.ResponseItem, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...

class DeleteConversationItemRequest(_message.Message):
    __slots__ = ("conversation_id", "item_id", "upstream")
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    conversation_id: str
    item_id: str
    upstream: str
    def __init__(self, conversation_id: _Optional[str] = ..., item_id: _Optional[str] = ..., upstream: _Optional[str] = ...) -> None: ...

class DeleteConversationItemResponse(_message.Message):
    __slots__ = ("conversation", "gateway")
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    conversation: Conversation
    gateway: _common_pb2.GatewayInfo
    def __init__(self, conversation: _Optional[_Union[Conversation, _Mapping]] = ..., gateway: _Optional[_Union[_common_pb2.GatewayInfo, _Mapping]] = ...) -> None: ...
