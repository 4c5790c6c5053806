/** What a run of e2e makes, by name: all of it is removed at the end, and recognised if it could not be. */

export const release = 'cortex-logging-e2e';
/** The operator's. */
export const systemNamespace = 'cortex-logging-e2e';
/** Of the APIs and jobs. */
export const workloadNamespace = 'cortex-logging-e2e-ml';
/** No pod is made in it without the webhook's answer. */
export const requiredNamespace = 'cortex-logging-e2e-required';

/** The log group is named like it. */
export const clusterName = 'cortex-logging-e2e';
export const region = 'eu-west-1';

/** On all namespaces: whoever finds it knows that they are e2e's. */
export const markLabel = 'cortex.dev/e2e';

/** Names that the chart gives. */
export const operatorName = `${release}-operator`;
export const leaseName = 'cortex-logging-operator';
