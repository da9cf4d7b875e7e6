{{/* Labels and small pieces that several templates share. */}}

{{/* Labels of every object: (dict "root" $ "component" "shop"). */}}
{{- define "store.labels" -}}
app.kubernetes.io/name: {{ if eq .component "database" }}mariadb{{ else }}woocommerce{{ end }}
{{ include "store.selector" . }}
app.kubernetes.io/part-of: souk
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
souk.dev/store: {{ .root.Values.store.id | quote }}
{{- end }}

{{/* What selects pods of a component; never changes during a store's life. */}}
{{- define "store.selector" -}}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels of a pod: without the chart's version, so that a new version restarts nothing by itself. */}}
{{- define "store.podLabels" -}}
app.kubernetes.io/name: {{ if eq .component "database" }}mariadb{{ else }}woocommerce{{ end }}
{{ include "store.selector" . }}
app.kubernetes.io/part-of: souk
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
souk.dev/store: {{ .root.Values.store.id | quote }}
{{- end }}

{{- define "store.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "store.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "store.pullSecrets" -}}
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* The shop's address; a port that goes without saying is not said, or every page would redirect. */}}
{{- define "store.url" -}}
{{- regexReplaceAll "^(http://[^:]+):80$|^(https://[^:]+):443$" .Values.store.url "${1}${2}" -}}
{{- end }}

{{/* The host of the shop's address, without a port. */}}
{{- define "store.host" -}}
{{- .Values.store.url | trimPrefix "https://" | trimPrefix "http://" | splitList ":" | first -}}
{{- end }}

{{/* Peer of a NetworkPolicy: pods with labels in a namespace. */}}
{{- define "store.peer" -}}
namespaceSelector:
  matchLabels:
    kubernetes.io/metadata.name: {{ .namespace }}
podSelector:
  matchLabels:
    {{- toYaml .podLabels | nindent 4 }}
{{- end }}

{{- define "store.dnsEgress" -}}
- to:
    - {{ include "store.peer" .Values.dns | nindent 6 | trim }}
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- end }}

{{/* Seconds for which nginx keeps a page at most; 0 for not at all. A replica hears only of its own changes. */}}
{{- define "store.pageSeconds" -}}
{{- with .Values.shop -}}
{{- if not .pageCache.enabled -}} 0
{{- else if gt (int .replicas) 1 -}} {{ min 60 .pageCache.seconds }}
{{- else -}} {{ int .pageCache.seconds }}
{{- end -}}
{{- end -}}
{{- end }}
