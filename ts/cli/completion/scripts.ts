/**
 * What a shell is given to complete `alch-blocks`, and `npx @alch/blocks`.
 *
 * Each script hands the words before the cursor to `alch-blocks __complete` as they are typed. Nothing of
 * them, and nothing of the answer, is evaluated.
 */

/** @param start The command that starts `alch-blocks`: the runtime and the file. */
export type Script = (start: readonly string[]) => string;

const posix = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** Bash counts `=` and `:` as ends of words. It takes only what follows the last one from the answer. */
const bash: Script = (start) => `# completion of alch-blocks for bash
_alch_blocks() {
  local -a typed
  local at=1 answer word kept
  IFS=$' \\t\\n' read -r -d '' -a typed <<< "\${COMP_LINE:0:COMP_POINT}"
  [[ \${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && typed+=('')
  if [[ $1 == npx || $1 == bunx ]]; then
    while [[ \${typed[at]} == -* ]]; do ((at++)); done
    [[ \${typed[at]} == @alch/blocks || \${typed[at]} == alch-blocks ]] || return
    ((at++))
    ((at < \${#typed[@]})) || return
  fi
  answer=$(${start.map(posix).join(" ")} __complete "\${typed[@]:at}" 2>/dev/null) || return
  [[ $answer == :files ]] && return
  compopt +o default +o bashdefault 2>/dev/null
  word=\${typed[\${#typed[@]} - 1]}
  [[ $COMP_WORDBREAKS == *[=:]* ]] && kept=\${word%"\${word##*[=:]}"}
  while IFS=$'\\t' read -r word _; do
    [[ $word ]] && COMPREPLY+=("\${word#"$kept"}")
  done <<< "$answer"
}
complete -o default -o bashdefault -F _alch_blocks alch-blocks
complete -p npx >/dev/null 2>&1 || complete -o default -o bashdefault -F _alch_blocks npx
complete -p bunx >/dev/null 2>&1 || complete -o default -o bashdefault -F _alch_blocks bunx
`;

const zsh: Script = (start) => `#compdef alch-blocks
# completion of alch-blocks for zsh
_alch_blocks() {
  local -a typed answer items
  local line
  integer at=2
  typed=("\${(@)words[1,CURRENT-1]}" "$PREFIX")
  if [[ $service == (npx|bunx) ]]; then
    while [[ $typed[at] == -* ]]; do (( at++ )); done
    if [[ $typed[at] != (@alch/blocks|alch-blocks) ]] || (( at == CURRENT )); then
      _default
      return
    fi
    (( at++ ))
  fi
  answer=("\${(@f)$(${start.map(posix).join(" ")} __complete "\${(@)typed[at,-1]}" 2>/dev/null)}")
  if [[ $answer[1] == :files ]]; then
    compset -P '--*='
    _files
    return
  fi
  for line in $answer; do
    items+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe alch-blocks items
}
if [[ $funcstack[1] == _alch_blocks ]]; then
  _alch_blocks "$@"
elif (( $+functions[compdef] )); then
  compdef _alch_blocks alch-blocks
  (( $+_comps[npx] )) || compdef _alch_blocks npx
  (( $+_comps[bunx] )) || compdef _alch_blocks bunx
fi
`;

const fish: Script = (start) => {
  const quoted = start.map((word) => `'${word.replace(/[\\']/g, "\\$&")}'`);
  return `# completion of alch-blocks for fish
function __alch_blocks
    set -l typed (commandline -opc)
    set -l at 2
    if contains -- $typed[1] npx bunx
        while string match -q -- '-*' $typed[$at]
            set at (math $at + 1)
        end
        set at (math $at + 1)
    end
    set -l answer (${quoted.join(" ")} __complete $typed[$at..] (commandline -ct) 2>/dev/null)
    if test "$answer" = :files
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $answer
    end
end
function __alch_blocks_by_runner
    set -l typed (commandline -opc)
    for word in $typed[2..]
        string match -q -- '-*' $word; and continue
        contains -- $word @alch/blocks alch-blocks
        return
    end
    return 1
end
complete -c alch-blocks -f -a '(__alch_blocks)'
complete -c npx -n __alch_blocks_by_runner -f -a '(__alch_blocks)'
complete -c bunx -n __alch_blocks_by_runner -f -a '(__alch_blocks)'
`;
};

export const SCRIPTS = { bash, zsh, fish };
