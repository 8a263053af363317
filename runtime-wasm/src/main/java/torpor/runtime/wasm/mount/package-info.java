/// Directories of the host that a definition lends to its guests, read-only.
///
/// Invariant: a mount never follows a symbolic link by itself. Every open starts at the mount's top
/// and goes down one component at a time through directory handles (`openat` with `O_NOFOLLOW`), so
/// a component that is swapped for a link between two calls is an error, not an escape. Links are
/// shown to the guest's path walk, which follows them under its own rule.
@NullMarked
package torpor.runtime.wasm.mount;

import org.jspecify.annotations.NullMarked;
