/** Completion on TAB: the shell asks `gatehouse __complete <shell> <words…>`, and is told what may stand last. */
import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export function isShell(text: string | undefined): text is Shell {
  return shells.some((shell) => shell === text);
}

/** What a shell runs to know the completion; it calls the program by the name that was typed. */
export function scriptOf(program: Command, shell: Shell): string {
  return scripts[shell](program);
}

const scripts: Readonly<Record<Shell, (program: Command) => string>> = {
  bash: () => `_gatehouse() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
    "\${COMP_WORDS[0]}" __complete bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null
  )
}
complete -o default -F _gatehouse gatehouse
`,
  zsh: () => `#compdef gatehouse
_gatehouse() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete zsh "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found[1]" ]]; then _describe gatehouse found; else _files; fi
}
if [[ "$funcstack[1]" = _gatehouse ]]; then _gatehouse "$@"; else compdef _gatehouse gatehouse; fi
`,
  // Fish offers no files of its own accord, but where it is told to.
  fish: (program) => `function __gatehouse_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  $words[1] __complete fish $words[2..-1] "$current" 2>/dev/null
end
complete -c gatehouse -f -a '(__gatehouse_complete)'
complete -c gatehouse -n '__fish_seen_subcommand_from backup restore' -F
${fileOptionsOf(program)
  .map((name) => `complete -c gatehouse -l ${name} -rF\n`)
  .join('')}`,
};

/** The long options that take a file, of all commands. */
function fileOptionsOf(program: Command): string[] {
  const all = (command: Command): string[] => [
    ...command.options.flatMap(({ flags, long }) => (flags.includes('<file>') && long ? long.slice(2) : [])),
    ...command.commands.flatMap(all),
  ];
  return [...new Set(all(program))].toSorted();
}

interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** A line for each word that may stand in the place of the last of `words`, in the form that the shell takes. */
export function complete(program: Command, shell: Shell, words: readonly string[]): string {
  const current = words.at(-1) ?? '';
  const found = candidatesOf(program, words.slice(0, -1), current).filter(({ word }) => word.startsWith(current));
  return found.map((candidate) => `${renderers[shell](candidate)}\n`).join('');
}

const renderers: Readonly<Record<Shell, (candidate: Candidate) => string>> = {
  bash: ({ word }) => word,
  zsh: ({ word, description }) => `${word.replaceAll(':', '\\:')}:${description}`,
  fish: ({ word, description }) => `${word}\t${description}`,
};

function candidatesOf(program: Command, before: readonly string[], current: string): readonly Candidate[] {
  let command = program;
  let values: readonly string[] | undefined;
  for (const word of before) {
    if (values) {
      values = undefined;
      continue;
    }
    const option = command.options.find(({ long, short }) => word === long || word === short);
    if (option?.required) values = option.argChoices ?? [];
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next) command = next;
  }
  if (values) return values.map((word) => ({ word, description: '' }));
  const help = command.createHelp();
  if (current.startsWith('-')) {
    return help.visibleOptions(command).map(({ long, description }) => ({ word: long ?? '', description }));
  }
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const subcommands = help.visibleCommands(command);
  return [
    ...subcommands.map((one) => ({ word: one.name(), description: one.description() })),
    ...choices.map((word) => ({ word, description: '' })),
  ];
}
