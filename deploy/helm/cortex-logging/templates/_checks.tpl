{{- /* What the values' schema cannot say in words that help; all problems at once. */ -}}
{{- define "cortex-logging.checks" -}}
{{- $problems := list -}}
{{- $problems = concat $problems (include "cortex-logging.nameProblems" . | fromYamlArray) -}}
{{- $problems = concat $problems (include "cortex-logging.logGroupProblems" . | fromYamlArray) -}}
{{- $problems = concat $problems (include "cortex-logging.tagProblems" . | fromYamlArray) -}}
{{- $problems = concat $problems (include "cortex-logging.takenKeyProblems" . | fromYamlArray) -}}
{{- $problems = concat $problems (include "cortex-logging.labelProblems" . | fromYamlArray) -}}
{{- $problems = concat $problems (include "cortex-logging.crdProblems" . | fromYamlArray) -}}
{{- $problems = concat $problems (include "cortex-logging.admissionProblems" . | fromYamlArray) -}}
{{- $problems = concat $problems (include "cortex-logging.policyModeProblems" . | fromYamlArray) -}}
{{- $problems = concat $problems (include "cortex-logging.protectLabelsProblems" . | fromYamlArray) -}}
{{- if $problems -}}
{{- fail (printf "\n- %s\n" (join "\n- " $problems)) -}}
{{- end -}}
{{- end -}}

{{- /* The rules of src/config/legal-names.ts: what is refused here, the operator would refuse at its start. */ -}}
{{- define "cortex-logging.nameProblems" -}}
{{- $problems := list -}}
{{- if not (regexMatch "^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$" .Values.clusterName) -}}
{{- $problems = append $problems (printf "clusterName is %q, which is not a cluster name: use 1 to 100 of a-z A-Z 0-9 - _, beginning with a letter or digit" .Values.clusterName) -}}
{{- end -}}
{{- $region := "[a-z]{2,4}(-[a-z]{2,12}){1,2}-[1-9][0-9]?" -}}
{{- if regexMatch (printf "^%s[a-z]$" $region) .Values.region -}}
{{- $problems = append $problems (printf "region is %q, which is an availability zone: write its region, %s" .Values.region (regexFind $region .Values.region)) -}}
{{- else if not (regexMatch (printf "^%s$" $region) .Values.region) -}}
{{- $problems = append $problems (printf "region is %q, which is not the name of an AWS region: write it as in eu-west-1" .Values.region) -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- define "cortex-logging.logGroupProblems" -}}
{{- $problems := list -}}
{{- with .Values.logGroup -}}
{{- if .name -}}
{{- if or (gt (len .name) 512) (not (regexMatch "^[a-zA-Z0-9_/.#-]+$" .name)) (hasPrefix "aws/" .name) -}}
{{- $problems = append $problems (printf "logGroup.name is %q, which CloudWatch refuses: use 1 to 512 of a-z A-Z 0-9 _ - / . # that do not start with aws/" .name) -}}
{{- end -}}
{{- end -}}
{{- if and .kmsKeyID (not (regexMatch "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+$" .kmsKeyID)) -}}
{{- $problems = append $problems (printf "logGroup.kmsKeyID is %q, which is not the ARN of a KMS key: write it as arn:aws:kms:<region>:<account>:key/<id>" .kmsKeyID) -}}
{{- end -}}
{{- if and (eq .deletionPolicy "Delete") .deletionProtectionEnabled -}}
{{- $problems = append $problems "logGroup.deletionPolicy is Delete while logGroup.deletionProtectionEnabled is true: choose one of them" -}}
{{- end -}}
{{- if and .fieldIndexes (ne .logGroupClass "STANDARD") -}}
{{- $problems = append $problems (printf "logGroup.fieldIndexes are offered by CloudWatch in the class STANDARD only, and logGroup.logGroupClass is %s: leave one of them out" .logGroupClass) -}}
{{- end -}}
{{- $fields := list -}}
{{- range .fieldIndexes -}}
{{- if has .name $fields -}}
{{- $problems = append $problems (printf "logGroup.fieldIndexes has %q more than once: keep one" .name) -}}
{{- end -}}
{{- $fields = append $fields .name -}}
{{- end -}}
{{- end -}}
{{- with .Values.serviceAccount.roleARN -}}
{{- if not (regexMatch "^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$" .) -}}
{{- $problems = append $problems (printf "serviceAccount.roleARN is %q, which is not the ARN of an IAM role: write it as arn:aws:iam::<account>:role/<name>" .) -}}
{{- end -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- /* What the CRD would refuse: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */ -}}
{{- define "cortex-logging.tagProblems" -}}
{{- $problems := list -}}
{{- $text := "^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]*$" -}}
{{- $legal := "letters, digits, spaces and _ . : / = + - @" -}}
{{- $tags := .Values.logGroup.tags | default dict -}}
{{- range $key, $value := $tags -}}
{{- if eq $key "cortex.dev/cluster" -}}
{{- $problems = append $problems (printf "logGroup.tags has the key %s, by which the operator marks the cluster that owns the group: remove it, and set logGroup.adopt to take over a group of another cluster" $key) -}}
{{- else if hasPrefix "aws:" (lower $key) -}}
{{- $problems = append $problems (printf "logGroup.tags has the key %q, and AWS keeps keys that start with aws: for itself: choose another key" $key) -}}
{{- else if not (and (regexMatch $text $key) (regexMatch "^.{1,128}$" $key)) -}}
{{- $problems = append $problems (printf "logGroup.tags has the key %q, which AWS refuses: use 1 to 128 characters of %s" $key $legal) -}}
{{- end -}}
{{- if not (and (regexMatch $text $value) (regexMatch "^.{0,256}$" $value)) -}}
{{- $problems = append $problems (printf "logGroup.tags.%s is %q, which AWS refuses: use at most 256 characters of %s" $key $value $legal) -}}
{{- end -}}
{{- end -}}
{{- if gt (len $tags) 49 -}}
{{- $problems = append $problems (printf "logGroup.tags are %d, and AWS takes 50 with the one of the operator: leave at least %d out" (len $tags) (sub (len $tags) 49)) -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- /* Maps and lists of values that the chart adds to its own: a key that both have would stand there twice. */ -}}
{{- define "cortex-logging.takenKeyProblems" -}}
{{- $problems := list -}}
{{- $own := include "cortex-logging.selectorLabels" . | fromYaml -}}
{{- range $key, $value := .Values.podLabels -}}
{{- if hasKey $own $key -}}
{{- $problems = append $problems (printf "podLabels has the key %s, which the chart sets itself, to select its pods: remove it" $key) -}}
{{- end -}}
{{- end -}}
{{- $names := list "POD_NAME" "POD_NAMESPACE" -}}
{{- range .Values.extraEnv -}}
{{- if has .name (list "POD_NAME" "POD_NAMESPACE") -}}
{{- $problems = append $problems (printf "extraEnv has %s, which the chart sets itself: remove it" .name) -}}
{{- else if has .name $names -}}
{{- $problems = append $problems (printf "extraEnv has %s more than once: keep one" .name) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- if and .Values.serviceAccount.roleARN (hasKey (.Values.serviceAccount.annotations | default dict) "eks.amazonaws.com/role-arn") -}}
{{- $problems = append $problems "serviceAccount.roleARN is set, and serviceAccount.annotations has the key eks.amazonaws.com/role-arn too: keep one of them" -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- /* What the API server would refuse: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */ -}}
{{- define "cortex-logging.labelProblems" -}}
{{- $problems := list -}}
{{- $name := "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?" -}}
{{- $labels := dict "podLabels" .Values.podLabels "nodeSelector" .Values.nodeSelector -}}
{{- $annotations := dict "podAnnotations" .Values.podAnnotations "serviceAccount.annotations" .Values.serviceAccount.annotations -}}
{{- range $path, $map := merge dict $labels $annotations -}}
{{- range $key, $value := $map -}}
{{- if not (regexMatch (printf "^([A-Za-z0-9]([-A-Za-z0-9.]{0,251}[A-Za-z0-9])?/)?%s$" $name) $key) -}}
{{- $problems = append $problems (printf "%s has the key %q, which Kubernetes refuses: write it as name or example.com/name, the name 1 to 63 of a-z A-Z 0-9 - _ ., beginning and ending with a letter or digit" $path $key) -}}
{{- end -}}
{{- if and (hasKey $labels $path) (not (regexMatch (printf "^(%s)?$" $name) $value)) -}}
{{- $problems = append $problems (printf "%s.%s is %q, which Kubernetes refuses: use at most 63 of a-z A-Z 0-9 - _ ., beginning and ending with a letter or digit" $path $key $value) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- define "cortex-logging.admissionProblems" -}}
{{- $problems := list -}}
{{- with .Values.admission -}}
{{- if and (eq .mode "Webhook") .certManager.enabled (not .certManager.issuerRef.name) -}}
{{- $problems = append $problems "admission.certManager.enabled is true without an issuer: set admission.certManager.issuerRef.name (and .kind)" -}}
{{- end -}}
{{- if and (eq .mode "Webhook") (eq (int .port) (int $.Values.healthPort)) -}}
{{- $problems = append $problems (printf "admission.port and healthPort are both %d: choose two ports" (int .port)) -}}
{{- end -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- define "cortex-logging.policyModeProblems" -}}
{{- $problems := list -}}
{{- if eq .Values.admission.mode "Policy" -}}
{{- if not (include "cortex-logging.hasMutatingPolicies" .) -}}
{{- $problems = append $problems (printf "admission.mode is Policy, which needs the MutatingAdmissionPolicy of admissionregistration.k8s.io/v1 (Kubernetes 1.36), and this server (%s) does not have it: set admission.mode to Webhook or None" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- $selectors := include "cortex-logging.selectorsOfAbsence" . | fromYamlArray -}}
{{- if $selectors -}}
{{- $problems = append $problems (printf "admission.mode is Policy, and these select pods without a label that the policies would give them, so that pods would be made without end: %s; take apiName, apiKind and jobID out of their selectors (make them anew), or set admission.mode to Webhook" (join ", " $selectors)) -}}
{{- end -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- define "cortex-logging.protectLabelsProblems" -}}
{{- $problems := list -}}
{{- if and .Values.policies.protectLabels.enabled (not (include "cortex-logging.hasValidatingPolicies" .)) -}}
{{- $problems = append $problems (printf "policies.protectLabels.enabled is true, which needs the ValidatingAdmissionPolicy of admissionregistration.k8s.io/v1 (Kubernetes 1.30), and this server (%s) does not have it: set it to false" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}

{{- /* Those that are there already; new ones are refused by the policy match-rule. */ -}}
{{- define "cortex-logging.selectorsOfAbsence" -}}
{{- $found := list -}}
{{- $excluded := include "cortex-logging.excludedNamespaces" . | splitList "," -}}
{{- range $kind, $version := dict "ReplicaSet" "apps/v1" "StatefulSet" "apps/v1" "DaemonSet" "apps/v1" "Job" "batch/v1" -}}
{{- range $object := (lookup $version $kind "" "").items -}}
{{- range $each := dig "spec" "selector" "matchExpressions" list $object -}}
{{- $isOfAbsence := and (has $each.key (list "apiName" "apiKind" "jobID")) (has $each.operator (list "NotIn" "DoesNotExist")) -}}
{{- if and $isOfAbsence (not (has $object.metadata.namespace $excluded)) -}}
{{- $found = append $found (printf "%s %s/%s" $kind $object.metadata.namespace $object.metadata.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml ($found | uniq) -}}
{{- end -}}

{{- /* Helm installs CRDs with the first release and leaves them alone for ever: older ones would drop fields unseen. */ -}}
{{- define "cortex-logging.crdProblems" -}}
{{- $others := list -}}
{{- if .Values.crds.mustMatch -}}
{{- range $path, $file := .Files.Glob "crds/*.yaml" -}}
{{- $wanted := $.Files.Get $path | fromYaml -}}
{{- $found := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" $wanted.metadata.name -}}
{{- if and $found (ne (dig "metadata" "annotations" "cortex.dev/schema" "" $found) (index $wanted.metadata.annotations "cortex.dev/schema")) -}}
{{- $others = append $others $wanted.metadata.name -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $problems := list -}}
{{- if $others -}}
{{- $problems = append $problems (printf "the cluster has other CRDs than this chart (%s), and Helm never upgrades CRDs: run `helm show crds <this chart> | kubectl apply --server-side --force-conflicts -f -` first, or set crds.mustMatch=false to go on with them" (join ", " $others)) -}}
{{- end -}}
{{- toYaml $problems -}}
{{- end -}}
