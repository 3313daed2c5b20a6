"""Compares what a driver observed with what a case expects.

An expectation is a value, or an object with one operator:
  {"$contains": "text"}  {"$match": "regex"}  {"$min": 3}  {"$max": 9}  {"$present": true}
  {"$length": 3}: so many elements  {"$unit": 256}: a vector of so many dimensions and length 1
An object expects its own members and allows others; a list has to be equal in length.
"""
import math
import re


def faults(expected, observed, path: str = "") -> list[str]:
    """What does not fit, one line each; none if everything does."""
    here = path or "the answer"
    if isinstance(expected, dict):
        if len(expected) == 1 and next(iter(expected)).startswith("$"):
            ((operator, value),) = expected.items()
            return [] if holds(operator, value, observed) else [
                f"{here}: {brief(observed)} is not {operator[1:]} {brief(value)}"]
        if not isinstance(observed, dict):
            return [f"{here}: {brief(observed)} instead of an object"]
        return [line for name, value in expected.items()
                for line in faults(value, observed.get(name), f"{path}.{name}".lstrip("."))]
    if isinstance(expected, list):
        if not isinstance(observed, list) or len(observed) != len(expected):
            return [f"{here}: {brief(observed)} instead of {len(expected)} elements"]
        return [line for i, value in enumerate(expected)
                for line in faults(value, observed[i], f"{path}[{i}]")]
    if type(expected) is type(observed) and expected == observed:
        return []
    return [f"{here}: {brief(observed)} instead of {brief(expected)}"]


def holds(operator: str, value, observed) -> bool:
    if operator == "$present":
        return (observed not in (None, "", [], {})) == value
    if operator == "$contains":
        return isinstance(observed, (str, list)) and value in observed
    if operator == "$match":
        return isinstance(observed, str) and re.search(value, observed) is not None
    if operator == "$length":
        return isinstance(observed, list) and len(observed) == value
    if operator == "$unit":
        return (isinstance(observed, list) and len(observed) == value
                and abs(math.hypot(*observed) - 1) < 1e-3)
    number = isinstance(observed, (int, float)) and not isinstance(observed, bool)
    if operator == "$min":
        return number and observed >= value
    if operator == "$max":
        return number and observed <= value
    raise ValueError(f"unknown operator {operator}")


def brief(value) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "..."


def self_check() -> None:
    """A judge that finds nothing must be able to find something."""
    assert not faults({"a": {"$min": 1}, "b": [1]}, {"a": 2, "b": [1], "c": 3})
    assert len(faults({"a": {"$min": 1}, "b": [1], "d": "x"}, {"a": 0, "b": [1, 2]})) == 3
    assert not faults({"$unit": 2}, [0.6, 0.8]) and faults({"$unit": 2}, [0.6, 0.7])
    assert faults({"$length": 1}, []) and faults({"$unit": 1}, "1")
    assert faults({"a": True}, {"a": 1}) and faults({"$present": True}, "")
