import { expect, test } from '@playwright/test';
import { entityTag } from '../lib/checks/entity-tags.ts';
import { hasMediaType } from '../lib/checks/checks.ts';
import { Answer } from '../lib/http/exchange.ts';

for (const tag of [
  '""',
  'W/""',
  '"a,b"',
  '"{x};y=\\z"',
  'W/"\u00e9\u00ff"',
  '"!#$%&\'()*+-./:<=>?@[]^_`|~"',
]) {
  test(`${tag} is an entity tag`, () => {
    expect(tag).toMatch(entityTag);
  });
}

for (const tag of ['', 'abc', 'w/"a"', '"a"b"', '"a b"', "'a'", 'W/a', '"a']) {
  test(`${tag || 'nothing'} is none`, () => {
    expect(tag).not.toMatch(entityTag);
  });
}

for (const [type, isSame] of [
  ['application/vnd.oci.image.index.v1+json', true],
  ['Application/VND.OCI.Image.Index.v1+JSON ; charset=utf-8', true],
  ['application/vnd.oci.image.manifest.v1+json', false],
] as const) {
  test(`${type} is ${isSame ? 'the' : 'another'} media type`, () => {
    const headers = [{ name: 'Content-Type', value: type }];
    const answer = new Answer({ method: 'GET', url: 'http://r.example/' }, 200, headers, Buffer.alloc(0), 0);
    expect(hasMediaType(answer, 'application/vnd.oci.image.index.v1+json').kept).toBe(isSame);
  });
}
