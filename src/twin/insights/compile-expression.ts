/** Expression -> function of a row. */
import { scalarFunctions } from './functions.ts';
import { ceilTime, floorTime, type Period } from './period.ts';
import { fieldNamed, type Row } from './row.ts';
import type { Arithmetic, BinaryOperator, Comparison, Expression, Item } from './syntax.ts';
import { compareValues, Instant, isEqual, isTrue, numberOf, textOf, type Value } from './value.ts';

export type Compiled = (row: Row) => Value;

/** `startedAt` is when the query began, in ms since 1970. */
export function compileExpression(expression: Expression, startedAt: number): Compiled {
  const compile = (inner: Expression): Compiled => compileExpression(inner, startedAt);
  switch (expression.kind) {
    case 'field': {
      const field = fieldNamed(expression.name);
      return (row) => row.get(field);
    }
    case 'literal':
      return () => expression.value;
    case 'period':
      throw new Error('A period has no value of its own');
    case 'not':
      return compileNot(compile(expression.operand));
    case 'binary':
      return compileBinary(expression.operator, compile(expression.left), compile(expression.right));
    case 'matches':
      return compileMatch(compile(expression.subject), expression.pattern);
    case 'in':
      return compileMembership(compile(expression.subject), expression.items.map(compile));
    case 'call':
      return compileCall(expression, startedAt);
  }
}

/** "The value of isRes equals 0 or 1": what is computed and kept is no truth value as JSON has them. */
export function compileItem({ expression }: Item, startedAt: number): Compiled {
  const compiled = compileExpression(expression, startedAt);
  if (expression.kind === 'field') return compiled;
  return (row) => {
    const value = compiled(row);
    return typeof value === 'boolean' ? Number(value) : value;
  };
}

/** A test of a missing field is false, so its negation is true (not documented: our reading). */
function compileNot(operand: Compiled): Compiled {
  return (row) => !isTrue(operand(row));
}

function compileMatch(
  subject: Compiled,
  pattern: Extract<Expression, { kind: 'matches' }>['pattern'],
): Compiled {
  return (row) => {
    const value = subject(row);
    if (value === undefined) return false;
    return typeof pattern === 'string' ? textOf(value).includes(pattern) : pattern.test(textOf(value));
  };
}

function compileMembership(subject: Compiled, members: readonly Compiled[]): Compiled {
  return (row) => {
    const wanted = subject(row);
    return members.some((member) => isEqual(wanted, member(row)));
  };
}

function compileCall({ name, args }: Extract<Expression, { kind: 'call' }>, startedAt: number): Compiled {
  const [first, second] = args;
  if (first && second?.kind === 'period')
    return compileRounding(compileExpression(first, startedAt), name === 'dateceil', second.period);
  const known = scalarFunctions[name];
  const compiled = args.map((argument) => compileExpression(argument, startedAt));
  return (row) =>
    known?.apply(
      compiled.map((argument) => argument(row)),
      startedAt,
    );
}

function compileRounding(time: Compiled, isUp: boolean, period: Period): Compiled {
  const round = isUp ? ceilTime : floorTime;
  return (row) => {
    const ms = numberOf(time(row));
    const rounded = ms === undefined ? NaN : round(ms, period);
    return Number.isNaN(rounded) ? undefined : new Instant(rounded);
  };
}

function compileBinary(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  switch (operator) {
    case 'and':
      return (row) => isTrue(left(row)) && isTrue(right(row));
    case 'or':
      return (row) => isTrue(left(row)) || isTrue(right(row));
    case '=':
      return (row) => isEqual(left(row), right(row));
    case '!=':
      return (row) => !isEqual(left(row), right(row));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(orders[operator], left, right);
    default:
      return compileArithmetic(arithmetics[operator], left, right);
  }
}

const orders: Readonly<Record<Exclude<Comparison, '=' | '!='>, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function compileOrder(isWanted: (order: number) => boolean, left: Compiled, right: Compiled): Compiled {
  return (row) => {
    const order = compareValues(left(row), right(row));
    return order !== undefined && isWanted(order);
  };
}

const arithmetics: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
};

/** Missing where a side is no number, or where the result is none. */
function compileArithmetic(
  compute: (a: number, b: number) => number,
  left: Compiled,
  right: Compiled,
): Compiled {
  return (row) => {
    const [a, b] = [numberOf(left(row)), numberOf(right(row))];
    const result = a === undefined || b === undefined ? NaN : compute(a, b);
    return Number.isFinite(result) ? result : undefined;
  };
}
