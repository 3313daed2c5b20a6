"""JSON Schemas of types and functions, and values read by them: by pydantic, which comes with inferwire[pydantic]."""

from __future__ import annotations

import inspect
import json
import re
import typing
from collections.abc import Callable, Mapping
from typing import Any

from . import v1
from .plain import from_plain, json_text

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_GOOGLE = re.compile(r"^[ \t]*(?:Args|Arguments|Parameters):[ \t]*\n", re.MULTILINE)
_GOOGLE_LINE = re.compile(r"^(\s*)(\w+)\s*(?:\([^)]*\))?:\s*(.*)$")
_SPHINX = re.compile(r":param (?:[^:]*\s)?(\w+):[ \t]*((?:.|\n(?!\s*(?::|\n|$)))*)")


def _pydantic() -> Any:
    try:
        import pydantic
    except ImportError:
        raise ImportError('types and functions need pydantic: pip install "inferwire[pydantic]"') from None
    return pydantic


# --- Types ---------------------------------------------------------------------------------------

def response_format_of(value: Any) -> v1.ResponseFormat:
    """Of the provider's dictionary, of the typed message, or of a type: its schema, strict."""
    if isinstance(value, (Mapping, v1.ResponseFormat)):
        return from_plain(v1.ResponseFormat, value, "response_format")
    schema, _ = strict_schema(value)
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", getattr(value, "__name__", "") or "answer").strip("_")[:64]
    return v1.ResponseFormat(json_schema=v1.JsonSchemaFormat(
        name=name or "answer", schema_json=json_text(schema, "response_format"), strict=True))


def strict_schema(kind: Any) -> tuple[dict[str, Any], bool]:
    """In the form that providers keep answers to. True: what is no object stands in the member "value"."""
    schema: dict[str, Any] = _pydantic().TypeAdapter(kind).json_schema()
    definitions = schema.pop("$defs", {})
    root = schema
    while "$ref" in root:
        root = definitions[root["$ref"].rpartition("/")[2]]
    wrapped = root.get("type") != "object"
    schema = {"type": "object", "properties": {"value": schema}} if wrapped else dict(root)
    if definitions:
        schema["$defs"] = definitions
    return _strict(schema, definitions, "$"), wrapped


def _strict(schema: Any, definitions: Mapping[str, Any], path: str) -> Any:
    if isinstance(schema, list):
        return [_strict(inner, definitions, path) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema and len(schema) > 1:  # what stands beside it is not allowed there
        target = definitions[schema["$ref"].rpartition("/")[2]]
        return _strict({**target, **{k: v for k, v in schema.items() if k != "$ref"}}, definitions, path)
    made: dict[str, Any] = {}
    for name, inner in schema.items():
        if name in ("default", "discriminator"):
            continue
        if name in ("properties", "$defs"):
            made[name] = {key: _strict(value, definitions, f"{path}.{key}") for key, value in inner.items()}
        elif name in ("const", "enum", "examples", "required"):
            made[name] = inner
        else:
            made["anyOf" if name == "oneOf" else name] = _strict(inner, definitions, path)
    if made.get("type") == "object":
        if schema.get("additionalProperties", False) is not False:
            raise TypeError(f"{path}: free keys cannot be promised; name the members, or use a list of pairs")
        made["properties"] = made.get("properties", {})
        made["required"] = list(made["properties"])
        made["additionalProperties"] = False
    elif not made.keys() & {"type", "anyOf", "$ref", "enum", "const"}:
        raise TypeError(f"{path}: any value cannot be promised; say its type")
    return made


def read_value(kind: Any, text: str) -> Any:
    """Raises ValueError, whose text repeats nothing of the answer."""
    pydantic = _pydantic()
    _, wrapped = strict_schema(kind)
    adapter = pydantic.TypeAdapter(kind)
    try:
        if wrapped:
            whole = json.loads(text)
            return adapter.validate_json(json.dumps(whole["value"]))
        return adapter.validate_json(text)
    except pydantic.ValidationError as error:
        raise ValueError(_faults(error)) from None
    except (ValueError, TypeError, KeyError):
        raise ValueError('is no JSON with the member "value"') from None


def _faults(error: Any) -> str:
    """A validator's own words may repeat what it saw: then its kind has to do."""
    def words(fault: Any) -> str:
        place = ".".join(map(str, fault["loc"]))
        own = fault["type"] in ("value_error", "assertion_error")
        return f"{place}: {fault['type'] if own else fault['msg']}".removeprefix(": ")

    return "; ".join(words(fault) for fault in error.errors(include_url=False, include_input=False)[:5])


# --- Functions -----------------------------------------------------------------------------------

def function_tool(function: Callable[..., Any]) -> v1.Tool:
    """Name, description and parameters, by the function's signature and docstring."""
    name = name_of(function)
    description, told = _read_docstring(inspect.getdoc(function) or "")
    schema = _arguments_adapter(function).json_schema()
    schema.pop("title", None)
    for parameter, member in schema.get("properties", {}).items():
        member.pop("title", None)
        if parameter in told:
            member.setdefault("description", told[parameter])
        default = inspect.signature(function).parameters[parameter].default
        if isinstance(default, (str, int, float, bool)):
            member.setdefault("default", default)
    return v1.Tool(function=v1.FunctionTool(name=name, description=description or None,
                                            parameters_json=json_text(schema, name)))


def name_of(function: Callable[..., Any]) -> str:
    name = getattr(function, "__name__", "")
    if not _NAME.fullmatch(name):
        raise TypeError(f"{function!r}: a function needs a name of letters, digits, _ and -")
    return str(name)


def read_arguments(function: Callable[..., Any], text: str) -> dict[str, Any]:
    """What the model gave, as the function takes it; raises ValueError."""
    pydantic = _pydantic()
    try:
        arguments: dict[str, Any] = _arguments_adapter(function).validate_json(text or "{}")
    except pydantic.ValidationError as error:
        raise ValueError(_faults(error)) from None
    return arguments


def _arguments_adapter(function: Callable[..., Any]) -> Any:
    import typing_extensions as extensions  # pydantic needs it, too
    hints = typing.get_type_hints(getattr(function, "__func__", function), include_extras=True)
    members: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TypeError(f"{name_of(function)}: {name}: parameters must have names of their own")
        needed = parameter.default is parameter.empty
        form = extensions.Required if needed else extensions.NotRequired
        members[name] = form[hints.get(name, Any)]
    typed_dict: Any = extensions.TypedDict  # whose members only the run time knows
    arguments = typed_dict(name_of(function), members)
    arguments.__pydantic_config__ = {"extra": "forbid"}
    return _pydantic().TypeAdapter(arguments)


def _read_docstring(text: str) -> tuple[str, dict[str, str]]:
    """The description, and what is said of each parameter in the style of Google or Sphinx."""
    told = {match[1]: " ".join(match[2].split()) for match in _SPHINX.finditer(text)}
    if told:
        return text.partition(":param")[0].strip(), told
    if (start := _GOOGLE.search(text)) is None:
        return text.strip(), {}
    indent, last = None, ""
    for line in text[start.end():].splitlines():
        match = _GOOGLE_LINE.match(line)
        if match and (indent is None or len(match[1]) == indent):
            indent, last = len(match[1]), match[2]
            if indent == 0:
                break
            told[last] = match[3]
        elif line.strip() and last and indent is not None and len(line) - len(line.lstrip()) > indent:
            told[last] += " " + line.strip()
        else:
            break
    return text[:start.start()].strip(), told
