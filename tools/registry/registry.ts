import { rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { basicAccess, bearerAccess, everybody, type Access } from './auth.ts';
import { profiles, spec, type Behaviour, type ProfileName } from './behaviour.ts';
import type { Registry } from './call.ts';
import { makeFolder } from './folder.ts';
import { startIssuer, usersWith, type RunningIssuer } from './issuer.ts';
import type { Users } from './rights.ts';
import { createApp } from './routes.ts';
import { close, listen } from './server.ts';
import { openSessions } from './sessions.ts';
import { openStore } from './store.ts';
import type { AuthMode } from '../../lib/types.ts';

export type RegistryOptions = {
  auth: AuthMode;
  /** A free one by default. */
  port?: number;
  profile?: ProfileName;
  behaviour?: Partial<Behaviour>;
  /** Those not given get a fresh password. */
  users?: Partial<Users>;
  /** The most items on a page of tags, repositories or referrers. */
  pageSize?: number;
  /** Made beforehand; a push to another is refused. Undefined where a push makes its repository. */
  repositories?: readonly string[] | undefined;
  /** Takes each request to the registry itself, and not to its token service, once it has ended. */
  log?: ((entry: Logged) => void) | undefined;
};

/** A request as an access log has it. */
type Logged = {
  /** ISO 8601, UTC. */
  time: string;
  method: string;
  path: string;
  /** Null where the client went before it was answered. */
  status: number | null;
  traceparent: string | undefined;
};

export type RunningRegistry = {
  /** Origin, without a slash at its end. */
  url: string;
  auth: AuthMode;
  realm: string | undefined;
  service: string | undefined;
  /** `writer` may do everything but under `other/`, `reader` pull there, `other` everything under `other/`. */
  users: Users;
  issuer: RunningIssuer | undefined;
  close: () => Promise<void>;
};

export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const { auth, port = 0, profile = 'spec', pageSize = Number.POSITIVE_INFINITY } = options;
  const behaviour = { ...spec, ...profiles[profile], ...options.behaviour };
  const users = usersWith(options.users);
  const { server, url } = await listen(port);
  const service = new URL(url).host;
  const issuer = auth === 'bearer' ? await startIssuer({ service, users, behaviour }) : undefined;
  const access: Access =
    auth === 'basic'
      ? basicAccess('dockside', users, behaviour)
      : issuer
        ? bearerAccess(issuer.realm, issuer, behaviour)
        : everybody;
  const folder = makeFolder();
  const sessions = openSessions(folder, behaviour.ownsUpload);
  const { repositories } = options;
  const store = openStore(folder, repositories);
  const takesNew = repositories === undefined;
  const registry: Registry = { url, store, sessions, behaviour, access, pageSize, takesNew };

  const app = answering(createApp(registry), options.log);
  server.on('request', app);
  if (!behaviour.saysContinue) server.on('checkContinue', app);

  return {
    url,
    auth,
    realm: access.realm,
    service: access.service,
    users,
    issuer,
    close: async () => {
      await Promise.all([close(server), issuer?.close()]);
      await sessions.settled();
      rmSync(folder, { recursive: true });
    },
  };
}

/** One listener: with one more for requests that await a 100, Node would leave it to that to answer them. */
function answering(app: RequestListener, log: RegistryOptions['log']): RequestListener {
  if (log === undefined) return app;
  return (request, response) => {
    const { method = '', url: path = '', headers } = request;
    response.on('close', () =>
      log({
        time: new Date().toISOString(),
        method,
        path,
        status: response.headersSent ? response.statusCode : null,
        traceparent: headers['traceparent']?.toString(),
      }),
    );
    app(request, response);
  };
}
