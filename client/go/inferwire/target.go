package inferwire

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

const defaultPort = "50051"

// How the place of a gateway may be written. The rule is the same in all clients (README.md).
type target struct {
	uri   string // as gRPC is told
	url   bool   // the target is a URL, which says whether TLS is used:
	tls   bool
	local bool // nothing can leave this machine
	// It is a Unix socket: there is no name that a certificate could be for.
	socket bool
}

var scheme = regexp.MustCompile(`(?is)^(unix|unix-abstract|dns|ipv4|ipv6|[a-z][a-z0-9+.-]*):(.*)$`)

func readTarget(text string) (target, error) {
	text = strings.Trim(text, " \t\r\n")
	switch {
	case text == "":
		return target{}, invalidOption("target: must not be empty, unless INFERWIRE_SERVER says it")
	case strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return target{}, invalidOption("target: has control characters")
	}
	parts := scheme.FindStringSubmatch(text)
	if parts == nil {
		return at("", text)
	}
	rest, slashes := strings.CutPrefix(parts[2], "//")
	switch name := strings.ToLower(parts[1]); name {
	case "unix", "unix-abstract":
		if strings.Trim(parts[2], "/") == "" {
			return target{}, invalidOption("target: has no path")
		}
		return target{uri: name + ":" + parts[2], local: true, socket: true}, nil
	case "dns", "ipv4", "ipv6":
		if name == "dns" && slashes {
			authority, place, _ := strings.Cut(rest, "/")
			return at(authority, place)
		}
		return at("", strings.TrimLeft(parts[2], "/"))
	case "http", "grpc", "https", "grpcs":
		if slashes {
			to, err := at("", strings.TrimSuffix(rest, "/"))
			to.url, to.tls = true, strings.HasSuffix(name, "s")
			return to, err
		}
	}
	if slashes {
		return target{uri: text}, nil // a resolver that gRPC knows, or the program has added
	}
	return at("", text) // host:port
}

func at(authority, place string) (target, error) {
	host, port, err := hostAndPort(place)
	if err != nil {
		return target{}, err
	}
	address, notAddress := netip.ParseAddr(host)
	local := strings.EqualFold(host, "localhost") || notAddress == nil && address.IsLoopback()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return target{uri: "dns://" + authority + "/" + host + ":" + port, local: local}, nil
}

func hostAndPort(place string) (host, port string, err error) {
	port = defaultPort
	switch {
	case strings.ContainsAny(place, "/?#"):
		return "", "", invalidOption("target: must not have a path")
	case strings.ContainsAny(place, " @,%\\"):
		return "", "", invalidOption("target: must be one host and its port")
	case strings.HasPrefix(place, "["):
		inside, rest, closed := strings.Cut(place[1:], "]")
		number, found := strings.CutPrefix(rest, ":")
		if !closed || !isIPv6(inside) || rest != "" && !found {
			return "", "", invalidOption("target: must be [IPv6 address]:port")
		}
		host = inside
		if found {
			port = number
		}
	case strings.Count(place, ":") > 1:
		if host = place; !isIPv6(host) {
			return "", "", invalidOption("target: must be host:port or [IPv6 address]:port")
		}
	default:
		number, found := "", false
		if host, number, found = strings.Cut(place, ":"); found {
			port = number
		}
	}
	if host == "" {
		return "", "", invalidOption("target: has no host")
	}
	if number, wrong := strconv.ParseUint(port, 10, 16); wrong != nil || number == 0 {
		return "", "", invalidOption("target: the port must be 1 to 65535")
	}
	return host, port, nil
}

func isIPv6(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.Is6()
}
