import type { Answer } from './exchange.ts';

export type Warning = { code: string; agent: string; date: string | undefined };

const warning = /\s*(\S+) (\S+) "(?:[^"\\]|\\.)*"(?: "([^"]*)")?\s*(?:,|$)/y;

/** The warnings of an answer (RFC 7234 section 5.5). Undefined where one does not follow the grammar. */
export function warningsIn(answer: Answer): Warning[] | undefined {
  const warnings = answer.values('warning').map(parseWarnings);
  return warnings.every((list) => list !== undefined) ? warnings.flat() : undefined;
}

function parseWarnings(text: string): Warning[] | undefined {
  const warnings: Warning[] = [];
  for (let at = 0; at < text.length; at = warning.lastIndex) {
    warning.lastIndex = at;
    const match = warning.exec(text);
    if (match === null) return undefined;
    const [, code = '', agent = '', date] = match;
    warnings.push({ code, agent, date });
  }
  return warnings;
}
