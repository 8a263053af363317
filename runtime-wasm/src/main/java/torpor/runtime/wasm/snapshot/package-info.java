/// A frozen guest as a directory of files: complete in itself, checked before use, written once.
///
/// ```
///   snapshots/7/
///     manifest     text: versions, module digest, and length and CRC-32C of every other file
///     state        globals, tables, stack, pending call, clocks, descriptors, inode table
///     pages-5      full memory image                (hard link, shared with snapshot 5 and 6)
///     pages-6      pages changed since 5            (hard link, shared with snapshot 6)
///     pages-7      pages changed since 6, and which became zero
///     segment-3…   blocks of the private directory  (hard links)
/// ```
///
/// All numbers are big-endian and nothing depends on the machine: a snapshot goes on under any
/// engine and architecture. Invariants: no file is modified after the manifest that names it is
/// durable; a snapshot is reported only when every file and the directory are flushed; deleting any
/// snapshot never harms another.
@NullMarked
package torpor.runtime.wasm.snapshot;

import org.jspecify.annotations.NullMarked;
