import { empty, hungUp, instead, refused, type Wire, type WireAnswer } from '../tools/faults/wire.ts';

const methods = 'GET HEAD POST PUT PATCH DELETE OPTIONS';

/**
 * A way to a registry on which a share of the requests is lost, evenly drawn from a seed, but the same one three times
 * in a row at most: it is sent four times before it is given up.
 */
export function unreliable(share: number, seed = 1): Wire {
  const draw = drawing(seed);
  const losses = new Map<string, number>();
  return instead(methods, 'any', () => async (request, forward) => {
    const sent = `${request.method} ${request.path}`;
    const before = losses.get(sent) ?? 0;
    const isLost = draw() < share && before < 3;
    losses.set(sent, isLost ? before + 1 : 0);
    if (!isLost) return await forward(request);
    const [kind, isCarriedOut] = [Math.floor(draw() * 3), draw() < 0.5];
    if (isCarriedOut) await forward(request);
    // What throws here ends the connection.
    if (kind === 0) return hungUp;
    return kind === 1 ? empty(503) : badGateway();
  });
}

function badGateway(): WireAnswer {
  const body = Buffer.from('<html>502 Bad Gateway</html>');
  const headers = { 'content-type': ['text/html'], 'content-length': [`${body.length}`] };
  return { status: 502, headers, body };
}

/** A registry that takes so many requests in each second, and refuses the rest. */
export function limited(perSecond: number): Wire {
  return instead(methods, 'any', () => {
    let [second, count] = [0, 0];
    return async (request, forward) => {
      const now = Math.floor(Date.now() / 1_000);
      if (now !== second) [second, count] = [now, 0];
      count += 1;
      return count > perSecond
        ? refused(429, 'TOOMANYREQUESTS', { 'retry-after': '1' })
        : await forward(request);
    };
  });
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
