/**
 * Logs Insights QL as the twin speaks it. The language is AWS's:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 *
 * ```ebnf
 * query      = command { "|" command } ;
 * command    = "fields" items | "display" items
 *            | ( "filter" | "where" ) expression
 *            | "parse" [ expression ] ( regex | string "as" name { "," name } )
 *            | "sort" key { "," key }
 *            | "limit" whole number
 *            | "stats" aggregate { "," aggregate } [ "by" items ]
 *            | "dedup" name { "," name } ;
 * items      = item { "," item } ;                     item      = expression [ "as" name ] ;
 * key        = expression [ "asc" | "desc" ] ;         aggregate = function "(" ( "*" | expression ) ")" [ "as" name ] ;
 *
 * expression = conjunction { "or" conjunction } ;      conjunction = negation { "and" negation } ;
 * negation   = "not" negation | comparison ;
 * comparison = sum [ ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) sum
 *                  | [ "not" ] "like" ( string | regex ) | "=~" ( string | regex )
 *                  | [ "not" ] "in" "[" expression { "," expression } "]" ] ;
 * sum        = product { ( "+" | "-" ) product } ;     product = power { ( "*" | "/" | "%" ) power } ;
 * power      = operand [ "^" power ] ;
 * operand    = "-" operand | "(" expression ")" | number | string | "true" | "false"
 *            | function "(" [ expression { "," expression } ] ")" | name ;
 *
 * name       = letter, "_" or "@", then letters, digits, "_", "@", "."  |  "`" any but a back quote "`" ;
 * string     = '"' … '"' | "'" … "'"  (a backslash escapes) ;   regex = "/" … "/"  (a backslash escapes) ;
 * comment    = "#" to the end of the line ;
 * ```
 * Words are the same in upper and lower case; names are not.
 */

export type Expression =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'matches'; readonly subject: Expression; readonly pattern: string | RegExp }
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

export const aggregateFunctions = ['count', 'count_distinct', 'sum', 'avg', 'min', 'max'] as const;
export type AggregateFunction = (typeof aggregateFunctions)[number];

export interface Aggregate {
  readonly function: AggregateFunction;
  /** Undefined: `*`. */
  readonly argument: Expression | undefined;
  readonly name: string;
}

export interface SortKey {
  readonly expression: Expression;
  readonly isDescending: boolean;
}

export type Command =
  | { readonly kind: 'fields' | 'display'; readonly items: readonly Item[] }
  | { readonly kind: 'filter'; readonly condition: Expression }
  | {
      readonly kind: 'parse';
      readonly subject: Expression;
      readonly pattern: RegExp;
      /** The names of the groups of `pattern`, in order. */
      readonly names: readonly string[];
    }
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
  | { readonly kind: 'limit'; readonly count: number }
  | { readonly kind: 'stats'; readonly aggregates: readonly Aggregate[]; readonly by: readonly Item[] }
  | { readonly kind: 'dedup'; readonly names: readonly string[] };

export type Query = readonly Command[];

/** Commands of AWS that the twin does not run. */
export const otherCommands: readonly string[] = [
  'addtotals',
  'anomaly',
  'diff',
  'expand',
  'eval',
  'fillmissing',
  'filterindex',
  'join',
  'lookup',
  'pattern',
  'rename',
  'source',
  'subquery',
  'top',
  'transpose',
  'unmask',
  'unnest',
  'rare',
  'eventstats',
  'streamstats',
];
