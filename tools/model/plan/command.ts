/** One thing that a client does. Numbers choose among what the world holds, an upload among those opened so far, the
 * latest first. */
export type Command =
  | { do: 'push-blob'; repo: number; blob: number }
  | { do: 'push-false'; repo: number; blob: number }
  | { do: 'get-blob'; repo: number; blob: number; head: boolean }
  | { do: 'delete-blob'; repo: number; blob: number }
  /** `named`: whether it names the other repository as its source. */
  | { do: 'mount'; repo: number; blob: number; named: boolean }
  | { do: 'open-upload'; repo: number; blob: number }
  | { do: 'send-chunk'; upload: number; part: number }
  | { do: 'ask-upload'; upload: number }
  | { do: 'close-upload'; upload: number; right: boolean }
  | { do: 'cancel-upload'; upload: number }
  | { do: 'put-manifest'; repo: number; manifest: number; tag: number | undefined }
  | { do: 'put-no-json'; repo: number; tag: number }
  | { do: 'put-mismatch'; repo: number; manifest: number; claimed: number }
  | { do: 'get-manifest'; repo: number; manifest: number; head: boolean }
  | { do: 'get-tag'; repo: number; tag: number; head: boolean }
  | { do: 'delete-manifest'; repo: number; manifest: number }
  | { do: 'delete-tag'; repo: number; tag: number }
  | { do: 'list-tags'; repo: number }
  | { do: 'list-referrers'; repo: number; manifest: number };

/** In a few words. */
export function told(command: Command): string {
  const { do: name, ...what } = command;
  return `${name} ${Object.entries(what)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ')}`;
}
