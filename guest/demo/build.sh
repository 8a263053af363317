#!/bin/sh
# Builds indexer.wasm, which is committed: the demo needs no C compiler. See ../c/build.sh.
# No suspending call is made through a function pointer here, so asyncify need not assume it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../c/build.sh" "$here/indexer.c" "${1:-$here/indexer.wasm}" \
  --pass-arg=asyncify-ignore-indirect
