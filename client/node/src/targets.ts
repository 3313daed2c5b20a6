// How the place of a gateway may be written. The rule is the same in all clients (README.md).
import { BlockList, isIPv4, isIPv6 } from "node:net";
import { invalidOption } from "./errors.js";

const DEFAULT_PORT = "50051";

export interface Target {
  /** As gRPC is told. */
  uri: string;
  /** undefined: the target does not say. */
  tls: boolean | undefined;
  /** Nothing can leave this machine. */
  local: boolean;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

export function readTarget(given: string): Target {
  if (typeof given !== "string") throw invalidOption("target: must be text");
  const text = given.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  if (!text) throw invalidOption("target: must not be empty");
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) throw invalidOption("target: has control characters");
  const [, name = "", rest = ""] = /^(unix|unix-abstract|dns|ipv4|ipv6|[a-z][a-z0-9+.-]*(?=:\/\/)):(.*)$/is.exec(text) ?? [];
  const scheme = name.toLowerCase();
  switch (scheme) {
    case "":
      return at("", text);
    case "unix":
    case "unix-abstract":
      if (/^\/*$/.test(rest)) throw invalidOption("target: has no path");
      return { uri: `${scheme}:${rest}`, tls: undefined, local: true };
    case "http":
    case "grpc":
    case "https":
    case "grpcs":
      return at("", rest.slice(2).replace(/\/$/, ""), scheme.endsWith("s"));
    case "dns":
    case "ipv4":
    case "ipv6": {
      const [, authority = "", place] = (scheme === "dns" && /^\/\/([^/]*)(?:\/(.*))?$/s.exec(rest)) || [];
      return rest.startsWith("//") && scheme === "dns" ? at(authority, place ?? "") : at("", rest.replace(/^\/+/, ""));
    }
    default:
      return { uri: text, tls: undefined, local: false }; // a resolver that gRPC knows, or the program has added
  }
}

function at(authority: string, place: string, tls?: boolean): Target {
  const [host, port] = hostAndPort(place);
  const shown = host.includes(":") ? `[${host}]` : host;
  return { uri: `dns://${authority}/${shown}:${port}`, tls, local: isLocal(host) };
}

function hostAndPort(place: string): [host: string, port: string] {
  if (/[/?#]/.test(place)) throw invalidOption("target: must not have a path");
  if (/[ @,%\\]/.test(place)) throw invalidOption("target: must be one host and its port");
  let host: string;
  let port: string | undefined;
  if (place.startsWith("[")) {
    const parts = /^\[([^\]]*)\](?::(.*))?$/.exec(place);
    if (!parts || !isIPv6(parts[1]!)) throw invalidOption("target: must be [IPv6 address]:port");
    [, host, port] = parts as unknown as [string, string, string | undefined];
  } else if (place.split(":").length > 2) {
    host = place;
    if (!isIPv6(host)) throw invalidOption("target: must be host:port or [IPv6 address]:port");
  } else {
    [host, port] = place.split(":") as [string, string | undefined];
  }
  if (!host) throw invalidOption("target: has no host");
  if (port !== undefined && !(/^[0-9]{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
    throw invalidOption("target: the port must be 1 to 65535");
  }
  return [host, port ?? DEFAULT_PORT];
}

function isLocal(host: string): boolean {
  return host.toLowerCase() === "localhost" || (isIPv4(host) && LOOPBACK.check(host)) ||
    (isIPv6(host) && LOOPBACK.check(host, "ipv6"));
}
