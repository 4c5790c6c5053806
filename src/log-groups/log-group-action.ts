/** What can be done to a group, one entry each. Adding one: here, in an entry of apply-log-group.ts, and in a plan-*.ts. */

export type LogGroupAction =
  | {
      readonly kind: 'create';
      readonly logGroupClass?: string;
      readonly kmsKeyId?: string;
      readonly tags: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'tag'; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'untag'; readonly tagKeys: readonly string[] }
  | { readonly kind: 'putRetention'; readonly retentionInDays: number }
  | { readonly kind: 'associateKmsKey'; readonly kmsKeyId: string }
  | { readonly kind: 'disassociateKmsKey' };
