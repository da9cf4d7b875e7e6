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
