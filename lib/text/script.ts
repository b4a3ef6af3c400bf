import { shell, type Shell } from './shell.ts';

// What stands in every script that repeats a test, whatever the server said. No mask may stand in it: it would be a
// pattern that matches everything, or files in the place of an option.

/** Works in a folder that goes with the script. */
export const inFolder = shell.lines([
  shell`dir=$(mktemp -d)`,
  shell`trap 'rm -rf -- "$dir"' EXIT`,
  shell`trap 'exit 1' HUP INT TERM`,
  shell`cd "$dir"`,
]);

// What an answer holds is data: without controls, and no place but one of the web. A name, a password or a token goes
// where it belongs alone.
export const functions = shell`header() { awk -v name="$2:" 'index(tolower($0), name) == 1 { sub(/^[^:]*: */, ""); value = $0 } END { print value }' "$1.head" | tr -d '\\000-\\037\\177'; }
member() { sed -n "s/.*\\"$2\\" *: *\\"\\([^\\"]*\\)\\".*/\\1/p" "$1.body" | head -n 1 | tr -d '\\000-\\037\\177'; }
fail() { printf '%s\\n' "$1" >&2; exit 1; }
location() {
  place=$(header "$1" location)
  base=\${2%%[?]*}
  case $place in
  [Hh][Tt][Tt][Pp]://* | [Hh][Tt][Tt][Pp][Ss]://*) printf '%s' "$place" ;;
  //*) printf '%s' "\${2%%:*}:$place" ;;
  /*) printf '%s' "$(origin "$2")$place" ;;
  [?]*) printf '%s' "$base$place" ;;
  '' | [A-Za-z]*:*) fail "Answer $1 has no Location that leads on." ;;
  *) printf '%s' "\${base%/*}/$place" ;;
  esac
}
origin() { printf '%s' "$1" | tr 'A-Z' 'a-z' | sed -e 's|^\\(https*://[^/?#]*\\).*|\\1|' -e 's|^\\(http://.*\\):80$|\\1|' -e 's|^\\(https://.*\\):443$|\\1|'; }
ours() {
  for place in "\${REGISTRY:-}" "\${REALM:-}"; do
    [ -z "$place" ] || [ "$(origin "$place")" != "$(origin "$1")" ] || return 0
  done
  fail "Credentials stay with the registry and its realm: request $2 would take them to $(printf '%s' "$1" | LC_ALL=C tr -cd '\\040-\\176')"
}
other=''
status() { awk '(NR == 1 || isNext) && /^HTTP\\// { status = $2 } { isNext = ($0 == "" || $0 == "\\r") } END { print status }' "$1.head" | LC_ALL=C tr -cd '0-9'; }
told() {
  printf '%s\\n' "$1. $(head -n 1 "$1.head" | LC_ALL=C tr -cd '\\040-\\176') (the test got $2)" >&2
  [ "$(status "$1")" = "\${2%% *}" ] || other="$other $1"
}
show() { if [ -t 1 ]; then tr -d '\\r' < "$1" | cat -v; else cat "$1"; fi; }
same() {
  [ "$(status "$1")" = "\${2%% *}" ] || fail "The test got $2, and this is $(status "$1")."
  [ -z "$other" ] || fail "The test got $2 as well, but before it other answers to$other."
  printf '%s\\n' "The test got $2 as well." >&2
}`;

/** Everybody on a machine sees what stands in a command line. What curl is given comes over its stdin. */
export function asking(options: readonly Shell[]): Shell {
  return shell`quoted() { printf '%s\\n' "$1" | LC_ALL=C sed -e 's/[\\"]/\\\\&/g' -e 's/$/\\\\n/' | tr -d '\\n' | LC_ALL=C sed 's/\\\\n$//'; }
curl() {
  while [ $# -gt 0 ]; do
    case $1 in
    -i | -I | --path-as-is | --globoff) printf '%s\\n' "$1" ;;
    -*) printf '%s "%s"\\n' "$1" "$(quoted "$2")"; shift ;;
    *) printf 'url = "%s"\\n' "$(quoted "$1")" ;;
    esac
    shift
  done | command curl -sS --max-time 60 --globoff --proto =http,https${options.map((one) => shell` ${one}`)} -K -
}`;
}

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'];
const options = [
  '--data-binary',
  '--data-urlencode',
  '--path-as-is',
  '--globoff',
  '--url',
  '--cacert',
  '--insecure',
];

/** What of scripts and curl lines is our own, a piece a line: between these stand quotes, backslashes and line feeds. */
export const scriptWords: readonly string[] = [
  inFolder.toString(),
  functions.toString(),
  asking([]).toString(),
  ' -i -o answer ',
  'REPO_ESCAPED',
  'SHARED_ESCAPED',
  'curl -D ',
  ' -o ',
  'base64 -d > ',
  ...methods.map((method) => `  -X ${method} `),
  ...options.map((option) => `  ${option} `),
];
