#!/bin/sh
# Compiles one C program for Torpor's wasm runtime: build.sh SOURCE.c OUT.wasm [asyncify option...]
# Needs clang with the wasm32-wasi target, wasi-libc, lld and binaryen
# (Debian: clang lld wasi-libc libclang-rt-14-dev-wasm32 binaryen).
# CLANG, WASM_OPT and WASI_SYSROOT choose other tools. The same tools give the same bytes.
set -eu

if [ $# -lt 2 ]; then
  echo "usage: build.sh SOURCE.c OUT.wasm [asyncify option...]" >&2
  exit 64
fi
here=$(cd "$(dirname "$0")" && pwd)
source=$1
out=$2
shift 2

suspending=torpor.checkpoint,torpor.sleep,torpor.wait_signal,wasi_snapshot_preview1.poll_oneoff
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

target="--target=wasm32-wasi --sysroot=${WASI_SYSROOT:-/usr}"
# Two steps: given -O, the clang driver would run wasm-opt by itself at the end of a link.
# shellcheck disable=SC2086  # two words
"${CLANG:-clang}" $target -std=c11 -O2 -Wall -Wextra -Werror -I "$here" \
  -c -o "$work/program.o" "$source"
# shellcheck disable=SC2086
"${CLANG:-clang}" $target -s -Wl,-z,stack-size=65536 -Wl,--stack-first \
  -o "$work/program.wasm" "$work/program.o"
# Functions stay apart as written: inlining them into their one caller would put hot loops into
# functions that asyncify changes, or that are too large for a JVM to compile.
"${WASM_OPT:-wasm-opt}" --asyncify "--pass-arg=asyncify-imports@$suspending" "$@" \
  -O2 --one-caller-inline-max-function-size=0 \
  --strip-debug --strip-producers "$work/program.wasm" -o "$out"
