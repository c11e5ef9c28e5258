#!/bin/sh
# Takes the executables for Linux out of the archives of a release, to where the Dockerfile looks for them.
#
#   sh build/image.sh dist/release dist/image
set -eu

release=$1
image=$2

for pair in amd64:linux-x64 arm64:linux-arm64; do
  architecture=${pair%%:*}
  target=${pair#*:}
  found=
  for archive in "$release"/yara-orm-*-"$target".tar.gz; do
    [ -f "$archive" ] || continue
    [ -z "$found" ] || { echo "there are several archives for $target in $release" >&2; exit 1; }
    found=$archive
  done
  [ -n "$found" ] || { echo "there is no archive for $target in $release" >&2; exit 1; }
  rm -rf "${image:?}/$architecture"
  mkdir -p "$image/$architecture"
  tar -xzf "$found" -C "$image/$architecture" --strip-components=1
  echo "$found: $image/$architecture/yara-orm"
done
