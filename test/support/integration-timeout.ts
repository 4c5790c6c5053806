/** Jest's setup of each integration test file: what waits for a control plane may take longer than five seconds. */
import { jest } from '@jest/globals';

jest.setTimeout(60_000);
