/// A frozen machine on disk.
///
/// ```
///  manifest.json        written last: what is here, and what it needs
///  state                devices and processor, as QEMU writes them
///  base.pages/.index    the file that the RAM is a private copy of   (hard link)
///  memory-<id>.…        one layer per snapshot since                 (hard links but the newest)
///  packed-<id>.…        such a layer, packed                         (hard links)
///  disk-<id>.qcow2 …    the writable disk's chain, and the volumes'  (hard links)
///  volume-<id>.ext4 …   what volumes were made as                    (hard links)
///  config               the configuration disk                       (hard link)
/// ```
///
/// Invariant: a directory with a manifest is complete. Everything else in it was flushed before the
/// manifest was written; no file in it is written again, though the manifest may be replaced by one
/// that names other files for the same memory; nothing outside of it is needed but the image that
/// the manifest names by its digest.
///
/// `SnapshotCheck` compares all of it with its checksums; `SeenContents` remembers which large
/// files need not be compared before a restore; `SnapshotUses` says who reads what, so that nothing
/// is deleted under a reader.
@NullMarked
package torpor.runtime.qemu.snapshot;

import org.jspecify.annotations.NullMarked;
