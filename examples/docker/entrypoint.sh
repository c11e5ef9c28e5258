#!/bin/sh
# Brings the database up to date, then becomes the application: signals reach it, and its exit code is the container's.
# In any number of replicas: one of them migrates, the others wait for it.
set -eu
yara-orm upgrade --wait 60s
exec "$@"
