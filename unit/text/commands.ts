/** What a runner of GitHub does with a log: ActionCommand.TryParseV2 and TryParse of actions/runner. */
export function commandsIn(
  log: string,
): { name: string; properties: Record<string, string>; data: string }[] {
  const unescaped = (text: string): string =>
    text
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%25', '%');
  return log.split(/\r\n|\r|\n/).flatMap((one) => {
    const found =
      /^\s*::([^ :]+)(?: (.*?))?::(.*)$/s.exec(one) ?? /##\[([^\] ]+)( [^\]]*)?\](.*)$/s.exec(one);
    if (found === null) return [];
    const [, name = '', properties = '', data = ''] = found;
    const pairs = properties
      .split(',')
      .map((pair) => [pair.split('=', 1)[0]!, unescaped(pair.slice(pair.indexOf('=') + 1))]);
    return [{ name, properties: Object.fromEntries(pairs) as Record<string, string>, data: unescaped(data) }];
  });
}
