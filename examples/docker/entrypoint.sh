#!/bin/sh
# Brings the database up to date, then becomes the application: signals reach it, and its exit code is the container's.
# In any number of replicas: one of them migrates, the others wait for it.
set -eu

# Passes a signal on to the migrator and ends as it does, without the application.
stop() {
  # The next one would end the wait, and the container before its migrator.
  trap '' TERM INT
  kill -s "$1" $! || :
  wait $!
  exit
}
trap 'stop TERM' TERM
trap 'stop INT' INT

# In the background: a shell hears of no signal while it waits for a command in the foreground.
yara-orm upgrade --wait 60s &
wait $!
exec "$@"
