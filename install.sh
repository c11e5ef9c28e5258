#!/bin/sh
# Installs the executable of yara-orm: finds the archive for this system, compares it with SHA256SUMS, and replaces an
# older version only with one that starts.
#
#   sh install.sh                                  the newest version, to ~/.local/bin
#   YARA_ORM_VERSION=0.1.0 sh install.sh           a certain version
#   YARA_ORM_INSTALL=/usr/local/bin sh install.sh  to another folder
#   YARA_ORM_TARGET=linux-x64-musl sh install.sh   for a system that is said and not found out
#   YARA_ORM_RELEASES=URL sh install.sh            from another place, such as a mirror
#
# It needs curl or wget, tar (on Windows unzip, as Git Bash has it), and sha256sum, shasum or openssl.
set -eu

# The page of the releases. The install.sh that is part of a release knows it.
RELEASES=${YARA_ORM_RELEASES:-}

# Everything is in functions, so that a download of this script that breaks off does nothing.
main() {
  [ -n "$RELEASES" ] || fail "where the releases are is not known: set YARA_ORM_RELEASES=https://.../releases"
  target=${YARA_ORM_TARGET:-$(find_target)}
  folder=${YARA_ORM_INSTALL:-${HOME:?is not set: set YARA_ORM_INSTALL to a folder}/.local/bin}
  case $target in
    windows-*) extension=zip program=yara-orm.exe ;;
    *) extension=tar.gz program=yara-orm ;;
  esac
  # What is moved onto a folder ends inside of it.
  [ ! -d "$folder/$program" ] || fail "$folder/$program is a folder: remove it, or set YARA_ORM_INSTALL to another folder"
  if [ -n "${YARA_ORM_VERSION:-}" ]; then
    place=$RELEASES/download/v${YARA_ORM_VERSION#v}
  else
    place=$RELEASES/latest/download
  fi

  work=$(mktemp -d)
  unfinished=
  trap 'rm -rf "$work" ${unfinished:+"$unfinished"}' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  download "$place/SHA256SUMS" "$work/SHA256SUMS"
  find_archive "$work/SHA256SUMS"
  say "downloading $place/$archive"
  download "$place/$archive" "$work/$archive"
  found=$(sha256 "$work/$archive")
  [ "$found" = "$expected" ] ||
    fail "$archive has the SHA-256 $found, and SHA256SUMS says $expected: nothing was installed"

  unpack "$work/$archive" "$work"
  mkdir -p -- "$folder" || fail "the folder $folder cannot be made: set YARA_ORM_INSTALL to another"
  # PATH is to have it as it is called from anywhere.
  folder=$(CDPATH='' cd -- "$folder" && pwd)
  unfinished=$folder/.new-$$-$program
  cp "$work/${archive%".$extension"}/$program" "$unfinished" ||
    fail "nothing can be written to $folder: set YARA_ORM_INSTALL to another folder"
  chmod 755 "$unfinished"
  # What cannot start must not take the place of what could.
  version=$("$unfinished" --version) || fail "the executable for $target does not start here$(advice)"
  mv -f "$unfinished" "$folder/$program"
  unfinished=
  say "installed yara-orm $version to $folder/$program"
  is_in_path || say "$folder is not in PATH; in the profile of your shell: export PATH=\"$folder:\$PATH\""
}

# An entry may be written otherwise, such as with a slash at its end. In a subshell: it changes how words are split.
is_in_path() (
  set -f
  IFS=:
  for entry in $PATH; do
    case $entry in /*) [ ! "$entry" -ef "$folder" ] || return 0 ;; esac
  done
  return 1
)

# Prints the target for this system.
find_target() {
  system=$(uname -s)
  machine=$(uname -m)
  case $system in
    Linux) system=linux ;;
    Darwin) system=darwin ;;
    MINGW* | MSYS* | CYGWIN*) system=windows ;;
    *) fail "there is no executable for $system; with Bun: bun add yara-orm" ;;
  esac
  case $machine in
    x86_64 | amd64) machine=x64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "there is no executable for processors of the kind $machine" ;;
  esac
  # A shell that Rosetta translates says x86_64 on an ARM processor.
  if [ $system = darwin ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then machine=arm64; fi
  # Windows on ARM runs programs for x64.
  if [ $system = windows ]; then machine=x64; fi
  target=$system-$machine
  if [ $system = linux ]; then
    if is_musl; then target=$target-musl; fi
    if [ $machine = x64 ] && ! grep -qw avx2 /proc/cpuinfo; then target=$target-baseline; fi
  fi
  echo "$target"
}

# Asks the loader for its name: that of musl may also lie on a system with glibc, and the other way round.
is_musl() {
  if command -v ldd >/dev/null; then
    case $(ldd --version 2>&1) in
      *musl*) return 0 ;;
      *) return 1 ;;
    esac
  fi
  for loader in /lib/ld-musl-*; do
    [ -e "$loader" ] && return 0
  done
  return 1
}

advice() {
  # Any program shows whether it is because of the folder; on Windows a script has no such name.
  echo '#!/bin/sh' >"$unfinished"
  if [ "$program" = yara-orm ] && ! "$unfinished" 2>/dev/null; then
    echo ", as no program does in $folder (it may be mounted with noexec): set YARA_ORM_INSTALL to another folder"
    return
  fi
  case $target in
    *-musl*) echo "; it needs libstdc++: apk add libstdc++" ;;
    *-baseline) ;;
    linux-x64) echo "; for a processor without AVX2: YARA_ORM_TARGET=linux-x64-baseline" ;;
  esac
}

# Finds the archive of the target in SHA256SUMS: sets `archive` and `expected`.
find_archive() {
  archive=
  while read -r sum name; do
    case $name in
      */*) ;;
      yara-orm-*-"$target.$extension") archive=$name expected=$sum ;;
    esac
  done <"$1"
  [ -n "$archive" ] || fail "there is no archive for $target in $place"
}

# download URL FILE. Gives up a server from which nothing has come for a minute.
download() {
  if command -v curl >/dev/null; then
    # What is asked for by https is not to come by anything else, wherever a server sends on to; of wgets none has that.
    case $1 in
      https://*) protocols='=https' ;;
      *) protocols='=http,https' ;;
    esac
    curl -fsSL --retry 3 --connect-timeout 30 --speed-limit 1 --speed-time 60 --proto-redir "$protocols" -o "$2" "$1" ||
      fail "$1 cannot be downloaded"
  elif command -v wget >/dev/null; then
    wget_for_a_while -q -O "$2" "$1" || fail "$1 cannot be downloaded"
  else
    fail "neither curl nor wget is there to download with"
  fi
}

# wget with what it has to say when to give up: that of BusyBox may have no such option, and that of GNU tries 20 times.
wget_for_a_while() {
  help=$(wget --help 2>&1) || :
  case $help in *'-T SEC'* | *--timeout*) set -- -T 60 "$@" ;; esac
  case $help in *--tries*) set -- -t 3 "$@" ;; esac
  wget "$@"
}

sha256() {
  if command -v sha256sum >/dev/null; then
    sum=$(sha256sum "$1")
  elif command -v shasum >/dev/null; then
    sum=$(shasum -a 256 "$1")
  elif command -v openssl >/dev/null; then
    sum=$(openssl dgst -sha256 -r "$1")
  else
    fail "none of sha256sum, shasum and openssl is there to check the download with"
  fi
  echo "${sum%% *}"
}

unpack() {
  case $1 in
    *.zip) unzip -q "$1" -d "$2" ;;
    *) tar -xzf "$1" -C "$2" ;;
  esac || fail "$1 cannot be unpacked"
}

say() {
  echo "$*" >&2
}

fail() {
  say "error: $*"
  exit 1
}

main
