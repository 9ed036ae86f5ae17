{{- define "mooring.name" -}}
{{ if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name }}{{ end }}
{{- end }}

{{/* What chooses the pods of one part: a list of the chart and "server" or "worker". */}}
{{- define "mooring.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "mooring.labels" -}}
{{- $root := index . 0 -}}
{{ include "mooring.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end }}

{{/* The pod of one part, but for its container's own fields. */}}
{{- define "mooring.pod" -}}
{{- $root := index . 0 -}}
serviceAccountName: {{ include "mooring.name" $root }}
automountServiceAccountToken: false
# Else Kubernetes sets MOORING_PORT for a service of this name.
enableServiceLinks: false
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  seccompProfile: { type: RuntimeDefault }
{{- with $root.Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What the containers of all parts have in common. */}}
{{- define "mooring.container" -}}
image: {{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
envFrom:
  - secretRef:
      name: {{ required "Set existingSecret to the name of a secret with DATABASE_URL and MOORING_SECRET_KEY." .Values.existingSecret }}
volumeMounts:
  - { name: data, mountPath: /data }
  - { name: tmp, mountPath: /tmp }
{{- end }}

{{- define "mooring.settings" -}}
- name: MOORING_PUBLIC_URL
  value: {{ required "Set publicUrl to the address that people open." .Values.publicUrl | quote }}
{{- if .Values.metrics.enabled }}
- name: MOORING_METRICS_PORT
  value: "9464"
{{- end }}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  # Else a large number of a values file would be written as 1e+06.
  value: {{ ternary (int64 $value) $value (kindIs "float64" $value) | quote }}
{{- end }}
{{- end }}
