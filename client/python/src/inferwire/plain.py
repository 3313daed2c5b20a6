"""Messages of the API from plain values, in the shape of OpenAI's JSON: dictionaries, role strings, lists of
parts. What a member is called and how it is written says its field in proto/ (json.proto); a member that has
no field, or whose value does not fit, travels in `extra`, so that nothing is lost."""

from __future__ import annotations

import base64
import binascii
import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from .v1 import json_pb2

M = TypeVar("M", bound=Message)

_FIELD_OPTIONS: Any = json_pb2.json
_MESSAGE_OPTIONS: Any = json_pb2.json_message
_TIMESTAMP = "google.protobuf.Timestamp"
_INTEGERS = frozenset({FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64,
                       FieldDescriptor.CPPTYPE_UINT32, FieldDescriptor.CPPTYPE_UINT64})
_FLOATS = frozenset({FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT})


# Descriptors differ from version to version of protobuf, and its published types from both.
Field = Any
Descriptor = Any


class Unfit(Exception):
    """The value is none of this field."""


def from_plain(kind: type[M], value: Any, path: str) -> M:
    """path names the value in errors: messages[0]."""
    if isinstance(value, kind):
        return value
    message = kind()
    try:
        _fill(message, value, path)
    except Unfit:
        raise TypeError(f"{path}: must be a dictionary or a v1.{kind.__name__}") from None
    return message


def json_text(value: Any, path: str) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise TypeError(f"{path}: is no JSON value: {error}") from None


def _fill(message: Any, value: Any, path: str) -> None:
    members = _members(message.DESCRIPTOR)
    if isinstance(value, str) and members.union_mode is not None:  # tool_choice: "auto"
        _set(message, members.union_mode, value, path)
        return
    if not isinstance(value, Mapping):
        raise Unfit
    value = dict(value)
    if members.union:
        kind = value.pop("type", None)
        case = members.union.get(kind) if isinstance(kind, str) else None
        if case is None:
            raw = value if kind is None else {"type": kind, **value}
            message.raw_json = json_text(raw, path)
            return
        payload = value.pop(case.name, {} if case.message_type else "")
        _set(message, case, payload, f"{path}.{case.name}")
    for name, inner in value.items():
        if inner is not None and members.constants.get(name) != inner:
            _member(message, members, str(name), inner, f"{path}.{name}")


def _member(message: Any, members: Members, name: str, value: Any, path: str) -> None:
    for field in members.fields.get(name, ()):
        try:
            _set(message, field, value, path)
            return
        except Unfit:
            other = field.enum_type and field.enum_type.values_by_name.get(f"{field.name.upper()}_OTHER")
            if other:  # its text is in extra
                setattr(message, field.name, other.number)
    if not members.has_extra:
        raise TypeError(f"{path}: has no place in a {message.DESCRIPTOR.name}")
    message.extra[name] = json_text(value, path)


def _set(message: Any, field: Field, value: Any, path: str) -> None:
    """Nothing is set if it does not fit."""
    if field.message_type and field.message_type.GetOptions().map_entry:
        _set_map(message, field, value)
        return
    options = field.GetOptions().Extensions[_FIELD_OPTIONS]
    if _is_repeated(field):
        if options.accepts_bare_value and not isinstance(value, (list, tuple)):
            value = [value]
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            raise Unfit
        made = [_one(field, options, inner, f"{path}[{i}]") for i, inner in enumerate(value)]
        getattr(message, field.name).extend(made)
        return
    one = _one(field, options, value, path)
    if field.message_type:
        getattr(message, field.name).CopyFrom(one)
        return
    setattr(message, field.name, one)
    if options.encoding == json_pb2.JSON_ENCODING_DATA_URL and isinstance(value, str):
        message.mime_type = value[5:].partition(";")[0]


def _set_map(message: Any, field: Field, value: Any) -> None:
    entry = field.message_type.fields_by_name["value"]
    if not isinstance(value, Mapping) or entry.message_type:
        raise Unfit
    no_options = json_pb2.JsonField()
    made = {str(key): _one(entry, no_options, inner, "") for key, inner in value.items()}
    getattr(message, field.name).update(made)


def _one(field: Field, options: Any, value: Any, path: str) -> Any:
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_MESSAGE:
        return _message(field.message_type, value, path)
    if field.name.endswith("_json"):
        return json_text(value, path)
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return _enum(field, value)
    if kind == FieldDescriptor.CPPTYPE_STRING and field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes(options, value)
    fits = ((kind == FieldDescriptor.CPPTYPE_STRING and isinstance(value, str))
            or (kind == FieldDescriptor.CPPTYPE_BOOL and isinstance(value, bool))
            or (kind in _INTEGERS and isinstance(value, int) and not isinstance(value, bool))
            or (kind in _FLOATS and isinstance(value, (int, float)) and not isinstance(value, bool)))
    if not fits:
        raise Unfit
    return value


def _message(descriptor: Descriptor, value: Any, path: str) -> Any:
    if isinstance(value, Message):
        if value.DESCRIPTOR is not descriptor:
            raise TypeError(f"{path}: must be a {descriptor.name}, not a {value.DESCRIPTOR.name}")
        return value
    made: Any = message_factory.GetMessageClass(descriptor)()
    if descriptor.full_name == _TIMESTAMP:
        if not isinstance(value, int):
            raise Unfit
        made.seconds = value
    elif isinstance(value, str) and descriptor.name == "ContentPart":
        made.text = value
    else:
        _fill(made, value, path)
    return made


def _enum(field: Field, value: Any) -> int:
    values = field.enum_type.values_by_name
    prefix = field.enum_type.values[0].name.removesuffix("UNSPECIFIED")
    found = values.get(prefix + value.upper()) if isinstance(value, str) and value.islower() else None
    if found is None or found.number == 0 or found.name == prefix + "OTHER":
        raise Unfit
    number: int = found.number
    return number


def _bytes(options: Any, value: Any) -> bytes:
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if not isinstance(value, str):
        raise Unfit
    if options.encoding == json_pb2.JSON_ENCODING_DATA_URL:
        head, comma, value = value.partition(",")
        if not (head.startswith("data:") and head.endswith(";base64") and comma):
            raise Unfit
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise Unfit from None


def _is_repeated(field: Field) -> bool:
    known = getattr(field, "is_repeated", None)  # protobuf's older run times have only the label
    return bool(field.label == FieldDescriptor.LABEL_REPEATED if known is None else known)


class Members:
    """What a message's JSON has."""

    def __init__(self, descriptor: Descriptor) -> None:
        self.fields: dict[str, list[Field]] = {}
        self.has_extra = "extra" in descriptor.fields_by_name
        options = descriptor.GetOptions().Extensions[_MESSAGE_OPTIONS]
        self.constants = {constant.name: json.loads(constant.text) for constant in options.constants}
        union = next((oneof for oneof in descriptor.oneofs if any(f.name == "raw_json" for f in oneof.fields)), None)
        #: By the text of "type".
        self.union = {field.name: field for field in union.fields if field.name != "raw_json"} if union else {}
        self.union_mode = next((field for field in self.union.values() if field.enum_type), None)
        for field in descriptor.fields:
            if field.containing_oneof is union and union is not None or field.name == "extra":
                continue
            name = field.GetOptions().Extensions[_FIELD_OPTIONS].name or field.name.removesuffix("_json")
            self.fields.setdefault(name, []).append(field)


_members = functools.cache(Members)
