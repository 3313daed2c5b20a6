{{/*
The guard: one connection of HTTP/2 can open and reset requests faster than gRPC 1.51 can forget them
(rapid reset), and memory then grows without a bound. HAProxy counts the requests per address and
refuses an address that is beyond what an honest client does.
*/}}
{{- define "llmgate.guardConfig" -}}
global
  log stdout format raw local0 notice
  maxconn {{ .Values.guard.maxConnections }}
  # No call lives longer than the drain lets it.
  hard-stop-after {{ add (include "llmgate.seconds" .Values.config.drain.connection_wait) (include "llmgate.seconds" .Values.config.drain.calls) }}s
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
  tcp-request connection reject if { src_http_req_rate gt {{ .Values.guard.maxRequestsPerSecond }} }
  http-request track-sc0 src
  http-request reject if { sc_http_req_rate(0) gt {{ .Values.guard.maxRequestsPerSecond }} }
  default_backend llmgate

backend llmgate
  http-reuse always
  server llmgate 127.0.0.1:{{ include "llmgate.serverPort" . }} proto h2 maxconn {{ .Values.guard.maxConnections }}
{{ end -}}

{{- define "llmgate.guardContainer" -}}
- name: guard
  image: {{ include "llmgate.image" (dict "root" . "image" .Values.guard.image "tag" "2.6") }}
  imagePullPolicy: {{ .Values.guard.image.pullPolicy }}
  args: [haproxy, -W, -db, -f, /etc/llmgate/guard/haproxy.cfg]
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
      mountPath: /etc/llmgate/guard
      readOnly: true
{{- end -}}
