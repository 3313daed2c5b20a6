{{/* What the two gRPC Services have in common. */}}
{{- define "llmgate.serviceSpec" -}}
selector:
  {{- include "llmgate.podSelector" . | nindent 2 }}
{{- with .Values.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
ports:
  - name: grpc
    port: {{ .Values.service.port }}
    targetPort: grpc
    protocol: TCP
    {{- $isClearText := eq .Values.service.appProtocol "kubernetes.io/h2c" }}
    {{- if and .Values.service.appProtocol (not (and $isClearText .Values.tls.enabled)) }}
    appProtocol: {{ .Values.service.appProtocol }}
    {{- end }}
{{- end -}}
