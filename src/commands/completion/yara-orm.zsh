#compdef yara-orm
# Completion of yara-orm for zsh. Put this into ~/.zshrc, after compinit:
#   source <(yara-orm completion zsh)
# or, once, into a folder of $fpath:
#   yara-orm completion zsh > "${fpath[1]}/_yara-orm"

_yara-orm() {
  local candidate description
  local -a found
  while IFS=$'\t' read -r candidate description; do
    if [[ $candidate == :files ]]; then
      compset -P '--*='
      _files
      return
    fi
    found+=("${candidate//:/\\:}${description:+:$description}")
  done < <("${(Q)words[1]/#\~/$HOME}" completion "--words=${(Q)PREFIX}" "${(@Q)words[2,CURRENT-1]}" 2> /dev/null)
  if [[ $PREFIX == -* ]]; then
    _describe -o 'option' found
  else
    _describe 'yara-orm' found
  fi
}

if [[ $funcstack[1] == _yara-orm ]]; then
  _yara-orm "$@"
else
  compdef _yara-orm yara-orm
fi
