# Completion of yara-orm for bash, version 3.2 or later. Put this into ~/.bashrc:
#   source <(yara-orm completion bash)
# or, where bash-completion is installed, once:
#   yara-orm completion bash > ~/.local/share/bash-completion/completions/yara-orm

_yara_orm() {
  local line="${COMP_LINE:0:COMP_POINT}" current="" begun="" quote="" char next
  # What bash replaces, $2, may begin in the middle of a word: behind an = or a : or an open quote. What comes before stays as it is.
  local start=$((COMP_POINT - ${#2})) kept=0 at program candidate description
  local -a words
  words=()
  # COMP_WORDS is broken at every = and : as well, and has quotes in it.
  for ((at = 0; at < ${#line}; at++)); do
    [ "$at" != "$start" ] || kept=${#current}
    char="${line:at:1}" next="${line:at+1:1}"
    case "$quote$char" in
      [[:space:]])
        [ -z "$begun" ] || words+=("$current")
        current="" begun=""
        continue
        ;;
      "'" | '"') quote="$char" ;;
      "''" | '""') quote="" ;;
      \\ | '"\')
        case "$quote$next" in
          '"'[!\"\\\$\`]) current+="$char" ;;
          *) current+="$next" at=$((at + 1)) ;;
        esac
        ;;
      *) current+="$char" ;;
    esac
    begun=yes
  done
  [ "$start" -lt "${#line}" ] || kept=${#current}
  program="${words[0]/#\~/$HOME}"
  COMPREPLY=()
  while IFS=$'\t' read -r candidate description; do
    if [ "$candidate" = ":files" ]; then
      compopt -o default 2> /dev/null || while IFS= read -r candidate; do _yara_orm_add "$candidate"; done < <(compgen -f -- "${current:kept}")
      return
    fi
    _yara_orm_add "${candidate:kept}"
  done < <("$program" completion "--words=$current" "${words[@]:1}" 2> /dev/null)
}

# Adds a candidate as it has to be typed: with escapes, or as the quote that is open wants it.
_yara_orm_add() {
  local typed="" at char
  if [ -z "$quote" ] && [ -n "$1" ]; then
    printf -v typed %q "$1"
  else
    for ((at = 0; at < ${#1}; at++)); do
      char="${1:at:1}"
      case "$quote$char" in
        "''") typed+="'\\''" ;;
        '"'[\"\\\$\`]) typed+="\\$char" ;;
        *) typed+="$char" ;;
      esac
    done
  fi
  COMPREPLY+=("$typed")
}

complete -F _yara_orm yara-orm
