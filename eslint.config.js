/**
 * Lint rules. Two parts matter more than style: the import contract (docs/architecture.md), whose
 * messages name the right home of what was imported, and the budgets that keep functions readable.
 */
import tseslint from 'typescript-eslint';

const homes = {
  kernel: 'the domain words; pure, imports nothing of ours',
  config: 'typed readers over an injected environment',
  runtime: 'controller machinery without domain nouns',
  kube: 'the only speaker to the API server',
  aws: 'the only speaker to CloudWatch Logs',
  workloads: 'resources -> claims and status',
  pods: 'pod event -> identity -> labels -> patch',
  'log-groups': 'LogGroup -> observe -> plan -> apply',
  admission: 'AdmissionReview -> the same resolve and plan -> response',
  cli: 'argv -> options -> lines',
  twin: 'CloudWatch Logs over HTTP, in memory',
  operator: 'puts the paths together for operator.ts',
};

/** Which folders of src each folder may import; `types` only as `import type`, `files` file by file. */
const contract = {
  kernel: { folders: [] },
  config: { folders: ['kernel'] },
  runtime: { folders: ['kernel'] },
  kube: { folders: ['kernel'] },
  aws: { folders: ['kernel'] },
  workloads: { folders: ['kernel'], types: ['runtime'] },
  pods: { folders: ['kernel'], types: ['runtime'], files: ['workloads/claims'] },
  'log-groups': { folders: ['kernel'], types: ['runtime'] },
  admission: {
    folders: ['kernel'],
    types: ['runtime'],
    files: ['pods/resolve-identity', 'pods/resolve-match-change', 'pods/plan-labels', 'workloads/claims'],
  },
  cli: { folders: ['kernel'], types: ['runtime'] },
  twin: { folders: ['kernel'], types: ['runtime'] },
  operator: { folders: Object.keys(homes) },
};

const pure = [
  'kernel',
  'pods/{resolve,plan}-*',
  'workloads/{claims,claim-set,claim-terms,plan-*}',
  'log-groups/plan-*',
  'admission/{parse,plan,render}-*',
];

/** One restriction per folder that `from` may not import. */
function forbidden(from, { folders, types = [], files = [] }) {
  return Object.keys(homes)
    .filter((to) => to !== from && !folders.includes(to))
    .map((to) => {
      const allowed = files
        .filter((file) => file.startsWith(`${to}/`))
        .map((file) => file.slice(to.length + 1));
      const except = allowed.length > 0 ? `(?!(${allowed.join('|')})\\.ts$)` : '';
      const hint = `src/${from} (${contractOf(from)}) may not import src/${to} (${homes[to]}).`;
      return {
        regex: `^(\\.\\./)+${to}/${except}`,
        allowTypeImports: types.includes(to),
        message: `${hint} Declare a port of one to four methods here and let operator.ts or cli.ts hand in the adapter; words both need belong in src/kernel.`,
      };
    });
}

function contractOf(from) {
  const { folders, types = [], files = [] } = contract[from];
  const allowed = [...folders, ...types.map((folder) => `types of ${folder}`), ...files];
  return allowed.length > 0 ? `imports only ${allowed.join(', ')}` : 'imports nothing of ours';
}

/** Packages with exactly one importing folder. */
const packages = [
  { name: '@kubernetes/client-node', home: 'kube' },
  { name: '@aws-sdk/client-cloudwatch-logs', home: 'aws' },
].map(({ name, home }) => ({
  home,
  regex: `^${name}(/|$)`,
  message: `${name} is imported only in src/${home} (${homes[home]}). Put the adapter there.`,
}));

/** Flat config replaces a rule's options as a whole, so each folder gets all of its patterns in one place. */
function importRules(from, extra = []) {
  const ours = packages.filter(({ home }) => home !== from).map(({ regex, message }) => ({ regex, message }));
  return {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: [...forbidden(from, contract[from]), ...ours, ...extra] },
    ],
  };
}

const noNode = {
  regex: '^node:',
  message:
    'A pure file has no input or output: take the value as a parameter, and read it in an observe-*, apply-* or adapter file.',
};

const globalsBanned = [
  {
    name: 'process',
    message:
      "Only operator.ts, cli.ts and the twin's entry read process.*: take the value as a parameter (src/config reads the environment).",
  },
];
const impure = [
  {
    selector:
      'FunctionDeclaration[async=true], ArrowFunctionExpression[async=true], FunctionExpression[async=true]',
    message:
      'A pure file decides; it does not wait. Move the waiting to an observe-*, apply-* or reconcile-* file.',
  },
  {
    selector:
      "CallExpression[callee.object.name='Date'][callee.property.name='now'], NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'A pure file has no clock: take `now` as a parameter.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'A pure file has no randomness: take it as a parameter.',
  },
];

const budgets = {
  complexity: ['error', 10],
  'max-depth': ['error', 3],
  'max-params': ['error', 4],
  'max-statements': ['error', 20],
  'max-lines': ['error', { max: 250 }],
  'max-lines-per-function': ['error', { max: 60, skipComments: true }],
};

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'coverage', 'python'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/explicit-function-return-type': ['error', { allowExpressions: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Index signatures are read by dot only where the name is declared (tsconfig); the two rules disagree.
      '@typescript-eslint/dot-notation': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  { files: ['src/**/*.ts'], rules: { ...budgets, 'no-restricted-globals': ['error', ...globalsBanned] } },
  { files: ['src/*.ts'], rules: { 'no-restricted-globals': 'off', 'no-console': 'off' } },
  ...Object.keys(contract).map((from) => ({ files: [`src/${from}/**/*.ts`], rules: importRules(from) })),
  ...pure.map((place) => ({
    files: [place.includes('/') ? `src/${place}.ts` : `src/${place}/**/*.ts`],
    rules: { ...importRules(place.split('/')[0], [noNode]), 'no-restricted-syntax': ['error', ...impure] },
  })),
  {
    files: ['test/**/*.ts', 'demo/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts', 'examples/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/explicit-function-return-type': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
