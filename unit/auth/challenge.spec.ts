import { expect, test } from '@playwright/test';
import { isWellFormed, parseChallenges } from '../../lib/registry/auth/challenge.ts';
import { growth } from '../growth.ts';

const cases: [string, string[], unknown][] = [
  [
    'one Bearer challenge',
    ['Bearer realm="https://auth.example/token",service="registry.example"'],
    [{ scheme: 'Bearer', params: { realm: 'https://auth.example/token', service: 'registry.example' } }],
  ],
  [
    'commas and spaces inside quotes',
    ['Bearer realm="r",scope="repository:a/b:pull,push repository:c:pull"'],
    [{ scheme: 'Bearer', params: { realm: 'r', scope: 'repository:a/b:pull,push repository:c:pull' } }],
  ],
  [
    'two challenges in one value',
    ['Bearer realm="a", service="s", Basic realm="b"'],
    [
      { scheme: 'Bearer', params: { realm: 'a', service: 's' } },
      { scheme: 'Basic', params: { realm: 'b' } },
    ],
  ],
  [
    'two header lines',
    ['Bearer realm="a"', 'Basic realm="b"'],
    [
      { scheme: 'Bearer', params: { realm: 'a' } },
      { scheme: 'Basic', params: { realm: 'b' } },
    ],
  ],
  [
    'unquoted values, a URL among them',
    ['Bearer realm=https://auth.example/token,service=registry.example'],
    [{ scheme: 'Bearer', params: { realm: 'https://auth.example/token', service: 'registry.example' } }],
  ],
  ['a scheme alone', ['Basic'], [{ scheme: 'Basic', params: {} }]],
  [
    'a scheme alone before another',
    ['Negotiate, Basic realm="b"'],
    [
      { scheme: 'Negotiate', params: {} },
      { scheme: 'Basic', params: { realm: 'b' } },
    ],
  ],
  ['a token68', ['Negotiate YWJj=='], [{ scheme: 'Negotiate', params: {}, token68: 'YWJj==' }]],
  [
    'the scheme of another inside a realm',
    ['Bearer realm="https://x/basic/token"'],
    [{ scheme: 'Bearer', params: { realm: 'https://x/basic/token' } }],
  ],
  ['parameter names without case', ['bearer REALM="a"'], [{ scheme: 'bearer', params: { realm: 'a' } }]],
  [
    'escapes in quotes',
    [String.raw`Basic realm="say \"hi\""`],
    [{ scheme: 'Basic', params: { realm: 'say "hi"' } }],
  ],
  [
    'space around the equals sign',
    ['Basic realm = "b" , charset = "UTF-8"'],
    [{ scheme: 'Basic', params: { realm: 'b', charset: 'UTF-8' } }],
  ],
  ['empty list elements', [', Basic realm="b",,'], [{ scheme: 'Basic', params: { realm: 'b' } }]],
  [
    'an empty value',
    ['Bearer realm="a",scope=""'],
    [{ scheme: 'Bearer', params: { realm: 'a', scope: '' } }],
  ],
  ['nothing', [], []],
];

for (const [name, values, challenges] of cases) {
  test(`reads ${name}`, () => {
    expect(parseChallenges(values)).toEqual(challenges);
  });
}

test('says where it cannot read on, in few words', () => {
  const long = `Bearer realm="${'x'.repeat(100_000)}`;
  expect(() => parseChallenges([long])).toThrow(/^WWW-Authenticate: a challenge has no value at "\S{80}"$/);
});

test('says where it cannot read on', () => {
  expect(() => parseChallenges(['Bearer realm="open'])).toThrow('WWW-Authenticate');
});

for (const value of [
  'Basic realm="a, b"',
  'Bearer realm="https://auth.example/token", service=registry,scope="repository:a:pull,push"',
  'Negotiate, Basic realm="a"',
  'Negotiate bG9uZw==',
  ', Basic realm="a" , , charset-less,',
  'Basic realm = "a\\"b"\t,\tcharset=UTF-8',
  'Basic  realm="a"',
  'Basic a=',
]) {
  test(`to the letter: ${value}`, () => {
    expect(isWellFormed(value)).toBe(true);
  });
}

for (const value of [
  '',
  'Bearer realm=https://auth.example/token',
  'Basic realm="a" Bearer realm="b"',
  'Bearer, realm="b"',
  'Basic realm="a',
  ',',
  'Basic realm="a",, charset="b"',
  'Negotiate abc, x="y"',
  'Basic/abc',
  'Basic realm="a" x',
  'Basic\trealm="a"',
]) {
  test(`not to the letter: ${value}`, () => {
    expect(isWellFormed(value)).toBe(false);
  });
}

for (const [what, start, piece] of [
  ['schemes', '', 'a '],
  ['schemes in a list', '', 'a, '],
  ['parameters', 'a b=c', ' , b=c'],
  ['signs of equality', 'a b', '='],
  ['an open quote', 'a b="', String.raw`\"`],
  ['open quotes', 'a ', 'b="c" '],
  ['space', 'a', ' '],
  ['commas', '', ', '],
] as const) {
  const text = (length: number): string => `${start}${piece.repeat(length)}\0`;

  test(`${what} without end are read in linear time`, () => {
    const read = (value: string): unknown => {
      try {
        return parseChallenges([value]);
      } catch {
        return undefined;
      }
    };
    expect(growth(text, read)).toBeLessThan(10);
  });

  test(`${what} without end are judged in linear time`, () => {
    expect(growth(text, isWellFormed)).toBeLessThan(10);
  });
}
