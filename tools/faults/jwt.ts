import { isDeepStrictEqual } from 'node:util';
import { readJwt, type Claims, type Header } from '../../lib/registry/auth/jwt.ts';
import { isObject } from '../../lib/content/manifest.ts';
import type { Faults } from './fault.ts';
import {
  answers,
  instead,
  parameter,
  refused,
  when,
  type Wire,
  type WireHeaders,
  type WireRequest,
} from './wire.ts';

/** What a request proves its identity by, the parts of its token empty where it is no JWT. */
type Proof = { authorization: string; token: string; header: Partial<Header>; claims: Claims };

/** Whether it is one of those that a fault is about. `good`: what has opened the same manifest before. */
type Concerns = (proof: Proof, good: Proof, request: WireRequest) => boolean;

function proofOf(authorization = ''): Proof {
  const token = authorization.replace(/^\S+ */, '');
  const { header = {}, claims = {} } = readJwt(token) ?? {};
  return { authorization, token, header, claims };
}

function authorizationOf({ authorization }: WireHeaders): string | undefined {
  return authorization?.[0];
}

type Act = (good: Proof, proof: Proof, request: WireRequest) => WireRequest | undefined;

/** Knows by what each manifest was opened first, or by what that was renewed, and hands over the proofs that are another. */
function compared(act: Act): Wire {
  return instead('GET', 'manifest', () => {
    const opened = new Map<string, Proof>();
    return async (request, forward) => {
      const [path = ''] = request.path.split('?', 1);
      const good = opened.get(path);
      const proof = proofOf(authorizationOf(request.headers));
      const isKnown = good === undefined || isRenewed(proof, good);
      const onward = isKnown ? request : act(good, proof, request);
      if (onward === undefined) return invalidToken();
      const answer = await forward(onward);
      if (isKnown && answer.status === 200 && proof.token !== '') opened.set(path, proof);
      return answer;
    };
  });
}

/** Whether it is that proof, or one like it that was issued at another time and does not look altered. */
function isRenewed(proof: Proof, good: Proof): boolean {
  if (proof.authorization === good.authorization) return true;
  const lasting = ({ claims: { iat: _i, exp: _e, nbf: _n, jti: _j, ...rest } }: Proof): Claims => rest;
  const { iat = 0 } = proof.claims;
  const isLater = typeof iat === 'number' && iat > Number(good.claims['iat']) && iat <= Date.now() / 1000;
  const lives = ({ claims }: Proof): number => Number(claims['exp']) - Number(claims['iat']);
  return (
    isLater &&
    lives(proof) === lives(good) &&
    isDeepStrictEqual(proof.header, good.header) &&
    isDeepStrictEqual(lasting(proof), lasting(good))
  );
}

/** Takes these for what opened the manifest before. */
function taking(concerns: Concerns): Wire {
  return compared((good, proof, request) =>
    concerns(proof, good, request)
      ? { ...request, headers: { ...request.headers, authorization: [good.authorization] } }
      : request,
  );
}

/** Refuses these. */
function refusing(concerns: Concerns): Wire {
  return compared((good, proof, request) => (concerns(proof, good, request) ? undefined : request));
}

function invalidToken() {
  return refused(401, 'UNAUTHORIZED', {
    'www-authenticate': 'Bearer realm="http://127.0.0.1/token",error="invalid_token"',
  });
}

/** Asks for the key at the place that a token names, and passes the token on all the same. */
const fetchingKeys: Wire = instead('GET', 'manifest', () => async (request, forward) => {
  const { jku, x5u } = proofOf(authorizationOf(request.headers)).header;
  for (const place of [jku, x5u]) if (typeof place === 'string') await fetch(place);
  return await forward(request);
});

function seconds(claim: unknown): number {
  return typeof claim === 'number' ? claim - Date.now() / 1000 : Number.NaN;
}

/** The parts of a token as they stand there. */
function partsOf({ token }: Proof): string[] {
  return token.split('.');
}

function signatureOf(proof: Proof): string {
  return partsOf(proof)[2] ?? '';
}

/** Whether the first half of a signature is that of the right one. */
function beginsAlike(proof: Proof, good: Proof): boolean {
  const right = signatureOf(good);
  return signatureOf(proof).startsWith(right.slice(0, right.length / 2));
}

/** The entries of `access`, each with what it has of an entry. */
function entriesOf({ access }: Claims): { name?: unknown; actions: unknown[] }[] {
  return (Array.isArray(access) ? access : [])
    .filter(isObject)
    .map(({ name, actions }) => ({ name, actions: Array.isArray(actions) ? actions : [] }));
}

const noPath = /^[^/]*$/;

export const jwtFaults = {
  'jwt-expired-accepted': {
    title: 'Tokens are taken long after their exp',
    rule: 'jwt.expired',
    shipped: 'a class of faults, as of leeways of hours (F-SEC-06)',
    official: 'no',
    wire: taking(({ claims }) => seconds(claims['exp']) < -60),
  },
  'jwt-not-yet-valid-accepted': {
    title: 'Tokens are taken before their nbf',
    rule: 'jwt.not-yet-valid',
    official: 'no',
    wire: taking(({ claims }) => seconds(claims['nbf']) > 60),
  },
  'jwt-no-expiry-accepted': {
    title: 'A token without exp is good for ever',
    rule: 'jwt.no-expiry',
    official: 'no',
    wire: taking(({ claims, header }) => header.alg !== undefined && claims['exp'] === undefined),
  },
  'jwt-text-expiry-accepted': {
    title: 'An exp that is no number counts as none',
    rule: 'jwt.text-expiry',
    official: 'no',
    wire: taking(({ claims }) => typeof claims['exp'] === 'string'),
  },
  'jwt-future-issue-accepted': {
    title: 'Nobody looks whether iat is in the future',
    rule: 'jwt.future-issue',
    official: 'no',
    wire: taking(({ claims }) => seconds(claims['iat']) > 60),
  },
  'jwt-no-issue-time-accepted': {
    title: 'Whoever leaves out iat is spared what is checked of it',
    rule: 'jwt.no-issue-time',
    shipped: 'harbor#23270 (F-AUTH-07)',
    official: 'no',
    wire: taking(({ claims, header }) => header.alg !== undefined && claims['iat'] === undefined),
  },
  'jwt-any-audience': {
    title: 'Tokens for another registry of the same issuer are taken',
    rule: 'jwt.wrong-audience',
    shipped: 'a class of faults (F-SEC-06)',
    official: 'no',
    wire: taking(
      ({ claims }, good) => typeof claims['aud'] === 'string' && claims['aud'] !== good.claims['aud'],
    ),
  },
  'jwt-any-list-of-audiences': {
    title: 'A list of audiences is not compared with the name of the registry',
    rule: 'jwt.wrong-audience',
    official: 'no',
    wire: taking(({ claims: { aud } }, good) => Array.isArray(aud) && !aud.includes(good.claims['aud'])),
  },
  'jwt-no-audience-accepted': {
    title: 'A token without aud is for everyone',
    rule: 'jwt.no-audience',
    official: 'no',
    wire: taking(({ claims, header }) => header.alg !== undefined && claims['aud'] === undefined),
  },
  'jwt-any-issuer': {
    title: 'Nobody looks at iss',
    rule: 'jwt.wrong-issuer',
    official: 'no',
    wire: taking(({ claims: { iss } }, good) => iss !== undefined && iss !== good.claims['iss']),
  },
  'jwt-no-issuer-accepted': {
    title: 'A token without iss is taken',
    rule: 'jwt.no-issuer',
    official: 'no',
    wire: taking(({ claims, header }) => header.alg !== undefined && claims['iss'] === undefined),
  },
  'jwt-other-key-accepted': {
    title: 'A token under a known kid may be signed by any key',
    rule: 'jwt.other-key',
    official: 'no',
    wire: taking(
      (proof, good) =>
        isDeepStrictEqual(proof.header, good.header) &&
        isDeepStrictEqual(proof.claims, good.claims) &&
        signatureOf(proof) !== '' &&
        // What shares half of its signature with the right one was altered, and no key has signed it.
        !beginsAlike(proof, good),
    ),
  },
  'jwt-unknown-kid-accepted': {
    title: 'The kid of a token that is in no list of keys is not missed',
    rule: 'jwt.unknown-kid',
    official: 'no',
    wire: taking(({ header: { kid, jku } }, good) => {
      return typeof kid === 'string' && noPath.test(kid) && kid !== good.header['kid'] && jku === undefined;
    }),
  },
  'jwt-kid-read-as-file': {
    title: 'The kid of a token is the path of a key file, which may be empty',
    rule: 'jwt.path-kid',
    shipped: 'a class of faults (F-SEC-07)',
    official: 'no',
    wire: taking(({ header: { kid } }) => typeof kid === 'string' && kid.startsWith('../')),
  },
  'jwt-kid-fetched': {
    title: 'The kid of a token is the URL of a key, which the registry fetches',
    rule: 'jwt.path-kid',
    official: 'no',
    wire: taking(({ header: { kid } }) => typeof kid === 'string' && kid.startsWith('http')),
  },
  'jwt-embedded-jwk-trusted': {
    title: 'A key that a token brings along is trusted if its kid is a known one',
    rule: 'jwt.embedded-jwk',
    shipped: 'distribution CVE-2025-24976 (F-AUTH-01)',
    official: 'no',
    wire: taking(({ header: { jwk, kid } }, good) => jwk !== undefined && kid === good.header['kid']),
  },
  'jwt-embedded-jwk-alone-trusted': {
    title: 'A token without a kid is checked against the key that it brings along',
    rule: 'jwt.embedded-jwk-alone',
    official: 'no',
    wire: taking(({ header: { jwk, kid } }) => jwk !== undefined && kid === undefined),
  },
  'jwt-key-set-trusted': {
    title: 'The key set that a token names in jku is trusted',
    rule: 'jwt.remote-keys',
    official: 'no',
    wire: taking(({ header: { jku } }) => jku !== undefined),
  },
  'jwt-certificate-trusted': {
    title: 'The certificate that a token names in x5u is trusted',
    rule: 'jwt.remote-keys',
    official: 'no',
    wire: taking(({ header: { x5u } }) => x5u !== undefined),
  },
  'jwt-keys-fetched': {
    title: 'What a token names as the place of its key is fetched before the token is refused',
    rule: 'jwt.remote-keys',
    shipped: 'a class of requests that a server makes for others (F-SEC-11)',
    official: 'no',
    wire: fetchingKeys,
  },
  'jwt-untrusted-chain-accepted': {
    title: 'A certificate chain in a token need not end at a trusted root',
    rule: 'jwt.untrusted-chain',
    official: 'no',
    wire: taking(({ header: { x5c } }) => x5c !== undefined),
  },
  'jwt-alg-none-accepted': {
    title: 'A token that says it is not signed need not be',
    rule: 'jwt.alg-none',
    shipped: 'a class of faults (F-SEC-07)',
    official: 'no',
    wire: taking(({ header: { alg } }) => alg === 'none'),
  },
  'jwt-alg-none-in-capitals-accepted': {
    title: 'Only the lower-case word none is kept out as an algorithm',
    rule: 'jwt.alg-none',
    official: 'no',
    wire: taking(({ header: { alg } }) => alg === 'NONE'),
  },
  'jwt-alg-confused': {
    title: 'The public key serves as the secret of an HMAC if a token says so',
    rule: 'jwt.alg-confusion',
    shipped: 'quay CVE-2026-48526 (F-AUTH-05)',
    official: 'no',
    wire: taking(({ header: { alg, kid } }, good) => alg === 'HS256' && kid === good.header['kid']),
  },
  'jwt-critical-header-ignored': {
    title: 'What a token calls critical is ignored',
    rule: 'jwt.critical-header',
    official: 'no',
    wire: taking(({ header: { crit } }) => crit !== undefined),
  },
  'jwt-payload-unsigned': {
    title: 'Tokens are remembered by their signature, whatever their claims',
    rule: 'jwt.altered-payload',
    official: 'no',
    wire: taking((proof, good) => {
      const [header, claims, signature] = partsOf(proof);
      const [goodHeader, goodClaims, goodSignature] = partsOf(good);
      return header === goodHeader && claims !== goodClaims && signature === goodSignature;
    }),
  },
  'jwt-signature-unread': {
    title: 'Tokens are remembered by what is before their signature',
    rule: 'jwt.altered-signature',
    official: 'no',
    also: { rules: ['jwt.other-key'], because: 'Another key signs the same bytes.' },
    wire: taking((proof, good) => {
      const [header, claims, signature = ''] = partsOf(proof);
      const [goodHeader, goodClaims, goodSignature] = partsOf(good);
      const isOther = signature !== '' && signature !== goodSignature;
      return header === goodHeader && claims === goodClaims && isOther;
    }),
  },
  'jwt-signature-half-read': {
    title: 'Of a signature that was right once only the first half is compared',
    rule: 'jwt.altered-signature',
    official: 'no',
    wire: taking((proof, good) => signatureOf(proof) !== signatureOf(good) && beginsAlike(proof, good)),
  },
  'jwt-no-signature-accepted': {
    title: 'A token with nothing after its second dot has no signature that could be wrong',
    rule: 'jwt.no-signature',
    official: 'no',
    wire: taking(({ token }, good) => token.endsWith('.') && good.token.startsWith(token)),
  },
  'jwt-two-parts-accepted': {
    title: 'A token of two parts has no signature that could be wrong',
    rule: 'jwt.no-signature',
    official: 'no',
    wire: taking((proof, good) => partsOf(proof).length === 2 && good.token.startsWith(proof.token)),
  },
  'jwt-no-access-accepted': {
    title: 'A token without an access claim opens everything',
    rule: 'jwt.no-access',
    official: 'no',
    wire: taking(({ claims, header }) => header.alg !== undefined && claims['access'] === undefined),
  },
  'jwt-empty-access-accepted': {
    title: 'A token that grants nothing opens everything',
    rule: 'jwt.empty-access',
    official: 'no',
    wire: taking(({ claims: { access } }) => Array.isArray(access) && access.length === 0),
  },
  'jwt-single-access-accepted': {
    title: 'One entry in place of a list of them is read as a list',
    rule: 'jwt.misshapen-access',
    official: 'no',
    wire: taking(({ claims: { access } }) => isObject(access)),
  },
  'jwt-text-actions-accepted': {
    title: 'A text in place of a list of actions is searched for the action',
    rule: 'jwt.misshapen-access',
    official: 'no',
    wire: taking(
      ({ claims: { access } }) =>
        Array.isArray(access) &&
        access.some((entry) => isObject(entry) && typeof entry['actions'] === 'string'),
    ),
  },
  'jwt-garbage-accepted': {
    title: 'What is no JWT counts as a token',
    rule: 'jwt.garbage',
    official: 'no',
    wire: taking(({ token }) => token === 'dock.side.token'),
  },
  'jwt-empty-accepted': {
    title: 'An empty token counts as a good one',
    rule: 'jwt.empty',
    official: 'no',
    wire: taking(({ authorization }) => /^bearer *$/i.test(authorization)),
  },
  'jwt-scheme-colon-accepted': {
    title: 'A colon after Bearer is overlooked',
    rule: 'jwt.scheme-colon',
    official: 'no',
    wire: taking(({ authorization }) => authorization.startsWith('Bearer: ')),
  },
  'jwt-any-scheme': {
    title: 'A token is taken after any scheme',
    rule: 'jwt.other-scheme',
    official: 'no',
    wire: taking(({ authorization }) => authorization.startsWith('Token ')),
  },
  'jwt-query-token-accepted': {
    title: 'A token may stand in the query',
    rule: 'jwt.query-parameter',
    official: 'no',
    wire: taking((_proof, good, request) => parameter(request, 'access_token') === good.token),
  },
  'jwt-last-header-counts': {
    title: 'Of two Authorization headers the last counts',
    rule: 'jwt.two-headers',
    official: 'no',
    wire: taking((_proof, good, { headers }) => headers['authorization']?.[1] === good.authorization),
  },
  'jwt-refused-as-bad-request': {
    title: 'A token that is none is answered with 400',
    rule: 'jwt.refusal-status',
    official: 'no',
    wire: answers(
      'GET',
      'manifest',
      when(401, (answer, { headers }) =>
        authorizationOf(headers) === 'Bearer dockside' ? { ...answer, status: 400 } : answer,
      ),
    ),
  },
  'jwt-own-tokens-only': {
    title: 'A token of the issuer is taken only if the issuer handed it out itself',
    rule: 'jwt.accepted',
    official: 'no',
    wire: refusing(
      ({ header, claims }, good) =>
        isDeepStrictEqual(header, good.header) &&
        isDeepStrictEqual({ ...claims, jti: good.claims['jti'] }, good.claims),
    ),
  },
  'jwt-no-leeway': {
    title: 'A token is refused the second it ends',
    rule: 'jwt.leeway',
    official: 'no',
    wire: refusing(({ claims }) => seconds(claims['exp']) < 0),
  },
  'jwt-no-leeway-before': {
    title: 'A token is refused by a clock that is a second late',
    rule: 'jwt.leeway',
    official: 'no',
    wire: refusing(({ claims }) => seconds(claims['nbf']) > 1),
  },
  'jwt-first-audience-only': {
    title: 'Of several audiences only the first counts',
    rule: 'jwt.audiences',
    official: 'no',
    wire: refusing(({ claims: { aud } }, good) => Array.isArray(aud) && aud[0] !== good.claims['aud']),
  },
  'jwt-action-order-fixed': {
    title: 'Actions must stand in the order of the documents',
    rule: 'jwt.action-order',
    official: 'no',
    wire: refusing(({ claims }) => entriesOf(claims).some(({ actions }) => actions.join() === 'push,pull')),
  },
  'jwt-exact-access-only': {
    title: 'A token is refused if it grants more than is needed',
    rule: 'jwt.more-access',
    official: 'no',
    wire: refusing(({ claims }, good) => {
      const [counts, needed] = [claims, good.claims].map((of) => entriesOf(of)[0]?.actions.length ?? 0);
      return needed === 1 && counts === 3;
    }),
  },
  'jwt-first-entry-only': {
    title: 'Only the first entry of the access claim counts',
    rule: 'jwt.several-entries',
    official: 'no',
    wire: refusing(({ claims }, good) => {
      const [first, ...others] = entriesOf(claims);
      return others.length > 0 && first?.name !== entriesOf(good.claims)[0]?.name;
    }),
  },
  'jwt-first-entry-hides': {
    title: 'Of two entries for one repository the first hides the other',
    rule: 'jwt.several-entries',
    official: 'no',
    wire: refusing(({ claims }) => {
      const [first, second] = entriesOf(claims);
      return second !== undefined && first?.name === second.name && !first?.actions.includes('pull');
    }),
  },
  'jwt-scheme-case-matters': {
    title: 'The word Bearer is known in one spelling',
    rule: 'jwt.scheme-case',
    official: 'no',
    wire: refusing(({ authorization }) => authorization.startsWith('bearer ')),
  },
  'jwt-x5c-refused': {
    title: 'A token with a trusted chain of certificates is refused',
    rule: 'jwt.x5c',
    shipped: 'distribution, fixed in b53946ded (F-AUTH-02)',
    official: 'no',
    wire: refusing(({ header: { x5c } }) => x5c !== undefined),
  },
} as const satisfies Faults;
