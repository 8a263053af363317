#!/bin/sh
# Builds the test modules, and the self-test's, into the directory given (default: here).
# Debian packages: clang lld wasi-libc libclang-rt-dev-wasm32 binaryen wabt
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
header=$here/../../../../../guest/c
imports=torpor.checkpoint,torpor.sleep,torpor.wait_signal,wasi_snapshot_preview1.poll_oneoff

for name in worker files calls obedient plain; do
    clang --target=wasm32-wasi --sysroot=/usr -O2 -s -Wl,-z,stack-size=65536 -I "$header" \
        -o "$out/$name.plain.wasm" "$here/$name.c"
    wasm-opt -O2 --asyncify --pass-arg=asyncify-imports@$imports \
        "$out/$name.plain.wasm" -o "$out/$name.wasm"
    [ "$name" = plain ] || rm "$out/$name.plain.wasm"
done
for name in huge loop grow selftest; do
    source=$here/$name.wat
    [ -e "$source" ] || source=$here/../../../main/resources/torpor/runtime/wasm/$name.wat
    wat2wasm "$source" -o "$out/$name.plain.wasm"
    wasm-opt -O2 --asyncify --pass-arg=asyncify-imports@$imports \
        "$out/$name.plain.wasm" -o "$out/$name.wasm"
    rm "$out/$name.plain.wasm"
done
wat2wasm "$here/tables.wat" -o "$out/tables.wasm"
