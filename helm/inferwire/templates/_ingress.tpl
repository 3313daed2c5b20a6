{{/*
What makes each controller speak gRPC to the pods, hold long calls and take uploads of any size. Annotations of the
Ingress; inferwire.ingressServiceAnnotations are those that a controller looks for at the Service.
*/}}
{{- define "inferwire.ingressAnnotations" -}}
{{- $ingress := .Values.ingress -}}
{{- $made := dict -}}
{{- if eq $ingress.controller "nginx" -}}
{{- $made = dict
    "nginx.ingress.kubernetes.io/backend-protocol" (.Values.tls.enabled | ternary "GRPCS" "GRPC")
    "nginx.ingress.kubernetes.io/proxy-read-timeout" ($ingress.timeoutSeconds | int | toString)
    "nginx.ingress.kubernetes.io/proxy-send-timeout" ($ingress.timeoutSeconds | int | toString)
    "nginx.ingress.kubernetes.io/proxy-body-size" "0" -}}
{{- else if eq $ingress.controller "haproxy" -}}
{{- $made = dict
    "haproxy.org/server-proto" "h2"
    "haproxy.org/timeout-server" (printf "%ds" (int $ingress.timeoutSeconds)) -}}
{{- if .Values.tls.enabled -}}
{{- $_ := set $made "haproxy.org/server-ssl" "true" -}}
{{- end -}}
{{- else if eq $ingress.controller "traefik" -}}
{{- if $ingress.tls -}}
{{- $made = dict
    "traefik.ingress.kubernetes.io/router.entrypoints" "websecure"
    "traefik.ingress.kubernetes.io/router.tls" "true" -}}
{{- end -}}
{{- else if eq $ingress.controller "alb" -}}
{{- $made = dict
    "alb.ingress.kubernetes.io/backend-protocol-version" "GRPC"
    "alb.ingress.kubernetes.io/backend-protocol" (.Values.tls.enabled | ternary "HTTPS" "HTTP")
    "alb.ingress.kubernetes.io/listen-ports" "[{\"HTTPS\":443}]"
    "alb.ingress.kubernetes.io/target-type" "ip"
    "alb.ingress.kubernetes.io/healthcheck-path" "/grpc.health.v1.Health/Check"
    "alb.ingress.kubernetes.io/success-codes" "0"
    "alb.ingress.kubernetes.io/load-balancer-attributes" (printf "idle_timeout.timeout_seconds=%d" (int $ingress.timeoutSeconds)) -}}
{{- end -}}
{{- toYaml (merge (dict) $ingress.annotations $made) -}}
{{- end -}}

{{- define "inferwire.ingressServiceAnnotations" -}}
{{- if and .Values.ingress.enabled (eq .Values.ingress.controller "traefik") -}}
traefik.ingress.kubernetes.io/service.serversscheme: {{ .Values.tls.enabled | ternary "https" "h2c" }}
{{- end -}}
{{- end -}}

{{/* Whether callers reach the Ingress over TLS. */}}
{{- define "inferwire.ingressTls" -}}
{{- if or .Values.ingress.tls (eq .Values.ingress.controller "alb") -}}true{{- end -}}
{{- end -}}
