/** Expression -> function of a row. */
import { scalarFunctions } from './functions.ts';
import type { Row } from './row.ts';
import type { Arithmetic, BinaryOperator, Expression } from './syntax.ts';
import { compareValues, isEqual, numberOf, textOf, type Value } from './value.ts';

export type Compiled = (row: Row) => Value;

export function compileExpression(expression: Expression): Compiled {
  switch (expression.kind) {
    case 'field':
      return (row) => row.get(expression.name);
    case 'literal':
      return () => expression.value;
    case 'not':
      return compileNot(expression.operand);
    case 'binary':
      return compileBinary(
        expression.operator,
        compileExpression(expression.left),
        compileExpression(expression.right),
      );
    case 'matches':
      return compileMatch(compileExpression(expression.subject), expression.pattern);
    case 'in':
      return compileMembership(expression.subject, expression.items);
    case 'call':
      return compileCall(expression.name, expression.args);
  }
}

/** A test of a missing field is false, so its negation is true (not documented: our reading). */
function compileNot(operand: Expression): Compiled {
  const compiled = compileExpression(operand);
  return (row) => compiled(row) !== true;
}

function compileMatch(subject: Compiled, pattern: string | RegExp): Compiled {
  return (row) => {
    const value = subject(row);
    if (value === undefined) return false;
    return typeof pattern === 'string' ? textOf(value).includes(pattern) : pattern.test(textOf(value));
  };
}

function compileMembership(subject: Expression, items: readonly Expression[]): Compiled {
  const value = compileExpression(subject);
  const members = items.map(compileExpression);
  return (row) => {
    const wanted = value(row);
    return members.some((member) => isEqual(wanted, member(row)));
  };
}

function compileCall(name: string, args: readonly Expression[]): Compiled {
  const known = scalarFunctions[name];
  const compiled = args.map(compileExpression);
  return (row) => known?.apply(compiled.map((argument) => argument(row)));
}

function compileBinary(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  switch (operator) {
    case 'and':
      return (row) => left(row) === true && right(row) === true;
    case 'or':
      return (row) => left(row) === true || right(row) === true;
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

const orders: Readonly<Record<'<' | '<=' | '>' | '>=', (order: number) => boolean>> = {
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
