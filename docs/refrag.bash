# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for refrag: commands and options as the program itself lists them, then files.
_refrag() {
  local word=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} words
  if [ "$COMP_CWORD" = 1 ]; then
    words=$("$program" --help 2>/dev/null | sed -n '/^Subcommands:/,$s/^  \([a-z-]*\).*/\1/p')
  elif [[ $word == -* ]]; then
    words=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)
  elif [[ ${COMP_WORDS[1]} =~ ^(validate|clean|doctor)$ ]]; then
    words='xen:///system qemu:///system xen+ssh:// qemu+ssh://'
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o filenames -F _refrag refrag
