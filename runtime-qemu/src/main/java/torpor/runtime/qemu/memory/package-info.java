/// What a machine's memory is made of, and how it is kept.
///
/// ```
///   RAM of a machine = base  (a file, mapped privately by QEMU, never written again)
///                    + layer (pages that differ from it)       oldest
///                    + layer …                                 newest wins
///
///   layer = <name>.pages   page contents in pieces of at most 1 MiB, raw, LZ4 or Zstandard
///           <name>.index   which pages, where, CRC32C of each piece, which pages are zero
/// ```
///
/// A base is a layer too: its pieces lie at their own addresses in a sparse file of the size of the
/// RAM, so that QEMU can map it.
///
/// Writing: `PrivatePages` finds what QEMU's mapping holds of its own, `LayerWriter` drops what the
/// parent snapshot (`Memory`) already says and writes the rest. Reading: `MemoryLoader` puts the
/// layers into a QEMU that maps the base.
///
/// Invariant: a piece whose checksum does not match never reaches a machine.
@NullMarked
package torpor.runtime.qemu.memory;

import org.jspecify.annotations.NullMarked;
