import http from 'node:http';
import https from 'node:https';
import { sendTo } from '../../lib/target/astray.ts';
import { authorized, fullAccess } from '../../lib/registry/auth/authorized.ts';
import { TokenCache } from '../../lib/registry/auth/token.ts';
import type { Answer, Send } from '../../lib/http/exchange.ts';
import { noting } from '../../lib/target/ledger.ts';
import { counts, worldOf } from './plan/world.ts';
import type { Stage } from './plan/play.ts';
import { Repository } from '../../lib/registry/repository.ts';
import { runSettings } from '../../lib/run/run.ts';
import type { Wire } from '../faults/wire.ts';
import type { Met } from './target.ts';
import { wired } from './wired.ts';

/** Opens fresh repositories on a target, as their owner, over connections that are kept. `wire`: a fault between. */
export function stagesOn(
  { target, runId, ledger }: Met,
  wire?: Wire,
): { open: (text: string) => Stage; close: () => void } {
  const settings = runSettings();
  const secure = target.url.startsWith('https:');
  const agent = new (secure ? https : http).Agent({ keepAlive: true });
  const healthy = sendTo([target], settings, agent);
  const plain = wire === undefined ? healthy : wired(healthy, wire);
  const noted: Send = ledger === undefined ? plain : noting(plain, ledger);
  const tokens = new TokenCache();
  let count = 0;
  return {
    open: (text) => {
      count += 1;
      const sent: Answer[] = [];
      const under = `${settings.namespace}/${runId}/model-${count}`;
      const repositories = Array.from({ length: counts.repositories }, (_, at) => {
        const name = `${under}/${'abc'[at]}`;
        const access = fullAccess(target, name);
        const other = fullAccess(target, `${under}/${'ba'[at]}`);
        const scopes = [...access.scopes, ...other.scopes];
        const send = authorized(noted, target, tokens, { ...access, scopes });
        const recording: Send = async (request) => {
          const answer = await send(request);
          sent.push(answer);
          return answer;
        };
        return new Repository(recording, target.url, name);
      });
      return { world: worldOf(`${text} ${count}`), repositories, sent };
    },
    close: () => agent.destroy(),
  };
}
