import { expect, test } from '@playwright/test';
import { shortfallIn } from '../lib/checks/every-answer.ts';
import { digestOf } from '../lib/content/digest.ts';
import { mediaTypes } from '../lib/content/media-types.ts';
import { Answer } from '../lib/http/exchange.ts';

const url = 'https://registry.example';
const digest = digestOf(Buffer.from('pushed'));

for (const [type, isJudged] of [
  [mediaTypes.ociManifest, true],
  [mediaTypes.ociIndex, true],
  [mediaTypes.schema2, true],
  // Its digest is that of its payload.
  [mediaTypes.schema1Signed, false],
] as const) {
  test(`other bytes under the digest of a ${type} are ${isJudged ? '' : 'not '}told`, () => {
    const request = { method: 'GET', url: `${url}/v2/a/manifests/${digest}` } as const;
    const answer = new Answer(request, 200, [{ name: 'Content-Type', value: type }], Buffer.from('{}'), 0);
    const found = shortfallIn('digest.content', [answer], { url, tokenService: undefined });
    expect(found?.answer).toBe(isJudged ? answer : undefined);
  });
}
