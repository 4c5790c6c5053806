/** Apart from jest.config.js at the top: `npm test` needs no cluster, and never runs these. */
import { fileURLToPath } from 'node:url';

export default {
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
  testMatch: ['<rootDir>/test/e2e/*.test.ts'],
  testSequencer: '<rootDir>/test/e2e/in-order.js',
  // What is left after a failed chapter is looked at; later chapters would fail by it, or take it away.
  bail: 1,
  testEnvironment: 'node',
  testTimeout: 120_000,
  verbose: true,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};
