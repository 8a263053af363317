/// A guest's linear memory: 4 KiB pages that know whether they were read, written or neither.
///
/// ```
///            readable[i]      writable[i]
///   absent   null             null          first read: ask the PageSource (a snapshot), else zeros
///   clean    page             null          first write: take a private copy, which is dirty
///   dirty    page      ==     page          plain array access, no bookkeeping
/// ```
///
/// Invariant: a page with no entry in `writable` is never modified in place. So a frozen page may
/// be shared with a snapshot being written, and "which pages changed?" is a scan of one table. The
/// price on the fast path is nothing: the JVM's implicit null check is the page fault.
@NullMarked
package torpor.runtime.wasm.memory;

import org.jspecify.annotations.NullMarked;
