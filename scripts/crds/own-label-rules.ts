/**
 * A selector that looks at the labels which the operator writes: writing them must not end the claim, or begin
 * another one.
 */
import { labelKeys, type LabelKey } from '../../src/kernel/labels.ts';
import { quote, type Rule } from './field.ts';

/** For each key the value, in CEL, that claimed pods get; the keys left out are not known beforehand, or never set. */
export type OwnLabels = Readonly<Partial<Record<LabelKey, string>>>;

const hasSelectorWith = (part: string): string =>
  `has(self.spec) && has(self.spec.selector) && has(self.spec.selector.${part})`;
const advice = 'select by labels of your own, or claim by workloadRef';

function matchLabelRule(key: LabelKey, written: string | undefined): Rule {
  const labels = 'self.spec.selector.matchLabels';
  const stays = written === undefined ? 'false' : `${labels}[${quote(key)}] == ${written}`;
  const effect =
    written === undefined
      ? `"the operator writes that label itself, or takes it away"`
      : `"the operator gives claimed pods the value '" + ${written} + "'"`;
  return {
    rule: `!(${hasSelectorWith('matchLabels')} && ${quote(key)} in ${labels}) || ${stays}`,
    messageExpression: `"selects pods by ${key} '" + ${labels}[${quote(key)}] + "', but " + ${effect} + ", so that they would not match any longer; ${advice}"`,
    fieldPath: '.spec.selector.matchLabels',
  };
}

const keys = `[${labelKeys.map(quote).join(', ')}]`;
const expressionRule: Rule = {
  rule: `!(${hasSelectorWith('matchExpressions')}) || !self.spec.selector.matchExpressions.exists(each, each.key in ${keys})`,
  message: `selects pods by apiName, apiKind or jobID, labels that the operator writes itself, so that claimed pods might not match any longer; ${advice}`,
  fieldPath: '.spec.selector.matchExpressions',
};

/** Stand on the whole object. */
export function ownLabelRules(written: OwnLabels): readonly Rule[] {
  return [...labelKeys.map((key) => matchLabelRule(key, written[key])), expressionRule];
}
