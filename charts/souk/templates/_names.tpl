{{/* Names, labels and references that the templates share. No rules live here: see _checks.tpl. */}}

{{- define "souk.labels" -}}
app.kubernetes.io/name: souk
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
app.kubernetes.io/part-of: souk
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "souk.selector" -}}
app.kubernetes.io/name: souk
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end }}

{{/* Cluster-wide objects carry the namespace too, so that two platforms on one cluster do not meet. */}}
{{- define "souk.clusterName" -}}
{{- if eq .Release.Name .Release.Namespace }}{{ .Release.Name }}{{ else }}{{ .Release.Namespace }}-{{ .Release.Name }}{{ end }}
{{- end }}

{{- define "souk.host" -}}
souk.{{ .Values.baseDomain }}
{{- end }}

{{- define "souk.url" -}}
{{ .Values.public.scheme }}://{{ include "souk.host" . }}{{ with int .Values.public.port }}:{{ . }}{{ end }}
{{- end }}

{{- define "souk.adminSecret" -}}
{{ .Values.secrets.admin.existing | default (printf "%s-admin" .Release.Name) }}
{{- end }}

{{- define "souk.encryptionSecret" -}}
{{ .Values.secrets.encryption.existing | default (printf "%s-encryption" .Release.Name) }}
{{- end }}

{{/* Whether several replicas may share the database: "true" or nothing. */}}
{{- define "souk.shared" -}}
{{- if ne .Values.database.type "sqlite" }}true{{ end }}
{{- end }}

{{/* Whether a HorizontalPodAutoscaler counts the replicas: "true" or nothing. */}}
{{- define "souk.autoscaled" -}}
{{- if and .Values.autoscaling.enabled (not .Values.maintenance) }}true{{ end }}
{{- end }}

{{/* The least replicas that are wanted. */}}
{{- define "souk.replicas" -}}
{{- if .Values.maintenance }}1{{ else if .Values.autoscaling.enabled }}{{ .Values.autoscaling.min }}{{ else }}{{ .Values.replicas }}{{ end }}
{{- end }}

{{/* The chart's own PostgreSQL: StatefulSet, Service, claim, Secret. */}}
{{- define "souk.postgres" -}}
{{ .Release.Name }}-postgres
{{- end }}

{{- define "souk.postgresLabels" -}}
{{- include "souk.labels" . | replace "component: server" "component: postgres" }}
{{- end }}

{{- define "souk.postgresSelector" -}}
{{- include "souk.selector" . | replace "component: server" "component: postgres" }}
{{- end }}

{{- define "souk.databaseSecret" -}}
{{ .Values.secrets.database.existing | default (include "souk.postgres" .) }}
{{- end }}

{{- define "souk.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "souk.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}
