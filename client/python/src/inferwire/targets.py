"""How the place of a gateway may be written. The rule is the same in all clients (README.md)."""

from __future__ import annotations

import dataclasses
import ipaddress
import re

from .errors import invalid_option

DEFAULT_PORT = 50051

_SCHEME = re.compile(r"(unix|unix-abstract|dns|ipv4|ipv6|(?:[a-z][a-z0-9+.-]*)(?=://)):(.*)",
                     re.IGNORECASE | re.DOTALL)
#: Whether a call to a URL uses TLS.
_URLS = {"http": False, "grpc": False, "https": True, "grpcs": True}


@dataclasses.dataclass(frozen=True)
class Target:
    uri: str  # as gRPC is told
    tls: bool | None = None  # None: the target does not say
    local: bool = False  # nothing can leave this machine


def read_target(text: str) -> Target:
    text = text.strip(" \t\r\n")
    if not text:
        raise invalid_option("target: must not be empty")
    if any(ord(c) < 0x20 or c == "\x7f" for c in text):
        raise invalid_option("target: has control characters")
    match = _SCHEME.fullmatch(text)
    if not match:
        return _at("", text)
    scheme, rest = match[1].lower(), match[2]
    if scheme in ("unix", "unix-abstract"):
        if not rest.strip("/"):
            raise invalid_option("target: has no path")
        return Target(f"{scheme}:{rest}", local=True)
    if scheme in _URLS:
        place = rest[2:]
        return _at("", place.removesuffix("/"), _URLS[scheme])
    if scheme == "dns" and rest.startswith("//"):
        authority, _, name = rest[2:].partition("/")
        return _at(authority, name)
    if scheme in ("dns", "ipv4", "ipv6"):
        return _at("", rest.lstrip("/"))
    return Target(text)  # a resolver that gRPC knows, or the program has added


def _at(authority: str, place: str, tls: bool | None = None) -> Target:
    host, port = _host_and_port(place)
    shown = f"[{host}]" if ":" in host else host
    return Target(f"dns://{authority}/{shown}:{port}", tls, _is_local(host))


def _host_and_port(place: str) -> tuple[str, int]:
    if any(c in "/?#" for c in place):
        raise invalid_option("target: must not have a path")
    if any(c in " @,%\\" for c in place):
        raise invalid_option("target: must be one host and its port")
    if place.startswith("["):
        host, closed, port = place[1:].partition("]")
        if not closed or not _is_ipv6(host) or (port and not port.startswith(":")):
            raise invalid_option("target: must be [IPv6 address]:port")
    elif place.count(":") > 1:
        host, port = place, ""
        if not _is_ipv6(host):
            raise invalid_option("target: must be host:port or [IPv6 address]:port")
    else:
        host, colon, number = place.partition(":")
        port = colon + number
    if not host:
        raise invalid_option("target: has no host")
    return host, _port(port[1:]) if port else DEFAULT_PORT


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise invalid_option("target: the port must be 1 to 65535")
    return int(text)


def _is_ipv6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def _is_local(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
