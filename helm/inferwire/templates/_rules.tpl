{{/*
A file of rules/, made this release's: its own targets only, its objectives, without the alerts that
are not wanted. The files stand for themselves, too: promtool reads them as they are.
*/}}
{{- define "inferwire.rules" -}}
{{- $settings := .root.Values.metrics.prometheusRule -}}
{{- $text := .root.Files.Get .file
    | replace "job=~\".*inferwire.*\"" .release
    | replace "(1 - 0.999)" (printf "(1 - %v)" $settings.slo.availability)
    | replace "(1 - 0.99)" (printf "(1 - %v)" $settings.slo.overhead) -}}
{{- $groups := list -}}
{{- range ($text | fromYaml).groups -}}
{{- $rules := list -}}
{{- range .rules -}}
{{- if not .alert -}}
{{- $rules = append $rules . -}}
{{- else if not (has .alert $settings.disabled) -}}
{{- $rule := deepCopy . -}}
{{- if $settings.runbookBaseUrl -}}
{{- $_ := set $rule.annotations "runbook_url" (printf "%s/%s.md" $settings.runbookBaseUrl .alert) -}}
{{- end -}}
{{- $labels := merge (dict) $settings.alertLabels $rule.labels -}}
{{- with index $settings.overrides .alert -}}
{{- with index . "for" -}}{{- $_ := set $rule "for" . -}}{{- end -}}
{{- with .severity -}}{{- $_ := set $labels "severity" . -}}{{- end -}}
{{- end -}}
{{- $_ := set $rule "labels" $labels -}}
{{- $rules = append $rules $rule -}}
{{- end -}}
{{- end -}}
{{- if $rules -}}
{{- $groups = append $groups (set (deepCopy .) "rules" $rules) -}}
{{- end -}}
{{- end -}}
{{- toYaml (dict "groups" $groups) -}}
{{- end -}}
