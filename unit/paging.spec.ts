import { expect, test } from '@playwright/test';
import { Answer, type Header, type Request, type Send } from '../lib/http/exchange.ts';
import { digestOf } from '../lib/content/digest.ts';
import { repositoriesOfRuns, contentOf } from '../lib/target/leftovers.ts';
import { holdsAll, tagsIn } from '../lib/registry/lists.ts';
import {
  endsFull,
  goesOnOrEnds,
  isList,
  joined,
  joinsTo,
  linkAfter,
  metOnce,
  pageAfter,
  walk,
} from '../lib/registry/paging.ts';
import { Repository } from '../lib/registry/repository.ts';
import { growth } from './growth.ts';

const origin = 'http://127.0.0.1:5000';
const start = { method: 'GET', url: `${origin}/v2/a/tags/list?n=2` } as const;

function answerTo(request: Request, document: unknown, headers: Header[] = []): Answer {
  return new Answer(request, 200, headers, Buffer.from(JSON.stringify(document)), 0);
}

function page(request: Request, tags: readonly string[], link?: string): Answer {
  return answerTo(request, { tags }, link === undefined ? [] : [{ name: 'Link', value: link }]);
}

/** A registry whose list never ends: what it answers to the request of that number, counted from 1. */
function endless(answer: (request: Request, count: number) => Answer): { send: Send; count: () => number } {
  let count = 0;
  return {
    send: async (request) => {
      count += 1;
      if (count > 5_000) throw new Error('read without end');
      return await Promise.resolve(answer(request, count));
    },
    count: () => count,
  };
}

const without = { most: 1_000, byLink: false };

test('a list is read to its end', async () => {
  const { send } = endless((request, count) => page(request, [`${count}a`, `${count}b`].slice(count - 1)));
  const read = await walk(send, start, tagsIn, without);
  expect(read).toMatchObject({ items: ['1a', '1b', '2b'], statuses: [200, 200], stopped: undefined });
});

test('a list is read up to the item that is looked for', async () => {
  const { send } = endless((request, count) => page(request, [`${count}a`, `${count}b`]));
  const read = await walk(send, start, tagsIn, { ...without, until: '2a' });
  expect(read).toMatchObject({ items: ['1a', '1b', '2a', '2b'], stopped: undefined });
});

test('a list on several pages is joined, and says besides what its first page says', async () => {
  const { send } = endless((request, count) =>
    count < 3 ? page(request, [`${count}`], `<?last=${count}>; rel="next"`) : page(request, ['3']),
  );
  const answer = await joined(send, start, 'tags');
  expect(tagsIn(answer)).toEqual(['1', '2', '3']);
  expect(answer.header('link')).toBe('<?last=1>; rel="next"');
});

test('a list that never ends, or leads to itself, is joined no further', async () => {
  const long = endless((request, count) => page(request, [`${count}`], `<?last=${count}>; rel="next"`));
  expect(tagsIn(await joined(long.send, start, 'tags'))).toHaveLength(50);
  const round = endless((request) => page(request, ['a'], `<${request.url}>; rel="next"`));
  expect(tagsIn(await joined(round.send, start, 'tags'))).toEqual(['a']);
});

test('a page that links to itself is read twice', async () => {
  const { send, count } = endless((request) => page(request, ['a'], `<${request.url}>; rel="next"`));
  const read = await walk(send, start, tagsIn, without);
  expect(count()).toBe(2);
  expect(read).toMatchObject({ items: ['a', 'a'], stopped: 'it leads back to a page before' });
  expect(goesOnOrEnds(read).kept).toBe(false);
});

test('pages that lead around are read once, and the first one again', async () => {
  const { send, count } = endless((request) => {
    const n = Number(new URL(request.url).searchParams.get('p'));
    return page(request, [`${n}`], `<?p=${(n + 1) % 3}>; rel="next"`);
  });
  const read = await walk(send, { method: 'GET', url: `${start.url}&p=0` }, tagsIn, without);
  expect(count()).toBeLessThanOrEqual(5);
  expect(read.stopped).toBe('it leads back to a page before');
});

test('a full page that asks for the same again is not asked for ever', async () => {
  const { send, count } = endless((request) => page(request, ['a', 'b']));
  expect((await walk(send, start, tagsIn, without)).stopped).toBe('it leads back to a page before');
  expect(count()).toBe(3);
});

for (const [what, tags] of [
  ['that are empty', []],
  ['without a new item', ['a']],
] as const) {
  test(`pages ${what} are not read for ever`, async () => {
    const { send, count } = endless((request, at) => page(request, tags, `<?p=${at}>; rel="next"`));
    expect((await walk(send, start, tagsIn, without)).stopped).toBe('10 pages in a row held nothing new');
    expect(count()).toBeLessThan(13);
  });
}

test('a list of ever new items is read so many pages, and so many items', async () => {
  const small = endless((request, count) => page(request, [`${count}`], `<?p=${count}>; rel="next"`));
  expect((await walk(small.send, start, tagsIn, without)).stopped).toBe('it goes on after 1000 pages');
  const large = endless((request, count) => {
    const tags = Array.from({ length: 30_000 }, (_, at) => `${count}-${at}`);
    return page(request, tags, `<?p=${count}>; rel="next"`);
  });
  expect((await walk(large.send, start, tagsIn, without)).stopped).toBe('it goes on after 120000 items');
});

test('a final item of 1 MB is not asked after', async () => {
  const { send } = endless((request) => page(request, ['a', 'b'.repeat(2 ** 20)]));
  expect((await walk(send, start, tagsIn, without)).stopped).toMatch(
    /^the URL of the next page has \d+ char/,
  );
});

for (const [target, next] of [
  ['?last=b', `${origin}/v2/a/tags/list?last=b`],
  ['https://registry.invalid/x?last=b', `${origin}/x?last=b`],
  ['//registry.invalid//x', `${origin}//x`],
  ['http://user:password@registry.invalid/x', `${origin}/x`],
  ['javascript:.registry.invalid/x', undefined],
  ['data:@registry.invalid/x', undefined],
  ['file:///etc/passwd', undefined],
  ['//[', undefined],
  ['http://', undefined],
] as const) {
  test(`a Link to ${target} leads to ${next ?? 'nowhere'}`, () => {
    expect(linkAfter(page(start, ['a'], `<${target}>; rel="next"`))).toBe(next);
  });
}

for (const [n, next] of [
  ['99999999999999999999', undefined],
  ['1e999', undefined],
  ['2147483647', undefined],
  ['1', `${origin}/?n=1&last=a%26b`],
] as const) {
  test(`a page of n=${n} with one item is followed by ${next ?? 'none'}`, () => {
    expect(pageAfter(page({ method: 'GET', url: `${origin}/?n=${n}` }, ['a&b']), tagsIn)).toBe(next);
  });
}

test('of a list of 300,000 items a message shows a few', () => {
  const items = Array.from({ length: 300_000 }, (_, at) => `${at}`);
  const checks = [
    isList(items, ['a']),
    joinsTo([...items, ...items], ['a'], ''),
    metOnce(items, ['a']),
    holdsAll(['a'], items),
  ];
  for (const check of checks) {
    expect(check.kept).toBe(false);
    expect(check.received.length).toBeLessThan(2_000);
  }
});

test('lists are judged in linear time', () => {
  const items = (length: number): string[] => Array.from({ length }, (_, at) => `${at}`);
  const judge = (some: string[]): unknown => [
    joinsTo(some, some, ''),
    metOnce(some, some.slice(0, 10)),
    holdsAll(some, some),
  ];
  expect(growth(items, judge)).toBeLessThan(10);
});

test('a catalog that never ends is read no further than its bound, which is told', async () => {
  const { send, count } = endless((request, at) =>
    answerTo(request, { repositories: [`ns/${at}`] }, [{ name: 'Link', value: `<?p=${at}>; rel="next"` }]),
  );
  const lines: string[] = [];
  const found = await repositoriesOfRuns(send, origin, ['ns'], (line) => lines.push(line));
  expect(count()).toBe(1_000);
  expect([...found]).toEqual([]);
  expect(lines).toEqual([expect.stringContaining('as it goes on after 1000 pages')]);
});

test('a name of the catalog that would lead elsewhere is left alone', async () => {
  const run = 'mwv85c6r02d54f';
  const names = [`ns/${run}/a`, `ns/${run}/../../other`, `ns/${run}/a?x=`, `ns/${run}/\u001b[31m`];
  const { send } = endless((request) => answerTo(request, { repositories: names }));
  const found = await repositoriesOfRuns(send, origin, ['ns'], () => undefined);
  expect([...found]).toEqual([[run, [`ns/${run}/a`]]]);
});

test('what a manifest names that is no digest is left alone', async () => {
  const digest = digestOf(Buffer.from('a'));
  const asked: string[] = [];
  const send: Send = async (request) => {
    asked.push(new URL(request.url).pathname);
    const lists = { tags: ['a', '../../b'], manifests: [{ digest: '../../../prod/manifests/latest' }] };
    const layers = [{ digest: `../../../prod/manifests/${digest}` }, { digest }];
    const header = { name: 'Docker-Content-Digest', value: digest };
    return await Promise.resolve(answerTo(request, { ...lists, layers }, [header]));
  };
  const found = await contentOf(new Repository(send, origin, 'a'), () => undefined);
  expect(found.map(({ kind, reference }) => [kind, reference])).toEqual([
    ['manifest', digest],
    ['blob', digest],
  ]);
  expect(asked).toEqual(['/v2/a/tags/list', '/v2/a/manifests/a', `/v2/a/referrers/${digest}`]);
});

test('a repository whose manifests name ever new ones is read no further than its bound', async () => {
  const send: Send = async (request) => {
    const { pathname } = new URL(request.url);
    const manifests = Array.from({ length: 200 }, (_, at) => ({
      digest: digestOf(Buffer.from(`${pathname} ${at}`)),
    }));
    const digest = { name: 'Docker-Content-Digest', value: digestOf(Buffer.from(pathname)) };
    return await Promise.resolve(answerTo(request, { tags: ['a'], manifests }, [digest]));
  };
  const lines: string[] = [];
  const found = await contentOf(new Repository(send, origin, 'a'), (line) => lines.push(line));
  expect(found).toHaveLength(10_000);
  expect(lines).toEqual([expect.stringMatching(/^a: .*clean up once more$/)]);
});

test('a page tells nothing of what comes after it where it is full and has no Link', () => {
  const request: Request = { method: 'GET', url: 'http://r/v2/a/tags/list?n=2' };
  const link = '</v2/a/tags/list?n=2&last=b>; rel="next"';
  expect(endsFull(page(request, ['a', 'b']), tagsIn, 2)).toBe(true);
  expect(endsFull(page(request, ['a', 'b'], link), tagsIn, 2)).toBe(false);
  expect(endsFull(page(request, ['a']), tagsIn, 2)).toBe(false);
});
