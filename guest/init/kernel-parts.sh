# The steps of kernel.sh. Sourced, not run.
# shellcheck shell=sh

fail() {
  echo "kernel.sh: $*" >&2
  exit 1
}

# require COMMAND PACKAGE
require() {
  command -v "$1" >/dev/null || fail "$1 is missing; Debian: apt-get install $2"
}

digest() {
  sha256sum | cut -d ' ' -f 1
}

# Downloads the kernel's package into a directory, unless it is there, and prints its path.
fetch_package() {
  require apt-get apt
  require apt-cache apt
  architecture=$(dpkg --print-architecture)
  name=${TORPOR_KERNEL_PACKAGE:-}
  if [ -z "$name" ]; then
    name=$(apt-cache depends "linux-image-cloud-$architecture" 2>/dev/null |
      sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
  fi
  [ -n "$name" ] || fail "apt knows no linux-image-cloud-$architecture; run apt-get update," \
    "or set TORPOR_KERNEL_PACKAGE or TORPOR_KERNEL_DEB"
  version=$(apt-cache policy "$name" | sed -n 's/^ *Candidate: //p')
  mkdir -p "$1"
  file=$(printf '%s/%s_%s_%s.deb' "$1" "$name" "$version" "$architecture" | sed 's/:/%3a/')
  if [ ! -f "$file" ]; then
    echo "kernel.sh: fetching $name $version" >&2
    # The sandboxed download user may not write here; the package is verified all the same.
    (cd "$1" && apt-get -q -o APT::Sandbox::User=root download "$name=$version" >&2) ||
      fail "apt-get could not download $name=$version"
  fi
  [ -f "$file" ] || fail "apt-get did not leave $file"
  echo "$file"
}

# number FILE OFFSET LENGTH: a little-endian number
number() {
  od -A n -t "u$3" -j "$2" -N "$3" "$1" | tr -d ' '
}

# extract_vmlinux BZIMAGE OUT: the uncompressed kernel, which QEMU starts directly (PVH) and which
# saves the guest the decompression. See Documentation/x86/boot.rst for the fields.
extract_vmlinux() {
  [ "$(dd if="$1" bs=1 skip=514 count=4 2>/dev/null)" = HdrS ] || fail "$1 is no kernel image"
  sectors=$(number "$1" 497 1)
  [ "$sectors" -gt 0 ] || sectors=4
  offset=$(((sectors + 1) * 512 + $(number "$1" 584 4)))
  length=$(number "$1" 588 4)
  # The payload's last four bytes are the size of what it unpacks to.
  tail -c +$((offset + 1)) "$1" | head -c "$length" >"$2.payload"
  size=$(tail -c 4 "$2.payload" | od -A n -t u4 | tr -d ' ')
  head -c $((length - 4)) "$2.payload" >"$2.compressed"
  case $(od -A n -t x1 -N 4 "$2.compressed" | tr -d ' ') in
    02214c18) require lz4 lz4 && unpack='lz4 -q -d -c' ;;
    28b52ffd) require zstd zstd && unpack='zstd -q -d -c' ;;
    fd377a58) require xz xz-utils && unpack='xz -q -d -c' ;;
    1f8b*) unpack='gzip -q -d -c' ;;
    *) fail "$1: unknown compression of the kernel" ;;
  esac
  $unpack <"$2.compressed" >"$2.whole" || fail "$1: the kernel cannot be unpacked"
  head -c "$size" "$2.whole" >"$2"
  rm "$2.payload" "$2.compressed" "$2.whole"
  [ "$(wc -c <"$2")" -eq "$size" ] || fail "$1: the kernel is shorter than it says"
  [ "$(od -A n -t x1 -N 4 "$2" | tr -d ' ')" = 7f454c46 ] || fail "$1: unpacks to no ELF file"
}

# What init loads, in this order, and when (see src/modules.h). A module that the kernel has built
# in is not in its package, and left out.
module_order() {
  cat <<'END'
virtio_ring always
virtio always
virtio_mmio always
virtio_pci_modern_dev pci
virtio_pci_legacy_dev pci
virtio_pci pci
libcrc32c always
netfs always
erofs always
overlay always
failover virtio=1
net_failover virtio=1
virtio_net virtio=1
virtio_console virtio=3
virtio-rng virtio=4
virtio_balloon virtio=5
virtio_blk disk
squashfs squashfs
END
}

# depends FILE: the modules that one needs, with commas
depends() {
  tr '\0' '\n' <"$1" | sed -n 's/^depends=//p'
}

# copy_module TREE NAME DIRECTORY. False: the tree has no such module. Without their debug
# information modules have no signature either, which saves its check at each boot; the kernel then
# calls itself tainted.
copy_module() {
  found=$(find "$1" -name "$2.ko*" | head -n 1)
  [ -n "$found" ] || return 1
  case $found in
    *.ko) cp "$found" "$3/$2.ko" ;;
    *.ko.xz) require xz xz-utils && xz -q -d -c "$found" >"$3/$2.ko" ;;
    *.ko.zst) require zstd zstd && zstd -q -d -c "$found" >"$3/$2.ko" ;;
    *) fail "$found: unknown compression of a module" ;;
  esac
  strip --strip-debug "$3/$2.ko"
}

# collect_modules TREE DIRECTORY
collect_modules() {
  module_order | while read -r module reason; do
    copy_module "$1" "$module" "$2" || continue
    echo "$module $reason" >>"$2/order"
  done
  # Newer kernels' erofs needs netfs, others would load it for nothing.
  case ,$(depends "$2/erofs.ko"), in
    *,netfs,*) ;;
    *) rm -f "$2/netfs.ko" && sed -i '/^netfs /d' "$2/order" ;;
  esac
  [ -s "$2/order" ] || fail "$1 holds none of the modules"
}

# cpio_entry NAME MODE SIZE: the header of the "newc" format, with its name, padded to four bytes
cpio_entry() {
  inode=$((inode + 1))
  printf '070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s' \
    "$inode" "$2" 0 0 1 0 "$3" 0 0 0 0 $((${#1} + 1)) 0 "$1"
  padding $((110 + ${#1})) 1
}

# padding LENGTH MINIMUM: zero bytes up to a multiple of four
padding() {
  zeros=$(($2 + (4 - ($1 + $2) % 4) % 4))
  if [ "$zeros" -gt 0 ]; then head -c "$zeros" /dev/zero; fi
}

cpio_file() {
  size=$(wc -c <"$2")
  cpio_entry "$1" "$3" "$size"
  cat "$2"
  padding "$size" 0
}

# make_initramfs INIT MODULES_TREE WORK OUT: always the same bytes for the same files
make_initramfs() {
  mkdir -p "$3"
  collect_modules "$2" "$3"
  inode=0
  {
    cpio_entry modules $((0040755)) 0
    for file in "$3"/*; do cpio_file "modules/${file##*/}" "$file" $((0100644)); done
    cpio_file init "$1" $((0100755))
    cpio_entry TRAILER!!! 0 0
  } >"$4"
}
