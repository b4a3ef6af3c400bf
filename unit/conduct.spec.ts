import { expect, test } from '@playwright/test';
import { Conduct } from '../lib/conduct.ts';
import { Answer, type Send } from '../lib/http/exchange.ts';
import { spec } from '../lib/profiles/spec.ts';
import { announceRun } from '../lib/run/run.ts';
import type { Target } from '../lib/types.ts';

const target: Target = {
  url: 'http://127.0.0.1:5000',
  auth: 'anonymous',
  tokenService: undefined,
  deleteAction: 'delete',
  identity: undefined,
  reader: undefined,
  stranger: undefined,
  issuer: undefined,
  otherNamespace: undefined,
  openToRead: true,
  product: '',
};
const request = { method: 'GET', url: `${target.url}/v2/a/manifests/latest` } as const;

function answering(status: number): Conduct {
  const send: Send = async (sent) => new Answer(sent, status, [], Buffer.alloc(0), 0);
  return new Conduct({ send, target, profile: spec });
}

async function pull(conduct: Conduct, expectedFailure?: 'UNKNOWN_TAG' | 'INVALID_BLOB' | 'APP_REPOSITORY') {
  const options = expectedFailure === undefined ? {} : { expectedFailure };
  return await conduct.operation(options, { pulled: false }, async (flow) => {
    await conduct.step(flow, 'get-manifest', request, 200, 'manifest.get.status');
    return { pulled: true };
  });
}

test.beforeAll(() => announceRun({ targets: [target] }));

test('goes through when every step has its status', async () => {
  expect(await pull(answering(200))).toEqual({ pulled: true });
});

test('stops at the step that falls short, and names it and its rule', async () => {
  await expect(pull(answering(500))).rejects.toThrow(
    /manifest\.get\.status[\s\S]*step +get-manifest[\s\S]*status 500/,
  );
});

test('reports the failure it was told to expect', async () => {
  const { failure } = await pull(answering(404), 'UNKNOWN_TAG');
  expect(failure).toMatchObject({ failure: 'UNKNOWN_TAG', step: 'get-manifest' });
});

test('is red when the failure shows another status', async () => {
  await expect(pull(answering(403), 'UNKNOWN_TAG')).rejects.toThrow(
    /expected +UNKNOWN_TAG: status 404[\s\S]*status 403/,
  );
});

test('is red when the failure is not met', async () => {
  await expect(pull(answering(200), 'UNKNOWN_TAG')).rejects.toThrow(/expected +UNKNOWN_TAG/);
});

test('is red when the failure belongs to a step that was never reached', async () => {
  await expect(pull(answering(200), 'INVALID_BLOB')).rejects.toThrow(
    'The operation succeeded, but INVALID_BLOB was expected at put-manifest',
  );
});

test('is red when the operation fails at another step than expected', async () => {
  await expect(pull(answering(500), 'INVALID_BLOB')).rejects.toThrow(/manifest\.get\.status/);
});

test('is red for a failure the profile does not know', async () => {
  await expect(pull(answering(200), 'APP_REPOSITORY')).rejects.toThrow(
    'Profile spec does not say how APP_REPOSITORY shows itself under anonymous',
  );
});
