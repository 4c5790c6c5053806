/** How a resource says which pods are its own: `selector` or `workloadRef`. */
import { group } from '../../src/kernel/api-kinds.ts';
import { maxLabelValueLength } from '../../src/kernel/labels.ts';
import { list, quote, rules, structure, text, words, type Rule, type Schema } from './field.ts';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const labelKeyPattern = quote(
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$',
);
const labelValuePattern = quote('^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$');
const valueAdvice = `a label value has at most ${maxLabelValueLength} characters of A-Z a-z 0-9 - _ . and begins and ends with a letter or digit`;
const keyAdvice =
  'a label key is a name of at most 63 characters of A-Z a-z 0-9 - _ . with an optional DNS prefix, such as app or app.kubernetes.io/name';

/** The prefix has at most 253 characters, which no pattern can count beside all else. */
const isLabelKey = (key: string): string =>
  `(${key}.matches(${labelKeyPattern}) && ${key}.indexOf('/') <= 253)`;

export const labelValueRule: Rule = {
  rule: `self.matches(${labelValuePattern})`,
  messageExpression: `"is not a legal label value: '" + self + "'; ${valueAdvice}"`,
};
export const labelValueLimit = { maxLength: maxLabelValueLength } as const;

const labelValue = (description: string): Schema =>
  text(description, { ...labelValueLimit, ...rules(labelValueRule) });

const requirement = structure(
  'One requirement on a label; a pod must meet all of them.',
  {
    key: text('The label key that the requirement is about.', {
      minLength: 1,
      maxLength: 317,
      ...rules({
        rule: isLabelKey('self'),
        messageExpression: `"is not a legal label key: '" + self + "'; ${keyAdvice}"`,
      }),
    }),
    operator: words(
      'In: the value is one of `values`. NotIn: it is none of them, or the label is absent. Exists: the label is there. DoesNotExist: it is not.',
      ['In', 'NotIn', 'Exists', 'DoesNotExist'],
    ),
    values: list(
      'The values that In and NotIn compare with; must be absent for Exists and DoesNotExist.',
      labelValue('One value.'),
      { maxItems: 64, 'x-kubernetes-list-type': 'atomic' },
    ),
  },
  {
    required: ['key', 'operator'],
    ...rules(
      {
        rule: "!(self.operator in ['In', 'NotIn']) || (has(self.values) && size(self.values) > 0)",
        messageExpression: `"operator " + self.operator + " on key '" + self.key + "' needs at least one entry in values; add values, or use Exists or DoesNotExist"`,
        fieldPath: '.values',
      },
      {
        rule: "!(self.operator in ['Exists', 'DoesNotExist']) || !has(self.values) || size(self.values) == 0",
        messageExpression: `"operator " + self.operator + " on key '" + self.key + "' takes no values; remove values, or use In or NotIn"`,
        fieldPath: '.values',
      },
    ),
  },
);

const selector = structure(
  'Claims the pods of this namespace whose labels match. Never empty, since an empty selector would claim every pod. At most one of selector and workloadRef may be set.',
  {
    matchLabels: {
      type: 'object',
      description: 'Labels with exactly the values that a pod must have; all of them must match.',
      maxProperties: 32,
      additionalProperties: labelValue('The value that the label must have.'),
      ...rules({
        rule: `self.all(key, ${isLabelKey('key')})`,
        messageExpression: `"has the illegal label key '" + self.filter(key, !${isLabelKey('key')})[0] + "'; ${keyAdvice}"`,
      }),
    },
    matchExpressions: list(
      'Requirements that a pod must meet in addition; all of them must hold.',
      requirement,
      {
        maxItems: 32,
        'x-kubernetes-list-type': 'atomic',
      },
    ),
  },
  {
    'x-kubernetes-map-type': 'atomic',
    ...rules({
      rule: '(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)',
      message:
        'selector is empty and would claim every pod of the namespace; set selector.matchLabels or selector.matchExpressions, or remove selector to claim the pods that this resource owns',
    }),
  },
);

const dnsName = '[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*';

const workloadRef = structure(
  'Claims everything that this object owns, directly or through other objects: the pods of a Deployment, every run of a CronJob. It is looked for in the namespace of this resource. At most one of selector and workloadRef may be set.',
  {
    apiVersion: text('Group and version of the object, such as apps/v1 or batch/v1; v1 for the core group.', {
      minLength: 1,
      maxLength: 253,
      ...rules({
        rule: `self.matches(${quote(`^(${dnsName}/)?v[0-9]+((alpha|beta)[0-9]+)?$`)})`,
        messageExpression: `"is not an API version: '" + self + "'; write group/version as the object's own manifest does, such as apps/v1, or v1 for the core group"`,
      }),
    }),
    kind: text('Kind of the object, such as Deployment, StatefulSet, CronJob or Rollout.', {
      minLength: 1,
      maxLength: 63,
      ...rules({
        rule: `self.matches(${quote('^[A-Z][A-Za-z0-9]*$')})`,
        messageExpression: `"is not a kind: '" + self + "'; write it as the object's own manifest does, in CamelCase, such as Deployment"`,
      }),
    }),
    name: text('Name of the object, in the namespace of this resource.', {
      minLength: 1,
      maxLength: 253,
      ...rules({
        rule: `self.matches(${quote(`^${dnsName}$`)})`,
        messageExpression: `"is not an object name: '" + self + "'; names have lower-case letters, digits, - and ., and begin and end with a letter or digit; there is no namespace in it, since only objects of the same namespace can be claimed"`,
      }),
    }),
  },
  {
    required: ['apiVersion', 'kind', 'name'],
    ...rules(
      {
        rule: "!(self.apiVersion == 'v1' && self.kind == 'Pod')",
        message: 'workloadRef names a Pod, and a pod owns no pods; claim it by its labels with selector',
      },
      {
        rule: `!self.apiVersion.startsWith('${group}/')`,
        messageExpression: `"workloadRef names a " + self.kind + " of ${group}, which claims pods itself; name the Deployment, Job or other object that makes the pods"`,
      },
    ),
  },
);

export const claimProperties = { selector, workloadRef } as const;

/** Stands on `spec`. */
export const oneClaimRule: Rule = {
  rule: '!(has(self.selector) && has(self.workloadRef))',
  message:
    'selector and workloadRef are both set, and a resource claims its pods in one way only; remove one of them',
};
