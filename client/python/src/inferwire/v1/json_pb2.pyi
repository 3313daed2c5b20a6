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
JSON_ENCODING_UNSPECIFIED: JsonEncoding
JSON_ENCODING_UNIX_SECONDS: JsonEncoding
JSON_ENCODING_BASE64: JsonEncoding
JSON_ENCODING_DATA_URL: JsonEncoding
JSON_ENCODING_NUMBER_LIST: JsonEncoding
JSON_ENCODING_MEDIA_TYPE: JsonEncoding
JSON_FIELD_NUMBER: _ClassVar[int]
json: _descriptor.FieldDescriptor
JSON_MESSAGE_FIELD_NUMBER: _ClassVar[int]
json_message: _descriptor.FieldDescriptor

class JsonField(_message.Message):
    __slots__ = ("name", "encoding", "accepts_bare_value", "null_when_unset")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    ACCEPTS_BARE_VALUE_FIELD_NUMBER: _ClassVar[int]
    NULL_WHEN_UNSET_FIELD_NUMBER: _ClassVar[int]
    name: str
    encoding: JsonEncoding
    accepts_bare_value: bool
    null_when_unset: bool
    def __init__(self, name: _Optional[str] = ..., encoding: _Optional[_Union[JsonEncoding, str]] = ..., accepts_bare_value: bool = ..., null_when_unset: bool = ...) -> None: ...

class JsonMessage(_message.Message):
    __slots__ = ("constants", "ignored")
    CONSTANTS_FIELD_NUMBER: _ClassVar[int]
    IGNORED_FIELD_NUMBER: _ClassVar[int]
    constants: _containers.RepeatedCompositeFieldContainer[JsonConstant]
    ignored: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, constants: _Optional[_Iterable[_Union[JsonConstant, _Mapping]]] = ..., ignored: _Optional[_Iterable[str]] = ...) -> None: ...

class JsonConstant(_message.Message):
    __slots__ = ("name", "text")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...
