import { expect, test } from '@playwright/test';
import { Answer, type Request } from '../lib/http/exchange.ts';
import { contentOf, Reading } from '../lib/target/leftovers.ts';
import { Repository } from '../lib/registry/repository.ts';

test('all repositories that are looked into share the same minutes', async () => {
  const real = performance.now.bind(performance);
  let later = 0;
  performance.now = () => real() + later;
  try {
    const slow = async (request: Request): Promise<Answer> => {
      later += 6 * 60_000;
      return new Answer(request, 404, [], Buffer.alloc(0), 0);
    };
    const reading = new Reading();
    const read = async (name: string): Promise<unknown> =>
      await contentOf(new Repository(slow, 'http://r.example', name), () => undefined, reading);
    await read('a');
    await read('b');
    await expect(read('c')).rejects.toThrow('reading goes on after 10 minutes');
  } finally {
    performance.now = real;
  }
});
