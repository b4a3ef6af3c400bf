import { mkdirSync, readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { expect, test } from '@playwright/test';
import { Content } from '../../tools/registry/content.ts';

async function* parts(...all: string[]): AsyncGenerator<Buffer> {
  for (const part of all) yield Buffer.from(part);
}

async function* brokenOff(part: string): AsyncGenerator<Buffer> {
  yield Buffer.from(part);
  throw new Error('it broke off');
}

async function partOf(content: Content, first: number, last: number): Promise<string> {
  const reader = content.open();
  const part = await text(Readable.from(reader.read({ first, last })));
  reader.close();
  return part;
}

test.beforeEach(({}, { outputDir }) => void mkdirSync(outputDir, { recursive: true }));

// In memory, and in a file.
for (const length of [1000, 100_000]) {
  test(`${length} bytes are read as they were added, whole and in part`, async ({}, testInfo) => {
    const content = new Content(testInfo.outputDir);
    await content.append(parts('a'.repeat(length), 'bc'));
    await content.append(parts('d'));
    expect([content.size, String(content.bytes())]).toEqual([length + 3, `${'a'.repeat(length)}bcd`]);
    expect(await partOf(content, length - 1, length + 1)).toBe('abc');
  });

  test(`what breaks off after ${length} bytes is cut away, and more may follow`, async ({}, testInfo) => {
    const content = new Content(testInfo.outputDir, Buffer.from('first '));
    await expect(content.append(brokenOff('a'.repeat(length)))).rejects.toThrow('it broke off');
    content.truncate(6);
    await content.append(parts('second'));
    expect([content.size, String(content.bytes())]).toEqual([12, 'first second']);
  });

  test(`of ${length} bytes that are removed, who reads them reads on, and no file stays`, async ({}, testInfo) => {
    const content = new Content(testInfo.outputDir, Buffer.alloc(length, 'a'));
    const reader = content.open();
    content.remove();
    expect(await text(Readable.from(reader.read({ first: 0, last: length - 1 })))).toHaveLength(length);
    reader.close();
    await expect(content.append(parts('more'))).rejects.toThrow('It was removed');
    expect(readdirSync(testInfo.outputDir)).toEqual([]);
  });
}
