import {
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  type KeyObject,
  type X509Certificate,
} from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { SignJWT, type JWTPayload } from 'jose';
import { certify } from '../../lib/registry/auth/certificate.ts';
import { parseScope, type Scope } from '../../lib/http/scope.ts';
import { isName } from '../../lib/content/reference.ts';
import { libtrustKeyId } from '../../lib/content/schema1.ts';
import { sendError, sendJson, setHeaders } from './answer.ts';
import { spec, type Behaviour, type Grant } from './behaviour.ts';
import { isAnonymous, readAuthorization, readBasic } from './credentials.ts';
import { refusal, RegistryError } from './errors.ts';
import { actions, isAllowed, roleOf, type Role, type Users } from './rights.ts';
import { close, listen } from './server.ts';
import type { AccessEntry } from './tokens.ts';
import type { IssuerKey, Credentials } from '../../lib/types.ts';

/** Who signs tokens, for one service. */
export type Issuer = {
  /** The `iss` of its tokens. */
  name: string;
  service: string;
  users: Users;
  keyId: string;
  publicKey: KeyObject;
  key: IssuerKey;
  /** Vouches for that key. */
  root: X509Certificate;
  /** Signs these claims and no others. */
  sign: (claims: JWTPayload, header?: { kid?: string }) => Promise<string>;
};

export type RunningIssuer = Issuer & { url: string; realm: string; close: () => Promise<void> };

const lifetimeSeconds = 300;

/** Fresh passwords for those that are not given. */
export function usersWith(given: Partial<Users> = {}): Users {
  return {
    writer: given.writer ?? newUser('writer'),
    reader: given.reader ?? newUser('reader'),
    // All that RFC 7617 lets a password have.
    other: given.other ?? newUser('other', 'pässwörd:'),
  };
}

function newUser(username: string, prefix = ''): Credentials {
  return { username, password: prefix + randomBytes(18).toString('base64url') };
}

export async function createIssuer(service: string, users: Users, name = 'dockside'): Promise<Issuer> {
  const { privateKey, publicKey } = newKeyPair();
  const rootKey = newKeyPair().privateKey;
  const root = await certify(rootKey, `root of ${name}`);
  const certificate = await certify(privateKey, name, { certificate: root, privateKey: rootKey });
  const keyId = libtrustKeyId(publicKey);
  return {
    name,
    service,
    users,
    keyId,
    publicKey,
    key: {
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      certificates: certificate.toString(),
    },
    root,
    sign: async (claims, header = {}) =>
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: keyId, typ: 'JWT', ...header })
        .sign(privateKey),
  };
}

function newKeyPair(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

// distribution shows the catalog whole to whoever may see it.
const ofOthers: Behaviour = { ...spec, mayList: (role) => role === 'writer' };

/** The issuer on an origin of its own, as Docker Hub and GitLab have it; without a behaviour, for a registry not ours. */
export async function startIssuer(options: {
  service: string;
  users?: Partial<Users>;
  behaviour?: Behaviour;
}): Promise<RunningIssuer> {
  const { behaviour = ofOthers } = options;
  const issuer = await createIssuer(options.service, usersWith(options.users));
  const app = express();
  app.disable('x-powered-by');
  const { server, url } = await listen(0);
  const realm = url + behaviour.tokenPath;
  app.use(tokenEndpoint(behaviour.tokenPath, realm, issuer, behaviour));
  server.on('request', app);
  return { ...issuer, url, realm, close: async () => await close(server) };
}

/** token.md (GET) and oauth.md (POST). */
function tokenEndpoint(path: string, realm: string, issuer: Issuer, behaviour: Behaviour): Router {
  const refreshTokens = new Map<string, Role>();

  const roleOfGet = ({ headers: { authorization } }: Request, query: URLSearchParams): Role | undefined => {
    if (isAnonymous(authorization)) return undefined;
    const { scheme, value } = readAuthorization(authorization);
    const credentials = scheme === 'basic' ? readBasic(value) : undefined;
    const role = credentials && roleOf(issuer.users, credentials, behaviour.areThose);
    if (role === undefined) throw wrongCredentials(realm);
    const account = query.get('account');
    if (account !== null && account !== credentials?.username) throw wrongCredentials(realm);
    return role;
  };

  const roleOfPost = (form: URLSearchParams): Role => {
    const type = form.get('grant_type');
    if (type !== 'password' && type !== 'refresh_token') {
      throw refusal(400, 'UNSUPPORTED', 'grant_type must be password or refresh_token');
    }
    const credentials = { username: form.get('username') ?? '', password: form.get('password') ?? '' };
    const role =
      type === 'password'
        ? roleOf(issuer.users, credentials, behaviour.areThose)
        : refreshTokens.get(form.get('refresh_token') ?? '');
    if (role === undefined) throw wrongCredentials(realm);
    return role;
  };

  const refreshTokenOf = (role: Role): string => {
    const token = randomBytes(32).toString('base64url');
    refreshTokens.set(token, role);
    return token;
  };

  const issue = async (role: Role | undefined, scopes: readonly string[]) => {
    const asked = scopes.map((scope) => readScope(scope, behaviour));
    const access = accessOf(role, asked, behaviour, issuer.service);
    const grants = access.filter(({ type }): boolean => type === 'repository');
    const user = role && issuer.users[role].username;
    const refused = behaviour.refusedGrants(user, grants satisfies Grant[]);
    if (refused === 401) throw wrongCredentials(realm);
    if (refused === 403) throw refusal(403, 'DENIED', `${user} has no right there`);
    const now = Math.floor(Date.now() / 1000);
    const token = await issuer.sign({
      iss: issuer.name,
      sub: user ?? '',
      aud: issuer.service,
      exp: now + lifetimeSeconds,
      nbf: now,
      iat: now,
      jti: randomUUID(),
      access,
    });
    return {
      access,
      answer: {
        token,
        access_token: token,
        expires_in: lifetimeSeconds,
        issued_at: new Date(now * 1000).toISOString(),
      },
    };
  };

  const get = async (request: Request, response: Response): Promise<void> => {
    const query = new URLSearchParams(request.url.split('?', 2)[1]);
    checkService(query.get('service') ?? issuer.service, issuer.service);
    const role = roleOfGet(request, query);
    const { answer } = await issue(role, splitScopes(query.getAll('scope')));
    const offline = role !== undefined && query.get('offline_token') === 'true';
    sendJson(response, 200, { ...answer, ...(offline && { refresh_token: refreshTokenOf(role) }) });
  };

  const post = async (request: Request, response: Response): Promise<void> => {
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    const missing = ['grant_type', 'service', 'client_id'].find((name) => !form.get(name));
    if (missing !== undefined) throw refusal(400, 'UNSUPPORTED', `the form has no ${missing}`);
    checkService(form.get('service'), issuer.service);
    const role = roleOfPost(form);
    const { access, answer } = await issue(role, splitScopes(form.getAll('scope')));
    const offline = form.get('access_type') === 'offline';
    sendJson(response, 200, {
      ...answer,
      scope: access
        .map(({ type, name, actions: granted }) => `${type}:${name}:${granted.join(',')}`)
        .join(' '),
      // "If the grant type is "refresh_token" this will only return the same refresh token and not a new one."
      ...(offline && { refresh_token: form.get('refresh_token') ?? refreshTokenOf(role) }),
    });
  };

  const router = express.Router({ caseSensitive: true, strict: true });
  router
    .route(path)
    .all((_request, response, next) => {
      setHeaders(response, { 'Cache-Control': 'no-store' });
      next();
    })
    .get(answering(get))
    .post(express.text({ type: 'application/x-www-form-urlencoded' }), answering(post))
    .all(() => {
      throw refusal(405, 'UNSUPPORTED', 'the token endpoint knows GET and POST', {
        Allow: 'GET, HEAD, POST',
      });
    });
  return router;
}

function answering(handle: (request: Request, response: Response) => Promise<void>) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      await handle(request, response);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      sendError(response, error);
    }
  };
}

function wrongCredentials(realm: string): RegistryError {
  return refusal(401, 'UNAUTHORIZED', 'wrong user, password or refresh token', {
    'WWW-Authenticate': `Basic realm="${realm}", charset="UTF-8"`,
  });
}

function checkService(asked: string | null, own: string): void {
  if (asked !== own) throw refusal(400, 'UNSUPPORTED', `this issuer serves ${own}`, {}, { service: asked });
}

/** Scopes come in parameters of their own or parted by spaces. */
function splitScopes(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(' ')).filter((scope) => scope !== '');
}

function readScope(text: string, { isScope }: Behaviour): Scope {
  const scope = parseScope(text);
  if (scope === undefined || !isScope(text))
    throw refusal(400, 'UNSUPPORTED', 'a scope is type:name:action,…', {}, { scope: text });
  // scope.md: "Resource Class is deprecated and ignored."
  return { ...scope, type: scope.type.replace(/\([a-z0-9]+\)$/, '') };
}

/** token.md: "the intersection of the set of requested actions on each resource and the set … in fact been granted" */
function accessOf(
  role: Role | undefined,
  scopes: readonly Scope[],
  behaviour: Behaviour,
  host: string,
): AccessEntry[] {
  const access = new Map<string, AccessEntry>();
  const bareName = (name: string): string =>
    behaviour.takesOwnHost && name.startsWith(`${host}/`) ? name.slice(host.length + 1) : name;
  for (const { type, name, actions: asked } of scopes) {
    const granted = type === 'repository' ? repositoryActions(role, bareName(name), asked, behaviour) : [];
    const isCatalog = type === 'registry' && name === 'catalog';
    if (isCatalog && role !== undefined && behaviour.mayList(role) && asked.includes('*')) granted.push('*');
    const earlier = access.get(`${type}:${name}`)?.actions ?? [];
    access.set(`${type}:${name}`, { type, name, actions: [...new Set([...earlier, ...granted])] });
  }
  return [...access.values()];
}

function repositoryActions(
  role: Role | undefined,
  name: string,
  asked: readonly string[],
  behaviour: Behaviour,
): string[] {
  const isValid = isName(name);
  const refused = behaviour.refusedName(name, isValid);
  if (refused === 400) throw refusal(400, 'NAME_INVALID', 'this is no repository name', {}, { name });
  if (refused === 405)
    throw refusal(405, 'UNSUPPORTED', 'this is an app repository', { Allow: '' }, { name });
  if (!isValid) return [];
  return behaviour.grantedActions(
    asked,
    actions.filter((action) => isAllowed(role, action, name)),
  );
}
