{{- define "refrag.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "refrag.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "refrag.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "refrag.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "refrag.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "refrag.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "refrag.name" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{/* The file that refrag run reads. */}}
{{- define "refrag.config" -}}
{{- $kafka := dict "bootstrap.servers" .Values.kafka.bootstrapServers "schema.registry.url" .Values.kafka.schemaRegistryUrl -}}
{{- $config := merge (dict "kafka" (merge $kafka .Values.kafka.settings)) (deepCopy .Values.config) -}}
{{- if .Values.api.enabled -}}
{{- $http := merge (dict "enabled" true "host" "0.0.0.0" "port" (int .Values.api.port)) (default dict $config.http) -}}
{{- $_ := set $config "http" $http -}}
{{- end -}}
{{ toYaml $config }}
{{- end -}}

{{/* A setting of the configuration, or what it is where nobody sets it: list . SECTION KEY DEFAULT */}}
{{- define "refrag.setting" -}}
{{- $section := default dict (index (index . 0).Values.config (index . 1)) -}}
{{- default (index . 3) (index $section (index . 2)) -}}
{{- end -}}

{{/* What stands before the names of topics and of the application. */}}
{{- define "refrag.prefix" -}}
{{- $prefix := include "refrag.setting" (list . "topics" "prefix" "off") -}}
{{- if ne $prefix "off" -}}{{ $prefix }}{{- end -}}
{{- end -}}

{{- define "refrag.queries" -}}
{{ include "refrag.prefix" . }}{{ include "refrag.setting" (list . "topics" "queries" "rag.queries") }}
{{- end -}}

{{- define "refrag.group" -}}
{{ include "refrag.prefix" . }}{{ include "refrag.setting" (list . "streams" "application-id" "refrag") }}
{{- end -}}
