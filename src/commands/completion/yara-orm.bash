# Completion of yara-orm for bash, version 3.2 or later. Put this into ~/.bashrc:
#   source <(yara-orm completion bash)
# or, where bash-completion is installed, once:
#   yara-orm completion bash > ~/.local/share/bash-completion/completions/yara-orm

_yara_orm() {
  local line="${COMP_LINE:0:COMP_POINT}" program current candidate description
  local -a words
  # COMP_WORDS is broken at every = and : as well.
  read -r -a words <<< "$line"
  case "$line" in *[[:space:]]) words+=("") ;; esac
  program="${words[0]/#\~/$HOME}"
  current="${words[${#words[@]} - 1]}"
  COMPREPLY=()
  while IFS=$'\t' read -r candidate description; do
    if [ "$candidate" = ":files" ]; then
      compopt -o default 2> /dev/null || while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "${current#*=}")
      return
    fi
    case "$current" in
      # What comes before the = stays as it is.
      *=*) case "$COMP_WORDBREAKS" in *=*) candidate="${candidate#*=}" ;; esac ;;
    esac
    COMPREPLY+=("$candidate")
  done < <("$program" completion "--words=$current" "${words[@]:1:${#words[@]} - 2}" 2> /dev/null)
}

complete -F _yara_orm yara-orm
