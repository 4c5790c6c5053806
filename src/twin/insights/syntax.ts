/**
 * Logs Insights QL as the twin speaks it. The language is AWS's:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 *
 * ```ebnf
 * query      = command { "|" command } ;
 * command    = "fields" items | "display" items
 *            | ( "filter" | "where" ) expression
 *            | "parse" [ name ] ( regex | string "as" name { "," name } )
 *            | "sort" key { "," key }
 *            | "limit" whole number
 *            | "stats" items [ "by" items ]            (* items of at least one aggregation each, before "by" *)
 *            | "dedup" name { "," name } ;
 * items      = item { "," item } ;                     item      = expression [ "as" name ] ;
 * key        = expression [ "asc" | "desc" ] ;
 *
 * expression = conjunction { "or" conjunction } ;      conjunction = negation { "and" negation } ;
 * negation   = "not" negation | comparison ;
 * comparison = sum [ ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) sum
 *                  | [ "not" ] "like" ( string | regex ) | "=~" ( string | regex )
 *                  | [ "not" ] "in" "[" expression { "," expression } "]" ] ;
 * sum        = product { ( "+" | "-" ) product } ;     product = power { ( "*" | "/" | "%" ) power } ;
 * power      = operand [ "^" power ] ;
 * operand    = "-" operand | "(" expression ")" | number | string | "true" | "false"
 *            | function "(" [ "*" | argument { "," argument } ] ")" | name ;
 * argument   = expression | period ;                   period  = number unit ;       (* such as 5m *)
 *
 * name       = part { part } ;
 * part       = letter, "_" or "@", then letters, digits, "_", "@", "."  |  "`" any but a back quote "`" ;
 * string     = '"' … '"' | "'" … "'"  (a backslash escapes) ;   regex = "/" … "/"  (see regex/parse-regex.ts) ;
 * comment    = "#" to the end of the line ;
 * saved      = "$" name "(" [ name "=" value { "," name "=" value } ] ")" ;   (* expanded first: expand-saved-queries.ts *)
 * ```
 * Words are the same in upper and lower case; names are not. After `stats` only what it defines can be named, also
 * by the text of its expression; `sort` and `limit` come after the last `stats`, of which there are at most two; after
 * `dedup` comes only `limit`.
 */
import type { Regex } from '../regex/regex.ts';
import type { Extractor } from './extract-fields.ts';
import type { Period } from './period.ts';

export type Expression =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'period'; readonly period: Period }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'matches'; readonly subject: Expression; readonly pattern: string | Regex }
  | { readonly kind: 'in'; readonly subject: Expression; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

export const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];
export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '^';
export type BinaryOperator = Comparison | Arithmetic | 'and' | 'or';

export interface Item {
  readonly expression: Expression;
  /** The alias, else the expression as it is written. */
  readonly name: string;
}

/** An aggregation within the items of `stats`, where the field `name` stands for its result. */
export interface Aggregate {
  readonly function: string;
  /** Empty for `*`. */
  readonly args: readonly Expression[];
  /** Has a back quote in it, so that no query can name it. */
  readonly name: string;
}

export interface SortKey {
  readonly expression: Expression;
  readonly isDescending: boolean;
}

export interface StatsCommand {
  readonly kind: 'stats';
  readonly aggregates: readonly Aggregate[];
  readonly items: readonly Item[];
  readonly by: readonly Item[];
}

export type Command =
  | { readonly kind: 'fields' | 'display'; readonly items: readonly Item[] }
  | { readonly kind: 'filter'; readonly condition: Expression }
  | { readonly kind: 'parse'; readonly subject: Expression; readonly extractor: Extractor }
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
  | { readonly kind: 'limit'; readonly count: number }
  | StatsCommand
  | { readonly kind: 'dedup'; readonly names: readonly string[] };

export type Query = readonly Command[];

/** Commands of AWS that the twin does not run. */
export const otherCommands: readonly string[] = [
  'addtotals',
  'anomaly',
  'diff',
  'eval',
  'eventstats',
  'expand',
  'fillmissing',
  'filterindex',
  'head',
  'join',
  'logcompare',
  'lookup',
  'pattern',
  'rare',
  'rename',
  'source',
  'streamstats',
  'subquery',
  'tail',
  'top',
  'transpose',
  'unmask',
  'unnest',
];
