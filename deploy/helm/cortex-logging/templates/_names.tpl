{{- define "cortex-logging.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "cortex-logging.operator" -}}
{{ include "cortex-logging.fullname" . }}-operator
{{- end -}}

{{- define "cortex-logging.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "cortex-logging.operator" .) }}
{{- end -}}

{{- /* As the API server calls the operator. */ -}}
{{- define "cortex-logging.user" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "cortex-logging.serviceAccount" . }}
{{- end -}}

{{- define "cortex-logging.excludedNamespaces" -}}
{{ append .Values.excludedNamespaces .Release.Namespace | uniq | join "," }}
{{- end -}}

{{- /* Two names, so that neither maker finds what the other one made. */ -}}
{{- define "cortex-logging.admissionSecret" -}}
{{ include "cortex-logging.operator" . }}-admission{{ if .Values.admission.certManager.enabled }}-tls{{ end }}
{{- end -}}

{{- define "cortex-logging.logGroupName" -}}
{{ .Values.logGroup.name | default .Values.clusterName }}
{{- end -}}

{{- define "cortex-logging.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "cortex-logging.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "cortex-logging.labels" -}}
{{ include "cortex-logging.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- /* resource.version.group/Kind, as the operator's flag --owner-kinds has it. */ -}}
{{- define "cortex-logging.ownerKinds" -}}
{{- $kinds := list -}}
{{- range .Values.ownerKinds -}}
{{- $kinds = append $kinds (printf "%s.%s.%s/%s" .resource .version .group .kind) -}}
{{- end -}}
{{- join "," $kinds -}}
{{- end -}}
