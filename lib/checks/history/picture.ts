import { xml, type Xml } from '../../text/xml.ts';
import type { Operation } from './history.ts';

const [left, width, height] = [90, 760, 34];

/** The operations in the order of their calls, in one line. */
export function historyText(operations: readonly Operation[]): string {
  const start = Math.min(...operations.map(({ call }) => call));
  const at = (instant: number): string => `${(instant - start).toFixed(1)} ms`;
  return operations
    .map(
      ({ client, call, return: end, kind, value, certain }) =>
        `${client} ${kind === 'read' ? 'reads' : 'writes'} ${value}${certain ? '' : ' (refused)'} from ${at(call)} to ${at(end)}`,
    )
    .join('; ');
}

/** The same as a picture: time runs to the right, each client has a line. */
export function historySvg(operations: readonly Operation[]): Xml {
  const clients = [...new Set(operations.map(({ client }) => client))];
  const start = Math.min(...operations.map(({ call }) => call));
  const span = Math.max(...operations.map(({ return: end }) => end)) - start || 1;
  const x = (instant: number): number => left + ((instant - start) / span) * width;
  const lanes = clients.map((client, at) => {
    const y = 20 + at * height;
    return xml`<text x="4" y="${y + 15}">${client}</text><path d="M${left} ${y + 22}h${width}" stroke="#ccc"/>`;
  });
  const boxes = operations.map(({ client, call, return: end, kind, value, certain }) => {
    const y = 20 + clients.indexOf(client) * height;
    const wide = Math.max(x(end) - x(call), 2);
    const fill = kind === 'read' ? '#cfe3ff' : certain ? '#ffd9b3' : '#eee';
    return xml`<rect x="${x(call).toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" height="22" fill="${fill}" stroke="#555"/><text x="${(x(call) + 3).toFixed(1)}" y="${y + 15}">${kind === 'read' ? 'r' : 'w'} ${value}</text>`;
  });
  const total = 30 + clients.length * height;
  return xml.lines([
    xml`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 60} ${total}" font-family="sans-serif" font-size="12">`,
    ...lanes,
    ...boxes,
    xml`<text x="${left}" y="${total - 4}">0</text><text x="${left + width - 30}" y="${total - 4}">${span.toFixed(1)} ms</text>`,
    xml`</svg>`,
  ]);
}
