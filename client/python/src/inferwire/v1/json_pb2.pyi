from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JsonEncoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JSON_ENCODING_UNSPECIFIED: _ClassVar[JsonEncoding]
    JSON_ENCODING_UNIX_SECONDS: _ClassVar[JsonEncoding]
    JSON_ENCODING_BASE64: _ClassVar[JsonEncoding]
    JSON_ENCODING_DATA_URL: _ClassVar[JsonEncoding]
    JSON_ENCODING_NUMBER_LIST: _ClassVar[JsonEncoding]
    JSON_ENCODING_MEDIA_TYPE: _ClassVar[JsonEncoding]
    JSON_ENCODING_FLOATS: _ClassVar[JsonEncoding]
JSON_ENCODING_UNSPECIFIED: JsonEncoding
JSON_ENCODING_UNIX_SECONDS: JsonEncoding
JSON_ENCODING_BASE64: JsonEncoding
JSON_ENCODING_DATA_URL: JsonEncoding
JSON_ENCODING_NUMBER_LIST: JsonEncoding
JSON_ENCODING_MEDIA_TYPE: JsonEncoding
JSON_ENCODING_FLOATS: JsonEncoding
JSON_FIELD_NUMBER: _ClassVar[int]
json: _descriptor.FieldDescriptor
JSON_MESSAGE_FIELD_NUMBER: _ClassVar[int]
json_message: _descriptor.FieldDescriptor
UPSTREAM_FIELD_NUMBER: _ClassVar[int]
upstream: _descriptor.FieldDescriptor

class JsonField(_message.Message):
    __slots__ = ("name", "encoding", "accepts_bare_value", "null_when_unset", "when_type", "outside")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    ACCEPTS_BARE_VALUE_FIELD_NUMBER: _ClassVar[int]
    NULL_WHEN_UNSET_FIELD_NUMBER: _ClassVar[int]
    WHEN_TYPE_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_FIELD_NUMBER: _ClassVar[int]
    name: str
    encoding: JsonEncoding
    accepts_bare_value: bool
    null_when_unset: bool
    when_type: _containers.RepeatedScalarFieldContainer[str]
    outside: bool
    def __init__(self, name: _Optional[str] = ..., encoding: _Optional[_Union[JsonEncoding, str]] = ..., accepts_bare_value: bool = ..., null_when_unset: bool = ..., when_type: _Optional[_Iterable[str]] = ..., outside: bool = ...) -> None: ...

class JsonMessage(_message.Message):
    __slots__ = ("constants", "ignored", "bare")
    CONSTANTS_FIELD_NUMBER: _ClassVar[int]
    IGNORED_FIELD_NUMBER: _ClassVar[int]
    BARE_FIELD_NUMBER: _ClassVar[int]
    constants: _containers.RepeatedCompositeFieldContainer[JsonConstant]
    ignored: _containers.RepeatedScalarFieldContainer[str]
    bare: bool
    def __init__(self, constants: _Optional[_Iterable[_Union[JsonConstant, _Mapping]]] = ..., ignored: _Optional[_Iterable[str]] = ..., bare: bool = ...) -> None: ...

class JsonConstant(_message.Message):
    __slots__ = ("name", "text")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class UpstreamCall(_message.Message):
    __slots__ = ("method", "path", "query", "body", "answer", "operation", "form")
    METHOD_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    method: str
    path: str
    query: _containers.RepeatedCompositeFieldContainer[UpstreamQuery]
    body: str
    answer: str
    operation: str
    form: bool
    def __init__(self, method: _Optional[str] = ..., path: _Optional[str] = ..., query: _Optional[_Iterable[_Union[UpstreamQuery, _Mapping]]] = ..., body: _Optional[str] = ..., answer: _Optional[str] = ..., operation: _Optional[str] = ..., form: bool = ...) -> None: ...

class UpstreamQuery(_message.Message):
    __slots__ = ("field", "name")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    field: str
    name: str
    def __init__(self, field: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...
