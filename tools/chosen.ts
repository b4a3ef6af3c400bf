import { SettingError } from '../lib/run/settings.ts';
import { drawn } from './drawn.ts';

/** What a command line picks of a list: by name, a seeded part, and of that one of several shards. */
export type Wanted = { only?: string; sample?: string; seed?: string; shard?: string };

/** `what`: how one is called, as `fault`. @throws SettingError */
export function chosen(all: readonly string[], what: string, wanted: Wanted): string[] {
  const { only, sample = '100', seed = '', shard = '1/1' } = wanted;
  const named = only?.split(',').map((id) => id.trim());
  const unknown = named?.find((id) => !all.includes(id));
  if (unknown !== undefined)
    throw new SettingError(`--only ${unknown}`, `there is no such ${what}; --list names them all`);
  const percent = Number(sample);
  if (!(percent >= 0 && percent <= 100))
    throw new SettingError(`--sample ${sample}`, 'must be a percentage from 0 to 100');
  const ids = named ?? all;
  const picked = drawn(ids, Math.ceil((ids.length * percent) / 100), seed);
  return ofShard(
    ids.filter((id) => picked.includes(id)),
    shard,
  );
}

/** @throws SettingError */
export function ofShard(ids: readonly string[], shard: string): string[] {
  const [, index, count] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(shard) ?? [];
  if (index === undefined || count === undefined || Number(index) > Number(count))
    throw new SettingError(`--shard ${shard}`, 'must be I/N, with I from 1 to N');
  return ids.filter((_, at) => at % Number(count) === Number(index) - 1);
}
