#!/bin/sh
# Tests the init: its parsers under the sanitizers with random bytes, then all of it in machines
# that QEMU emulates. test.sh [unittest arguments]; KERNELS keeps what kernel.sh makes, TMPDIR the
# rest.
# Needs gcc, qemu-system-x86_64 and what tests/images.py names; takes three minutes on two cores.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
need() {
  command -v "$1" >/dev/null || {
    echo "test.sh: $1 is missing; Debian: apt-get install $2" >&2
    exit 69
  }
}
need gcc gcc
need python3 python3
need "${QEMU:-qemu-system-x86_64}" "qemu-system-x86"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$here/src"
gcc -std=gnu11 -D_GNU_SOURCE -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
  -Wall -Wextra -Werror -Wshadow -o "$work/parsers_test" "$here/tests/parsers_test.c" \
  frames.c ring.c proxied.c records.c command.c config.c identity.c network.c archive.c
"$work/parsers_test" "${ROUNDS:-50000}"

kernel=$("$here/kernel.sh" "${KERNELS:-$work/kernels}")
cd "$here/tests"
export GUEST_VMLINUX="$kernel/vmlinux" GUEST_INITRAMFS="$kernel/initramfs.cpio"
if [ $# -gt 0 ]; then
  tests="$*"
else
  tests="test_machine test_copies test_proxy test_lifecycle"
fi
# shellcheck disable=SC2086  # several words
PYTHONDONTWRITEBYTECODE=1 python3 -m unittest -v $tests
