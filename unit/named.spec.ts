import { expect, test } from '@playwright/test';
import { digestOf } from '../lib/content/digest.ts';
import { mediaTypes } from '../lib/content/media-types.ts';
import { Answer } from '../lib/http/exchange.ts';
import { namedIn } from '../lib/registry/named.ts';

const digest = digestOf(Buffer.from('layer'));

for (const [layer, isForeign] of [
  [{ mediaType: mediaTypes.ociLayerGzip }, false],
  [{ mediaType: mediaTypes.ociLayerGzip, urls: [] }, false],
  [{ mediaType: mediaTypes.ociLayerGzip, urls: ['https://storage.example/layer'] }, true],
  [{ mediaType: mediaTypes.ociNondistributableGzip }, true],
  [{ mediaType: mediaTypes.dockerForeignLayer }, true],
] as const) {
  test(`${JSON.stringify(layer)} is ${isForeign ? '' : 'not '}foreign`, () => {
    const body = Buffer.from(JSON.stringify({ layers: [{ ...layer, digest, size: 5 }] }));
    const answer = new Answer({ method: 'GET', url: 'http://registry.example' }, 200, [], body, 0);
    expect(namedIn(answer).blobs).toEqual([{ digest, size: 5, isForeign }]);
  });
}
