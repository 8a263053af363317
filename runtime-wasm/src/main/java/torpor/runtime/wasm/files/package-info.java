/// A job's private directory: a small log-structured file system, so that files and memory are
/// frozen as one generation at the cost of what changed.
///
/// ```
///   inode table (in memory)                 segments (append-only files of 16 KiB blocks)
///   7: "out/index.txt", 40 000 bytes        segment-1  sealed ─┬─ hard link in snapshot 4
///      block 0 → segment 1, slot 12                            └─ hard link in snapshot 5
///      block 1 → segment 1, slot 13         segment-2  sealed ─── hard link in snapshot 5
///      block 2 → segment 3, slot 0          segment-3  open: only this one is ever written
/// ```
///
/// Writing a block of a sealed segment puts the new content into the open one. At a checkpoint the
/// open segment is flushed, sealed and linked into the snapshot, and the inode table is written
/// beside the memory. Invariant: a sealed segment never changes, so every snapshot that links it
/// stays valid, and going back to a snapshot is nothing but taking its table and its links; what
/// was written later is simply not referred to.
@NullMarked
package torpor.runtime.wasm.files;

import org.jspecify.annotations.NullMarked;
