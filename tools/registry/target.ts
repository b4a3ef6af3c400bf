import type { Settings } from '../../lib/run/settings.ts';
import { discover } from '../../lib/target/target.ts';
import type { RunningRegistry } from './registry.ts';
import type { Target } from '../../lib/types.ts';

/** An embedded registry as a target of a run. */
export async function targetOf(registry: RunningRegistry, settings: Settings): Promise<Target> {
  const { url, auth, users, issuer, realm } = registry;
  const known =
    auth === 'anonymous'
      ? {}
      : {
          identity: users.writer,
          reader: users.reader,
          otherNamespace: 'other',
        };
  const [target] = await discover({
    ...settings,
    ...known,
    url,
    auth: [auth],
    issuer: issuer?.key,
    realm: auth === 'bearer' ? realm : undefined,
  });
  if (target === undefined) throw new Error(`The embedded registry at ${url} offers no way in`);
  // Not tried before the tests: its password is there to find out what the registry makes of it.
  return auth === 'anonymous' ? target : { ...target, stranger: users.other };
}
