package io.inferwire.client;

import static io.inferwire.client.InferwireException.invalidOption;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the place of a gateway may be written; the rule is the same in all clients (README.md). uri is
 * what gRPC is told; tls is null where the target does not say; local: nothing can leave this
 * machine.
 */
record Target(String uri, Boolean tls, boolean local) {
  private static final String DEFAULT_PORT = "50051";
  private static final Pattern SCHEME =
      Pattern.compile(
          "(unix|unix-abstract|dns|ipv4|ipv6|[a-z][a-z0-9+.-]*(?=://)):(.*)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  static Target read(String given) {
    String text = given == null ? "" : given.replaceAll("^[ \\t\\r\\n]+|[ \\t\\r\\n]+$", "");
    if (text.isEmpty()) {
      throw invalidOption("target: must not be empty");
    }
    if (text.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      throw invalidOption("target: has control characters");
    }
    Matcher parts = SCHEME.matcher(text);
    if (!parts.matches()) {
      return at("", text, null);
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    String rest = parts.group(2);
    switch (scheme) {
      case "unix", "unix-abstract":
        if (rest.matches("/*")) {
          throw invalidOption("target: has no path");
        }
        return new Target(scheme + ":" + rest, null, true);
      case "http", "grpc", "https", "grpcs":
        return at("", rest.substring(2).replaceFirst("/$", ""), scheme.endsWith("s"));
      case "dns", "ipv4", "ipv6":
        if (!scheme.equals("dns") || !rest.startsWith("//")) {
          return at("", rest.replaceFirst("^/+", ""), null);
        }
        String[] names = rest.substring(2).split("/", 2);
        return at(names[0], names.length == 2 ? names[1] : "", null);
      default:
        return new Target(text, null, false); // a resolver that gRPC knows, or the program has added
    }
  }

  /** As java.net.URI accepts it. */
  String encodedUri() {
    return uri.startsWith("dns:") ? uri.replace("[", "%5B").replace("]", "%5D") : uri;
  }

  private static Target at(String authority, String place, Boolean tls) {
    String[] named = hostAndPort(place);
    String host = named[0].contains(":") ? "[" + named[0] + "]" : named[0];
    return new Target("dns://" + authority + "/" + host + ":" + named[1], tls, isLocal(named[0]));
  }

  private static String[] hostAndPort(String place) {
    if (place.matches("(?s).*[/?#].*")) {
      throw invalidOption("target: must not have a path");
    }
    if (place.matches("(?s).*[ @,%\\\\].*")) {
      throw invalidOption("target: must be one host and its port");
    }
    String host = place;
    String port = DEFAULT_PORT;
    int colon = place.indexOf(':');
    if (place.startsWith("[")) {
      Matcher parts = Pattern.compile("\\[([^\\]]*)\\](?::(.*))?").matcher(place);
      if (!parts.matches() || !isIpv6(parts.group(1))) {
        throw invalidOption("target: must be [IPv6 address]:port");
      }
      host = parts.group(1);
      port = parts.group(2) == null ? DEFAULT_PORT : parts.group(2);
    } else if (colon != place.lastIndexOf(':')) {
      if (!isIpv6(host)) {
        throw invalidOption("target: must be host:port or [IPv6 address]:port");
      }
    } else if (colon >= 0) {
      host = place.substring(0, colon);
      port = place.substring(colon + 1);
    }
    if (host.isEmpty()) {
      throw invalidOption("target: has no host");
    }
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
      throw invalidOption("target: the port must be 1 to 65535");
    }
    return new String[] {host, port};
  }

  private static boolean isIpv6(String host) {
    if (!host.contains(":")) {
      return false;
    }
    try {
      return InetAddress.getByName(host) != null; // with a colon it is a number, and nothing is looked up
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isLocal(String host) {
    if (host.equalsIgnoreCase("localhost") || host.matches("127(\\.[0-9]{1,3}){3}")) {
      return true;
    }
    try {
      return isIpv6(host) && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
