#!/bin/sh
# Compiles the init, static, into OUT_DIR: build.sh OUT_DIR. Prints the program's path.
# Needs musl-gcc and the kernel's headers (Debian: musl-tools linux-libc-dev); CC chooses another
# compiler, such as gcc with glibc's static library. The same tools give the same bytes.
set -eu

if [ $# -ne 1 ]; then
  echo "usage: build.sh OUT_DIR" >&2
  exit 64
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
compiler=${CC:-musl-gcc}

if ! command -v "$compiler" >/dev/null; then
  echo "build.sh: $compiler is missing; Debian: apt-get install musl-tools" >&2
  exit 69
fi
if [ ! -e /usr/include/linux/openat2.h ]; then
  echo "build.sh: the kernel's headers are missing; Debian: apt-get install linux-libc-dev" >&2
  exit 69
fi

# After musl's own headers: only what musl does not have, that is linux/ and asm/.
headers="-idirafter /usr/include -idirafter /usr/include/$(uname -m)-linux-gnu"
cd "$here/src"
# shellcheck disable=SC2086  # several words
"$compiler" -static -Os -s -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wshadow -Wconversion \
  -fno-ident -fstack-protector-strong $headers -o "$out/init.part" ./*.c
mv "$out/init.part" "$out/init"
echo "$out/init"
