#!/bin/sh
# Makes what a microVM boots: kernel.sh OUT_DIR. Prints the directory with vmlinux, initramfs.cpio
# and manifest.json, OUT_DIR/<digest of the two>; a second run with the same inputs does nothing.
#
# The kernel is Debian's: the package that linux-image-cloud-<architecture> depends on, fetched with
# apt-get download into OUT_DIR/packages and unpacked, never installed. TORPOR_KERNEL_PACKAGE names
# another package, TORPOR_KERNEL_DEB a package file, TORPOR_INIT an init that is built already.
# Needs dpkg-deb, strip and the decompressor of the kernel (Debian: dpkg binutils lz4 zstd
# xz-utils).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/kernel-parts.sh"

if [ $# -ne 1 ]; then
  echo "usage: kernel.sh OUT_DIR" >&2
  exit 64
fi
mkdir -p "$1"
out=$(cd "$1" && pwd)

require dpkg-deb dpkg
require strip binutils
require sha256sum coreutils

work=$(mktemp -d "$out/building.XXXXXX")
trap 'rm -rf "$work"' EXIT

package=${TORPOR_KERNEL_DEB:-$(fetch_package "$out/packages")}
[ -f "$package" ] || fail "$package: no such package file"

inputs=$({
  cat "$package" "$here"/*.sh
  if [ -n "${TORPOR_INIT:-}" ]; then cat "$TORPOR_INIT"; else cat "$here"/src/*; fi
  echo "${CC:-}"
} | digest)
if [ -e "$out/inputs/$inputs/manifest.json" ]; then
  (cd "$out/inputs/$inputs" && pwd -P)
  exit 0
fi

init=${TORPOR_INIT:-$("$here/build.sh" "$work")}
echo "kernel.sh: unpacking $(basename "$package")" >&2
dpkg-deb -x "$package" "$work/package"
image=$(find "$work/package/boot" -name 'vmlinuz-*' | head -n 1)
[ -n "$image" ] || fail "$package holds no /boot/vmlinuz"
release=${image##*/vmlinuz-}

mkdir "$work/product"
extract_vmlinux "$image" "$work/product/vmlinux"
make_initramfs "$init" "$work/package/lib/modules/$release" "$work/initramfs" \
  "$work/product/initramfs.cpio"

vmlinux_digest=$(digest <"$work/product/vmlinux")
initramfs_digest=$(digest <"$work/product/initramfs.cpio")
cat >"$work/product/manifest.json" <<END
{
  "kernel_release": "$release",
  "package": "$(dpkg-deb -f "$package" Package)",
  "package_version": "$(dpkg-deb -f "$package" Version)",
  "package_sha256": "$(digest <"$package")",
  "vmlinux_sha256": "$vmlinux_digest",
  "initramfs_sha256": "$initramfs_digest",
  "protocol_version": $(sed -n 's/.*PROTOCOL_VERSION = \([0-9]*\).*/\1/p' "$here/src/protocol.h"),
  "config_version": $(sed -n 's/.*CONFIG_VERSION = \([0-9]*\).*/\1/p' "$here/src/config.h"),
  "proxy_version": $(sed -n 's/.*PROXY_VERSION = \([0-9]*\).*/\1/p' "$here/src/proxy.h")
}
END

name=$(printf '%s%s' "$vmlinux_digest" "$initramfs_digest" | digest)
if [ ! -e "$out/$name" ]; then
  chmod -R a+rX "$work/product"
  mv -T "$work/product" "$out/$name" 2>/dev/null || [ -e "$out/$name/manifest.json" ]
fi
mkdir -p "$out/inputs"
ln -sfn "../$name" "$out/inputs/$inputs"
echo "$out/$name"
