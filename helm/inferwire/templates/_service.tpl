{{/* What the two gRPC Services have in common: (dict "root" $ "port" 50051). */}}
{{- define "inferwire.serviceSpec" -}}
{{- $values := .root.Values -}}
selector:
  {{- include "inferwire.podSelector" .root | nindent 2 }}
{{- with $values.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
ports:
  - name: grpc
    port: {{ .port }}
    targetPort: grpc
    protocol: TCP
    {{- $isClearText := eq $values.service.appProtocol "kubernetes.io/h2c" }}
    {{- if and $values.service.appProtocol (not (and $isClearText $values.tls.enabled)) }}
    appProtocol: {{ $values.service.appProtocol }}
    {{- end }}
{{- end -}}
