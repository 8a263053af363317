/// A frozen machine on disk.
///
/// ```
///  manifest.json        written last: what is here, and what it needs
///  state                devices and processor, as QEMU writes them
///  base.pages/.index    the file that the RAM is a private copy of   (hard link)
///  memory-<id>.…        one layer per snapshot since                 (hard links but the newest)
///  disk-<id>.qcow2 …    the writable disk's chain                    (hard links)
///  config               the configuration disk                       (hard link)
/// ```
///
/// Invariant: a directory with a manifest is complete. Everything else in it was flushed before the
/// manifest was written; nothing in it is written again; nothing outside of it is needed but the
/// image that the manifest names by its digest.
@NullMarked
package torpor.runtime.qemu.snapshot;

import org.jspecify.annotations.NullMarked;
