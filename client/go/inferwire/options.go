package inferwire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

// Version of this package.
const Version = "0.1.0"

//go:embed service_config.json
var serviceConfig string

// Options are what Connect takes; the zero value of every member means its default.
type Options struct {
	// TLS: nil means plain text, unless the target is an https:// or grpcs:// URL, or the variable
	// INFERWIRE_CA names a PEM file with the authorities to trust. &tls.Config{} uses the system's
	// roots; TLSFromFiles reads PEM files.
	TLS *tls.Config
	// Model of the calls that name none. Empty: the environment's INFERWIRE_MODEL, if there is one,
	// else DefaultModel.
	Model string
	// BearerToken is an API key or other token, sent as "authorization: Bearer ..."; refused without
	// TLS unless the target is this machine. Empty: the environment's INFERWIRE_API_KEY, if there is
	// one.
	BearerToken string
	// Timeout of calls that make a model work and whose context has no deadline: 600 s.
	Timeout time.Duration
	// ReadTimeout of calls that only read: 30 s.
	ReadTimeout time.Duration
	// MaxMessageBytes both ways: 64 MiB.
	MaxMessageBytes int
	// RetryBufferBytes: a request larger than this is not repeated: 64 MiB.
	RetryBufferBytes int
	// MaxAttempts of calls that may be repeated, the first one included; 1: never repeat. 0: as in
	// service_config.json.
	MaxAttempts int
	// KeepaliveTime and KeepaliveTimeout: 60 s and 20 s.
	KeepaliveTime, KeepaliveTimeout time.Duration
	// DialOptions come after the client's own: interceptors, stats handlers (OpenTelemetry), resolvers.
	DialOptions []grpc.DialOption
}

// What is not given comes from the environment. A URL that says plain text, and a socket of this
// machine, are not overruled by it.
func (o *Options) complete(to target) error {
	o.BearerToken = or(o.BearerToken, os.Getenv("INFERWIRE_API_KEY"))
	o.Model = or(o.Model, os.Getenv("INFERWIRE_MODEL"))
	ca, mayBeTLS := os.Getenv("INFERWIRE_CA"), to.tls || !to.url && !to.socket
	if o.TLS != nil || !to.tls && (ca == "" || !mayBeTLS) {
		return nil
	}
	config, err := TLSFromFiles(ca, "", "")
	if err != nil {
		return err
	}
	o.TLS = config
	return nil
}

// TLSFromFiles reads PEM files. No ca: the system's roots. cert and key go together: they are the
// client's own identity (mutual TLS).
func TLSFromFiles(ca, cert, key string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if (cert == "") != (key == "") {
		return nil, invalidOption("tls: the client's certificate and key go together")
	}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, invalidOption(err.Error())
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, invalidOption("tls: no certificate in " + ca)
		}
	}
	if cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, invalidOption(err.Error())
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func or[T comparable](value, usual T) T {
	if zero := *new(T); value == zero {
		return usual
	}
	return value
}

func (o Options) check(to target) error {
	switch {
	case to.url && !to.tls && o.TLS != nil:
		return invalidOption("target: this URL means no TLS, but TLS is given")
	case o.MaxAttempts < 0 || o.MaxAttempts > 5:
		return invalidOption("MaxAttempts: must be 1 to 5")
	case strings.ContainsFunc(o.BearerToken, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return invalidOption("BearerToken: must be printable ASCII without spaces")
	case o.BearerToken != "" && o.TLS == nil && !to.local:
		return invalidOption("BearerToken: refused without TLS, except to this machine")
	}
	return nil
}

func (o Options) serviceConfig() string {
	if o.MaxAttempts == 0 {
		return serviceConfig
	}
	var config map[string]any
	if err := json.Unmarshal([]byte(serviceConfig), &config); err != nil {
		panic(err) // it is part of this package
	}
	for _, method := range config["methodConfig"].([]any) {
		method := method.(map[string]any)
		method["retryPolicy"].(map[string]any)["maxAttempts"] = o.MaxAttempts
		if o.MaxAttempts == 1 {
			delete(method, "retryPolicy")
		}
	}
	text, _ := json.Marshal(config)
	return string(text)
}

const (
	megabytes           = 1 << 20
	defaultMessageBytes = 64 * megabytes
)

func (o Options) dial() []grpc.DialOption {
	transport := insecure.NewCredentials()
	if o.TLS != nil {
		transport = credentials.NewTLS(o.TLS)
	}
	size := or(o.MaxMessageBytes, defaultMessageBytes)
	dial := []grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithDefaultCallOptions(
			grpc.MaxCallRecvMsgSize(size), grpc.MaxCallSendMsgSize(size),
			grpc.MaxRetryRPCBufferSize(or(o.RetryBufferBytes, 64*megabytes))),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time: or(o.KeepaliveTime, 60*time.Second), Timeout: or(o.KeepaliveTimeout, 20*time.Second)}),
		grpc.WithDefaultServiceConfig(o.serviceConfig()),
		// The rules are the client's; a TXT look-up for others would only cost time.
		grpc.WithDisableServiceConfig(),
		// With a window of its own choice, gRPC lets a stream that nobody reads grow to 16 MB.
		grpc.WithStaticStreamWindowSize(megabytes), grpc.WithStaticConnWindowSize(16 * megabytes),
		grpc.WithUserAgent("inferwire-go/" + Version),
	}
	if o.BearerToken != "" {
		dial = append(dial, grpc.WithPerRPCCredentials(bearer(o.BearerToken)))
	}
	return append(dial, o.DialOptions...)
}

// bearer may travel in the clear where Options.check allowed it.
type bearer string

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

func (b bearer) RequireTransportSecurity() bool { return false }
