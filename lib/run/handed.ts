import type { TestInfo } from '@playwright/test';
import { learn, learnedAfter } from '../secrets/learned.ts';

type Attachment = { name: string; body?: Buffer };

const variable = 'DOCKSIDE_TAKES_SECRETS';
const name = 'what token services handed out';

let handed = 0;

/** From now on the workers that start hand over what is to be masked: whoever calls this takes it out of their results. */
export function awaitSecrets(): void {
  process.env[variable] = '1';
}

/** What this worker has learned since the last test. A server may repeat it in an answer to another worker. */
export function handOverSecrets({ attachments }: TestInfo): void {
  const secrets = learnedAfter(handed);
  handed += secrets.length;
  if (process.env[variable] === undefined || secrets.length === 0) return;
  // `attach` would make a step of it.
  attachments.push({ name, contentType: 'application/json', body: Buffer.from(JSON.stringify(secrets)) });
}

export function takeSecrets(attachments: Attachment[]): void {
  for (const one of attachments.filter((attachment) => attachment.name === name)) {
    attachments.splice(attachments.indexOf(one), 1);
    for (const secret of JSON.parse(one.body?.toString('utf8') ?? '[]') as string[]) learn(secret);
  }
}
