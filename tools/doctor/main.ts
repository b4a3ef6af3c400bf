import { sendTo } from '../../lib/target/astray.ts';
import { parseChallenges } from '../../lib/registry/auth/challenge.ts';
import { artifact } from '../../lib/content/oci.ts';
import { examineLimits, examinePing, examineWay, likelyProfile, type Finding } from './findings.ts';
import { command } from '../../lib/run/ending.ts';
import type { Answer, Send } from '../../lib/http/exchange.ts';
import { refuseUsed } from '../../lib/target/given-repositories.ts';
import { openLedger, removeCreated } from '../../lib/target/ledger.ts';
import { namedIn } from '../../lib/registry/named.ts';
import { ofThisRun } from '../../lib/target/repository-names.ts';
import type { Way } from '../../lib/target/removal.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import { announceRun, currentRun, runLedger, runSettings } from '../../lib/run/run.ts';
import { weakSecrets } from '../../lib/run/configured.ts';
import { SettingError, type Settings } from '../../lib/run/settings.ts';
import { discover } from '../../lib/target/target.ts';
import { line, say } from '../../lib/text/terminal.ts';
import { protocols } from '../../lib/types.ts';
import { probeTarget } from '../../lib/target/probe.ts';
import { wayIn } from '../../lib/target/way-in.ts';
import { counted, tellRest, told } from '../../lib/target/tidy.ts';

type Named = Settings & { url: string };

/** Without their bodies, of which there may be many, and large ones. */
const answers: Pick<Answer, 'status' | 'headers'>[] = [];
let isBad = false;

await command('npm run doctor', async () => {
  const settings = runSettings();
  if (settings.url === undefined) {
    throw new SettingError(
      'REGISTRY_URL',
      'is empty: there is nothing to look at, as the embedded registry is well',
    );
  }
  report(weakSecrets(settings).map((warning) => ({ what: 'secrets', state: 'note', told: warning })));
  await examine({ ...settings, url: settings.url });
  return isBad ? 1 : 0;
});

/** Looks at one thing after the other, and stops where the next needs what is missing. */
async function examine(settings: Named): Promise<void> {
  const { url } = settings;
  if (report(await examineWay(settings))) return;
  const ping = await tried(
    'ping',
    async () =>
      await noting(sendTo([{ url, tokenService: undefined }], settings))({
        method: 'GET',
        url: `${url}/v2/`,
      }),
  );
  if (ping === undefined || report(examinePing(ping, url))) return;
  if ((await tried('challenge', async () => tellChallenge(ping))) === undefined) return;
  const targets = await tried('login', async () => await discover(settings));
  if (targets === undefined) return;
  announceRun({ targets });
  const names = targets.map(({ auth, identity }) => `${auth}${identity ? ` as ${identity.username}` : ''}`);
  report([{ what: 'login', state: 'ok', told: names.join(', ') }]);
  const send = noting(sendTo(targets, settings));
  const isUsable =
    settings.references === undefined
      ? await examineWriting(settings, send)
      : await examineReading(settings, send);
  report([examineLimits(answers)]);
  if (isUsable && !isLimited()) await tellOffers(settings);
  tellSettings(settings, ping);
}

function noting(send: Send): Send {
  return async (request) => {
    const answer = await send(request);
    answers.push({ status: answer.status, headers: answer.headers });
    return answer;
  };
}

/** What the work finds; undefined where it fails, which is said as a thing to change. */
async function tried<T>(what: string, work: () => Promise<T> | T): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    report([{ what, state: 'change', told: (error as Error).message.split('\n', 1)[0] ?? '' }]);
    return undefined;
  }
}

function tellChallenge(ping: Answer): true {
  const challenges = parseChallenges(ping.values('www-authenticate'));
  const words = challenges.map(({ scheme, params }) => `${scheme} ${params['realm'] ?? '(no realm)'}`);
  const seen = words.length === 0 ? 'none: everybody may read' : words.join(', ');
  report([{ what: 'challenge', state: 'ok', told: seen }]);
  return true;
}

/** Pushes a tiny image, pulls it, and deletes it. */
async function examineWriting(settings: Named, send: Send): Promise<boolean> {
  const { namespace, repositories, url } = settings;
  const ledger = runLedger() ?? '';
  openLedger(ledger, { run: currentRun().id, url });
  const way = wayIn(settings, send);
  const { open } = way;
  const given = repositories?.map((name) => open(name)) ?? [];
  for (const one of given) await tried('repository', async () => await examineGiven(one));
  if (isBad) {
    reportUnlessOk(await removeMade(ledger, way));
    return false;
  }
  const repository = given[0] ?? open(ofThisRun(namespace, 'doctor'));
  const image = artifact({ artifactType: 'application/vnd.dockside.doctor' });
  const isPushed = await tried('push', async () => {
    for (const { bytes, digest } of image.blobs) {
      const opened = wanted(
        await repository.uploads.post(),
        202,
        `REGISTRY_USERNAME needs the right to push ${repositories ? `to ${repository.name}` : `under ${namespace}/`}`,
      );
      wanted(
        await repository.uploads.put(opened.location ?? '', digest, bytes),
        201,
        'see what stands before the registry',
      );
    }
    wanted(await repository.manifests.put('v1', image), 201, 'does it take OCI manifests?');
    report([{ what: 'push', state: 'ok', told: `${repository.name}:v1` }]);
    return true;
  });
  if (isPushed) {
    await tried('pull', async () => {
      const answer = wanted(
        await repository.manifests.get('v1'),
        200,
        'REGISTRY_USERNAME needs the right to pull',
      );
      const isSame = answer.body.equals(image.bytes);
      if (!isSame) throw new Error('the manifest came back changed: see what stands before the registry');
      report([{ what: 'pull', state: 'ok', told: 'byte for byte' }]);
    });
  }
  report([await removeMade(ledger, way)]);
  return isPushed === true;
}

async function removeMade(ledger: string, way: Way): Promise<Finding> {
  const { removed, left, brokenOff, isSettled } = await removeCreated([ledger], way);
  const what = 'delete';
  if (brokenOff !== undefined) return { what, state: 'change', told: tellRest(left, brokenOff) };
  if (left.length === 0) return { what, state: 'ok', told: `removed ${counted(removed)}` };
  const refusal = `${told(left).join('; ').trim()}: runs will leave what they make (the list: ${ledger})`;
  return { what, state: isSettled ? 'note' : 'change', told: refusal };
}

function reportUnlessOk(finding: Finding): void {
  if (finding.state !== 'ok') report([finding]);
}

/** One of the given repositories: there, empty, and to be written to. What is opened goes with the rest. */
async function examineGiven(repository: Repository): Promise<void> {
  const { name } = repository;
  await refuseUsed([name], () => repository);
  const advice = `create the repository ${name}, or give REGISTRY_USERNAME the right to push to it`;
  wanted(await repository.uploads.post(), 202, advice);
  report([{ what: 'repository', state: 'ok', told: `${name} is there, and empty` }]);
}

async function examineReading(settings: Named, send: Send): Promise<boolean> {
  const { open } = wayIn(settings, send);
  let isRead = true;
  for (const { repository, reference } of settings.references ?? []) {
    const found = await tried('pull', async () => {
      const answer = wanted(
        await open(repository).manifests.get(reference),
        200,
        `is ${repository} ${reference} there, and may REGISTRY_USERNAME pull it?`,
      );
      const { manifests, blobs } = namedIn(answer);
      report([
        {
          what: 'pull',
          state: 'ok',
          told: `${repository} ${reference}: ${manifests.length} manifests, ${blobs.length} blobs`,
        },
      ]);
      return true;
    });
    isRead &&= found === true;
  }
  return isRead;
}

function wanted(answer: Answer, status: number, advice: string): Answer {
  if (answer.status === status) return answer;
  const { method, url } = answer.request;
  throw new Error(`${method} ${new URL(url).pathname} answered ${answer.status}: ${advice}`);
}

async function tellOffers(settings: Named): Promise<void> {
  const ledger = runLedger() ?? '';
  const isWriting = settings.references === undefined;
  if (isWriting) openLedger(ledger, { run: currentRun().id, url: settings.url });
  const found = await tried('offers', async () => await probeTarget(settings, false));
  if (isWriting) reportUnlessOk(await removeMade(ledger, wayIn(settings)));
  if (found === undefined) return;
  announceRun(found);
  const named = (offered: boolean): string =>
    Object.entries(found.capabilities)
      .filter(([, offer]) => offer.offered === offered)
      .map(([name]) => name)
      .join(', ');
  report([
    { what: 'offers', state: 'ok', told: named(true) || 'nothing' },
    { what: 'offers not', state: 'ok', told: named(false) || 'nothing that was asked for' },
  ]);
}

/** The `.env` lines that follow from what was seen. */
function tellSettings(settings: Named, ping: Answer): void {
  const { targets, capabilities } = currentRun();
  const challenges = parseChallenges(ping.values('www-authenticate'));
  const profile =
    settings.profile === 'spec' ? (likelyProfile(settings.url, challenges) ?? 'spec') : settings.profile;
  const stored = protocols.filter((one) => capabilities[one]?.offered === true);
  const lines = [
    `REGISTRY_URL=${settings.url}`,
    ...(settings.repositories ? [`REGISTRY_REPOSITORIES=${settings.repositories.join(',')}`] : []),
    `REGISTRY_AUTH=${targets.map(({ auth }) => auth).join(',')}`,
    ...targets.flatMap(({ tokenService }) => (tokenService ? [`REGISTRY_REALM=${tokenService.realm}`] : [])),
    `REGISTRY_PROFILE=${profile}`,
    ...(stored.length === 0 ? [] : [`REGISTRY_PROTOCOLS=${stored.join(',')}`]),
    ...(isLimited() ? ['REGISTRY_MAX_PER_SECOND=5'] : []),
  ];
  say(line``, line`For .env:`, line``, ...lines.map((one) => line`${one}`));
}

function isLimited(): boolean {
  return answers.some(({ status }) => status === 429);
}

/** Prints; whether something has to be changed first. */
function report(findings: readonly Finding[]): boolean {
  for (const { what, state, told: words } of findings)
    say(line`  ${state.padEnd(7)} ${what.padEnd(11)} ${words}`);
  const stops = findings.some(({ state }) => state === 'change');
  isBad ||= stops;
  return stops;
}
