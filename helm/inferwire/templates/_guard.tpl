{{/*
The guard: one connection of HTTP/2 can open and reset requests faster than gRPC 1.51 can forget them
(rapid reset), and memory then grows without a bound. HAProxy counts the requests per address; one that
is beyond what the server can do gets UNAVAILABLE for the rest, and far beyond is disconnected.

Each client has connections to the server of its own (http-reuse never): gRPC 1.51 ends a whole connection
for one request whose binary metadata is no base64 (CVE-2023-32732), and who shares it is cut with it. Binary
metadata does not get that far at all, since the server reads none; nor does more of headers than gRPC takes.
*/}}
{{- define "inferwire.guardConfig" -}}
global
  log stdout format raw local0 notice
  maxconn {{ .Values.guard.maxConnections }}
  # No call lives longer than the drain lets it.
  hard-stop-after {{ add (include "inferwire.seconds" .Values.config.drain.connection_wait) (include "inferwire.seconds" .Values.config.drain.calls) }}s
  tune.h2.max-concurrent-streams 1000

defaults
  mode http
  log global
  timeout connect 3s
  timeout client 1h
  timeout server 1h
  timeout http-request 10s
  timeout http-keep-alive 5m

frontend grpc
  bind :{{ .Values.grpc.port }} proto h2
  stick-table type ipv6 size 100k expire 10s store http_req_rate(1s)
  tcp-request connection reject if { src_http_req_rate gt {{ mul 2 .Values.guard.maxRequestsPerSecond }} }
  http-request track-sc0 src
  http-request reject if { sc_http_req_rate(0) gt {{ mul 2 .Values.guard.maxRequestsPerSecond }} }
  # gRPC's codes, in an answer without a body: 14 UNAVAILABLE, 8 RESOURCE_EXHAUSTED.
  http-request return status 200 content-type application/grpc hdr grpc-status 14 hdr grpc-message "too many requests per second of this address" if { sc_http_req_rate(0) gt {{ .Values.guard.maxRequestsPerSecond }} }
  http-request return status 200 content-type application/grpc hdr grpc-status 8 hdr grpc-message "the metadata is larger than 8 KiB" if { req.hdrs,length gt 8192 }
  http-request del-header -bin -m end
  default_backend inferwire

backend inferwire
  http-reuse never
  server inferwire 127.0.0.1:{{ include "inferwire.serverPort" . }} proto h2 maxconn {{ .Values.guard.maxConnections }}
{{ end -}}

{{- define "inferwire.guardContainer" -}}
- name: guard
  image: {{ include "inferwire.image" (dict "root" . "image" .Values.guard.image "tag" "2.6") }}
  imagePullPolicy: {{ .Values.guard.image.pullPolicy }}
  args: [haproxy, -W, -db, -f, /etc/inferwire/guard/haproxy.cfg]
  ports:
    - name: grpc
      containerPort: {{ .Values.grpc.port }}
  readinessProbe:
    tcpSocket:
      port: grpc
    {{- toYaml .Values.probes.readiness | nindent 4 }}
  {{- with .Values.shutdown.endpointsDelay }}
  lifecycle:
    preStop:
      sleep:
        seconds: {{ . }}
  {{- end }}
  securityContext:
    {{- toYaml .Values.containerSecurityContext | nindent 4 }}
  resources:
    {{- toYaml .Values.guard.resources | nindent 4 }}
  volumeMounts:
    - name: guard
      mountPath: /etc/inferwire/guard
      readOnly: true
{{- end -}}
