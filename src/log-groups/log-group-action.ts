/** What can be done to a group, one entry each. Adding one: here, in an entry of apply-log-group.ts, in the words of plan-events.ts, and in a plan-*.ts. */
import type { FieldIndex } from './log-group.ts';
import type { QueryDefinition } from './saved-query.ts';

export type LogGroupAction =
  | {
      readonly kind: 'create';
      readonly logGroupClass?: string;
      readonly kmsKeyId?: string;
      readonly deletionProtectionEnabled?: boolean;
      readonly tags: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'tag'; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'untag'; readonly tagKeys: readonly string[] }
  | { readonly kind: 'putRetention'; readonly retentionInDays: number }
  | { readonly kind: 'associateKmsKey'; readonly kmsKeyId: string }
  | { readonly kind: 'disassociateKmsKey' }
  | { readonly kind: 'putDeletionProtection'; readonly deletionProtectionEnabled: boolean }
  | {
      readonly kind: 'putIndexPolicy';
      readonly fields: readonly FieldIndex[];
      /** The account's policy, which no longer counts for the group from then on. */
      readonly replacing?: string;
    }
  | { readonly kind: 'deleteIndexPolicy' }
  | {
      readonly kind: 'putQueryDefinition';
      readonly definition: QueryDefinition;
      /** Of the one that is changed; absent for a new one. */
      readonly queryDefinitionId?: string;
    }
  | { readonly kind: 'deleteQueryDefinition'; readonly name: string; readonly queryDefinitionId: string }
  | { readonly kind: 'delete' };
