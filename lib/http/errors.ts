import type { Answer } from './exchange.ts';

export type ErrorEntry = { code: string; message?: unknown; detail?: unknown };

/** The entries of a body in the error format (distribution-spec, "Error Codes"); none if it is not in it. */
export function errorEntries(answer: Answer): ErrorEntry[] {
  const body = answer.json;
  if (typeof body !== 'object' || body === null || !('errors' in body) || !Array.isArray(body.errors))
    return [];
  return (body.errors as unknown[]).filter(
    (entry): entry is ErrorEntry =>
      typeof entry === 'object' && entry !== null && 'code' in entry && typeof entry.code === 'string',
  );
}

export function errorCodes(answer: Answer): string[] {
  return errorEntries(answer).map(({ code }) => code);
}
