import { expect, test } from '@playwright/test';
import { Answer } from '../lib/http/exchange.ts';
import { areParts, isStatedPart, isWholeOrParts } from '../lib/checks/ranges.ts';
import { growth } from './growth.ts';

const whole = Buffer.from('0123456789');
const request = { method: 'GET', url: 'http://127.0.0.1:5000/' } as const;

function partial(type: string, body: string, place?: string): Answer {
  const headers = [
    { name: 'Content-Type', value: type },
    ...(place === undefined ? [] : [{ name: 'Content-Range', value: place }]),
  ];
  return new Answer(request, 206, headers, Buffer.from(body), 0);
}

function part(place: string, bytes: string): string {
  return `--x\r\nContent-Type: text/plain\r\nContent-Range: ${place}\r\n\r\n${bytes}\r\n`;
}

for (const type of [
  'multipart/byteranges; boundary=x',
  'multipart/byteranges;boundary="x"',
  'Multipart/ByteRanges ; charset=a; BOUNDARY=x ; b=c',
]) {
  test(`reads the parts of ${type}`, () => {
    const answer = partial(type, `${part('bytes 0-1/10', '01')}${part('bytes 8-9/*', '89')}--x--\r\n`);
    expect(isWholeOrParts(answer, whole).kept).toBe(true);
    expect(areParts(answer, [Buffer.from('89'), Buffer.from('01')]).kept).toBe(true);
  });
}

for (const place of ['bytes 1-2/10', 'bytes 0-1/11', 'bytes 0-1', `bytes 0-${'9'.repeat(400)}/10`, '']) {
  test(`a part is out of place at ${place.slice(0, 20)}`, () => {
    expect(isStatedPart(partial('text/plain', '01', place), whole).kept).toBe(false);
  });
}

test('a message shows a hundred of a million parts', () => {
  const answer = partial('multipart/byteranges; boundary=x', part('bytes 0-1/10', '02').repeat(100_000));
  const check = isWholeOrParts(answer, whole);
  expect(check.kept).toBe(false);
  expect(check.received.length).toBeLessThan(20_000);
});

for (const [what, type, body] of [
  ['boundaries', 'multipart/byteranges;', 'boundary="x" boundary='],
  ['open boundaries', 'multipart/byteranges;', 'boundary="'],
  ['space', 'multipart/byteranges', ' '],
] as const) {
  test(`a Content-Type of ${what} without end is read in linear time`, () => {
    const judge = (piece: string): unknown => isWholeOrParts(partial(type + piece, ''), whole);
    expect(growth((length) => body.repeat(length), judge)).toBeLessThan(10);
  });
}
